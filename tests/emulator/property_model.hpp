// A short statement of what the app signs, written apart from the emulator: it includes none of its
// files. See the app's watermark rule and packet rules, measured.
#pragma once

#include <cstdint>
#include <set>
#include <utility>

namespace ledger_bridge::model {

// What a host or a person does next. Keys are numbers from 0; chains are their ids.
struct Step {
    enum class Do {
        select,     // path packet of `key`
        get_key,    // GET_PUBLIC_KEY of `key`
        message,    // message packet, last or not
        reveal,     // message packet with a reveal of `key`
        delegate,   // the same with a self-delegation, which the person answers
        setup,      // `chain`, `level`, `test_level`, `key`
        reset,      // `level`
        authorize,  // `key`
        deauthorize,
        hmac,     // leaves `hmac_byte` behind
        garbage,  // an unknown instruction
        locked_message,
        power_cut,
        quit_and_open,
        setting,  // High Watermark to `enabled`
    };
    enum class Kind { block, preattestation, attestation };

    Do what = Do::select;
    int key = 0;
    std::uint32_t chain = 0;
    std::uint32_t level = 0;
    std::uint32_t round = 0;
    std::uint32_t test_level = 0;
    Kind kind = Kind::block;
    bool last = true;
    bool accepted = true;
    bool enabled = true;
    std::uint8_t hmac_byte = 0;
};

struct Mark {
    std::pair<std::uint32_t, std::uint32_t> at{0, 0};  // level, round
    std::set<Step::Kind> votes;                        // signed there and not forgotten
};

struct Memory {
    std::uint32_t chain = 0;
    Mark main;
    Mark test;
    int key = -1;
    bool enabled = true;

    Mark& of(std::uint32_t message_chain) {
        return chain != 0 && message_chain != chain ? test : main;
    }
};

class App {
public:
    // The status word that the app answers with; 0 for what no host asks.
    std::uint16_t expect(const Step& step);
    // Whether the last step made a signature.
    [[nodiscard]] bool signed_last() const { return signed_; }
    [[nodiscard]] const Memory& memory() const { return ram_; }

private:
    std::uint16_t message(const Step& step);
    std::uint16_t consensus(const Step& step);
    std::uint16_t manager(const Step& step);
    std::uint16_t setup(const Step& step);
    std::uint16_t reset(const Step& step);
    std::uint16_t authorize(const Step& step);
    void restart();
    std::uint16_t error(std::uint16_t status);
    void keep(bool always);

    Memory ram_;
    Memory flash_;
    int selected_ = -1;
    bool mid_message_ = false;
    bool signed_ = false;
};

}  // namespace ledger_bridge::model
