#include "driver/resolve.hpp"

#include <system_error>

#include <cstring>
#include <future>
#include <memory>
#include <thread>

#include "driver/signals_blocked.hpp"

#include <netdb.h>
#include <pthread.h>

namespace ledger_bridge::driver {

namespace {

using Addresses = Result<std::vector<SocketAddress>>;

struct FreeAddresses {
    void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};

Addresses look_up(const std::string& host, std::uint16_t port, int flags) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = flags | AI_NUMERICSERV;
    addrinfo* found = nullptr;
    const int error = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
    if (error != 0) {
        return fail(Errc::no_device, host + ": " + ::gai_strerror(error));
    }
    const std::unique_ptr<addrinfo, FreeAddresses> list(found);
    std::vector<SocketAddress> addresses;
    for (const auto* entry = list.get(); entry != nullptr; entry = entry->ai_next) {
        SocketAddress address;
        address.size = entry->ai_addrlen;
        std::memcpy(&address.storage, entry->ai_addr, entry->ai_addrlen);
        addresses.push_back(address);
    }
    return addresses;
}

// getaddrinfo knows no deadline, so a name is looked up on a thread of its own, which is left
// behind when it takes too long; it touches nothing but the shared state of the future.
Result<std::future<Addresses>> start_look_up(const std::string& host, std::uint16_t port) {
    std::packaged_task<Addresses()> task([host, port] { return look_up(host, port, 0); });
    auto result = task.get_future();
    // Signals belong to the main thread: none may be delivered to the one made here.
    const SignalsBlocked blocked;
    try {
        std::thread thread(std::move(task));
        ::pthread_setname_np(thread.native_handle(), "resolve");
        thread.detach();
    } catch (const std::system_error& error) {
        return fail(Errc::system, std::string("thread: ") + error.what());
    }
    return result;
}

}  // namespace

Result<std::vector<SocketAddress>> resolve(const std::string& host,
                                           std::uint16_t port,
                                           const Deadline& deadline) {
    auto numeric = look_up(host, port, AI_NUMERICHOST);
    if (numeric) {
        return numeric;
    }
    auto result = start_look_up(host, port);
    if (!result) {
        return result.error();
    }
    if (result->wait_for(deadline.remaining()) != std::future_status::ready) {
        return fail(Errc::timed_out, "looking up " + host);
    }
    return result->get();
}

}  // namespace ledger_bridge::driver
