"""Lock and unlock; the app is closed and opened, and the device comes back as another product."""

import ledger

TITLE = "4 lock, unlock; app closed and opened: another product id each time"
PRODUCT = "cat $(dirname $(grep -l 2c97 /sys/bus/usb/devices/*/idVendor))/idProduct"


def run(bench, report):
    with bench.watch() as watch:
        lock(bench, report, watch)
        with_app = product(bench)
        close_app(bench, report, watch, with_app)
        open_app(bench, report, watch, with_app)


def lock(bench, report, watch):
    before = watch.now()
    bench.ledger.control.post("/lock")
    report.figure("lock -> 503 locked", watch.not_ready(before, reason="locked") - before, limit=3)
    before = watch.now()
    bench.ledger.control.post("/unlock")
    report.figure("unlock -> ready", watch.ready(before) - before, limit=3)
    bench.sign_new(report)


def close_app(bench, report, watch, with_app):
    before = watch.now()
    bench.ledger.open_app(ledger.DASHBOARD)
    node = watch.plugged(before)
    seconds = watch.not_ready(node, reason="wrong_app") - node
    report.figure("app closed, hidraw node -> 503 wrong_app", seconds, limit=5)
    now = product(bench)
    report.check(now != with_app, f"product id with the app {with_app}, on the dashboard {now}")


def open_app(bench, report, watch, with_app):
    before = watch.now()
    bench.ledger.open_app(ledger.BAKING_APP)
    node = watch.plugged(before)
    report.figure("app opened, hidraw node -> ready", watch.ready(node) - node, limit=5, goal=1)
    report.check(product(bench) == with_app, f"product id again {with_app}")
    bench.sign_new(report)


def product(bench):
    return bench.guest.run(PRODUCT).stdout.strip()
