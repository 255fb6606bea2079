#include "daemon/config/config_file.hpp"

#include <chrono>

#include "apdu/types.hpp"
#include "tests/daemon/config_fixture.hpp"

namespace ledger_bridge::daemon {
namespace {

using namespace std::chrono_literals;

TEST_F(ConfigTest, TheFileIsReadAndTheCommandLineWins) {
    const auto file =
        write("http = \"127.0.0.1:1\"\nsign-deadline = \"1s\"\nchain = \"mainnet\"\n");
    EXPECT_EQ(config({"--config", file}).http.at(0).port, 1U);
    const auto both = config({"--config", file, "--http", "127.0.0.1:2", "--chain", "ghostnet"});
    EXPECT_EQ(both.http.at(0).port, 2U);
    EXPECT_EQ(both.sign_deadline, 1s);
    EXPECT_EQ(both.chains, std::vector{apdu::kGhostnet});
}

TEST_F(ConfigTest, TheDefaultFileIsReadWhenItExists) {
    static_cast<void>(write("queue-limit = 3\n", "default.toml"));
    EXPECT_EQ(config({}).queue_limit, 3U);
    EXPECT_EQ(config({"--config", write("")}).queue_limit, 32U);
}

TEST_F(ConfigTest, ANamedFileMustExistAndBeReadable) {
    EXPECT_TRUE(contains(error({"--config", path("none.toml")}), "No such file or directory"));
    EXPECT_TRUE(contains(error({"--config", path("")}), "cannot read"));
    EXPECT_TRUE(contains(error({"--config", write("a b")}), "line 1 of"));
}

TEST_F(ConfigTest, UnknownKeysNameKeyAndLine) {
    const auto text = error({"--config", write("http = \"none\"\n\nhttpd = \"127.0.0.1:1\"\n")});
    EXPECT_TRUE(contains(text, "unknown key 'httpd', line 3 of ")) << text;
    EXPECT_TRUE(contains(error({"--config", write("[http-limits]\nbody = 1\n")}),
                         "unknown key 'http-limits', line 1"));
    EXPECT_TRUE(contains(error({"--config", write("config = \"x\"\n")}), "unknown key 'config'"));
}

TEST_F(ConfigTest, WrongTypesNameKeyAndLine) {
    for (const auto& [line, key] : std::vector<std::pair<std::string, std::string>>{
             {"http = 6732", "http"},
             {"http = [6732]", "http"},
             {"allow-remote = \"true\"", "allow-remote"},
             {"allow-remote = 1", "allow-remote"},
             {"queue-limit = \"32\"", "queue-limit"},
             {"queue-limit = 3.5", "queue-limit"},
             {"sign-deadline = 4", "sign-deadline"},
             {"device = [1]", "device"},
             {"device = { a = 1 }", "device"},
             {"body-limit = true", "body-limit"},
             {"magic-bytes = [true]", "magic-bytes"},
             {"chain = 2000-01-01", "chain"}}) {
        const auto text = error({"--config", write("# a\n" + line + "\n")});
        EXPECT_TRUE(contains(text, key + ", line 2 of ")) << line << " gave: " << text;
    }
}

TEST_F(ConfigTest, WrongValuesNameWhereTheyStand) {
    EXPECT_TRUE(contains(error({"--config", write("\nsign-deadline = \"4\"\n")}),
                         "sign-deadline, line 2 of "));
    EXPECT_TRUE(contains(error({"--sign-deadline", "4"}), "--sign-deadline: '4'"));
}

}  // namespace
}  // namespace ledger_bridge::daemon
