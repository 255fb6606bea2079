#include "driver/hidapi_backend.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <mutex>
#include <utility>

namespace ledger_bridge::driver {

namespace {

// hidapi keeps one error text, and libusb's context, for all devices together: opening and closing
// take turns. Reading and writing touch nothing but their own device.
std::mutex& global_state() {
    static std::mutex mutex;
    return mutex;
}

// hidapi's own words, which only the hidraw backend has. Plain ASCII as far as it goes.
std::string words(const HidApi& api, hid_device* device) {
    const wchar_t* wide = api.backend == HidBackend::hidraw ? api.error(device) : nullptr;
    std::string narrow;
    for (; wide != nullptr && *wide != L'\0'; ++wide) {
        narrow += *wide >= L' ' && *wide <= L'~' ? static_cast<char>(*wide) : '?';
    }
    return narrow.empty() ? "no reason given" : narrow;
}

class HidapiPort final : public ReportPort {
public:
    HidapiPort(const HidApi& api, hid_device* device) : api_(&api), device_(device) {}
    HidapiPort(const HidapiPort&) = delete;
    HidapiPort& operator=(const HidapiPort&) = delete;
    HidapiPort(HidapiPort&&) = delete;
    HidapiPort& operator=(HidapiPort&&) = delete;
    ~HidapiPort() override {
        const std::lock_guard lock(global_state());
        api_->close(device_);
    }

    Result<void> write(const Report& report) override;
    Result<std::optional<Report>> read(const Deadline& deadline) override;

private:
    const HidApi* api_;
    hid_device* device_;
};

// The one place where the report id is added: 65 bytes go out and count as 65 with both backends,
// 64 come in. The id is 0 because a Ledger's reports have none.
Result<void> HidapiPort::write(const Report& report) {
    std::array<std::uint8_t, 1 + kReportSize> numbered{};
    std::copy(report.begin(), report.end(), numbered.begin() + 1);
    const int size = api_->write(device_, numbered.data(), numbered.size());
    if (size < 0) {
        return fail(Errc::disconnected, "write: " + words(*api_, device_));
    }
    if (static_cast<std::size_t>(size) != numbered.size()) {
        return fail(Errc::bad_frame, "write: " + std::to_string(size) + " of 65 bytes");
    }
    return {};
}

Result<std::optional<Report>> HidapiPort::read(const Deadline& deadline) {
    Report report{};
    errno = 0;
    const int size =
        api_->read_timeout(device_, report.data(), report.size(), deadline.poll_timeout());
    // The thread that owns a device has its signals blocked; should one come all the same, as in a
    // tool, it is no fault of the device.
    if (size == 0 || (size < 0 && errno == EINTR)) {
        return std::optional<Report>{};
    }
    if (size < 0) {
        return fail(Errc::disconnected, "read: " + words(*api_, device_));
    }
    if (static_cast<std::size_t>(size) != report.size()) {
        return fail(Errc::bad_frame, "a report of " + std::to_string(size) + " bytes");
    }
    return std::optional(report);
}

}  // namespace

Result<std::unique_ptr<ReportPort>> open_report_port(const HidApi& api, const std::string& path) {
    const std::lock_guard lock(global_state());
    auto* device = api.open_path(path.c_str());
    if (device == nullptr && api.backend == HidBackend::libusb) {
        return fail(Errc::device_busy, path + " cannot be claimed");
    }
    if (device == nullptr) {
        return fail(Errc::disconnected, path + ": " + words(api, nullptr));
    }
    return std::unique_ptr<ReportPort>(std::make_unique<HidapiPort>(api, device));
}

}  // namespace ledger_bridge::driver
