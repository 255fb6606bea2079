// What `ledgerctl list` says of every device that can be plugged in, without a daemon: an emulated
// Ledger behind each port of a tree of USB devices.
#include "tools/common/survey.hpp"

#include <set>

#include <gtest/gtest.h>

#include "daemon/errors.hpp"
#include "tests/daemon/plugged.hpp"
#include "tools/ledgerctl/status_text.hpp"

namespace ledger_bridge::tools {
namespace {

using daemon::ask_to_authorise;
using daemon::authorise;
using daemon::Plugged;
using emulator::AppId;
using nlohmann::json;

class Survey : public testing::Test, public daemon::PluggedPorts {
protected:
    // As devices_to_survey() finds them, with the emulated devices in place of the kernel.
    json list(const daemon::Config& installation = {}, bool named = false) {
        const auto found = driver::enumerate(tree.places());
        auto devices = devices_to_survey(installation, named, found, daemon::UsbOptions{}, clock_);
        for (auto& device : devices) {
            const auto name = driver::parse_device_name(device.device).value();
            if (name.kind != driver::DeviceKind::tcp) {
                device.open = [this, name, found](const Deadline& deadline) {
                    return daemon::open_found(name, found, opener(), deadline);
                };
            }
        }
        const auto state = HostState::open(tree.root() / "nothing", Need::survey);
        return survey(devices, *state, clock_)["devices"];
    }

    static std::string text(const json& devices) {
        std::string all;
        for (const auto& line : list_lines({{"devices", devices}})) {
            all += line + "\n";
        }
        return all;
    }

    SystemClock clock_;
};

struct Case {
    const char* what;
    void (*make)(Plugged&);
    const char* state;
    const char* reason;   // words of the sentence and of its cure
    const char* command;  // the one
};

constexpr Case kCases[] = {
    {"ready", [](Plugged& one) { authorise(one.device); }, "ready", "", ""},
    {"no key", [](Plugged&) {}, "unauthorised", "run setup-ledger", "setup-ledger"},
    {"locked",
     [](Plugged& one) { one.device.lock(); },
     "locked",
     "enter the PIN on the device",
     "ledgerctl list"},
    {"wallet",
     [](Plugged& one) { ASSERT_TRUE(one.device.open_app(AppId::wallet)); },
     "wrong_app",
     "Tezos Wallet",
     "ledgerctl list"},
    {"dashboard",
     [](Plugged& one) { ASSERT_TRUE(one.device.open_app(AppId::dashboard)); },
     "wrong_app",
     "open the Tezos Baking app",
     "ledgerctl list"},
    {"prompt",
     [](Plugged& one) { ask_to_authorise(one.device); },
     "prompting",
     "answer it on the device",
     "ledgerctl list"},
    {"busy",
     [](Plugged& one) { one.refusal = fail(driver::Errc::device_busy, "octez-signer, process 7"); },
     "device_busy",
     "octez-signer, process 7",
     "sudo fuser -v /dev/hidraw* /dev/bus/usb/*/*"},
    {"denied",
     [](Plugged& one) { one.refusal = fail(driver::Errc::permission_denied, "/dev/hidraw1"); },
     "permission_denied",
     "group ledger-bridge",
     "sudo ledgerctl list"},
    {"no driver",
     [](Plugged& one) { one.refusal = fail(driver::Errc::no_hid_driver); },
     "no_hid_driver",
     "modprobe usbhid",
     "sudo modprobe usbhid"},
    {"crashed",
     [](Plugged& one) { one.always = 0x6f00; },
     "app_crashed",
     "open the Tezos Baking app again",
     "ledgerctl list"},
};

TEST_F(Survey, EveryStateHasItsLineAndItsOneCommand) {
    for (const auto& one : kCases) {
        auto& port = plug("1-1.2");
        one.make(port);
        const auto devices = list();
        ASSERT_EQ(devices.size(), 1U) << one.what;
        const auto& device = devices[0];
        EXPECT_EQ(device["device"], "usb:@1-1.2");
        EXPECT_EQ(device["model"], "Nano S Plus");
        EXPECT_EQ(device["path"], "1-1.2");
        EXPECT_EQ(device["node"], tree.node("hidraw1"));
        EXPECT_EQ(device["state"], one.state) << one.what;
        const auto reason = device["reason"].get<std::string>();
        EXPECT_NE(reason.find(one.reason), std::string::npos) << one.what << ": " << reason;
        EXPECT_EQ(reason.empty(), std::string(one.state) == "ready") << one.what;
        EXPECT_EQ(device["suggestion"], one.command) << one.what;
        EXPECT_NE(text(devices).find("usb:@1-1.2  Nano S Plus at 1-1.2  "), std::string::npos)
            << text(devices);
        EXPECT_NE(text(devices).find(reason), std::string::npos) << text(devices);
        tree.remove("1-1.2");
        ports.clear();
    }
}

TEST_F(Survey, ADeviceThatIsSetUpSaysEverythingOfItself) {
    authorise(plug("1-1.2").device);
    const auto device = list()[0];
    EXPECT_EQ(device["name"], daemon::kDefaultName);
    EXPECT_EQ(device["app"]["name"], "Tezos Baking");
    EXPECT_EQ(device["app"]["version"], "2.5.1");
    EXPECT_EQ(device["app"]["git"], "v2.5.1-0-g50ec8cfc");
    EXPECT_EQ(device["authorized"]["path"], "44h/1729h/0h/0h");
    EXPECT_EQ(device["device_marks"]["main"]["level"], 500);
}

TEST_F(Survey, ABootloaderAndAnUnknownModelAreToldApart) {
    plug("1-1", emulator::kDefaultMnemonic, "0005").always = 0x6d00;
    plug("1-2", emulator::kDefaultMnemonic, "f011").always = 0x6e00;
    const auto devices = list();
    EXPECT_EQ(devices[0]["state"], "bootloader");
    EXPECT_EQ(devices[0]["suggestion"], "ledgerctl list");
    EXPECT_EQ(devices[1]["state"], "unknown_product");
    EXPECT_EQ(devices[1]["model"], "unknown");
    EXPECT_EQ(devices[1]["suggestion"], "ledgerctl --version");
}

TEST_F(Survey, OfTwoDevicesEachHasItsLineAndTheCommandNamesIt) {
    plug("1-1");
    plug("1-2", daemon::other_mnemonic()).device.lock();
    auto devices = list();
    ASSERT_EQ(devices.size(), 2U);
    EXPECT_EQ(devices[0]["suggestion"], "setup-ledger --device usb:@1-1");
    EXPECT_EQ(devices[1]["state"], "locked");
    EXPECT_EQ(devices[1]["suggestion"], "ledgerctl list");
    ports.at("1-2").device.unlock();
    devices = list();
    EXPECT_NE(devices[0]["name"], devices[1]["name"]);
}

TEST_F(Survey, WithoutADeviceTheConfiguredOneIsAbsent) {
    const auto devices = list();
    ASSERT_EQ(devices.size(), 1U);
    EXPECT_EQ(devices[0]["device"], "usb");
    EXPECT_EQ(devices[0]["state"], "absent");
    EXPECT_EQ(devices[0]["model"], nullptr);
    EXPECT_EQ(devices[0]["suggestion"], "lsusb -d 2c97:");
    EXPECT_NE(text(devices).find("no device was found"), std::string::npos) << text(devices);
}

TEST_F(Survey, ADeviceThatThePersonNamedIsAskedAlone) {
    plug("1-1");
    plug("1-2", daemon::other_mnemonic());
    daemon::Config installation;
    const auto name = std::string("usb:") + daemon::kDefaultName;
    installation.devices = {driver::parse_device_name(name).value()};
    const auto devices = list(installation, true);
    ASSERT_EQ(devices.size(), 1U);
    EXPECT_EQ(devices[0]["device"], name);
    EXPECT_EQ(devices[0]["path"], "1-1") << "where it was found";
    EXPECT_EQ(list(installation, false).size(), 2U);
    installation.devices = {driver::DeviceName{}};
    EXPECT_EQ(list(installation, true)[0]["state"], "several_devices");
}

TEST_F(Survey, ADeviceAtAnAddressOfTheConfigurationIsAskedToo) {
    plug("1-1");
    daemon::Config installation;
    installation.devices = {driver::parse_device_name("tcp://127.0.0.1:1").value()};
    const auto devices = list(installation);
    ASSERT_EQ(devices.size(), 2U);
    EXPECT_EQ(devices[1]["state"], "absent");
    EXPECT_EQ(devices[1]["path"], nullptr);
}

}  // namespace
}  // namespace ledger_bridge::tools
