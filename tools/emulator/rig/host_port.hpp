// A port on which hosts connect, let in one at a time.
#pragma once

#include <cstdint>
#include <functional>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "driver/base/result.hpp"

namespace ledger_bridge::emulator {

class HostPort {
public:
    // Whether a host may come in now, and the one that came.
    struct Callbacks {
        std::function<bool()> free;
        std::function<void(boost::asio::ip::tcp::socket socket)> accepted;
    };

    HostPort(boost::asio::ip::tcp::acceptor acceptor, Callbacks callbacks);

    [[nodiscard]] std::uint16_t number() const { return endpoint_.port(); }
    // Hosts that are not let in yet wait; when there is room again, call this again.
    void accept();
    // Ends the connections of those that wait, and refuses new ones.
    void close();
    // Errors: cannot_listen, when somebody else has taken the port meanwhile.
    Result<void> open();

private:
    void somebody_waits(const boost::system::error_code& error);
    void pause();

    boost::asio::ip::tcp::acceptor acceptor_;
    boost::asio::ip::tcp::endpoint endpoint_;
    boost::asio::steady_timer pause_;
    Callbacks callbacks_;
    bool waiting_ = false;
};

}  // namespace ledger_bridge::emulator
