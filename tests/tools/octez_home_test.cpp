#include "tools/ledgerctl/octez_home.hpp"

#include <cstdlib>
#include <fstream>

#include <gtest/gtest.h>

#include "tests/floor/temporary_directory.hpp"
#include "tools/common/errors.hpp"

namespace ledger_bridge::tools {
namespace {

constexpr auto* kUri = "ledger://masculine-pig-stupendous-dugong/ed25519/0h/0h";

// NOLINTBEGIN(concurrency-mt-unsafe): this process has one thread

// A variable of the environment for as long as this lives.
class Variable {
public:
    Variable(const char* name, const char* value) : name_(name) {
        const char* before = std::getenv(name);
        before_ = before == nullptr ? std::nullopt : std::optional<std::string>(before);
        set(value);
    }
    Variable(const Variable&) = delete;
    Variable& operator=(const Variable&) = delete;
    Variable(Variable&&) = delete;
    Variable& operator=(Variable&&) = delete;
    ~Variable() { set(before_ ? before_->c_str() : nullptr); }

private:
    void set(const char* value) {
        value == nullptr ? ::unsetenv(name_) : ::setenv(name_, value, 1);
    }

    const char* name_;
    std::optional<std::string> before_;
};

// NOLINTEND(concurrency-mt-unsafe)

class OctezAlias : public testing::Test {
protected:
    void put(const std::string& text) { std::ofstream(directory_.path() / "secret_keys") << text; }
    std::string text_of(const std::string& alias) {
        const auto uri = octez_alias(directory_.path(), alias);
        return uri ? uri->text() : uri.error().text();
    }
    // It is no key, for this reason.
    void refused(const std::string& alias, const std::string& why) {
        const auto uri = octez_alias(directory_.path(), alias);
        ASSERT_FALSE(uri) << alias;
        EXPECT_EQ(uri.error().code, make_error_code(Errc::unknown_alias));
        EXPECT_NE(uri.error().detail.find(why), std::string::npos) << uri.error().detail;
        EXPECT_NE(uri.error().detail.find((directory_.path() / "secret_keys").string()),
                  std::string::npos)
            << uri.error().detail;
        EXPECT_EQ(uri.error().text().find("edsk"), std::string::npos) << "a secret is not shown";
    }

    floor::test::TemporaryDirectory directory_;
};

TEST_F(OctezAlias, IsTheUriOfItsEntry) {
    put(std::string(R"([{"name":"hot","value":"unencrypted:edsk1"},{"name":"baker","value":")") +
        kUri + R"("},{"name":"root","value":"ledger://tz1daTbhMHpmMXQYaVYmzZTM3S11oshHPrMm"}])");
    EXPECT_EQ(text_of("baker"), kUri);
    EXPECT_EQ(text_of("root"), "ledger://zesty-koala-usable-kiwi");
}

TEST_F(OctezAlias, WhatIsNoKeyOnALedgerIsRefusedAndSaysWhereItWasLookedFor) {
    refused("baker", "'baker': there is no ");
    put(R"([{"name":"hot","value":"unencrypted:edsk1"},{"name":"odd","value":"ledger://nobody"},
            {"name":"list","value":["edsk1"]},{"name":"bare","value":"edsk1"}])");
    refused("baker", "'baker' is not in ");
    refused("hot", "is unencrypted:, not on a Ledger");
    refused("odd", "'odd': ");
    refused("list", "'list' has no text as its value");
    refused("bare", "the value of 'bare' is no URI");
    for (const auto* broken : {"", "{", "{}", "[1]", R"([{"name":"baker"}])"}) {
        put(broken);
        refused("baker", "secret_keys: ");
    }
}

TEST_F(OctezAlias, AFileThatCannotBeReadIsNotTakenAsEmpty) {
    std::filesystem::create_directory(directory_.path() / "secret_keys");
    EXPECT_EQ(octez_alias(directory_.path(), "baker").error().id(), "unknown_alias");
}

TEST(OctezHome, IsThatOfTheSignerUnlessItIsGiven) {
    const Variable home("HOME", "/home/baker");
    EXPECT_EQ(octez_base_dir("/var/lib/tezos"), "/var/lib/tezos");
    EXPECT_EQ(octez_base_dir(std::nullopt), "/home/baker/.tezos-signer");
    const Variable none("HOME", nullptr);
    EXPECT_EQ(octez_base_dir(std::nullopt), "");
    EXPECT_EQ(octez_alias("", "baker").error().id(), "unknown_alias");
}

TEST(OctezHome, TheUserIsNamedByTheEnvironment) {
    const Variable user("USER", "alice");
    EXPECT_EQ(octez_user(), "alice");
    for (const auto* nobody : {"", static_cast<const char*>(nullptr)}) {
        const Variable none("USER", nobody);
        EXPECT_EQ(octez_user(), "user");
    }
}

}  // namespace
}  // namespace ledger_bridge::tools
