// Everything that can be set about the daemon, and how it is read at the start.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "apdu/types.hpp"
#include "daemon/config/given_options.hpp"
#include "daemon/config/http_limits.hpp"
#include "daemon/config/listen_address.hpp"
#include "daemon/config/path_prefix.hpp"
#include "daemon/config/tls_files.hpp"
#include "daemon/logging.hpp"
#include "daemon/node/node_url.hpp"
#include "daemon/policy/key_policy.hpp"
#include "driver/base/clock.hpp"
#include "driver/base/result.hpp"
#include "driver/device_name.hpp"
#include "driver/hid_backend.hpp"

namespace ledger_bridge::daemon {

enum class StoreKind { sqlite };

// Each member but the policies is the option of the same name; its value here is the default.
struct Config {
    std::vector<driver::DeviceName> devices = {driver::DeviceName{}};
    driver::HidBackend usb_backend = driver::HidBackend::hidraw;
    bool open_app = false;
    // Of the next three an empty one is switched off.
    std::vector<ListenAddress> http = {ListenAddress{"127.0.0.1", 6732}};
    std::vector<ListenAddress> https = {};
    TlsFiles tls = {};
    std::vector<ListenAddress> tcp = {};
    std::optional<std::string> unix_socket = std::nullopt;  // nothing: switched off
    int unix_descriptor = -1;                               // as ListenAddress::descriptor
    PathPrefix path_prefix = {};
    bool allow_remote = false;
    bool require_authentication = false;
    std::optional<std::string> authorized_keys = std::nullopt;  // a file
    std::optional<std::string> state_dir = std::nullopt;        // nothing: the usual place
    std::optional<std::string> admin_socket = std::nullopt;     // nothing: the usual place
    StoreKind store = StoreKind::sqlite;
    std::set<std::uint8_t> magic_bytes = {0x11, 0x12, 0x13};
    bool allow_list_known_keys = false;
    bool deterministic_nonces = false;
    std::vector<apdu::ChainId> chains = {};  // beside the device's main chain
    std::uint32_t max_level_jump = 1000;
    Duration block_time = std::chrono::seconds(6);
    std::optional<node::NodeUrl> node = std::nullopt;  // nothing: none is asked
    std::uint64_t audit_keep = 1'000'000;              // rows
    Duration sign_deadline = std::chrono::seconds(4);
    Duration reconnect_grace = std::chrono::seconds(2);
    std::size_t queue_limit = 32;        // waiting requests a device
    std::size_t client_queue_limit = 8;  // of these, of one client
    HttpLimits http_limits = {};
    LogSettings log = {};
    KeyPolicies policies = {};  // the tables of the file
    // A person's decisions about one start; never from a file.
    bool first_start = false;
    bool adopt_state = false;

    bool operator==(const Config&) const = default;
};

inline constexpr std::string_view kDefaultConfigFile = "/etc/ledger-bridge/ledger-bridged.toml";

// Exit code of every wrong option, file or value.
inline constexpr int kExitUsage = 2;

struct StartUp {
    // The text of --help or --version: print it and exit with 0. `config` is unused then.
    std::optional<std::string> message;
    Config config;
    GivenOptions given;               // what `config` was made of
    std::optional<std::string> file;  // the configuration file that was read
};

// Whether the whole makes sense. Errors: bad_option.
Result<void> check_config(const Config& config);

// Reads the command line (without the program's name) over the configuration file over the
// defaults, and checks that the whole makes sense. `default_file` is read if it exists; a file
// named with --config must exist. `handed` counts more than all of them.
// Errors: bad_option; the detail names the option, and for a file its path and line.
Result<StartUp> read_start_up(const std::vector<std::string>& arguments,
                              std::string_view version,
                              const std::filesystem::path& default_file = kDefaultConfigFile,
                              const GivenOptions& handed = {});

}  // namespace ledger_bridge::daemon
