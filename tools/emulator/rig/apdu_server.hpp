// The emulator's cable: commands and answers over TCP on 127.0.0.1.
#pragma once

#include <cstdint>
#include <memory>

#include "driver/base/result.hpp"
#include "tools/emulator/rig/bench.hpp"

namespace boost::asio {
class io_context;
}  // namespace boost::asio

namespace ledger_bridge::emulator {

// Request: length (4, big-endian), command. Answer: length of the data (4), data, status word (2).
// One host at a time; a second one's connection waits in the accept queue. While an answer is
// delayed, further commands wait; while a prompt is open, the device drops them.
// A length above 65,535 ends the connection.
class ApduServer : public Cable {
public:
    // The port that was taken, also when 0 was asked for.
    [[nodiscard]] virtual std::uint16_t port() const = 0;
};

// `io` and `bench` outlive the server. Errors: cannot_listen.
Result<std::unique_ptr<ApduServer>> serve_apdus(boost::asio::io_context& io,
                                                std::uint16_t port,
                                                Bench& bench);

}  // namespace ledger_bridge::emulator
