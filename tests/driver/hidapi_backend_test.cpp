#include "driver/hidapi_backend.hpp"

#include <algorithm>
#include <cerrno>
#include <cwchar>

#include <gtest/gtest.h>

#include "tests/driver/manual_clock.hpp"

// hidapi leaves the type to its implementations; this is the test's.
struct hid_device_ {};

namespace ledger_bridge::driver {
namespace {

using namespace std::chrono_literals;

// What the fake library does next, and what it was asked.
struct Library {
    bool opens = true;
    int write_result = 65;
    int read_result = 64;
    int read_errno = 0;
    Bytes written;
    int wait = -1;
    int open_devices = 0;
    hid_device_ device;
};
Library library;

hid_device* fake_open(const char* /*path*/) {
    library.open_devices += library.opens ? 1 : 0;
    return library.opens ? &library.device : nullptr;
}

void fake_close(hid_device* /*device*/) {
    --library.open_devices;
}

int fake_write(hid_device* /*device*/, const unsigned char* data, std::size_t size) {
    library.written.assign(data, data + size);
    return library.write_result;
}

int fake_read(hid_device* /*device*/, unsigned char* data, std::size_t size, int wait) {
    library.wait = wait;
    std::fill(data, data + size, static_cast<unsigned char>(0x42));
    errno = library.read_errno;
    return library.read_result;
}

const wchar_t* fake_error(hid_device* /*device*/) {
    return L"h\u00e4?\n";
}

class HidapiPort : public testing::Test {
protected:
    HidapiPort() { library = Library{}; }

    std::unique_ptr<ReportPort> open(HidBackend backend = HidBackend::hidraw) {
        api.backend = backend;
        return std::move(open_report_port(api, "/dev/hidraw0").value());
    }
    Deadline soon() { return Deadline::after(clock, 50ms); }

    HidApi api{.backend = HidBackend::hidraw,
               .init = nullptr,
               .open_path = fake_open,
               .close = fake_close,
               .write = fake_write,
               .read_timeout = fake_read,
               .error = fake_error};
    ManualClock clock;
};

TEST_F(HidapiPort, WritesSixtyFiveBytesWithReportIdZeroInFront) {
    Report report{};
    report.fill(0x77);
    EXPECT_TRUE(open()->write(report));
    ASSERT_EQ(library.written.size(), 65U);
    EXPECT_EQ(library.written[0], 0x00);
    EXPECT_TRUE(std::equal(report.begin(), report.end(), library.written.begin() + 1));
}

TEST_F(HidapiPort, ReadsSixtyFourBytesWithoutAReportId) {
    const auto report = open()->read(soon());
    ASSERT_TRUE(report && *report);
    EXPECT_TRUE(
        std::all_of((*report)->begin(), (*report)->end(), [](auto byte) { return byte == 0x42; }));
    EXPECT_EQ(library.wait, 50);
}

TEST_F(HidapiPort, AShortWriteIsABadFrame) {
    const auto port = open();
    for (const int size : {0, 1, 64, 66}) {
        library.write_result = size;
        const auto written = port->write(Report{});
        ASSERT_FALSE(written) << size;
        EXPECT_EQ(written.error().code, Errc::bad_frame);
    }
}

TEST_F(HidapiPort, AShortReportIsABadFrame) {
    const auto port = open();
    for (const int size : {1, 5, 63}) {
        library.read_result = size;
        const auto report = port->read(soon());
        ASSERT_FALSE(report) << size;
        EXPECT_EQ(report.error().code, Errc::bad_frame);
    }
}

TEST_F(HidapiPort, NothingIsReadWhenNothingCame) {
    library.read_result = 0;
    const auto report = open()->read(soon());
    ASSERT_TRUE(report);
    EXPECT_FALSE(*report);
}

TEST_F(HidapiPort, ASignalIsNoFaultOfTheDevice) {
    library.read_result = -1;
    library.read_errno = EINTR;
    const auto report = open()->read(soon());
    ASSERT_TRUE(report);
    EXPECT_FALSE(*report);
}

TEST_F(HidapiPort, AFailureIsTheEndOfTheConnectionInHidapisWords) {
    const auto port = open();
    library.read_result = -1;
    library.read_errno = EIO;
    library.write_result = -1;
    const auto report = port->read(soon());
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, Errc::disconnected);
    EXPECT_EQ(report.error().detail, "read: h???");
    const auto written = port->write(Report{});
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code, Errc::disconnected);
}

TEST_F(HidapiPort, NeverWaitsBeyondAPassedDeadline) {
    const auto port = open();
    const auto passed = Deadline::after(clock, 0ms);
    clock.advance(1h);
    EXPECT_TRUE(port->read(passed));
    EXPECT_EQ(library.wait, 0);
}

TEST_F(HidapiPort, IsClosedOnceWithItsObject) {
    auto port = open();
    EXPECT_EQ(library.open_devices, 1);
    port.reset();
    EXPECT_EQ(library.open_devices, 0);
}

TEST_F(HidapiPort, AFailureToOpenIsBusyWithLibusbAloneAndGoneWithHidraw) {
    library.opens = false;
    api.backend = HidBackend::libusb;
    EXPECT_EQ(open_report_port(api, "1-1:1.0").error().code, Errc::device_busy);
    api.backend = HidBackend::hidraw;
    EXPECT_EQ(open_report_port(api, "/dev/hidraw0").error().code, Errc::disconnected);
}

// Both libraries in one process, each with its own functions: linked, one would hide the other.
TEST(HidLibraries, AreLoadedSideBySide) {
    const auto hidraw = load_hid_api(HidBackend::hidraw);
    const auto libusb = load_hid_api(HidBackend::libusb);
    ASSERT_TRUE(hidraw) << hidraw.error().text();
    ASSERT_TRUE(libusb) << libusb.error().text();
    EXPECT_NE((*hidraw)->open_path, (*libusb)->open_path);
    EXPECT_NE((*hidraw)->write, (*libusb)->write);
    EXPECT_NE((*hidraw)->read_timeout, (*libusb)->read_timeout);
    EXPECT_EQ(*load_hid_api(HidBackend::hidraw), *hidraw);
}

TEST(HidLibraries, FailToOpenWhatIsNotThere) {
    const auto hidraw = load_hid_api(HidBackend::hidraw);
    ASSERT_TRUE(hidraw);
    const auto port = open_report_port(**hidraw, "/dev/no-such-node");
    ASSERT_FALSE(port);
    EXPECT_EQ(port.error().code, Errc::disconnected);
    EXPECT_NE(port.error().detail.find("No such file"), std::string::npos) << port.error().text();
}

TEST(HidBackendName, IsReadAndWrittenInOneWay) {
    for (const auto backend : {HidBackend::hidraw, HidBackend::libusb}) {
        EXPECT_EQ(parse_hid_backend(text(backend)), backend);
    }
    for (const auto* name : {"", "HIDRAW", "usb", "hidraw "}) {
        EXPECT_EQ(parse_hid_backend(name), std::nullopt) << name;
    }
}

}  // namespace
}  // namespace ledger_bridge::driver
