// The device around the app: prompts, lock, dashboard, quitting and opening.
#include <gtest/gtest.h>

#include "tests/emulator/device_fixture.hpp"

namespace ledger_bridge::emulator {

namespace {

Bytes ask_app_info() {
    return bytes_of("b001000000");
}

Bytes quit() {
    return bytes_of("b0a7000000");
}

Bytes open_app(std::string_view name) {
    const auto size = static_cast<std::uint8_t>(name.size());
    return ByteWriter().bytes(bytes_of("e0d80000")).u8(size).bytes(as_bytes(name)).take();
}

std::string info(std::string_view name, std::string_view version) {
    ByteWriter bytes;
    bytes.u8(1).u8(static_cast<std::uint8_t>(name.size())).bytes(as_bytes(name));
    bytes.u8(static_cast<std::uint8_t>(version.size())).bytes(as_bytes(version));
    return to_hex(bytes.u8(1).u8(0).take()) + " 9000";
}

}  // namespace

TEST(Prompt, DropsEveryOtherCommandUntilThePersonAnswers) {
    TestDevice device(Confirm::ask);
    EXPECT_EQ(device.setup(kMainnet, 100, 10), "silence");
    for (const auto& other :
         {command(0x00, 0, 0), ask_app_info(), quit(), Bytes{}, bytes_of("00")}) {
        EXPECT_EQ(device.send(other), "silence");
    }
    EXPECT_EQ(device.setup(kMainnet, 900, 90), "silence") << "no prompt over a prompt";
    const auto answer = device.device.accept();
    EXPECT_EQ(answer->command, "SETUP");
    EXPECT_EQ(device.marks(), "100 0 10 0");
    EXPECT_FALSE(device.device.accept());
}

TEST(Prompt, RejectedChangesNothing) {
    TestDevice device(Confirm::ask);
    device.setup(kMainnet, 100, 10);
    EXPECT_EQ(to_hex(device.device.reject()->bytes), "6985");
    EXPECT_EQ(device.marks(), "0 0 0 0");
    EXPECT_EQ(device.send(command(0x07, 0, 0)), "00 9000");
}

TEST(Prompt, ShowsWhatItAsks) {
    TestDevice device(Confirm::ask);
    device.setup(kGhostnet, 7, 0xffffffff, kPath, 1);
    EXPECT_EQ(device.device.prompt()->prompt.screens,
              (Screens{"Review | Request",
                       "Setup | Baking?",
                       "Address | tz2Q3U8EbGayZzK2V | wap5JQJFmJEbwURe7 | 7o",
                       "Chain | NetXnHfVqm9iesp",
                       "Main Chain HWM | 7",
                       "Test Chain HWM | 4294967295",
                       "Reject",
                       "Accept"}));
}

TEST(Prompt, WaitsBehindTheLock) {
    TestDevice device(Confirm::ask);
    device.setup(kMainnet, 100);
    device.device.lock();
    EXPECT_EQ(device.send(command(0x00, 0, 0)), "silence") << "the app still owes an answer";
    EXPECT_FALSE(device.device.accept());
    EXPECT_FALSE(device.device.reject());
    device.device.unlock();
    EXPECT_TRUE(device.device.accept());
}

TEST(Prompt, DiesWithThePower) {
    TestDevice device(Confirm::ask);
    device.setup(kMainnet, 100);
    device.device.power_cycle(AppId::baking);
    EXPECT_FALSE(device.device.accept());
    EXPECT_EQ(device.marks(), "0 0 0 0");
}

TEST(Prompt, IsAnsweredAtOnceWhenTheEmulatorIsToldTo) {
    TestDevice accepting(Confirm::accept);
    EXPECT_EQ(accepting.setup(kMainnet, 100), "9000");
    TestDevice rejecting(Confirm::reject);
    EXPECT_EQ(rejecting.setup(kMainnet, 100), "6985");
    EXPECT_FALSE(rejecting.device.prompt());
}

TEST(Lock, AnswersEveryCommandWith5515) {
    TestDevice device;
    device.device.lock();
    for (const auto& any :
         {command(0x00, 0, 0), ask_app_info(), quit(), Bytes{}, bytes_of("0000000000")}) {
        EXPECT_EQ(device.send(any), "5515");
    }
    EXPECT_EQ(device.device.app(), AppId::baking);
    device.device.power_cycle(AppId::dashboard);
    device.device.lock();
    EXPECT_EQ(device.send(ask_app_info()), "5515");
}

TEST(AppInfo, TellsWhichAppIsOpen) {
    TestDevice device;
    EXPECT_EQ(device.send(ask_app_info()), info("Tezos Baking", "2.5.1"));
    EXPECT_EQ(device.send(bytes_of("b0010000")), info("Tezos Baking", "2.5.1"));
    EXPECT_EQ(device.send(bytes_of("b001000005")), info("Tezos Baking", "2.5.1"));
    EXPECT_EQ(device.send(bytes_of("b001010000")), "6e00");
    device.device.power_cycle(AppId::wallet);
    EXPECT_EQ(device.send(ask_app_info()), info("Tezos Wallet (XTZ)", "3.0.6"));
    device.device.power_cycle(AppId::dashboard);
    EXPECT_EQ(device.send(ask_app_info()), info("BOLOS", "1.1.1"));
}

TEST(Quit, GoesToTheDashboardFromAnywhere) {
    for (const auto app : {AppId::baking, AppId::wallet, AppId::dashboard}) {
        TestDevice device;
        device.device.power_cycle(app);
        EXPECT_EQ(device.send(quit()), "9000");
        EXPECT_EQ(device.device.app(), AppId::dashboard);
    }
}

TEST(Dashboard, OpensKnownAppsWhenThePersonAgrees) {
    TestDevice device(Confirm::ask);
    device.device.power_cycle(AppId::dashboard);
    for (const auto* const name : {"Tezos Baking", "Tezos Wallet (XTZ)"}) {
        device.send(quit());
        EXPECT_EQ(device.send(open_app(name)), "silence");
        EXPECT_EQ(device.device.prompt()->command, "OPEN_APP");
        EXPECT_EQ(to_hex(device.device.accept()->bytes), "9000");
        EXPECT_EQ(app_name(device.device.app()), name);
    }
    device.send(quit());
    device.send(open_app("Tezos Baking"));
    EXPECT_EQ(to_hex(device.device.reject()->bytes), "6985");
    EXPECT_EQ(device.device.app(), AppId::dashboard);
}

TEST(Dashboard, KnowsNoOtherAppAndNoBakingInstruction) {
    TestDevice device;
    device.device.power_cycle(AppId::dashboard);
    EXPECT_EQ(device.send(open_app("Bitcoin")), "6807");
    EXPECT_EQ(device.send(open_app("BOLOS")), "6807");
    EXPECT_EQ(device.send(open_app("")), "6807");
    EXPECT_EQ(device.send(command(0x00, 0, 0)), "6e00");
    EXPECT_EQ(device.send(bytes_of("e001000000")), "6d00");
    EXPECT_EQ(device.send(bytes_of("e0d8000005")), "6c00");
}

TEST(Wallet, KnowsNoBakingInstruction) {
    TestDevice device;
    device.device.power_cycle(AppId::wallet);
    EXPECT_EQ(device.send(command(0x0b, 0, 0)), "6d00");
    EXPECT_EQ(device.send(open_app("Tezos Baking")), "6e00");
    EXPECT_EQ(device.send(bytes_of("80")), "6c00");
}

TEST(OpenApp, NeedsAnUnlockedDeviceWithoutAPrompt) {
    TestDevice device(Confirm::ask);
    device.device.lock();
    EXPECT_FALSE(device.device.open_app(AppId::wallet));
    device.device.unlock();
    device.setup(kMainnet, 1);
    EXPECT_FALSE(device.device.open_app(AppId::wallet));
    static_cast<void>(device.device.reject());
    EXPECT_TRUE(device.device.open_app(AppId::wallet));
    EXPECT_EQ(device.device.app(), AppId::wallet);
}

TEST(OpenApp, LeavesTheAppAloneThatIsOpen) {
    TestDevice device;
    device.setup(kMainnet, 100);
    device.select();
    EXPECT_TRUE(device.device.open_app(AppId::baking));
    EXPECT_EQ(device.sign(attestation(kMainnet, 101, 0)), "9000");
}

TEST(Counters, CountCommandsAndSignatures) {
    TestDevice device(Confirm::ask);
    device.setup(kMainnet, 100);
    device.send(ask_app_info());
    EXPECT_EQ(device.device.commands(), 2U) << "dropped ones too";
    static_cast<void>(device.device.accept());
    device.select();
    device.sign(attestation(kMainnet, 101, 0));
    device.sign(attestation(kMainnet, 101, 0));
    EXPECT_EQ(device.device.signatures(), 1U);
    EXPECT_EQ(device.device.commands(), 5U);
}

}  // namespace ledger_bridge::emulator
