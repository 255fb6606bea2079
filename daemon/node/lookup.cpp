#include "daemon/node/lookup.hpp"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

#include <boost/asio/io_context.hpp>

namespace ledger_bridge::node {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Endpoints = std::vector<tcp::endpoint>;

struct Lookup {
    std::mutex mutex;
    std::condition_variable_any done;
    bool over = false;
    error_code code;
    Endpoints found;
};

Endpoints resolve(const NodeUrl& url, error_code& code) {
    asio::io_context io(1);
    Endpoints found;
    for (const auto& entry : tcp::resolver(io).resolve(url.host, url.port, code)) {
        found.push_back(entry.endpoint());
    }
    return found;
}

void run(Lookup& lookup, const NodeUrl& url) {
    error_code code;
    Endpoints found;
    try {
        found = resolve(url, code);
    } catch (const boost::system::system_error& error) {  // no descriptor is left
        code = error.code();
    }
    const std::lock_guard lock(lookup.mutex);
    lookup.code = code;
    lookup.found = std::move(found);
    lookup.over = true;
    lookup.done.notify_all();
}

}  // namespace

error_code look_up(const NodeUrl& url,
                   const Deadline& deadline,
                   const std::stop_token& stop,
                   Endpoints& found) {
    error_code no_address;
    if (const auto address = asio::ip::make_address(url.host, no_address); !no_address) {
        found = {{address, static_cast<std::uint16_t>(std::stoul(url.port))}};
        return {};
    }
    const auto lookup = std::make_shared<Lookup>();
    std::thread([lookup, url] { run(*lookup, url); }).detach();
    std::unique_lock lock(lookup->mutex);
    if (!lookup->done.wait_for(lock, stop, deadline.remaining(), [&] { return lookup->over; })) {
        return stop.stop_requested() ? asio::error::operation_aborted : asio::error::timed_out;
    }
    found = lookup->found;
    return lookup->code;
}

}  // namespace ledger_bridge::node
