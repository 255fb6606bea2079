// The Tezos Baking app itself: APDU in, answer or prompt out. No I/O, no clock.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "driver/base/bytes.hpp"
#include "tools/emulator/app/apdu.hpp"
#include "tools/emulator/app/flash.hpp"
#include "tools/emulator/app/instructions.hpp"
#include "tools/emulator/app/operations.hpp"
#include "tools/emulator/app/outcome.hpp"
#include "tools/emulator/keys/key_ring.hpp"

namespace ledger_bridge::emulator {

enum class Release { v2_5_0, v2_5_1 };

std::string_view release_text(Release release);
std::optional<Release> release_from_text(std::string_view text);

// One run of the app, from opening to quitting or to the power cut. `keys` and `flash` outlive it.
class BakingApp {
public:
    BakingApp(Release release, KeyRing& keys, Flash& flash);
    BakingApp(const BakingApp&) = delete;
    BakingApp& operator=(const BakingApp&) = delete;
    BakingApp(BakingApp&&) = delete;
    BakingApp& operator=(BakingApp&&) = delete;
    ~BakingApp() = default;

    // One whole command. Not called while a prompt of this app is open: the device drops commands
    // then.
    Outcome handle(ByteView bytes);

    // A clean quit saves what the setting kept out of flash. A power cut just drops the object.
    void quit();

    // The person's switch "High Watermark".
    void set_hwm_enabled(bool enabled);

    [[nodiscard]] const BakingData& data() const { return ram_; }

private:
    struct Command {
        Ins ins;
        std::uint8_t p1;
        Curve curve;  // from P2, where P2 is one
        ByteView data;
    };

    // Every error answer of the app forgets the packets before it.
    Outcome refuse(Status status);
    Outcome dispatch(const Command& command);

    [[nodiscard]] Outcome version() const;
    [[nodiscard]] Outcome git() const;
    [[nodiscard]] Outcome query_auth_key() const;
    Outcome query_auth_key_with_curve();
    [[nodiscard]] Outcome query_main_hwm() const;
    [[nodiscard]] Outcome query_all_hwm() const;
    Outcome deauthorize();

    // Takes over count and components as far as they come, then judges them.
    static std::optional<Status> read_path(ByteReader& reader, Path& path);
    // A path that is all that is left: selects it, and the curve when nothing trails.
    std::optional<Status> select(ByteReader& reader, Curve curve);
    std::shared_ptr<const KeyPair> selected_key() {
        return keys_.find(selected_.curve, selected_.path);
    }

    Outcome public_key(const Command& command);
    Outcome authorize(const Command& command);
    void apply_authorize();
    Outcome setup(const Command& command);
    Outcome reset(const Command& command);
    Outcome hmac(const Command& command);

    Outcome sign_packet(const Command& command);
    Outcome message_packet(const Command& command);
    Outcome baking_message(const Command& command, const BakingMessage& message);
    Outcome manager_operations(const Command& command);
    Outcome ask_delegation(const Command& command,
                           const Operations& operations,
                           const std::shared_ptr<const KeyPair>& signer);
    Outcome sign_operations(const Command& command, const KeyPair& signer);
    Outcome signed_answer(const KeyPair& key, const Command& command);
    void move_mark(Watermark& mark, const Watermark& to);

    Release release_;
    KeyRing& keys_;
    Flash& flash_;
    BakingData ram_;
    KeyId selected_;
    // Zero when the next message packet is the first. SETUP, RESET and HMAC keep their data at the
    // same address, so they leave a byte of theirs in it.
    std::uint8_t packet_index_ = 0;
};

}  // namespace ledger_bridge::emulator
