#include <gtest/gtest.h>

#include "daemon/config/options.hpp"
#include "daemon/config/reload.hpp"
#include "tests/daemon/config_fixture.hpp"

namespace ledger_bridge::daemon {
namespace {

using namespace std::chrono_literals;

// One way to change each option; those that are empty stay: they are flags.
const std::map<std::string, std::string> kValues{{"device", "tcp://127.0.0.1:9"},
                                                 {"usb-backend", "libusb"},
                                                 {"http", "127.0.0.1:1"},
                                                 {"tcp", "127.0.0.1:2"},
                                                 {"unix", "/u"},
                                                 {"state-dir", "/s"},
                                                 {"admin-socket", "/a"},
                                                 {"magic-bytes", "0x11"},
                                                 {"chain", "mainnet"},
                                                 {"max-level-jump", "7"},
                                                 {"block-time", "8s"},
                                                 {"audit-keep", "9"},
                                                 {"sign-deadline", "3s"},
                                                 {"log-level", "debug"},
                                                 {"log-format", "json"},
                                                 {"queue-limit", "5"},
                                                 {"allow-list-known-keys", ""},
                                                 {"allow-remote", ""},
                                                 {"open-app", ""}};
const std::set<std::string> kTaken{"allow-list-known-keys", "log-level", "sign-deadline"};

class ReloadTest : public ConfigTest {
protected:
    [[nodiscard]] Reload reload(const Arguments& before, const Arguments& after) const {
        const auto planned = plan_reload(*start(before), *start(after));
        EXPECT_TRUE(planned) << (planned ? "" : planned.error().text());
        return planned ? *planned : Reload{};
    }

    [[nodiscard]] static Arguments https(const std::string& certificate,
                                         const Arguments& more = {}) {
        Arguments all{
            "--https", "127.0.0.1:1", "--tls-certificate", certificate, "--tls-key", "/k"};
        all.insert(all.end(), more.begin(), more.end());
        return all;
    }
};

TEST_F(ReloadTest, EachOptionIsTakenOrNamed) {
    for (const auto& [name, value] : kValues) {
        Arguments after{"--" + name};
        if (!value.empty()) {
            after.push_back(value);
        }
        const auto done = reload({}, after);
        if (kTaken.count(name) != 0) {
            const auto text = name + " is " + (value.empty() ? "true" : value);
            EXPECT_EQ(done.changed, std::vector{text});
            EXPECT_EQ(done.needs_restart, std::vector<std::string>{});
            EXPECT_EQ(done.start_up.config, config(after)) << name;
        } else {
            EXPECT_EQ(done.changed, std::vector<std::string>{});
            EXPECT_EQ(done.needs_restart, std::vector{name});
            EXPECT_EQ(done.start_up.config, Config{}) << name;
        }
    }
}

TEST_F(ReloadTest, WhatIsTakenOnceIsNoChangeAgainAndWhatIsNotStaysNamed) {
    const Arguments after{"--sign-deadline", "3s", "--queue-limit", "5"};
    const auto once = reload({}, after);
    const auto again = plan_reload(once.start_up, *start(after));
    ASSERT_TRUE(again);
    EXPECT_EQ(again->changed, std::vector<std::string>{});
    EXPECT_EQ(again->needs_restart, std::vector<std::string>{"queue-limit"});
    const auto back = plan_reload(once.start_up, *start({}));
    EXPECT_EQ(back->changed, std::vector<std::string>{"sign-deadline is 4s"});
    EXPECT_EQ(back->start_up.config, Config{});
}

TEST_F(ReloadTest, CertificatesAreTakenWhileHttpsStays) {
    EXPECT_EQ(reload(https("/a"), https("/b")).start_up.config.tls.certificate, "/b");
    EXPECT_EQ(reload(https("/a"), {}).start_up.config.tls.certificate, "/a");
    EXPECT_EQ(reload({}, https("/b")).start_up.config, Config{});
}

// The new configuration is safe, and so is the old one: not the old listener with the new files.
TEST_F(ReloadTest, AListenerThatCanBeReachedKeepsItsClientCa) {
    auto open = https("/a", {"--tls-client-ca", "/ca"});
    open[1] = "0.0.0.0:1";
    const auto planned = plan_reload(*start(open), *start(https("/a")));
    ASSERT_FALSE(planned);
    EXPECT_TRUE(contains(planned.error().text(), "tls-client-ca")) << planned.error().text();
}

TEST_F(ReloadTest, NobodyIsLetInByARequestForAuthenticationThatIsGone) {
    const Arguments before{"--require-authentication", "--authorized-keys", "/keys"};
    const auto done = reload(before, {});
    EXPECT_TRUE(done.start_up.config.require_authentication);
    EXPECT_EQ(done.start_up.config.authorized_keys, "/keys");
}

TEST_F(ReloadTest, ThePolicyIsTakenWhole) {
    const auto before = write("[[policy]]\nkey = \"*\"\nkinds = \"block\"\n", "before.toml");
    const auto after =
        write("[[policy]]\nkey = \"*\"\nkinds = \"attestation\"\n[[policy]]\nkey = \"*\"\n",
              "after.toml");
    const auto done = reload({"--config", before}, {"--config", after});
    EXPECT_EQ(done.changed, std::vector<std::string>{"policy is 2 tables"});
    EXPECT_EQ(done.start_up.config.policies, config({"--config", after}).policies);
    EXPECT_TRUE(reload({"--config", before}, {"--config", before}).changed.empty());
    EXPECT_TRUE(reload({"--config", before}, {}).start_up.config.policies.of_others.empty());
}

// The clients of the new tables would come in at what begins with the next start alone, so nobody
// would be served until then.
TEST_F(ReloadTest, APolicyForClientsThatCannotComeYetIsRefused) {
    const auto file = write("[[policy]]\nkey = \"*\"\nclients = \"tcp\"\n");
    const auto planned =
        plan_reload(*start({}), *start({"--tcp", "127.0.0.1:2", "--config", file}));
    ASSERT_FALSE(planned);
    EXPECT_TRUE(contains(planned.error().text(), "because tcp is none")) << planned.error().text();
}

}  // namespace
}  // namespace ledger_bridge::daemon
