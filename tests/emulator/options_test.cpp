// The command line.
#include "tools/emulator/rig/options.hpp"

#include <initializer_list>
#include <vector>

#include <gtest/gtest.h>

#include "tools/emulator/errors.hpp"

namespace ledger_bridge::emulator {

namespace {

Result<CommandLine> parse(std::initializer_list<const char*> arguments) {
    std::vector<const char*> all{"ledger-emulator"};
    all.insert(all.end(), arguments);
    return parse_command_line(static_cast<int>(all.size()), all.data(), "9.9");
}

error_code refusal(std::initializer_list<const char*> arguments) {
    const auto parsed = parse(arguments);
    return parsed ? error_code() : parsed.error().code;
}

}  // namespace

TEST(Options, HaveTheDefaultsOfTheContract) {
    const auto options = parse({}).value().options;
    EXPECT_EQ(options.release, Release::v2_5_1);
    EXPECT_EQ(options.confirm, Confirm::ask);
    EXPECT_EQ(options.latency, Profile::none);
    EXPECT_EQ(options.speed, 1);
    EXPECT_EQ(options.apdu_port, 9999);
    EXPECT_EQ(options.control_port, 5000);
    EXPECT_FALSE(options.nvram);
    EXPECT_FALSE(options.sign_log);
    EXPECT_EQ(options.seed, seed_from_mnemonic(kDefaultMnemonic).value());
}

TEST(Options, AreTakenOver) {
    const auto options = parse({"--app-version",
                                "2.5.0",
                                "--confirm",
                                "reject",
                                "--latency",
                                "flex",
                                "--speed",
                                "10",
                                "--apdu-port",
                                "0",
                                "--control-port",
                                "65535",
                                "--nvram",
                                "f",
                                "--sign-log",
                                "g"})
                             .value()
                             .options;
    EXPECT_EQ(options.release, Release::v2_5_0);
    EXPECT_EQ(options.confirm, Confirm::reject);
    EXPECT_EQ(options.latency, Profile::flex);
    EXPECT_EQ(options.speed, 10);
    EXPECT_EQ(options.apdu_port, 0);
    EXPECT_EQ(options.control_port, 65535);
    EXPECT_EQ(options.nvram, "f");
    EXPECT_EQ(options.sign_log, "g");
}

TEST(Options, WithWrongValuesAreRefused) {
    EXPECT_EQ(refusal({"--app-version", "2.4.7"}), make_error_code(Errc::bad_option));
    EXPECT_EQ(refusal({"--confirm", "maybe"}), make_error_code(Errc::bad_option));
    EXPECT_EQ(refusal({"--latency", "stax"}), make_error_code(Errc::bad_option));
    EXPECT_EQ(refusal({"--speed", "0"}), make_error_code(Errc::bad_option));
    EXPECT_EQ(refusal({"--apdu-port", "65536"}), make_error_code(Errc::bad_option));
    EXPECT_EQ(refusal({"--apdu-port", "-1"}), make_error_code(Errc::bad_option));
    EXPECT_EQ(refusal({"--apdu-port", "x"}), make_error_code(Errc::bad_option));
    EXPECT_EQ(refusal({"--colour"}), make_error_code(Errc::bad_option));
    EXPECT_EQ(refusal({"stray"}), make_error_code(Errc::bad_option));
    EXPECT_EQ(refusal({"--seed", "one two"}), make_error_code(Errc::bad_mnemonic));
}

TEST(Options, PortOfUsbRedirectionIsOpenedOnlyWhenAsked) {
    EXPECT_EQ(parse({}).value().options.redir_port, std::nullopt);
    EXPECT_EQ(parse({"--redir-port", "7000"}).value().options.redir_port, 7000);
    EXPECT_EQ(parse({"--redir-port", "0"}).value().options.redir_port, 0);
    EXPECT_EQ(refusal({"--redir-port", "65536"}), make_error_code(Errc::bad_option));
    EXPECT_EQ(refusal({"--redir-port", ""}), make_error_code(Errc::bad_option));
}

TEST(Options, HelpAndVersionAreNotices) {
    EXPECT_EQ(parse({"--version"}).value().notice->text, "ledger-emulator 9.9\n");
    EXPECT_NE(parse({"--help"}).value().notice->text.find("--control-port"), std::string::npos);
}

TEST(Errors, AllHaveASentenceAndACure) {
    for (const auto& row : error_category().rows()) {
        EXPECT_FALSE(row.sentence.empty());
        EXPECT_FALSE(row.advice.empty());
        EXPECT_EQ(error_category().find(row.value), &row);
    }
}

}  // namespace ledger_bridge::emulator
