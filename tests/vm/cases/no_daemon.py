"""The tools reach the device themselves while the service is stopped, by the daemon's own backend."""

import json

TITLE = "10 no daemon: the tools open the device themselves, under the same lock"
ELSEWHERE = ["--admin-socket", "/run/nobody.sock", "--state-dir", "/run/nothing"]


def run(bench, report):
    bench.sign_new(report)
    daemon_has_it(bench, report)
    bench.service.stop()
    try:
        facts(bench, report)
        states(bench, report)
        marks(bench, report)
    finally:
        bench.service.systemctl("start")
    report.figure("service started again -> ready", bench.seconds_until_ready(), limit=10)
    bench.sign_new(report)


def daemon_has_it(bench, report):
    """A tool that does not find the daemon still finds its lock."""
    device = listed(bench, *ELSEWHERE)
    report.check(device["state"] == "device_busy" and "ledger-bridged, process" in device["reason"],
                 f"while the daemon has it: {device['state']}: {device['reason']}")


def facts(bench, report):
    device = listed(bench)
    seen = (device["state"], device["model"], device["suggestion"], device["authorized"]["address"])
    report.check(seen == ("ready", "Nano S Plus", "", bench.address), f"ledgerctl list --json: {seen}")
    text = bench.guest.run("ledgerctl list").stdout
    report.check(f"Nano S Plus at {device['path']}" in text, f"ledgerctl list: {text.strip()}")
    status = bench.service.tool("ledgerctl", "status")
    report.check(status["store"] == "ok", "ledgerctl status reads the watermarks")
    for name in ("usb", f"usb:{device['name']}", f"usb:@{device['path']}"):
        key = bench.service.tool("ledgerctl", "pubkey", "--device", name)
        report.check(key["public_key"] == bench.public_key, f"ledgerctl pubkey --device {name}")


def states(bench, report):
    bench.ledger.control.post("/lock")
    device = listed(bench)
    report.check((device["state"], device["suggestion"]) == ("locked", "ledgerctl list"), f"locked: {device['reason']}")
    refused = bench.guest.run("ledgerctl pubkey", check=False)
    report.check(refused.status == 3 and "PIN" in refused.stderr, f"pubkey of a locked device: {refused.stderr.strip()}")
    bench.ledger.control.post("/unlock")
    stranger = "setpriv --reuid nobody --regid nogroup --clear-groups"
    device = json.loads(bench.guest.run(f"{stranger} ledgerctl list --json").stdout)["devices"][0]
    seen = (device["state"], device["suggestion"])
    report.check(seen == ("permission_denied", "sudo ledgerctl list"), f"nobody: {seen} {device['reason']}")


def marks(bench, report):
    """The watermarks are the daemon's: what it signed is not given back. Nothing has started it."""
    again = bench.service.tool("setup-ledger", "--chain", "ghostnet", "--curve", "ed25519", "--yes")
    report.check(not again["changed"], "setup-ledger finds the device set up")
    below = bench.guest.run(f"reset-hwm --level {bench.level} --yes", check=False)
    report.check(below.status == 5, f"reset-hwm to a signed level: {below.stderr.strip()}")
    report.check(not bench.service.active(), "the service stays stopped, whatever the tools do")
    bench.level += 100
    done = bench.service.tool("reset-hwm", "--level", str(bench.level), "--yes")
    report.check(done["new"]["main"]["level"] == bench.level, f"reset-hwm --level {bench.level}")


def listed(bench, *words):
    """The only device, as `ledgerctl list` tells it."""
    devices = bench.service.tool("ledgerctl", "list", *words)["devices"]
    assert len(devices) == 1, devices
    return devices[0]
