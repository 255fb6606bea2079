// Which of the Ledgers that are plugged in is opened, and what is said when none is: a tree of
// devices, an emulated Ledger behind each, and no kernel.
#include "daemon/usb/usb_opener.hpp"

#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "daemon/usb/device_state.hpp"
#include "driver/errors.hpp"
#include "tests/daemon/plugged.hpp"
#include "tests/driver/manual_clock.hpp"

namespace ledger_bridge::daemon {
namespace {

class UsbOpener : public testing::Test, public PluggedPorts {
protected:
    Result<OpenedDevice> open(std::string_view name) {
        return open_found(driver::parse_device_name(name).value(),
                          driver::enumerate(tree.places()),
                          opener(),
                          Deadline::after(clock_, std::chrono::seconds{2}));
    }

    Error refusal(std::string_view name) {
        const auto opened = open(name);
        EXPECT_FALSE(opened);
        return opened ? Error{} : opened.error();
    }

    static std::string name() { return std::string("usb:") + kDefaultName; }

    ManualClock clock_;
};

bool mentions(const Error& error, std::string_view words) {
    return error.text().find(words) != std::string::npos;
}

TEST_F(UsbOpener, OpensTheOnlyDeviceAndSaysWhichItIs) {
    plug("1-1.2");
    const auto opened = open("usb");
    ASSERT_TRUE(opened);
    EXPECT_EQ(opened->usb->bus_path, "1-1.2");
    EXPECT_EQ(opened->usb->model, "Nano S Plus");
}

TEST_F(UsbOpener, WithoutADeviceItIsAbsent) {
    for (const auto& device : {std::string("usb"), std::string("usb:@1-1"), name()}) {
        EXPECT_EQ(state_after_opening(refusal(device)), SessionState::absent) << device;
    }
}

TEST_F(UsbOpener, OfSeveralItOpensNoneAndNamesThem) {
    plug("1-1");
    plug("1-2");
    const auto error = refusal("usb");
    EXPECT_EQ(state_after_opening(error), SessionState::several_devices);
    EXPECT_TRUE(mentions(error, "1-1") && mentions(error, "1-2")) << error.text();
    EXPECT_EQ(ports.at("1-1").opened + ports.at("1-2").opened, 0);
}

TEST_F(UsbOpener, APortIsNamedByPathOrNode) {
    plug("1-1");
    plug("1-2");
    EXPECT_EQ(open("usb:@1-2")->usb->bus_path, "1-2");
    EXPECT_EQ(open("usb:@" + tree.node("hidraw1"))->usb->bus_path, "1-1");
    EXPECT_EQ(refusal("usb:@1-3").code, driver::Errc::no_device);
}

TEST_F(UsbOpener, ASeedIsFoundOnWhicheverPort) {
    plug("1-1", other_mnemonic());
    plug("1-2");
    EXPECT_EQ(open(name())->usb->bus_path, "1-2");
}

TEST_F(UsbOpener, OfTwoDevicesOfOneSeedTheAuthorisedOneIsOpened) {
    auto& one = plug("1-1");
    auto& other = plug("1-2");
    EXPECT_EQ(open(name())->usb->bus_path, "1-1") << "neither is authorised";
    EXPECT_FALSE(open(name())->authorised);
    authorise(other.device);
    EXPECT_EQ(open(name())->usb->bus_path, "1-2");
    EXPECT_TRUE(open(name())->authorised);
    authorise(one.device);
    EXPECT_EQ(open(name())->usb->bus_path, "1-1") << "either would do";
    one.device.lock();
    EXPECT_EQ(open(name())->usb->bus_path, "1-2");
}

TEST_F(UsbOpener, AnotherSeedAloneMeansThatTheWantedOneIsAbsent) {
    plug("1-1", other_mnemonic());
    const auto error = refusal(name());
    EXPECT_EQ(state_after_opening(error), SessionState::absent);
    EXPECT_TRUE(mentions(error, "1-1")) << error.text();
}

// Each way in which a device can keep its name to itself.
struct Silent {
    const char* what;
    void (*make)(Plugged&);
    SessionState state;
};

const Silent kSilent[] = {
    {"locked", [](Plugged& one) { one.device.lock(); }, SessionState::locked},
    {"wallet",
     [](Plugged& one) { ASSERT_TRUE(one.device.open_app(emulator::AppId::wallet)); },
     SessionState::wrong_app},
    {"dashboard",
     [](Plugged& one) { ASSERT_TRUE(one.device.open_app(emulator::AppId::dashboard)); },
     SessionState::wrong_app},
    {"prompt",
     [](Plugged& one) {
         one.device.exchange(
             *from_hex("800a00001d7a06a770000001f400000032048000002c800006c18000000080000000"));
     },
     SessionState::prompting},
    {"busy",
     [](Plugged& one) { one.refusal = fail(driver::Errc::device_busy, "octez-signer"); },
     SessionState::device_busy},
    {"denied",
     [](Plugged& one) { one.refusal = fail(driver::Errc::permission_denied, "/dev/hidraw1"); },
     SessionState::permission_denied},
    {"no driver",
     [](Plugged& one) { one.refusal = fail(driver::Errc::no_hid_driver); },
     SessionState::no_hid_driver},
    {"crashed", [](Plugged& one) { one.always = 0x6f00; }, SessionState::app_crashed},
};

TEST_F(UsbOpener, ADeviceThatKeepsItsNameToItselfMayBeTheOne) {
    auto& device = plug("1-1.2");
    plug("1-3", other_mnemonic());
    for (const auto& silent : kSilent) {
        silent.make(device);
        const auto error = refusal(name());
        EXPECT_EQ(state_after_opening(error), silent.state) << silent.what << ": " << error.text();
        EXPECT_TRUE(mentions(error, "may be Nano S Plus at 1-1.2")) << error.text();
        EXPECT_FALSE(mentions(error, "1-3")) << "that one has said its name";
        device.refusal.reset();
        device.always.reset();
        device.device.power_cycle(emulator::AppId::baking);
        EXPECT_TRUE(open(name())) << silent.what;
    }
}

TEST_F(UsbOpener, EveryDeviceThatMayBeTheOneIsNamed) {
    plug("1-1").device.lock();
    plug("1-2").refusal = fail(driver::Errc::device_busy, "octez-signer");
    const auto error = refusal(name());
    EXPECT_TRUE(mentions(error, "1-1") && mentions(error, "1-2")) << error.text();
    EXPECT_TRUE(mentions(error, "octez-signer")) << error.text();
}

TEST_F(UsbOpener, ADeviceThatThisProcessHasOpenUnderAnotherNameIsNotTheOne) {
    const auto locks = tree.root() / "lock";
    std::filesystem::create_directory(locks);
    const auto lock = driver::DeviceLock::take(locks, "1-1");
    plug("1-1").refusal = driver::DeviceLock::take(locks, "1-1").error();
    EXPECT_EQ(state_after_opening(refusal(name())), SessionState::absent);
}

TEST_F(UsbOpener, AnIdOfTheBootloaderIsBelievedWhenNoAppAnswers) {
    auto& device = plug("1-1", emulator::kDefaultMnemonic, "0005");
    EXPECT_TRUE(open("usb")) << "firmware of the legacy scheme has this id always";
    device.device.lock();
    EXPECT_EQ(state_after_opening(refusal("usb")), SessionState::locked);
    for (const int word : {0x6d00, 0x6e00, 0x6f00}) {
        device.always = word;
        const auto error = refusal("usb");
        EXPECT_EQ(state_after_opening(error), SessionState::bootloader);
        EXPECT_TRUE(mentions(error, "2c97:0005")) << error.text();
    }
}

TEST_F(UsbOpener, AnUnknownModelIsServedWhenItsAppAnswers) {
    auto& device = plug("1-1", emulator::kDefaultMnemonic, "f011");
    EXPECT_TRUE(open("usb"));
    device.always = 0x6e00;
    EXPECT_EQ(state_after_opening(refusal("usb")), SessionState::unknown_product);
    device.always.reset();
    device.refusal = fail(driver::Errc::permission_denied, "/dev/hidraw1");
    const auto error = refusal("usb");
    EXPECT_EQ(state_after_opening(error), SessionState::unknown_product)
        << "the rules do not know it either";
    EXPECT_TRUE(mentions(error, "2c97:f011")) << error.text();
}

// The states that the nodes themselves show, with the true opener.
TEST_F(UsbOpener, NodesThatCannotBeOpenedAreToldApart) {
    plug("1-1");
    std::filesystem::create_directory(tree.root() / "lock");
    std::filesystem::permissions(tree.root() / "lock", std::filesystem::perms{0770});
    const UsbOptions options{.locks = {.system = tree.root() / "lock"}, .tree = tree.places()};
    const auto state = [&] {
        const auto opener = usb_opener({}, options, clock_);
        return state_after_opening(opener(Deadline::after(clock_, Duration{0})).error());
    };
    {
        const auto lock = driver::DeviceLock::take(tree.root() / "lock", "1-1");
        EXPECT_EQ(state(), SessionState::device_busy);
    }
    std::filesystem::permissions(tree.node("hidraw1"), std::filesystem::perms::none);
    {
        const driver::test::OrdinaryUser user;
        EXPECT_EQ(state(), SessionState::permission_denied);
    }
    tree.remove("1-1");
    EXPECT_EQ(state(), SessionState::absent);
    tree.add({.bus_path = "1-1", .interfaces = {{.hidraw = "", .driver = ""}}});
    EXPECT_EQ(state(), SessionState::no_hid_driver);
    tree.remove("1-1");
    tree.add({.bus_path = "1-1", .interfaces = {{.hidraw = "", .driver = "usbfs"}}});
    EXPECT_EQ(state(), SessionState::device_busy) << "claimed through libusb";
}

}  // namespace
}  // namespace ledger_bridge::daemon
