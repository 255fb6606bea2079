// A transport that expects given APDUs in order and gives prepared answers.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "driver/transport.hpp"

namespace ledger_bridge::apdu {

class ScriptedTransport final : public driver::Transport {
public:
    // The next APDU must be `apdu`; `answer` is its data and status word. All in hex.
    void expect(std::string apdu, std::string answer);
    // The next APDU must be `apdu`, and the exchange fails.
    void expect_failure(std::string apdu, driver::Errc code);

    [[nodiscard]] bool finished() const { return steps_.empty(); }
    [[nodiscard]] std::size_t sent() const { return sent_; }

    Result<Bytes> exchange(ByteView apdu, const Deadline& deadline) override;
    Result<std::size_t> drain(Duration quiet) override;
    void cancel() override {}

private:
    struct Step {
        std::string apdu;
        Result<Bytes> answer;
    };

    std::deque<Step> steps_;
    std::size_t sent_ = 0;
};

}  // namespace ledger_bridge::apdu
