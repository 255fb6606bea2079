#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "daemon/config/config.hpp"
#include "daemon/config/config_file.hpp"
#include "daemon/config/options.hpp"

namespace ledger_bridge::daemon {
namespace {

std::string example_text() {
    std::ifstream file(EXAMPLE_CONFIG);
    return {std::istreambuf_iterator<char>(file), {}};
}

TEST(ExampleConfig, GivesTheDefaults) {
    const auto started = read_start_up({"--config", EXAMPLE_CONFIG}, "1");
    ASSERT_TRUE(started) << started.error().text();
    EXPECT_EQ(started->config, Config{});
}

TEST(ExampleConfig, HasEveryKeyOnce) {
    const auto text = "\n" + example_text();
    const auto given = read_config_file(EXAMPLE_CONFIG);
    ASSERT_TRUE(given);
    for (const auto& option : options()) {
        const std::string name(option.name);
        // A key whose default is worked out at the start stands there commented out.
        const auto computed = option.default_text.empty() && option.shape != Shape::list;
        EXPECT_EQ(given->options.count(name), computed ? 0U : 1U) << name;
        const auto line = (computed ? "\n#" : "\n") + name + " = ";
        const auto first = text.find(line);
        ASSERT_NE(first, std::string::npos) << name;
        EXPECT_EQ(text.find(line, first + 1), std::string::npos) << name;
    }
}

TEST(ExampleConfig, EachKeyHasACommentBeforeIt) {
    std::ifstream file(EXAMPLE_CONFIG);
    std::string before;
    for (std::string line; std::getline(file, line); before = line) {
        if (line.empty() || line.front() == '#') {
            continue;
        }
        EXPECT_FALSE(before.empty()) << line;
    }
}

TEST(ExampleConfig, KeysThatAreCommentedOutAreRightToo) {
    auto text = example_text();
    for (const std::string key : {"state-dir", "admin-socket", "unix", "node"}) {
        const auto position = text.find("\n#" + key + " = ");
        ASSERT_NE(position, std::string::npos) << key;
        text.erase(position + 1, 1);
    }
    const auto path = testing::TempDir() + "ledger-bridge-example.toml";
    std::ofstream(path) << text;
    const auto started = read_start_up({"--config", path}, "1");
    ASSERT_TRUE(started) << started.error().text();
    EXPECT_EQ(started->config.state_dir, "/var/lib/ledger-bridge");
    EXPECT_EQ(started->config.admin_socket, "/run/ledger-bridge/admin.sock");
}

TEST(ExampleConfig, ThePolicyThatIsCommentedOutIsRightToo) {
    auto text = example_text();
    const auto begin = text.find("\n#[[policy]]");
    ASSERT_NE(begin, std::string::npos);
    for (auto at = begin; at != std::string::npos; at = text.find("\n#", at + 1)) {
        text.erase(at + 1, 1);
    }
    const auto path = testing::TempDir() + "ledger-bridge-policy.toml";
    std::ofstream(path) << text;
    const auto started = read_start_up({"--config", path, "--unix", "/run/s"}, "1");
    ASSERT_TRUE(started) << started.error().text();
    ASSERT_EQ(started->config.policies.of_key.size(), 1U);
    EXPECT_EQ(started->config.policies.of_key.begin()->second.size(), 2U);
}

}  // namespace
}  // namespace ledger_bridge::daemon
