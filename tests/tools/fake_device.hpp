// A device for tests that behaves: it holds a key and marks, and obeys the instructions that the
// operator's commands use. One ed25519 key, whatever path it is asked for; what is to be signed is
// asked for like a delegation, and answered with the signature that the test gives.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "apdu/instructions.hpp"
#include "driver/transport.hpp"

namespace ledger_bridge::admin {

class FakeDevice final : public driver::Transport {
public:
    // What the test sets up, turns on, and looks at afterwards.
    std::optional<apdu::AuthorizedKey> authorized;
    apdu::DeviceMarks marks;
    bool rejects = false;              // the person presses Reject
    bool locked = false;               // 5515 to everything
    bool keeps_old_marks = false;      // says yes to SETUP and RESET and does nothing
    bool keeps_old_test_mark = false;  // ... or only half of it
    bool loses_answers = false;        // to SETUP, RESET and SIGN, once it has obeyed
    Bytes signature = Bytes(64);       // its answer to SIGN, and what it sets the test round to
    apdu::Round round_after_signing;
    std::function<void()> on_prompt = [] {};
    std::vector<std::uint8_t> instructions;  // INS of every APDU, in order
    std::optional<Duration> time_to_sign;    // that was left when the last message came

    Result<Bytes> exchange(ByteView apdu, const Deadline& deadline) override;
    Result<std::size_t> drain(Duration /*quiet*/) override { return std::size_t{0}; }
    void cancel() override {}

    // How many of the recorded APDUs had this INS.
    [[nodiscard]] std::ptrdiff_t count(std::uint8_t instruction) const;

private:
    Bytes answer(std::uint8_t instruction, ByteReader& data, std::uint8_t p1, std::uint8_t p2);
    Bytes setup(ByteReader& data, apdu::Curve curve);
    Bytes reset(ByteReader& data);
    Bytes sign(ByteReader& data, std::uint8_t p1);
};

// The key that the fake device holds.
apdu::PublicKey fake_key();

}  // namespace ledger_bridge::admin
