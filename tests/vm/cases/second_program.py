"""Another program opens the same device: hidraw lets it, libusb does not."""

import json

TITLE = "9 a second program talks to the same device"
TALK_SECONDS = 6
VOTES = 12
TRIES = 3  # the baker's: a disturbed request may be refused, the next must not be
SENTENCE = "another program uses the Ledger at the same time"
CURE = "close it"
PRODUCT = "cat $(dirname $(grep -l 2c97 /sys/bus/usb/devices/*/idVendor))/idProduct"


def run(bench, report):
    bench.service.restart()  # nothing of another case is in its log and its numbers
    bench.seconds_until_ready()
    product = bench.guest.run(PRODUCT).stdout.strip()
    client = bench.guest.start_command(
        f"python3 {bench.probes}/hid_client.py {bench.backend} 2c97:{product} {TALK_SECONDS}", 60)
    refused, signed = vote_meanwhile(bench)
    found = json.loads(client.wait().stdout)
    report.note(f"the other program: {found}")
    report.check(signed == VOTES, f"{signed} of {VOTES} votes signed meanwhile, all verify; {refused} refusals on the way")
    if bench.backend == "libusb":
        report.check(not found["opened"], "libusb: the other program cannot claim the interface")
    else:
        report.check(found["wrong"] == 0, "the other program got no answer that was not its own")
        noticed(bench, report)
    report.figure("after it: ready", bench.seconds_until_ready(), limit=5)
    bench.sign_new(report)


def noticed(bench, report):
    """The daemon says so: in its numbers, on /healthz with what to do, and in the log, once."""
    count = bench.service.foreign_reports()
    report.check(count > 0, f"{count:.0f} reports of another program were counted")
    warnings = bench.service.health_warnings()
    report.check(len(warnings) == 1 and SENTENCE in warnings[0] and CURE in warnings[0], f"/healthz: {warnings}")
    lines = [line for line in bench.service.journal_of_this_run().splitlines() if SENTENCE in line]
    report.check(len(lines) == 1 and CURE in lines[0], f"the log: {lines}")


def vote_meanwhile(bench):
    """(how many requests were refused, how many votes got their signature in the end)"""
    refused = signed = 0
    for _ in range(VOTES):
        message = bench.next_message()
        for _ in range(TRIES):
            answer = bench.service.sign(bench.address, message)
            if answer.status == 200:
                signed += bench.is_signed(answer, message)
                break
            refused += 1
    return refused, signed
