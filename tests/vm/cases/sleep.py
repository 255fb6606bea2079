"""The machine sleeps and wakes, and the port is switched off and on; nobody restarts the daemon.

The first is the kernel's own rehearsal (pm_test): tasks are frozen, the drivers of all devices
suspended, and five seconds later resumed. The power really going away in between, which a guest
cannot have, looks to the daemon as an unplug does.
"""

TITLE = "12 sleep: suspend and resume, port off and on, autosuspend"
PORT = "$(dirname $(grep -l 2c97 /sys/bus/usb/devices/*/idVendor))"
SUSPEND = "echo devices >/sys/power/pm_test && echo mem >/sys/power/state; echo none >/sys/power/pm_test"
SUSPEND_SECONDS = 120
TIMES = r"dmesg | sed -n 's/^\[ *\([0-9.]*\)\] PM: suspend \(entry\|exit\).*/\1/p' | tail -2"
# A process that is frozen for longer does not feed systemd's watchdog, whose clock goes on here: in a
# true suspend it stands still.
WATCHDOG_SECONDS = 15


def run(bench, report):
    power = bench.guest.run(f"cat {PORT}/power/control").stdout.strip()
    report.check(power == "on", f"autosuspend of the device: power/control is {power}")
    suspend(bench, report)
    port_off(bench, report)


def suspend(bench, report):
    pid = bench.service.property("MainPID")
    bench.guest.run(SUSPEND, timeout=SUSPEND_SECONDS)
    entry, end = map(float, bench.guest.run(TIMES).stdout.split())
    report.note(f"the kernel suspended its devices and resumed them within {end - entry:.1f} s")
    report.figure("resumed -> ready", bench.seconds_until_ready(), limit=10)
    bench.sign_new(report, "after the resume a new message is signed")
    same = bench.service.property("MainPID") == pid
    report.check(same or end - entry > WATCHDOG_SECONDS, f"by the same process: {same}")


def port_off(bench, report):
    with bench.watch() as watch:
        before = watch.now()
        bench.guest.run(f"echo 0 >{PORT}/authorized")
        report.figure("port off -> 503", watch.not_ready(before) - before, limit=3)
        before = watch.now()
        bench.guest.run(f"echo 1 >{PORT}/authorized")
        report.figure("port on -> ready", watch.ready(before) - before, limit=5)
    bench.sign_new(report)
