#include "daemon/daemon.hpp"

#include <systemd/sd-daemon.h>

#include <algorithm>
#include <csignal>
#include <functional>
#include <utility>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "daemon/admin/admin_socket.hpp"
#include "daemon/device_events.hpp"
#include "daemon/errors.hpp"
#include "daemon/floor/floor_opening.hpp"
#include "daemon/usb/open_device.hpp"

namespace ledger_bridge::daemon {

namespace {

const SystemClock kClock;
// Shorter than the store's own second between probes: no failure comes and goes unseen.
constexpr auto kStoreLook = std::chrono::milliseconds{500};
constexpr auto kDrainStep = std::chrono::milliseconds{10};

DeviceThreadOptions thread_options(const Config& config,
                                   const std::string& device,
                                   std::size_t number) {
    DeviceThreadOptions options;
    options.thread_name = fmt::format("signer-{}", number);
    options.queue_limit = config.queue_limit;
    options.session.device = device;
    options.session.reconnect_grace = config.reconnect_grace;
    options.session.open_app = config.open_app;
    options.signer.policy.magic_bytes = config.magic_bytes;
    options.signer.policy.chains.insert(config.chains.begin(), config.chains.end());
    options.signer.max_level_jump = config.max_level_jump;
    options.signer.block_time =
        std::chrono::duration_cast<std::chrono::milliseconds>(config.block_time);
    return options;
}

KeyServiceOptions key_service_options(const Config& config) {
    return {.sign_deadline = config.sign_deadline,
            .list_known_keys = config.allow_list_known_keys,
            .deterministic_nonces = config.deterministic_nonces,
            .policies = config.policies};
}

SocketLimits socket_limits(const Config& config) {
    SocketLimits limits;
    limits.connections = config.http_limits.connections;
    limits.idle_time = config.http_limits.idle_time;
    return limits;
}

Result<std::optional<Authentication>> open_authentication(const Config& config) {
    if (!config.require_authentication) {
        return std::optional<Authentication>();
    }
    auto opened = Authentication::open(*config.authorized_keys);
    return opened ? Result<std::optional<Authentication>>(std::move(*opened)) : opened.error();
}

void log_reload(const Reload& reload) {
    for (const auto& option : reload.changed) {
        spdlog::info("{}", option);
    }
    for (const auto& option : reload.needs_restart) {
        spdlog::warn("{} was changed and needs a restart", option);
    }
    spdlog::info("reloaded: configuration, certificates and authorized keys as they are now");
}

floor::Decision decision_of(const Config& config) {
    if (config.first_start) {
        return floor::Decision::first_start;
    }
    return config.adopt_state ? floor::Decision::adopt_state : floor::Decision::none;
}

Result<floor::OpenFloor> open_floor(const Config& config) {
    const auto path = floor::daemon_state_directory(floor::state_places(config.state_dir));
    if (!path) {
        return path.error();
    }
    auto opened = floor::open_floor(*path, {.decision = decision_of(config)});
    if (opened) {
        for (const auto& news : opened->news) {
            spdlog::warn("{}", news);
        }
    }
    return opened;
}

}  // namespace

Result<std::unique_ptr<Daemon>> Daemon::start(const StartUp& start_up, ReadAgain read_again) {
    const auto& config = start_up.config;
    auto authentication = open_authentication(config);
    if (!authentication) {
        return authentication.error();
    }
    auto opened = open_floor(config);
    if (!opened) {
        return opened.error();
    }
    opened->store->keep_audit(config.audit_keep);
    opened->store->reserve_space();
    auto store = floor::StoreThread::start(std::move(opened->store), kClock);
    if (!store) {
        return store.error();
    }
    std::unique_ptr<Daemon> daemon(new Daemon(start_up,
                                              std::move(read_again),
                                              std::move(opened->directory),
                                              std::move(*store),
                                              std::move(*authentication)));
    if (const auto listening = daemon->listen(config); !listening) {
        return listening.error();
    }
    daemon->devices_.start();
    return daemon;
}

Daemon::Daemon(const StartUp& start_up,
               ReadAgain read_again,
               floor::StateDirectory directory,
               std::unique_ptr<floor::StoreThread> store,
               std::optional<Authentication> authentication)
    : clock_(kClock),
      start_up_(start_up),
      drain_time_(start_up.config.sign_deadline),
      read_again_(std::move(read_again)),
      usb_backend_(start_up.config.usb_backend),
      directory_(std::move(directory)),
      store_(std::move(store)),
      metrics_(BRIDGE_VERSION),
      devices_(make_devices(start_up.config), *store_),
      keys_(key_service_options(start_up.config),
            std::move(authentication),
            io_,
            devices_,
            metrics_,
            clock_),
      service_(keys_, devices_, *store_, metrics_),
      socket_service_(keys_),
      signals_(io_, SIGTERM, SIGINT),
      reload_signal_(io_, SIGHUP),
      drain_timer_(io_),
      watchdog_timer_(io_),
      store_watch_(metrics_, clock_),
      store_timer_(io_),
      usb_events_(io_) {}

std::vector<std::unique_ptr<DeviceThread>> Daemon::make_devices(const Config& config) {
    UsbOptions usb{.backend = config.usb_backend, .locks = driver::lock_places()};
    std::vector<std::unique_ptr<DeviceThread>> threads;
    for (const auto& name : config.devices) {
        const auto foreign = foreign_reports(name.text(), metrics_, clock_);
        usb.foreign_report = [foreign] { foreign->note(); };
        auto options = thread_options(config, name.text(), threads.size());
        options.session.seeks_authorised = name.kind == driver::DeviceKind::usb_name;
        options.session.warning = [foreign] { return foreign->warning(); };
        threads.push_back(std::make_unique<DeviceThread>(
            std::move(options),
            opener_of(name, usb, clock_, [this] { metrics_.count_apdus(1); }),
            *store_,
            clock_,
            device_events(*store_, metrics_)));
    }
    return threads;
}

Result<void> Daemon::listen(const Config& config) {
    if (const auto http = listen_http(config); !http) {
        return http;
    }
    if (const auto https = listen_https(config); !https) {
        return https;
    }
    if (const auto sockets = listen_sockets(config); !sockets) {
        return sockets;
    }
    return listen_admin(config);
}

Result<void> Daemon::listen_http(const Config& config) {
    return config.http ? add_http(*config.http, config, nullptr) : Result<void>();
}

Result<void> Daemon::listen_https(const Config& config) {
    if (!config.https) {
        return {};
    }
    auto tls = load_tls(config.tls);
    return tls ? add_http(*config.https, config, std::move(*tls)) : tls.error();
}

Result<void> Daemon::add_http(const ListenAddress& address, const Config& config, TlsContext tls) {
    const auto listener = tls ? Listener::https : Listener::http;
    auto server = HttpServer::listen(
        io_,
        address,
        config.http_limits,
        [this, listener](const HttpRequest& request, const Respond& respond) {
            on_request(listener, request, respond);
        },
        std::move(tls));
    if (!server) {
        return server.error();
    }
    http_servers_.push_back(std::move(*server));
    return {};
}

Result<void> Daemon::listen_sockets(const Config& config) {
    const auto handler = [this](Listener listener) {
        return [this, listener](const Bytes& request, const SocketReply& reply) {
            socket_service_.handle(listener, request, reply);
        };
    };
    const auto limits = socket_limits(config);
    if (config.tcp) {
        const auto kept =
            keep(SocketServer::listen_tcp(io_, *config.tcp, limits, handler(Listener::tcp)));
        if (!kept) {
            return kept;
        }
    }
    return config.unix_socket ? keep(SocketServer::listen_unix(io_,
                                                               *config.unix_socket,
                                                               config.unix_descriptor,
                                                               limits,
                                                               handler(Listener::unix_socket)))
                              : Result<void>();
}

Result<void> Daemon::keep(Result<std::unique_ptr<SocketServer>> server) {
    if (!server) {
        return server.error();
    }
    socket_servers_.push_back(std::move(*server));
    return {};
}

Result<void> Daemon::listen_admin(const Config& config) {
    const auto url = http_servers_.empty()
                         ? "http://none"
                         : fmt::format("{}://{}",
                                       http_servers_.front()->scheme(),
                                       http_servers_.front()->addresses().front());
    admin_commands_.emplace(devices_, keys_, *store_, clock_, url, directory_.path().string());
    const auto path = admin::daemon_admin_socket(admin::socket_places(config.admin_socket));
    if (!path) {
        return fail(Errc::listen_failed, "no place for the admin socket; give --admin-socket");
    }
    auto server = AdminServer::listen(io_, *path, *admin_commands_);
    if (!server) {
        return server.error();
    }
    admin_server_ = std::move(*server);
    return {};
}

void Daemon::run() {
    signals_.async_wait(std::bind_front(&Daemon::on_signal, this));
    reload_signal_.async_wait(std::bind_front(&Daemon::on_reload, this));
    watch_usb();
    announce();
    feed_watchdog({});
    watch_store({});
    io_.run();
    if (hotplug_ != nullptr) {
        usb_events_.release();  // the descriptor is the monitor's
    }
    devices_.stop();
    store_->stop();  // what it answers goes through the loop, which ends with this object
    spdlog::info("stopped");
}

void Daemon::announce() const {
    for (const auto& server : http_servers_) {
        for (const auto& address : server->addresses()) {
            fmt::print("listening {} {}\n", server->scheme(), address);
        }
    }
    for (const auto& server : socket_servers_) {
        for (const auto& place : server->places()) {
            fmt::print("listening {}\n", place);
        }
    }
    std::fflush(stdout);
    sd_notify(0, "READY=1");
    spdlog::info("ready, state in {}", directory_.path().string());
}

// Events can get lost, and without them the sessions still look for themselves.
void Daemon::watch_usb() {
    auto hotplug = driver::Hotplug::start();
    if (!hotplug) {
        spdlog::debug("no hot-plug events: {}", hotplug.error().text());
        return;
    }
    hotplug_ = std::move(*hotplug);
    usb_events_.assign(hotplug_->fd());
    usb_events_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                           std::bind_front(&Daemon::on_usb_event, this));
}

void Daemon::on_usb_event(const error_code& error) {
    if (error) {
        return;
    }
    const auto events = hotplug_->read();
    if (!events) {
        spdlog::warn("hot-plug events end: {}", events.error().text());
        return;
    }
    const bool news = std::any_of(events->begin(), events->end(), [this](const auto& event) {
        return driver::concerns(event, usb_backend_);
    });
    for (const auto& device : devices_.threads()) {
        if (news) {
            device->wake();
        }
    }
    usb_events_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                           std::bind_front(&Daemon::on_usb_event, this));
}

// Fed only while this loop runs and every thread of a device is where its work allows it to be.
void Daemon::feed_watchdog(const error_code& error) {
    std::uint64_t interval = 0;
    if (error || sd_watchdog_enabled(0, &interval) <= 0) {
        return;
    }
    const auto& threads = devices_.threads();
    if (std::all_of(threads.begin(), threads.end(), [](const auto& one) { return one->alive(); })) {
        sd_notify(0, "WATCHDOG=1");
    }
    watchdog_timer_.expires_after(std::chrono::microseconds(interval) / 3);
    watchdog_timer_.async_wait(std::bind_front(&Daemon::feed_watchdog, this));
}

void Daemon::watch_store(const error_code& error) {
    if (error) {
        return;
    }
    store_watch_.look(store_->state());
    watch_space();
    store_timer_.expires_after(kStoreLook);
    store_timer_.async_wait(std::bind_front(&Daemon::watch_store, this));
}

// One line for each change.
void Daemon::watch_space() {
    if (store_->low_on_space() == low_on_space_) {
        return;
    }
    low_on_space_ = !low_on_space_;
    if (low_on_space_) {
        spdlog::error(
            "the disk of {} is full: watermarks are saved in the space that was kept for this; "
            "free some, or signing stops when it is used up",
            directory_.path().string());
    } else {
        spdlog::info("the disk of {} has room again", directory_.path().string());
    }
}

void Daemon::on_reload(const error_code& error, int /*signal*/) {
    if (error || drain_deadline_) {
        return;
    }
    sd_notify(0, "RELOADING=1");
    if (const auto done = reload(); done) {
        log_reload(*done);
    } else {
        spdlog::error("not reloaded, everything stays as it was: {}", done.error().text());
    }
    sd_notify(0, "READY=1");
    reload_signal_.async_wait(std::bind_front(&Daemon::on_reload, this));
}

Result<Reload> Daemon::reload() {
    const auto next = read_again_();
    if (!next) {
        return next.error();
    }
    auto plan = plan_reload(start_up_, *next);
    if (!plan) {
        return plan;
    }
    if (const auto taken = take(plan->start_up.config); !taken) {
        return taken.error();
    }
    start_up_ = plan->start_up;
    return plan;
}

// All or nothing: every file is read before anything changes.
Result<void> Daemon::take(const Config& config) {
    auto authentication = open_authentication(config);
    if (!authentication) {
        return authentication.error();
    }
    const auto tls = config.https ? load_tls(config.tls) : TlsContext();
    if (!tls) {
        return tls.error();
    }
    keys_.use(key_service_options(config), std::move(*authentication));
    for (const auto& server : http_servers_) {
        if (server->scheme() == "https") {
            server->use(*tls);
        }
    }
    drain_time_ = std::max(drain_time_, config.sign_deadline);
    spdlog::set_level(config.log.level);
    return {};
}

void Daemon::on_signal(const error_code& error, int signal) {
    if (error) {
        return;
    }
    spdlog::info("stopping on signal {}: answering {} requests", signal, keys_.unanswered());
    sd_notify(0, "STOPPING=1");
    drain_deadline_ = Deadline::after(clock_, drain_time_);
    admin_server_->stop_accepting();
    for (const auto& server : http_servers_) {
        server->stop_accepting();
    }
    for (const auto& server : socket_servers_) {
        server->stop_accepting();
    }
    drain({});
}

// Looks again and again, shortly: every request under way ends by its own deadline.
void Daemon::drain(const error_code& error) {
    for (const auto& server : http_servers_) {
        server->close_idle();
    }
    for (const auto& server : socket_servers_) {
        server->close_idle();
    }
    if (error || answered_everybody() || drain_deadline_->passed()) {
        io_.stop();
        return;
    }
    drain_timer_.expires_after(kDrainStep);
    drain_timer_.async_wait(std::bind_front(&Daemon::drain, this));
}

bool Daemon::answered_everybody() const {
    const auto closed = [](const auto& server) { return server->connections() == 0; };
    return keys_.unanswered() == 0 &&
           std::all_of(socket_servers_.begin(), socket_servers_.end(), closed) &&
           std::all_of(http_servers_.begin(), http_servers_.end(), closed);
}

void Daemon::on_request(Listener listener, const HttpRequest& request, const Respond& respond) {
    std::size_t connections = 0;
    for (const auto& server : http_servers_) {
        connections += server->connections();
    }
    metrics_.set_connections(connections);
    service_.handle(listener, request, respond);
}

}  // namespace ledger_bridge::daemon
