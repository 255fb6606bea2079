"""kill -9 of the daemon while the device computes: the late answer must not be taken for another."""

TITLE = "7 kill -9 in the middle of an APDU, restart: first signature correct, nothing stale"
SLOW_MS = 8000  # the answer comes when the next daemon is already there, on a busy machine too


def run(bench, report):
    interrupted = bench.next_message()
    with bench.watch() as watch:
        bench.ledger.fault("delay", ms=SLOW_MS)
        made = bench.ledger.signatures()
        pending = bench.service.start_sign(bench.address, interrupted)
        bench.ledger.wait_for_signature(made)
        before = watch.now()
        bench.service.kill()
        report.check(pending.wait().status == 0, "the request ended without an answer")
        report.figure("kill -> ready again", watch.ready(before) - before, limit=20)
    nothing_stale(bench, report)
    bench.sign_new(report, "the first signature after it is right")
    again = bench.service.sign(bench.address, interrupted)
    right = bench.is_signed(again, interrupted) or again.status == 409
    report.check(right, f"the interrupted bytes: the right signature or 409: {again.status}")


def nothing_stale(bench, report):
    """The kernel throws some of it away when the device is opened, the daemon the rest."""
    report.note(f"reports of the late answer that reached the new daemon: {bench.service.foreign_reports():.0f}")
    warnings = bench.service.health_warnings()
    report.check(warnings == [], f"they are not taken for another program's {warnings}")
