// The whole daemon: its parts in the order in which they need each other, and its end.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include "daemon/admin_server.hpp"
#include "daemon/config/config.hpp"
#include "daemon/config/reload.hpp"
#include "daemon/devices.hpp"
#include "daemon/floor/state_directory.hpp"
#include "daemon/floor/store_thread.hpp"
#include "daemon/listeners.hpp"
#include "daemon/metrics.hpp"
#include "daemon/node_thread.hpp"
#include "daemon/node_watch.hpp"
#include "daemon/store_watch.hpp"
#include "daemon/usb_watch.hpp"

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
    // configuration and certificates again, all of them or nothing. Then answers
    // what is under way, for as long as a request may wait, and returns.
    void run();

private:
    Daemon(const StartUp& start_up,
           ReadAgain read_again,
           floor::StateDirectory directory,
           std::unique_ptr<floor::StoreThread> store,
           std::optional<Authentication> authentication);

    Result<void> listen_admin(const Config& config);
    std::unique_ptr<NodeWatch> watch_node(const Config& config);
    [[nodiscard]] std::set<apdu::ChainId> signed_chains(
        const std::vector<apdu::ChainId>& configured) const;
    void ask_node(const Config& config);
    std::vector<std::unique_ptr<DeviceThread>> make_devices(const Config& config);
    void announce() const;
    void feed_watchdog(const error_code& error);
    void look_around(const error_code& error);
    void watch_space();
    void on_signal(const error_code& error, int signal);
    void on_reload(const error_code& error, int signal);
    Result<Reload> reload();
    Result<void> take(const Config& config);
    void drain(const error_code& error);

    const Clock& clock_;
    StartUp start_up_;     // what holds now
    Duration drain_time_;  // the longest deadline that a request in work may have
    ReadAgain read_again_;
    floor::StateDirectory directory_;
    std::unique_ptr<floor::StoreThread> store_;
    MetricsRegistry metrics_;
    boost::asio::io_context io_{1};
    std::unique_ptr<NodeWatch> node_watch_;  // null: no node is asked
    Devices devices_;
    KeyService keys_;
    Service service_;
    SocketService socket_service_;
    Listeners listeners_;
    std::optional<AdminCommands> admin_commands_;
    std::unique_ptr<AdminServer> admin_server_;
    boost::asio::signal_set signals_;
    boost::asio::signal_set reload_signal_;
    boost::asio::steady_timer drain_timer_;
    boost::asio::steady_timer watchdog_timer_;
    StoreWatch store_watch_;
    bool low_on_space_ = false;
    boost::asio::steady_timer look_timer_;
    UsbWatch usb_watch_;
    std::optional<Deadline> drain_deadline_;
    std::optional<Deadline> unfinished_deadline_;
    std::optional<NodeThread> node_thread_;  // last: it looks at the devices
};

}  // namespace ledger_bridge::daemon
