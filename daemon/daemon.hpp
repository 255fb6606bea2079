// The whole daemon: its parts in the order in which they need each other, and its end.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include "daemon/admin_server.hpp"
#include "daemon/config/config.hpp"
#include "daemon/config/reload.hpp"
#include "daemon/devices.hpp"
#include "daemon/floor/state_directory.hpp"
#include "daemon/floor/store_thread.hpp"
#include "daemon/http/http_server.hpp"
#include "daemon/metrics.hpp"
#include "daemon/service.hpp"
#include "daemon/socket_service.hpp"
#include "daemon/store_watch.hpp"
#include "driver/hotplug.hpp"

namespace ledger_bridge::daemon {

// Main thread alone.
class Daemon {
public:
    // The command line and the configuration file, as they are now.
    using ReadAgain = std::function<Result<StartUp>()>;

    // Takes the state directory's lock, opens the store, listens, and starts the devices' threads.
    // All signals must be blocked before. Errors: those of the state directory, the store and the
    // listeners; then nothing runs.
    static Result<std::unique_ptr<Daemon>> start(const StartUp& start_up, ReadAgain read_again);

    // Prints the ready lines, tells systemd, and serves until SIGTERM or SIGINT; SIGHUP reads
    // configuration and certificates again, and what cannot be used changes nothing. Then answers
    // what is under way, for as long as a request may wait, and returns.
    void run();

private:
    Daemon(const StartUp& start_up,
           ReadAgain read_again,
           floor::StateDirectory directory,
           std::unique_ptr<floor::StoreThread> store,
           std::optional<Authentication> authentication);

    Result<void> listen(const Config& config);
    Result<void> listen_http(const Config& config);
    Result<void> listen_https(const Config& config);
    Result<void> add_http(const ListenAddress& address, const Config& config, TlsContext tls);
    Result<void> listen_sockets(const Config& config);
    Result<void> listen_admin(const Config& config);
    Result<void> keep(Result<std::unique_ptr<SocketServer>> server);
    std::vector<std::unique_ptr<DeviceThread>> make_devices(const Config& config);
    void announce() const;
    void watch_usb();
    void on_usb_event(const error_code& error);
    void feed_watchdog(const error_code& error);
    void watch_store(const error_code& error);
    void watch_space();
    void on_signal(const error_code& error, int signal);
    void on_reload(const error_code& error, int signal);
    Result<Reload> reload();
    Result<void> take(const Config& config);
    void drain(const error_code& error);
    [[nodiscard]] bool answered_everybody() const;
    void on_request(Listener listener, const HttpRequest& request, const Respond& respond);

    const Clock& clock_;
    StartUp start_up_;     // what holds now
    Duration drain_time_;  // the longest deadline that a request in work may have
    ReadAgain read_again_;
    driver::HidBackend usb_backend_;
    floor::StateDirectory directory_;
    std::unique_ptr<floor::StoreThread> store_;
    MetricsRegistry metrics_;
    boost::asio::io_context io_{1};
    Devices devices_;
    KeyService keys_;
    Service service_;
    SocketService socket_service_;
    std::optional<AdminCommands> admin_commands_;
    std::unique_ptr<AdminServer> admin_server_;
    std::vector<std::unique_ptr<HttpServer>> http_servers_;
    std::vector<std::unique_ptr<SocketServer>> socket_servers_;
    boost::asio::signal_set signals_;
    boost::asio::signal_set reload_signal_;
    boost::asio::steady_timer drain_timer_;
    boost::asio::steady_timer watchdog_timer_;
    StoreWatch store_watch_;
    bool low_on_space_ = false;
    boost::asio::steady_timer store_timer_;
    std::unique_ptr<driver::Hotplug> hotplug_;
    boost::asio::posix::stream_descriptor usb_events_;
    std::optional<Deadline> drain_deadline_;
};

}  // namespace ledger_bridge::daemon
