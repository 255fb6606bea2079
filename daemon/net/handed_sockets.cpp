#include "daemon/net/handed_sockets.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <systemd/sd-daemon.h>

#include <array>
#include <cstdlib>
#include <optional>
#include <string_view>
#include <vector>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <fmt/format.h>

#include "daemon/config/listen_address.hpp"
#include "daemon/errors.hpp"

namespace ledger_bridge::daemon {

namespace {

namespace asio = boost::asio;

constexpr std::array<std::string_view, 3> kTcpNames{"http", "https", "tcp"};

Error unusable(const std::string& name, std::string_view why) {
    return fail(Errc::handed_socket, fmt::format("'{}': {}", name, why));
}

template <class Endpoint>
Endpoint local_endpoint(int descriptor) {
    Endpoint endpoint;
    auto size = static_cast<socklen_t>(endpoint.capacity());
    if (::getsockname(descriptor, endpoint.data(), &size) == 0) {
        endpoint.resize(size);
    }
    return endpoint;
}

Result<std::string> tcp_place(const std::string& name, int descriptor) {
    if (sd_is_socket_inet(descriptor, AF_UNSPEC, SOCK_STREAM, 1, 0) <= 0) {
        return unusable(name, "it does not listen on TCP");
    }
    const auto endpoint = local_endpoint<asio::ip::tcp::endpoint>(descriptor);
    return ListenAddress{endpoint.address().to_string(), endpoint.port()}.text();
}

Result<std::string> unix_place(const std::string& name, int descriptor) {
    if (sd_is_socket_unix(descriptor, SOCK_STREAM, 1, nullptr, 0) <= 0) {
        return unusable(name, "it does not listen on a socket file");
    }
    auto path = local_endpoint<asio::local::stream_protocol::endpoint>(descriptor).path();
    return path.starts_with('/') ? Result<std::string>(path) : unusable(name, "it has no path");
}

Result<std::string> place_of(const std::string& name, int descriptor) {
    if (name == "unix") {
        return unix_place(name, descriptor);
    }
    for (const auto known : kTcpNames) {
        if (name == known) {
            return tcp_place(name, descriptor);
        }
    }
    return unusable(name, "there is no listener of that name");
}

}  // namespace

Result<HandedSockets> handed_sockets() {
    char** names = nullptr;
    const auto count = sd_listen_fds_with_names(1, &names);
    HandedSockets sockets;
    std::optional<Error> error;
    for (int i = 0; i < count; ++i) {
        const std::string name = names[i];
        std::free(names[i]);  // NOLINT(cppcoreguidelines-no-malloc): sd_listen_fds(3) says so
        const auto descriptor = SD_LISTEN_FDS_START + i;
        const auto place = place_of(name, descriptor);
        if (!place) {
            error = place.error();
        } else if (name == "unix" && sockets.contains(name)) {
            error = unusable(name, "there are two of that name");
        } else {
            sockets.emplace(name, HandedSocket{descriptor, *place});
        }
    }
    std::free(names);  // NOLINT(cppcoreguidelines-no-malloc)
    return error ? Result<HandedSockets>(*error) : sockets;
}

GivenOptions as_options(const HandedSockets& sockets) {
    GivenOptions given;
    for (const auto& [name, socket] : sockets) {
        auto& option = given[name];
        option.values.push_back(socket.place);
        option.origin = fmt::format("{} of the service manager", name);
    }
    return given;
}

void assign(const HandedSockets& sockets, Config& config) {
    const auto take = [&sockets](std::string_view name, std::vector<ListenAddress>& addresses) {
        auto address = addresses.begin();
        const auto [first, last] = sockets.equal_range(std::string(name));
        for (auto socket = first; socket != last; ++socket) {
            (address++)->descriptor = socket->second.descriptor;
        }
    };
    take("http", config.http);
    take("https", config.https);
    take("tcp", config.tcp);
    if (const auto local = sockets.find("unix"); local != sockets.end()) {
        config.unix_descriptor = local->second.descriptor;
    }
}

}  // namespace ledger_bridge::daemon
