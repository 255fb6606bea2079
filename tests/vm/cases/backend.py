"""Which hidapi library really has the device; the kernel says so."""

TITLE = "3 backend: the kernel shows which one has the device"
DRIVERS = {"hidraw": "usbhid", "libusb": "usbfs"}
INTERFACE = r"grep -l 2c97 /sys/bus/usb/devices/*/idVendor | sed 's,/idVendor$,,;s,.*/,,'"


def run(bench, report):
    port = bench.guest.run(INTERFACE).stdout.strip()
    driver = bench.guest.run(f"basename $(readlink /sys/bus/usb/devices/{port}:1.0/driver)").stdout.strip()
    expected = DRIVERS[bench.backend]
    report.check(driver == expected, f"{port}:1.0 belongs to {driver}, as {bench.backend} has it ({expected})")
    other = {"hidraw": "libusb", "libusb": "hidraw"}[bench.backend]
    maps = bench.guest.run("cat /proc/$(systemctl show --value -p MainPID ledger-bridged)/maps").stdout
    report.check(f"libhidapi-{bench.backend}" in maps, f"the daemon has loaded libhidapi-{bench.backend}")
    report.check(f"libhidapi-{other}" not in maps, f"and not libhidapi-{other}")
    bench.sign_new(report)
