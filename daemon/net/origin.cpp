#include "daemon/net/origin.hpp"

#include <sys/socket.h>

#include <algorithm>

#include <fmt/format.h>

#include "driver/base/result.hpp"

namespace ledger_bridge::daemon {

namespace {

namespace asio = boost::asio;

constexpr std::size_t kNetworkBytes = 8;

std::string network_of(const asio::ip::address_v6& address) {
    const auto all = address.to_bytes();
    asio::ip::address_v6::bytes_type network{};
    std::copy_n(all.begin(), kNetworkBytes, network.begin());
    return asio::ip::address_v6(network).to_string() + "/64";
}

}  // namespace

std::string origin_of(const asio::ip::address& address) {
    if (address.is_v4()) {
        return address.to_string();
    }
    const auto v6 = address.to_v6();
    return v6.is_v4_mapped() ? asio::ip::make_address_v4(asio::ip::v4_mapped, v6).to_string()
                             : network_of(v6);
}

std::optional<std::string> origin_of(const asio::ip::tcp::socket& socket) {
    error_code gone;
    const auto peer = socket.remote_endpoint(gone);
    return gone ? std::nullopt : std::optional(origin_of(peer.address()));
}

std::optional<std::string> origin_of(asio::local::stream_protocol::socket& socket) {
    ucred peer{};
    socklen_t size = sizeof(peer);
    if (::getsockopt(socket.native_handle(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) {
        return std::nullopt;
    }
    return fmt::format("uid {}", peer.uid);
}

}  // namespace ledger_bridge::daemon
