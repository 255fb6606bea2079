"""The cable goes: while idle, in the middle of an APDU, between the reports of one; other ports."""

from service import SIGN_SECONDS

TITLE = "2 unplug: idle, in the middle of an APDU, between reports; replug on another port"
SLOW_MS = 3000  # how long the device computes while the cable goes
GONE_SECONDS = 1.8  # not only when reconnect-grace is over, which is 2 s
SLACK_SECONDS = 0.5  # what the guest may add to the deadline of a request


def run(bench, report):
    idle(bench, report)
    during_apdu(bench, report)
    between_reports(bench, report)


def idle(bench, report):
    with bench.watch() as watch:
        before = watch.now()
        bench.device.unplug()
        gone = watch.unplugged(before)
        report.figure("unplug -> 503", watch.not_ready(before) - gone, limit=GONE_SECONDS, goal=0.2)
        replug(bench, report, watch, "2")


def during_apdu(bench, report):
    """The device has moved its mark, and its answer never arrives."""
    message = bench.next_message()
    with bench.watch() as watch:
        bench.ledger.fault("delay", ms=SLOW_MS)
        made = bench.ledger.signatures()
        pending = bench.service.start_sign(bench.address, message)
        bench.ledger.wait_for_signature(made)
        before = watch.now()
        bench.device.unplug()
        gone = watch.unplugged(before)
        report.figure("unplug in an APDU -> 503", watch.not_ready(before) - gone, limit=GONE_SECONDS, goal=0.2)
        check_answered(bench, report, pending, message)
        replug(bench, report, watch, "3")
    check_same_bytes(bench, report, message)


def between_reports(bench, report):
    """The device goes after it took the first of the two reports of a request."""
    message = bench.next_message()
    with bench.watch() as watch:
        before = watch.now()
        bench.ledger.cut_between_reports()
        pending = bench.service.start_sign(bench.address, message)
        gone = watch.unplugged(before)
        report.figure("cut between reports -> 503", watch.not_ready(before) - gone, limit=GONE_SECONDS, goal=0.2)
        check_answered(bench, report, pending, message)
        bench.device.unplug()
        replug(bench, report, watch, "1")
    check_same_bytes(bench, report, message)


def check_answered(bench, report, pending, message):
    """In time: with the right signature, or with the plain word that there is none now."""
    answer = pending.wait()
    report.figure(f"its request was answered ({answer.status})", answer.seconds, SIGN_SECONDS + SLACK_SECONDS)
    right = bench.is_signed(answer, message) or answer.status == 503
    report.check(right, "that answer is 503 or the right signature")


def check_same_bytes(bench, report, message):
    """The device may have signed them and will not do so twice; no other outcome is honest."""
    answer = bench.service.sign(bench.address, message)
    right = bench.is_signed(answer, message) or answer.status == 409
    report.check(right, f"the same bytes again: the right signature or 409: {answer.status}")


def replug(bench, report, watch, usb_port):
    before = watch.now()
    bench.device.plug(usb_port)
    node = watch.plugged(before)
    report.figure(f"port {usb_port}, hidraw node -> ready", watch.ready(node) - node, limit=5, goal=1)
    bench.sign_new(report)
