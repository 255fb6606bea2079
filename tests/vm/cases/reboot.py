"""The machine starts with the device in; nobody logs in."""

from support import payloads

TITLE = "8 reboot with the device in"


def run(bench, report):
    before = bench.next_message()
    answer = bench.service.sign(bench.address, before)
    report.check(bench.is_signed(answer, before), f"signed before: {answer.status}")
    port = bench.device.usb_port
    report.figure("start -> agent", bench.guest.reboot(plug=lambda: bench.device.plug(port)), limit=180)
    report.figure("agent -> ready", bench.seconds_until_ready(), limit=30)
    again = bench.service.sign(bench.address, before)
    report.check(again.signature == answer.signature, "the same bytes get the same signature, from the store")
    double = payloads.attestation(bench.level, chain=payloads.GHOSTNET, salt=1)
    refused = bench.service.sign(bench.address, double)
    report.check(refused.status == 409, f"a double is refused: {refused.status}")
    bench.sign_new(report)
