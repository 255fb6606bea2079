"""The shipped example that makes the unit stop with its device, by the commands of the README."""

import ledger
import usb

TITLE = "11 the unit stops with its device and starts with the next"
EXAMPLE = "stop-with-device.conf"
WAIT = "timeout {seconds} sh -c 'until [ $(systemctl is-active ledger-bridged) = {state} ]; do sleep 0.05; done'"
DEVICES = ("timeout 20 sh -c 'until [ $(grep -l 2c97 /sys/bus/usb/devices/*/idVendor | wc -l) = {count} ];"
           " do sleep 0.1; done' && udevadm settle")


def run(bench, report):
    commands = bench.readme.block_with(f"install -D -m 644 /usr/share/doc/ledger-bridge/examples/{EXAMPLE}")
    report.check(len(commands) == 3, f"the README says how: {commands}")
    for command in commands:
        bench.guest.run(command)
    try:
        one_device(bench, report)
        one_of_two(bench, report)
        upgrade(bench, report)
    finally:
        bench.guest.run(f"rm /etc/systemd/system/ledger-bridged.service.d/{EXAMPLE}; systemctl daemon-reload")
        bench.guest.run("systemctl enable ledger-bridged.service")


def one_device(bench, report):
    bench.sign_new(report, "with the device in nothing changes")
    bench.device.unplug()
    report.figure("unplug -> unit inactive", becomes(bench, "inactive"), limit=30)
    report.check(bench.service.property("Result") == "success", "it stopped in order")
    bench.device.plug("1")
    report.figure("plug -> unit active", becomes(bench, "active"), limit=30)
    bench.seconds_until_ready()
    bench.sign_new(report)


def one_of_two(bench, report):
    with ledger.UsbLedger(bench.emulator, seed=ledger.OTHER_SEED) as other:
        second = usb.RedirDevice(bench.guest, "second", other.redir_port)
        before = bench.service.property("MainPID")
        second.plug("2")
        bench.guest.run(DEVICES.format(count=2), timeout=25)
        second.unplug()
        bench.guest.run(DEVICES.format(count=1), timeout=25)
        report.check(bench.service.property("MainPID") == before, "one of two unplugged: it runs on")
    bench.sign_new(report)


def upgrade(bench, report):
    """The package leaves the choice to the administrator."""
    bench.guest.run("dpkg -i /opt/vm/package.deb", timeout=120)
    enabled = bench.guest.run("systemctl is-enabled ledger-bridged", check=False).stdout.strip()
    report.check(enabled == "disabled", f"after an upgrade the service is still out of the boot: {enabled}")
    bench.device.unplug()
    becomes(bench, "inactive")
    bench.device.plug("1")
    becomes(bench, "active")


def becomes(bench, state):
    return bench.guest.run(WAIT.format(seconds=40, state=state), timeout=45).seconds
