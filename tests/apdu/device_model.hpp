// A small device that keeps the app's rules of selection and signs with a label of the key.
//
// Stated from what was measured of the app: which commands select a path, what survives, what a
// message packet answers then. It shares no code with the library but bytes and hashes. A
// signature says in clear which curve and path made it, so a test can see which key signed.
#pragma once

#include <cstdint>
#include <optional>
#include <random>

#include "driver/transport.hpp"

namespace ledger_bridge::apdu {

// A curve's number and the path's bytes as on the wire.
struct ModelKey {
    std::uint8_t curve = 0;
    Bytes path;
    bool operator==(const ModelKey&) const = default;
};

class DeviceModel final : public driver::Transport {
public:
    explicit DeviceModel(std::uint32_t seed) : random_(seed) {}

    // What happens to a device without this host's doing.
    void restart_app();
    void set_locked(bool locked) { locked_ = locked; }
    // What earlier hosts left behind.
    void leave_behind(std::optional<ModelKey> selected, std::optional<ModelKey> authorised);

    // The next prompts are answered with Accept or Reject.
    void set_person_accepts(bool accepts) { accepts_ = accepts; }
    // The next messages are above the watermark, or not.
    void set_watermark_allows(bool allows) { watermark_allows_ = allows; }

    [[nodiscard]] const std::optional<ModelKey>& authorised() const { return authorised_; }
    [[nodiscard]] int apdus() const { return apdus_; }

    // The signature that `key` gives.
    static Bytes signature_by(const ModelKey& key);

    Result<Bytes> exchange(ByteView apdu, const Deadline& deadline) override;
    Result<std::size_t> drain(Duration quiet) override;
    void cancel() override {}

private:
    Bytes answer(ByteView apdu);
    Bytes prompt_for_key(const ModelKey& key, bool authorises);
    Bytes message_packet(ByteView message);
    void overlay_packet_index();

    std::mt19937 random_;
    std::optional<ModelKey> selected_;
    std::optional<ModelKey> authorised_;
    bool index_overlaid_ = false;
    bool locked_ = false;
    bool accepts_ = true;
    bool watermark_allows_ = true;
    int apdus_ = 0;
};

}  // namespace ledger_bridge::apdu
