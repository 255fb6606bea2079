// The control port: HTTP on 127.0.0.1, through which a test plays the person and the cable.
#pragma once

#include <cstdint>
#include <memory>

#include "driver/base/result.hpp"
#include "tools/emulator/rig/control_routes.hpp"

namespace boost::asio {
class io_context;
}  // namespace boost::asio

namespace ledger_bridge::emulator {

class ControlServer {
public:
    ControlServer() = default;
    ControlServer(const ControlServer&) = delete;
    ControlServer& operator=(const ControlServer&) = delete;
    ControlServer(ControlServer&&) = delete;
    ControlServer& operator=(ControlServer&&) = delete;
    virtual ~ControlServer() = default;

    [[nodiscard]] virtual std::uint16_t port() const = 0;
};

// `io` and `routes` outlive the server. Errors: cannot_listen.
Result<std::unique_ptr<ControlServer>> serve_control(boost::asio::io_context& io,
                                                     std::uint16_t port,
                                                     ControlRoutes& routes);

}  // namespace ledger_bridge::emulator
