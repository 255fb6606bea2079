#include "daemon/config/config.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "daemon/config/options.hpp"
#include "tests/daemon/config_fixture.hpp"

namespace ledger_bridge::daemon {
namespace {

using namespace std::chrono_literals;

TEST_F(ConfigTest, NothingGivenMeansTheDefaults) {
    const auto defaults = config({});
    EXPECT_EQ(defaults, Config{});
    ASSERT_EQ(defaults.http.size(), 1U);
    EXPECT_EQ(defaults.http.front().text(), "127.0.0.1:6732");
    EXPECT_EQ(defaults.devices.at(0).text(), "usb");
    EXPECT_EQ(defaults.magic_bytes, (std::set<std::uint8_t>{0x11, 0x12, 0x13}));
    EXPECT_EQ(defaults.sign_deadline, 4s);
    EXPECT_EQ(defaults.reconnect_grace, 2s);
    EXPECT_EQ(defaults.queue_limit, 32U);
    EXPECT_EQ(defaults.client_queue_limit, 8U);
    EXPECT_EQ(defaults.max_level_jump, 1000U);
    EXPECT_FALSE(defaults.node);
    EXPECT_EQ(defaults.block_time, 6s);
    EXPECT_EQ(defaults.http_limits.body, 65536U);
    EXPECT_EQ(defaults.http_limits.header, 8192U);
    EXPECT_EQ(defaults.http_limits.connections, 256U);
    EXPECT_EQ(defaults.http_limits.header_time, 5s);
    EXPECT_EQ(defaults.http_limits.idle_time, 30s);
}

TEST_F(ConfigTest, TheDefaultTextOfEachOptionGivesTheDefault) {
    for (const auto& option : options()) {
        if (option.default_text.empty()) {
            continue;
        }
        Config changed;
        ASSERT_TRUE(option.set(changed, {std::string(option.default_text)})) << option.name;
        EXPECT_EQ(changed, Config{}) << option.name;
    }
}

TEST_F(ConfigTest, EveryOptionWorksOnTheCommandLine) {
    const auto read = config({"--device",
                              "tcp://127.0.0.1:9999",
                              "--device=usb",
                              "--http",
                              "[::1]:0",
                              "--http=127.0.0.1:1",
                              "--path-prefix",
                              "/signer",
                              "--state-dir",
                              "/s",
                              "--admin-socket",
                              "/a",
                              "--store",
                              "sqlite",
                              "--magic-bytes",
                              "0x03,17",
                              "--allow-list-known-keys",
                              "--deterministic-nonces",
                              "--chain",
                              "mainnet",
                              "--chain",
                              "NetXnHfVqm9iesp",
                              "--max-level-jump",
                              "5",
                              "--block-time",
                              "15s",
                              "--node",
                              "https://node:8732/x",
                              "--audit-keep",
                              "9",
                              "--sign-deadline",
                              "500ms",
                              "--log-level",
                              "debug",
                              "--log-format",
                              "json",
                              "--body-limit",
                              "1KiB",
                              "--header-limit",
                              "1024",
                              "--client-connection-limit",
                              "6",
                              "--connection-limit",
                              "7",
                              "--client-queue-limit",
                              "5",
                              "--queue-limit",
                              "8",
                              "--header-timeout",
                              "1s",
                              "--idle-timeout",
                              "2m",
                              "--reconnect-grace",
                              "3s",
                              "--allow-remote"});
    ASSERT_EQ(read.devices.size(), 2U);
    EXPECT_EQ(read.devices[0].text(), "tcp://127.0.0.1:9999");
    EXPECT_EQ(read.devices[1].text(), "usb");
    EXPECT_EQ(read.http, (std::vector<ListenAddress>{{"::1", 0}, {"127.0.0.1", 1}}));
    EXPECT_EQ(read.path_prefix, (PathPrefix{{"signer"}}));
    EXPECT_EQ(read.state_dir, "/s");
    EXPECT_EQ(read.admin_socket, "/a");
    EXPECT_EQ(read.magic_bytes, (std::set<std::uint8_t>{0x03, 0x11}));
    EXPECT_TRUE(read.allow_list_known_keys);
    EXPECT_TRUE(read.deterministic_nonces);
    EXPECT_EQ(read.chains, (std::vector{apdu::kMainnet, apdu::kGhostnet}));
    EXPECT_EQ(read.max_level_jump, 5U);
    EXPECT_EQ(read.block_time, 15s);
    EXPECT_EQ(read.node, (node::NodeUrl{true, "node", "8732", "/x"}));
    EXPECT_EQ(read.audit_keep, 9U);
    EXPECT_EQ(read.sign_deadline, 500ms);
    EXPECT_EQ(read.log, (LogSettings{spdlog::level::debug, LogFormat::json}));
    EXPECT_EQ(read.http_limits.body, 1024U);
    EXPECT_EQ(read.http_limits.header, 1024U);
    EXPECT_EQ(read.http_limits.connections, 7U);
    EXPECT_EQ(read.http_limits.connections_of_client, 6U);
    EXPECT_EQ(read.queue_limit, 8U);
    EXPECT_EQ(read.client_queue_limit, 5U);
    EXPECT_EQ(read.http_limits.header_time, 1s);
    EXPECT_EQ(read.http_limits.idle_time, 2min);
    EXPECT_EQ(read.reconnect_grace, 3s);
    EXPECT_TRUE(read.allow_remote);
}

TEST_F(ConfigTest, NoneSwitchesTheListenerOff) {
    EXPECT_TRUE(config({"--http", "none"}).http.empty());
    EXPECT_TRUE(config({"--config", write("http = [\"none\"]")}).http.empty());
    for (const auto* other : {"none", "127.0.0.1:1"}) {
        EXPECT_TRUE(contains(error({"--http", "none", "--http", other}), "stands alone")) << other;
        EXPECT_TRUE(contains(error({"--http", other, "--http", "none"}), "stands alone")) << other;
    }
}

TEST_F(ConfigTest, AListenerMayHaveSeveralAddressesAndEachIsChecked) {
    const auto file = write("http = [\"127.0.0.1:1\", \"[::1]:1\"]\ntcp = \"127.0.0.1:2\"\n");
    EXPECT_EQ(config({"--config", file}).http,
              (std::vector<ListenAddress>{{"127.0.0.1", 1}, {"::1", 1}}));
    EXPECT_EQ(config({"--tcp", "127.0.0.1:0", "--tcp", "127.0.0.1:0"}).tcp.size(), 2U);
    EXPECT_EQ(config({"--config", file, "--http", "127.0.0.1:3"}).http.size(), 1U);
    EXPECT_TRUE(contains(error({"--tcp", "127.0.0.1:1", "--tcp", "127.0.0.1:1"}), "given twice"));
    const auto open = error({"--http", "127.0.0.1:1", "--http", "0.0.0.0:1"});
    EXPECT_TRUE(contains(open, "0.0.0.0:1 can be reached")) << open;
    EXPECT_TRUE(contains(error({"--config", write("https = []")}), "the list is empty"));
}

TEST_F(ConfigTest, MagicBytesThatTheAppDoesNotSignAreUsageErrors) {
    for (const auto* list :
         {"0x04", "0x11,0x05", "0x01", "0x14", "", "0x11,", ",", "x", "0x111", "0x11;0x12", "-3"}) {
        EXPECT_TRUE(contains(error({"--magic-bytes", list}), "--magic-bytes")) << list;
    }
    EXPECT_TRUE(contains(error({"--config", write("magic-bytes = [0x11, 4]")}), "'4' is none of"));
    EXPECT_TRUE(contains(error({"--config", write("magic-bytes = []")}), "the list is empty"));
    EXPECT_EQ(
        config({"--config", write("magic-bytes = [0x11, \"0x12, 0x13\"]")}).magic_bytes.size(), 3U);
}

TEST_F(ConfigTest, OptionsOfOtherVersionsAreNeverIgnored) {
    for (const std::string option : {"--etcd", "--nonsense", "-h", "-x"}) {
        EXPECT_TRUE(contains(error({option, "x"}), "unknown option " + option)) << option;
        EXPECT_TRUE(contains(error({"--http", "none", option + "=x"}), option)) << option;
    }
    EXPECT_TRUE(contains(error({"word"}), "unknown option word"));
    EXPECT_TRUE(contains(error({"--store", "etcd"}), "no etcd store"));
    EXPECT_TRUE(contains(error({"--", "--http"}), "unknown option"));
}

TEST_F(ConfigTest, ANodeHasAnAddressThatCanBeAsked) {
    EXPECT_EQ(config({"--node", "http://[::1]:8732"}).node,
              (node::NodeUrl{false, "::1", "8732", ""}));
    for (const auto* text : {"", "none", "node:8732", "ftp://node", "https://user@node"}) {
        EXPECT_TRUE(contains(error({"--node", text}), "this is no address of a node")) << text;
    }
}

TEST_F(ConfigTest, MissingAndRepeatedValuesAreUsageErrors) {
    EXPECT_TRUE(contains(error({"--http"}), "--http"));
    EXPECT_TRUE(contains(error({"--unix", "/a", "--unix", "/b"}), "--unix is given twice"));
    EXPECT_TRUE(contains(error({"--config", "a", "--config", "b"}), "--config is given twice"));
    EXPECT_TRUE(contains(error({"--device", "usb", "tcp://a:1"}), "unknown option tcp://a:1"));
}

TEST_F(ConfigTest, OnlyLoopbackWithoutAllowRemote) {
    for (const auto* address : {"0.0.0.0:6732", "[::]:6732", "192.168.1.2:6732", "signer.lan:1"}) {
        const auto text = error({"--http", address});
        EXPECT_TRUE(contains(text, "allow-remote")) << address;
        EXPECT_EQ(config({"--http", address, "--allow-remote"}).http.size(), 1U) << address;
    }
    EXPECT_EQ(config({"--http", "localhost:1"}).http.size(), 1U);
}

Arguments https(const std::string& address, const Arguments& more = {}) {
    Arguments all{"--https", address, "--tls-certificate", "/c", "--tls-key", "/k"};
    all.insert(all.end(), more.begin(), more.end());
    return all;
}

TEST_F(ConfigTest, HttpsHasACertificateAndItsKey) {
    const auto read = config(https("127.0.0.1:6733", {"--tls-client-ca", "/ca"}));
    EXPECT_EQ(read.https, (std::vector<ListenAddress>{{"127.0.0.1", 6733}}));
    EXPECT_EQ(read.tls, (TlsFiles{.certificate = "/c", .key = "/k", .client_ca = "/ca"}));
    EXPECT_TRUE(contains(error({"--https", "127.0.0.1:1"}), "tls-certificate and tls-key"));
    EXPECT_TRUE(contains(error({"--https", "127.0.0.1:1", "--tls-key", "/k"}), "tls-certificate"));
    for (const auto* option : {"--tls-certificate", "--tls-key", "--tls-client-ca"}) {
        EXPECT_TRUE(contains(error({option, "/f"}), "need https")) << option;
    }
}

TEST_F(ConfigTest, HttpsBeyondLoopbackNeedsToKnowItsClients) {
    EXPECT_TRUE(contains(error(https("0.0.0.0:1")), "tls-client-ca"));
    EXPECT_EQ(config(https("0.0.0.0:1", {"--tls-client-ca", "/ca"})).https.size(), 1U);
    EXPECT_EQ(config(https("0.0.0.0:1", {"--allow-remote"})).https.size(), 1U);
    EXPECT_EQ(config(https("0.0.0.0:1", {"--require-authentication", "--authorized-keys", "/a"}))
                  .https.size(),
              1U);
    // The certificates are no answer at the other listeners.
    for (const auto* other : {"--http", "--tcp"}) {
        const auto text = error(https("0.0.0.0:1", {"--tls-client-ca", "/ca", other, "0.0.0.0:2"}));
        EXPECT_TRUE(contains(text, other + 2)) << text;
    }
}

TEST_F(ConfigTest, RangesAreChecked) {
    for (const auto& [option, value] :
         std::vector<std::pair<std::string, std::string>>{{"--sign-deadline", "0s"},
                                                          {"--sign-deadline", "2h"},
                                                          {"--queue-limit", "0"},
                                                          {"--client-queue-limit", "0"},
                                                          {"--connection-limit", "0"},
                                                          {"--client-connection-limit", "0"},
                                                          {"--body-limit", "1"},
                                                          {"--body-limit", "1000MiB"},
                                                          {"--header-limit", "10"},
                                                          {"--max-level-jump", "0"},
                                                          {"--max-level-jump", "1073741824"},
                                                          {"--http", "127.0.0.1:65536"},
                                                          {"--device", "com1"},
                                                          {"--chain", "NetX"},
                                                          {"--chain", "any"},
                                                          {"--log-level", "loud"},
                                                          {"--log-format", "xml"},
                                                          {"--state-dir", ""},
                                                          {"--store", "memory"}}) {
        const auto text = error({option, value});
        EXPECT_TRUE(contains(text, option)) << option << " " << value << " gave: " << text;
        EXPECT_TRUE(contains(text, "; see ledger-bridged --help")) << text;
    }
}

TEST_F(ConfigTest, HelpNamesEveryOptionWithItsDefault) {
    const auto started = start({"--help"});
    ASSERT_TRUE(started && started->message);
    for (const auto& option : options()) {
        EXPECT_TRUE(contains(*started->message, fmt::format("--{}", option.name))) << option.name;
    }
    EXPECT_TRUE(contains(*started->message, "--config FILE"));
    EXPECT_TRUE(contains(*started->message, "[127.0.0.1:6732]"));
}

TEST_F(ConfigTest, VersionIsOneLine) {
    const auto started = start({"--version"});
    ASSERT_TRUE(started && started->message);
    EXPECT_EQ(*started->message, "ledger-bridged 1.2.3\n");
}

}  // namespace
}  // namespace ledger_bridge::daemon
