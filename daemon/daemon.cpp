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
#include "daemon/node/node_client.hpp"
#include "daemon/usb/open_device.hpp"

namespace ledger_bridge::daemon {

namespace {

const SystemClock kClock;
// Shorter than the store's own second between probes: no failure comes and goes unseen.
constexpr auto kLook = std::chrono::milliseconds{500};
// A node of this machine or the next answers in a few milliseconds.
constexpr auto kFirstLook = std::chrono::seconds{1};
constexpr auto kDrainStep = std::chrono::milliseconds{10};
// For the rest of a request that was on its way when the daemon was told to stop.
constexpr auto kRestOfARequest = std::chrono::milliseconds{200};

SigningPolicy signing_policy(const Config& config) {
    return {.magic_bytes = config.magic_bytes,
            .chains = {config.chains.begin(), config.chains.end()}};
}

DeviceThreadOptions thread_options(const Config& config,
                                   const std::string& device,
                                   std::size_t number) {
    DeviceThreadOptions options;
    options.thread_name = fmt::format("signer-{}", number);
    options.queue_limit = config.queue_limit;
    options.client_queue_limit = config.client_queue_limit;
    options.session.device = device;
    options.session.reconnect_grace = config.reconnect_grace;
    options.session.open_app = config.open_app;
    options.signer.policy = signing_policy(config);
    options.signer.max_level_jump = config.max_level_jump;
    options.signer.block_time =
        std::chrono::duration_cast<std::chrono::milliseconds>(config.block_time);
    return options;
}

KeyServiceOptions key_service_options(const Config& config) {
    return {.sign_deadline = config.sign_deadline,
            .list_known_keys = config.allow_list_known_keys,
            .deterministic_nonces = config.deterministic_nonces,
            .signing = signing_policy(config),
            .policies = config.policies};
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
    daemon->ask_node(config);
    if (const auto listening = daemon->listeners_.open(config); !listening) {
        return listening.error();
    }
    if (const auto admin = daemon->listen_admin(config); !admin) {
        return admin.error();
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
      directory_(std::move(directory)),
      store_(std::move(store)),
      metrics_(BRIDGE_VERSION),
      node_watch_(watch_node(start_up.config)),
      devices_(make_devices(start_up.config), *store_),
      keys_(key_service_options(start_up.config),
            std::move(authentication),
            io_,
            devices_,
            metrics_,
            clock_),
      service_(keys_, devices_, *store_, metrics_, node_watch_.get(), start_up.config.path_prefix),
      socket_service_(keys_),
      listeners_(io_, service_, socket_service_, metrics_),
      signals_(io_, SIGTERM, SIGINT),
      reload_signal_(io_, SIGHUP),
      drain_timer_(io_),
      watchdog_timer_(io_),
      store_watch_(metrics_, clock_),
      look_timer_(io_),
      usb_watch_(io_, devices_, start_up.config.usb_backend) {}

std::vector<std::unique_ptr<DeviceThread>> Daemon::make_devices(const Config& config) {
    UsbOptions usb{.backend = config.usb_backend, .locks = driver::lock_places()};
    std::vector<std::unique_ptr<DeviceThread>> threads;
    for (const auto& name : config.devices) {
        const auto foreign = foreign_reports(name.text(), metrics_, clock_);
        usb.foreign_report = [foreign] { foreign->note(); };
        auto options = thread_options(config, name.text(), threads.size());
        options.session.seeks_authorised = name.kind == driver::DeviceKind::usb_name;
        options.session.warning = [foreign] { return foreign->warning(); };
        if (node_watch_) {
            options.signer.head = [this](const auto& chain) { return node_watch_->head(chain); };
        }
        threads.push_back(std::make_unique<DeviceThread>(
            std::move(options),
            opener_of(name, usb, clock_, [this] { metrics_.count_apdus(1); }),
            *store_,
            clock_,
            device_events(*store_, metrics_)));
    }
    return threads;
}

std::unique_ptr<NodeWatch> Daemon::watch_node(const Config& config) {
    if (!config.node) {
        return nullptr;
    }
    const auto ask = [url = *config.node](const Deadline& deadline, const std::stop_token& stop) {
        return node::ask_node(url, deadline, kClock, stop);
    };
    const auto chains = [this, configured = config.chains] { return signed_chains(configured); };
    return std::make_unique<NodeWatch>(ask, chains, config.block_time, metrics_, clock_);
}

// On any thread: the list of devices does not change, and their pictures may be looked at anywhere.
std::set<apdu::ChainId> Daemon::signed_chains(const std::vector<apdu::ChainId>& configured) const {
    std::set<apdu::ChainId> chains;
    bool known = false;
    for (const auto& device : devices_.threads()) {
        if (const auto session = device->snapshot(); session->facts) {
            known = true;
            chains.insert(session->facts->marks.chain);
        }
    }
    chains.insert(configured.begin(), configured.end());
    chains.erase(apdu::ChainId{});  // "any" is no chain that is signed for
    return known ? chains : std::set<apdu::ChainId>();
}

// Where nothing was signed yet, the first request finds the node's answer here already.
void Daemon::ask_node(const Config& config) {
    if (!node_watch_) {
        return;
    }
    node_thread_.emplace(*node_watch_, config.block_time);
    if (store_->marks().empty()) {
        node_thread_->wait_for_first_look(kFirstLook);
    }
}

Result<void> Daemon::listen_admin(const Config& config) {
    admin_commands_.emplace(devices_,
                            keys_,
                            *store_,
                            clock_,
                            node_watch_.get(),
                            listeners_.url(),
                            directory_.path().string());
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
    usb_watch_.start();
    announce();
    feed_watchdog({});
    look_around({});
    io_.run();
    devices_.stop();
    store_->stop();  // what it answers goes through the loop, which ends with this object
    spdlog::info("stopped");
}

void Daemon::announce() const {
    for (const auto& place : listeners_.places()) {
        fmt::print("listening {}\n", place);
    }
    static_cast<void>(std::fflush(stdout));
    sd_notify(0, "READY=1");
    spdlog::info("ready, state in {}", directory_.path().string());
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

void Daemon::look_around(const error_code& error) {
    if (error) {
        return;
    }
    store_watch_.look(store_->state());
    watch_space();
    listeners_.look_at_certificate(clock_.wall());
    look_timer_.expires_after(kLook);
    look_timer_.async_wait(std::bind_front(&Daemon::look_around, this));
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
    const auto tls = config.https.empty() ? TlsContext() : load_tls(config.tls);
    if (!tls) {
        return tls.error();
    }
    keys_.use(key_service_options(config), std::move(*authentication));
    listeners_.use(*tls, config.tls);
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
    unfinished_deadline_ = Deadline::after(clock_, kRestOfARequest);
    admin_server_->stop_accepting();
    listeners_.stop_accepting();
    drain({});
}

// Looks again and again, shortly: every request under way ends by its own deadline.
void Daemon::drain(const error_code& error) {
    listeners_.close_idle();
    if (unfinished_deadline_->passed()) {
        listeners_.close_unfinished();
    }
    const bool answered_everybody = keys_.unanswered() == 0 && listeners_.deserted();
    if (error || answered_everybody || drain_deadline_->passed()) {
        io_.stop();
        return;
    }
    drain_timer_.expires_after(kDrainStep);
    drain_timer_.async_wait(std::bind_front(&Daemon::drain, this));
}

}  // namespace ledger_bridge::daemon
