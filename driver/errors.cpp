#include "driver/errors.hpp"

#include <array>

namespace ledger_bridge::driver {

namespace {

constexpr int row_value(Errc code) {
    return static_cast<int>(code);
}

constexpr std::array<ErrorRow, 12> kRows{{
    {row_value(Errc::no_device),
     "no_device",
     "no device was found",
     "plug the device in, unlock it and open the Tezos Baking app; for tcp:// check that the "
     "emulator runs at that address"},
    {row_value(Errc::several_devices),
     "several_devices",
     "more than one device fits",
     "name one of them with --device"},
    {row_value(Errc::permission_denied),
     "permission_denied",
     "this user may not open the device",
     "install the udev rules, run this as a user of the group ledger-bridge, and plug the device "
     "in again"},
    {row_value(Errc::device_busy),
     "device_busy",
     "another program uses the device",
     "close the other program (Ledger Live, octez-signer, a second daemon) and try again"},
    {row_value(Errc::no_hid_driver),
     "no_hid_driver",
     "the kernel's HID driver is not on the device, so it has no hidraw node",
     "load the driver with 'modprobe usbhid', or reach the device with usb-backend libusb"},
    {row_value(Errc::bootloader),
     "bootloader",
     "the device is in its bootloader or in recovery",
     "unplug it and plug it in without pressing a button; if it stays so, repair it with Ledger's "
     "own program"},
    {row_value(Errc::unknown_product),
     "unknown_product",
     "this Ledger is of a model that this release does not know",
     "install a newer release, or add the model to udev/products.tsv and install the rules again"},
    {row_value(Errc::disconnected),
     "disconnected",
     "the connection to the device ended",
     "check cable and power; it is opened again as soon as it is back"},
    {row_value(Errc::timed_out),
     "timed_out",
     "the device did not answer in time",
     "look at its screen: an open question on it must be answered first"},
    {row_value(Errc::bad_frame),
     "bad_frame",
     "the device and this program are out of step",
     "the connection is opened anew; if it happens again, unplug the device and plug it in"},
    {row_value(Errc::bad_device_name),
     "bad_device_name",
     "this is no name of a device",
     "write usb, usb:<animal-name>, usb:@<path> or tcp://<host>:<port>"},
    {row_value(Errc::system),
     "system",
     "the operating system refused an operation on the device",
     "the reason in brackets is the system's own word for it"},
}};

}  // namespace

std::span<const ErrorRow> error_rows() {
    return kRows;
}

error_code make_error_code(Errc code) {
    static const ErrorCategory category("driver", kRows);
    return {static_cast<int>(code), category};
}

}  // namespace ledger_bridge::driver
