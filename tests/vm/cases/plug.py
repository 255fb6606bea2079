"""Plugged in -> udev -> unit active -> ready -> signature over HTTP."""

import time

TITLE = "1 plug: udev starts the unit, healthy, signature over HTTP"
VOTES = 50


def run(bench, report):
    cold_start(bench, report)
    warm_start(bench, report)
    wire(bench, report)


def cold_start(bench, report):
    """The daemon does not run; the plug alone starts it."""
    bench.device.unplug()
    bench.service.stop()
    with bench.watch() as watch:
        before = watch.now()
        bench.device.plug("1")
        node = watch.plugged(before)
        report.figure("daemon off: hidraw node -> ready", watch.ready(node) - node, limit=5)
        report.check(bench.service.active(), "udev started the unit")
    report.figure("request -> the first signature", bench.sign_new(report), limit=4)


def warm_start(bench, report):
    """The daemon waits for the device."""
    with bench.watch() as watch:
        bench.device.unplug()
        watch.not_ready(0)
        before = watch.now()
        bench.device.plug("1")
        node = watch.plugged(before)
        report.figure("plug -> hidraw node", node - before, limit=5)
        report.figure("hidraw node -> ready", watch.ready(node) - node, limit=5, goal=1)
    bench.sign_new(report)


def wire(bench, report):
    """One APDU a vote, two reports out and two in; and what HTTP and USB add to the device's time."""
    messages = [bench.next_message() for _ in range(VOTES)]
    apdus, start = bench.ledger.apdus(), time.monotonic()
    answers, reports = bench.service.count_reports(bench.address, messages)
    # The session's own questions: one a second, a report each way.
    others = bench.ledger.apdus() - apdus - VOTES
    allowed = time.monotonic() - start + 2
    signed = sum(bench.is_signed(*pair) for pair in zip(answers, messages))
    report.check(signed == VOTES, f"{signed} of {VOTES} votes signed, all signatures verify")
    report.check(0 <= others <= allowed, f"one APDU a vote (and {others} others)")
    for way in ("out", "in"):
        # The session's own questions come at any time, so also just outside of this count.
        report.check(0 <= reports[way] - 2 * VOTES <= others,
                     f"reports {way} per vote: 2 ({reports[way]} in all)")
    times = sorted(answer.seconds for answer in answers)
    report.figure(f"HTTP request -> signature over {bench.backend}, median", times[VOTES // 2], limit=0.5)
    report.figure("the slowest", times[-1], limit=4)
