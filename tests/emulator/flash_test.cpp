// RAM and flash: what a power cut takes, with the High Watermark setting on and off.
#include <gtest/gtest.h>

#include "tests/emulator/device_fixture.hpp"

namespace ledger_bridge::emulator {

namespace {

// Set up at level 100, one attestation signed at 101.
class FlashOf : public ::testing::Test {
protected:
    FlashOf() {
        device.setup(kMainnet, 100, 10);
        device.select();
        device.sign(attestation(kMainnet, 101, 0));
    }

    void power_cut() {
        device.device.power_cycle(AppId::baking);
        device.select();
    }

    std::string key() { return device.send(command(0x07, 0, 0)); }
    [[nodiscard]] std::uint64_t writes() const { return device.device.flash().writes(); }
    void set_hwm(bool enabled) { EXPECT_TRUE(device.device.set_hwm_enabled(enabled)); }

    TestDevice device;
};

}  // namespace

TEST_F(FlashOf, TheEnabledSettingKeepsMarksFlagsAndKey) {
    EXPECT_EQ(device.sign(preattestation(kMainnet, 102, 4)), "9000");
    power_cut();
    EXPECT_EQ(device.marks(), "102 4 10 0");
    EXPECT_EQ(device.sign(preattestation(kMainnet, 102, 4)), "6a80") << "the flag";
    EXPECT_EQ(device.sign(attestation(kMainnet, 102, 4)), "9000");
    device.send(command(0x0c, 0, 0));
    power_cut();
    EXPECT_EQ(key(), "00 9000");
}

TEST_F(FlashOf, TheEnabledSettingWritesOnceASignature) {
    const auto before = writes();
    device.sign(attestation(kMainnet, 102, 0));
    device.sign(attestation(kMainnet, 102, 0));
    device.sign(attestation(kGhostnet, 102, 0));
    EXPECT_EQ(writes(), before + 2);
}

TEST_F(FlashOf, TheDisabledSettingChecksInRamAndForgetsInAPowerCut) {
    set_hwm(false);
    const auto before = writes();
    EXPECT_EQ(device.sign(attestation(kMainnet, 102, 0)), "9000");
    EXPECT_EQ(device.sign(attestation(kMainnet, 102, 0)), "6a80");
    EXPECT_EQ(device.sign(attestation(kMainnet, 105, 0)), "9000");
    EXPECT_EQ(writes(), before);
    power_cut();
    EXPECT_EQ(device.marks(), "101 0 10 0") << "the mark when it was switched";
    EXPECT_EQ(device.sign(attestation(kMainnet, 101, 0)), "6a80") << "flags too";
    EXPECT_EQ(device.sign(attestation(kMainnet, 102, 0)), "9000") << "the double";
    EXPECT_FALSE(device.device.baking_data().hwm_enabled) << "the setting itself stays";
}

TEST_F(FlashOf, TheDisabledSettingForgetsAuthorizeAndDeauthorize) {
    set_hwm(false);
    device.send(command(0x01, 0, 1, kOtherPath));
    power_cut();
    EXPECT_EQ(key(), std::string(kPath) + " 9000");
    device.send(command(0x0c, 0, 0));
    EXPECT_EQ(key(), "00 9000");
    power_cut();
    EXPECT_EQ(key(), std::string(kPath) + " 9000");
}

TEST_F(FlashOf, TheDisabledSettingKeepsSetupAndReset) {
    set_hwm(false);
    device.status(command(0x06, 0, 0, "0000012c"));
    power_cut();
    EXPECT_EQ(device.marks(), "300 0 300 0");
    device.setup(kGhostnet, 400, 20, kOtherPath);
    power_cut();
    EXPECT_EQ(device.marks(), "400 0 20 0");
    EXPECT_EQ(key(), std::string(kOtherPath) + " 9000");
}

TEST_F(FlashOf, SwitchingTheSettingWritesWhatIsInRam) {
    set_hwm(false);
    device.sign(attestation(kMainnet, 110, 2));
    set_hwm(true);
    power_cut();
    EXPECT_EQ(device.marks(), "110 2 10 0");
    device.sign(attestation(kMainnet, 111, 0));
    power_cut();
    EXPECT_EQ(device.marks(), "111 0 10 0");
}

TEST_F(FlashOf, SwitchingToTheSameSettingWritesNothing) {
    const auto before = writes();
    set_hwm(true);
    EXPECT_EQ(writes(), before);
}

TEST_F(FlashOf, ACleanQuitWritesTheMark) {
    set_hwm(false);
    device.sign(attestation(kMainnet, 110, 2));
    device.send(bytes_of("b0a7000000"));
    power_cut();
    EXPECT_EQ(device.marks(), "110 2 10 0");
    device.sign(attestation(kMainnet, 120, 0));
    EXPECT_TRUE(device.device.open_app(AppId::wallet));
    power_cut();
    EXPECT_EQ(device.marks(), "120 0 10 0");
}

TEST_F(FlashOf, ACleanQuitWritesNothingThatIsThereAlready) {
    const auto before = writes();
    device.send(bytes_of("b0a7000000"));
    EXPECT_EQ(writes(), before);
}

TEST_F(FlashOf, TheSettingIsReachableOnlyInTheUnlockedAppWithoutAPrompt) {
    device.device.lock();
    EXPECT_FALSE(device.device.set_hwm_enabled(false));
    device.device.unlock();
    device.send(bytes_of("b0a7000000"));
    EXPECT_FALSE(device.device.set_hwm_enabled(false));
}

TEST_F(FlashOf, TheFactoryStateHasNothing) {
    set_hwm(false);
    device.device.wipe();
    EXPECT_EQ(device.device.baking_data(), BakingData{});
    EXPECT_EQ(device.marks(), "0 0 0 0");
    EXPECT_EQ(key(), "00 9000");
}

TEST_F(FlashOf, ThePowerCutForgetsTheSelection) {
    device.device.power_cycle(AppId::baking);
    EXPECT_EQ(device.sign(attestation(kMainnet, 102, 0)), "917e");
}

TEST_F(FlashOf, OutsideTheAppTheStateIsTheOneInFlash) {
    set_hwm(false);
    device.sign(attestation(kMainnet, 110, 2));
    device.device.power_cycle(AppId::dashboard);
    EXPECT_EQ(device.device.baking_data().main.level, 101U);
}

}  // namespace ledger_bridge::emulator
