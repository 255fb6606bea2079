// A directory for the configuration files of one test, and short ways to read them.
#pragma once

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "daemon/config/config.hpp"
#include "daemon/errors.hpp"

namespace ledger_bridge::daemon {

using Arguments = std::vector<std::string>;

class ConfigTest : public testing::Test {
public:
    ConfigTest(const ConfigTest&) = delete;
    ConfigTest& operator=(const ConfigTest&) = delete;
    ConfigTest(ConfigTest&&) = delete;
    ConfigTest& operator=(ConfigTest&&) = delete;

protected:
    ConfigTest() {
        const auto* test = testing::UnitTest::GetInstance()->current_test_info();
        directory_ = std::filesystem::temp_directory_path() /
                     fmt::format("ledger-bridge-{}-{}", getpid(), test->name());
        std::filesystem::create_directories(directory_);
    }
    ~ConfigTest() override { std::filesystem::remove_all(directory_); }

    [[nodiscard]] std::string path(const std::string& name) const { return directory_ / name; }

    [[nodiscard]] std::string write(const std::string& text,
                                    const std::string& name = "a.toml") const {
        std::ofstream(path(name)) << text;
        return path(name);
    }

    [[nodiscard]] Result<StartUp> start(const Arguments& arguments) const {
        return read_start_up(arguments, "1.2.3", path("default.toml"));
    }

    [[nodiscard]] Config config(const Arguments& arguments) const {
        auto started = start(arguments);
        EXPECT_TRUE(started) << (started ? "" : started.error().text());
        return started ? started->config : Config{};
    }

    // The whole line that a person reads; empty when there was no error.
    [[nodiscard]] std::string error(const Arguments& arguments) const {
        const auto started = start(arguments);
        if (started) {
            return "";
        }
        EXPECT_EQ(started.error().code, make_error_code(Errc::bad_option));
        return started.error().text();
    }

private:
    std::filesystem::path directory_;
};

inline bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace ledger_bridge::daemon
