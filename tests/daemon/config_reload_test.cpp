#include <gtest/gtest.h>

#include "daemon/config/options.hpp"
#include "daemon/config/reload.hpp"
#include "tests/daemon/config_fixture.hpp"

namespace ledger_bridge::daemon {
namespace {

using namespace std::chrono_literals;

using Values = std::map<std::string, std::string>;  // empty: a flag

// Every option may stand beside these.
const Values kBase{{"https", "127.0.0.1:1"},
                   {"tls-certificate", "/c"},
                   {"tls-key", "/k"},
                   {"tls-client-ca", "/ca"},
                   {"require-authentication", ""},
                   {"authorized-keys", "/keys"}};
// One way to change each option.
const Values kOthers{{"device", "tcp://127.0.0.1:9"},
                     {"usb-backend", "libusb"},
                     {"http", "127.0.0.1:1"},
                     {"https", "127.0.0.1:2"},
                     {"tls-certificate", "/d"},
                     {"tls-key", "/l"},
                     {"tls-client-ca", "/da"},
                     {"tcp", "127.0.0.1:2"},
                     {"unix", "/u"},
                     {"path-prefix", "/signer"},
                     {"authorized-keys", "/others"},
                     {"state-dir", "/s"},
                     {"admin-socket", "/a"},
                     {"magic-bytes", "0x11"},
                     {"deterministic-nonces", ""},
                     {"chain", "mainnet"},
                     {"max-level-jump", "7"},
                     {"block-time", "8s"},
                     {"node", "http://127.0.0.1:8732"},
                     {"audit-keep", "9"},
                     {"sign-deadline", "3s"},
                     {"reconnect-grace", "1s"},
                     {"log-level", "debug"},
                     {"log-format", "json"},
                     {"queue-limit", "17"},
                     {"client-queue-limit", "5"},
                     {"body-limit", "4096"},
                     {"header-limit", "4096"},
                     {"connection-limit", "99"},
                     {"client-connection-limit", "9"},
                     {"header-timeout", "3s"},
                     {"idle-timeout", "3s"},
                     {"allow-list-known-keys", ""},
                     {"allow-remote", ""},
                     {"open-app", ""}};
// `store` has one value; without `require-authentication` goes `authorized-keys`, see below.
const std::set<std::string> kNotAlone{"store", "require-authentication"};
const std::set<std::string> kTaken{"allow-list-known-keys",
                                   "authorized-keys",
                                   "deterministic-nonces",
                                   "log-level",
                                   "sign-deadline",
                                   "tls-certificate",
                                   "tls-client-ca",
                                   "tls-key"};

Arguments arguments(const Values& values) {
    Arguments all;
    for (const auto& [name, value] : values) {
        all.push_back("--" + name);
        if (!value.empty()) {
            all.push_back(value);
        }
    }
    return all;
}

class ReloadTest : public ConfigTest {
protected:
    [[nodiscard]] Result<Reload> plan(const Arguments& before, const Arguments& after) const {
        return plan_reload(*start(before), *start(after));
    }

    [[nodiscard]] Reload reload(const Arguments& before, const Arguments& after) const {
        const auto planned = plan(before, after);
        EXPECT_TRUE(planned) << (planned ? "" : planned.error().text());
        return planned ? *planned : Reload{};
    }

    // Which options stand in the way, so that nothing is taken.
    [[nodiscard]] std::string needs_restart(const Arguments& before, const Arguments& after) const {
        const auto planned = plan(before, after);
        if (planned) {
            return "";
        }
        EXPECT_EQ(planned.error().code, make_error_code(Errc::restart_needed));
        return planned.error().detail;
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
    for (const auto& option : options()) {
        const std::string name(option.name);
        if (kNotAlone.contains(name)) {
            continue;
        }
        ASSERT_TRUE(kOthers.contains(name)) << name;
        const auto& value = kOthers.at(name);
        auto after = kBase;
        after[name] = value;
        if (kTaken.contains(name)) {
            const auto done = reload(arguments(kBase), arguments(after));
            const auto text = name + " is " + (value.empty() ? "true" : value);
            EXPECT_EQ(done.changed, std::vector{text});
            EXPECT_EQ(done.start_up.config, config(arguments(after))) << name;
        } else {
            EXPECT_EQ(needs_restart(arguments(kBase), arguments(after)), name);
        }
    }
}

TEST_F(ReloadTest, WhatIsTakenOnceIsNoChangeAgain) {
    const Arguments after{"--sign-deadline", "3s"};
    const auto once = reload({}, after);
    const auto again = plan_reload(once.start_up, *start(after));
    ASSERT_TRUE(again);
    EXPECT_EQ(again->changed, std::vector<std::string>{});
    const auto back = plan_reload(once.start_up, *start({}));
    ASSERT_TRUE(back);
    EXPECT_EQ(back->changed, std::vector<std::string>{"sign-deadline is 4s"});
    EXPECT_EQ(back->start_up.config, Config{});
}

TEST_F(ReloadTest, NothingIsTakenBesideWhatNeedsARestart) {
    const Arguments after{"--sign-deadline", "3s", "--queue-limit", "5", "--magic-bytes", "0x11"};
    EXPECT_EQ(needs_restart({}, after), "magic-bytes, queue-limit");
}

TEST_F(ReloadTest, CertificatesAreTakenWhileHttpsStays) {
    EXPECT_EQ(reload(https("/a"), https("/b")).start_up.config.tls.certificate, "/b");
    EXPECT_EQ(needs_restart(https("/a"), {}), "https, tls-certificate, tls-key");
    EXPECT_EQ(needs_restart({}, https("/b")), "https, tls-certificate, tls-key");
}

// The new configuration is safe, and so is the old one: not the old listener with the new files.
TEST_F(ReloadTest, AListenerThatCanBeReachedKeepsItsClientCa) {
    auto open = https("/a", {"--tls-client-ca", "/ca"});
    open[1] = "0.0.0.0:1";
    EXPECT_EQ(needs_restart(open, https("/a")), "https");
}

TEST_F(ReloadTest, NobodyIsLetInByARequestForAuthenticationThatIsGone) {
    const Arguments before{"--require-authentication", "--authorized-keys", "/keys"};
    EXPECT_EQ(needs_restart(before, {}), "require-authentication, authorized-keys");
}

// Whoever reads the log sees which host may ask for what from now on: a swap is one of equal size.
TEST_F(ReloadTest, WhatChangesForAKeyIsNamed) {
    const auto tables = [this](
                            const std::string& votes, const std::string& blocks, const char* name) {
        return write(
            "[[policy]]\nkey = \"tz1KqTpEZ7Yob7QbPE4Hy4Wo8fHG8LhKxZSx\"\nkinds = "
            "\"attestation\"\nclients = \"" +
                votes +
                "\"\n[[policy]]\nkey = \"tz1KqTpEZ7Yob7QbPE4Hy4Wo8fHG8LhKxZSx\"\nkinds = "
                "\"block\"\nclients = \"" +
                blocks + "\"\n[[policy]]\nkey = \"*\"\n",
            name);
    };
    const auto with = [](const std::string& file) {
        return Arguments{"--config", file, "--tcp", "127.0.0.1:1", "--unix", "/run/sign.sock"};
    };
    const auto before = tables("tcp", "unix", "before.toml");
    const auto after = tables("unix", "tcp", "after.toml");
    const auto done = reload(with(before), with(after));
    EXPECT_EQ(
        done.changed,
        std::vector<std::string>{"policy of tz1KqTpEZ7Yob7QbPE4Hy4Wo8fHG8LhKxZSx is "
                                 "attestation on every chain served for unix; block on every "
                                 "chain served for tcp, was attestation on every chain served "
                                 "for tcp; block on every chain served for unix"});
    const auto gone = reload(with(before), with(write("")));
    EXPECT_EQ(gone.changed.size(), 2U);
}

TEST_F(ReloadTest, ThePolicyIsTakenWhole) {
    const auto before = write("[[policy]]\nkey = \"*\"\nkinds = \"block\"\n", "before.toml");
    const auto after =
        write("[[policy]]\nkey = \"*\"\nkinds = \"attestation\"\n[[policy]]\nkey = \"*\"\n",
              "after.toml");
    const auto done = reload({"--config", before}, {"--config", after});
    EXPECT_EQ(done.changed,
              std::vector<std::string>{"policy of * is attestation on every chain served for every "
                                       "client; every kind on every chain served for every client, "
                                       "was block on every chain served for every client"});
    EXPECT_EQ(done.start_up.config.policies, config({"--config", after}).policies);
    EXPECT_TRUE(reload({"--config", before}, {"--config", before}).changed.empty());
    const auto none = reload({"--config", before}, {"--config", write("")});
    EXPECT_EQ(none.changed,
              std::vector<std::string>{
                  "policy of * is not set, was block on every chain served for every client"});
}

// Authentication takes the place of the policy, but not before the restart.
TEST_F(ReloadTest, APolicyStaysAsLongAsWhatTakesItsPlaceIsNotThere) {
    const auto before = write("[[policy]]\nkey = \"*\"\nkinds = \"attestation\"\n", "before.toml");
    const auto after =
        write("require-authentication = true\nauthorized-keys = \"/keys\"\n", "after.toml");
    EXPECT_EQ(needs_restart({"--config", before}, {"--config", after}),
              "require-authentication, authorized-keys");
}

TEST_F(ReloadTest, AFileThatWasReadMustStillBeThere) {
    const auto file = write("[[policy]]\nkey = \"*\"\nkinds = \"block\"\n", "default.toml");
    const auto running = start({});
    ASSERT_TRUE(running);
    std::filesystem::remove(file);
    const auto planned = plan_reload(*running, *start({}));
    ASSERT_FALSE(planned);
    EXPECT_TRUE(contains(planned.error().text(), "default.toml")) << planned.error().text();
    EXPECT_TRUE(plan_reload(*start({}), *running)) << "one that is there now is taken";
}

TEST_F(ReloadTest, APolicyForClientsThatCannotComeYetIsRefused) {
    const auto file = write("[[policy]]\nkey = \"*\"\nclients = \"tcp\"\n");
    EXPECT_EQ(needs_restart({}, {"--tcp", "127.0.0.1:2", "--config", file}), "tcp");
}

}  // namespace
}  // namespace ledger_bridge::daemon
