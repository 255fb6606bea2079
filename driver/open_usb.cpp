#include "driver/open_usb.hpp"

#include <fcntl.h>
#include <linux/hidraw.h>
#include <sys/ioctl.h>

#include <cerrno>
#include <utility>

#include "driver/device_lock.hpp"
#include "driver/file_descriptor.hpp"
#include "driver/hid_transport.hpp"
#include "driver/hidapi_backend.hpp"
#include "driver/wait.hpp"

namespace ledger_bridge::driver {

namespace {

// The lock goes last: whoever gets it next finds the device closed.
class LockedPort final : public ReportPort {
public:
    LockedPort(DeviceLock lock, std::unique_ptr<ReportPort> port)
        : lock_(std::move(lock)), port_(std::move(port)) {}

    Result<void> write(const Report& report) override { return port_->write(report); }
    Result<std::optional<Report>> read(const Deadline& deadline) override {
        return port_->read(deadline);
    }

private:
    DeviceLock lock_;
    std::unique_ptr<ReportPort> port_;
};

Error node_failure(const std::string& node, int error_number) {
    switch (error_number) {
        case EACCES:
        case EPERM:
            return system_failure(Errc::permission_denied, node, error_number);
        case EBUSY:
            return system_failure(Errc::device_busy, node, error_number);
        case ENOENT:
        case ENODEV:
        case ENXIO:
        case EIO:
        case ENOTTY:
            return system_failure(Errc::disconnected, node, error_number);
        default:
            return system_failure(Errc::system, node, error_number);
    }
}

// hidapi says only that it failed. This asks the kernel for the reason; a sandbox's device rules
// show here and nowhere else.
//
// hidapi 0.13.1 writes into memory that it has freed when a node opens and then answers no
// question (libusb/hidapi #542), so it is given none that does not answer here: what is left of
// that are the microseconds between the two.
Result<void> check_node(const std::string& node, HidBackend backend) {
    const FileDescriptor file(::open(node.c_str(), O_RDWR | O_CLOEXEC));
    if (!file.valid()) {
        return node_failure(node, errno);
    }
    int size = 0;
    if (backend == HidBackend::hidraw && ::ioctl(file.get(), HIDIOCGRDESCSIZE, &size) < 0) {
        return node_failure(node, errno);
    }
    return {};
}

}  // namespace

Result<std::unique_ptr<Transport>> open_usb(const UsbDevice& device,
                                            const UsbOpening& opening,
                                            const Clock& clock) {
    // First, because its error names the program that has the device.
    auto lock = DeviceLock::take(opening.lock_directory, device.bus_path);
    if (!lock) {
        return lock.error();
    }
    const auto path = openable_path(device, opening.backend);
    if (!path) {
        return path.error();
    }
    const bool hidraw = opening.backend == HidBackend::hidraw;
    const auto& node = hidraw ? device.hidraw : device.usb_node;
    if (const auto good = check_node(node, opening.backend); !good) {
        return good.error();
    }
    const auto api = load_hid_api(opening.backend);
    if (!api) {
        return api.error();
    }
    auto port = open_report_port(**api, *path);
    if (!port) {
        return port.error();
    }
    const auto channel = random_channel();
    if (!channel) {
        return channel.error();
    }
    return std::unique_ptr<Transport>(std::make_unique<HidTransport>(
        std::make_unique<LockedPort>(std::move(*lock), std::move(*port)),
        *channel,
        clock,
        opening.foreign_report));
}

}  // namespace ledger_bridge::driver
