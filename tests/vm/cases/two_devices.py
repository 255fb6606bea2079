"""Two Ledgers of two seeds: each key finds its own, and they sign at the same time."""

from support import base58

import ledger
import usb

TITLE = "6 two devices, each its key, signing side by side"
SLOW_MS = 3500  # each device's time for its signature in the parallel check
BOTH_SECONDS = 6.5  # one after the other would be 7 s and more; a busy machine adds its own
SIGN_DEADLINE = "12s"  # so that the parallel check does not end at it
VOTES = 10


def run(bench, report):
    with ledger.UsbLedger(bench.emulator, seed=ledger.OTHER_SEED) as other:
        device = usb.RedirDevice(bench.guest, "second", other.redir_port)
        try:
            two_devices(bench, report, other, device)
        finally:
            if device.plugged:
                device.unplug()
            bench.use_backend(bench.backend)
            bench.service.restart()


def two_devices(bench, report, other, device):
    names = [name_of_only_device(bench)]
    bench.device.unplug()
    device.plug("2")
    names.append(name_of_other_device(bench))
    report.check(len(set(names)) == 2, f"they are {names[0]} and {names[1]}")
    second_key = bench.service.setup(bench.level)
    bench.device.plug("1")
    bench.service.configure(usb_backend=bench.backend, device=[f"usb:{name}" for name in names],
                            sign_deadline=SIGN_DEADLINE)
    bench.service.restart()
    bench.seconds_until_ready()
    keys = {bench.public_key: bench.ledger, second_key: other}
    each_its_own(bench, report, keys)
    side_by_side(bench, report, keys)
    without_daemon(bench, report, names, second_key)
    one_gone(bench, report, device, second_key)


def name_of_only_device(bench):
    return bench.service.tool("ledgerctl", "list")["devices"][0]["name"]


def name_of_other_device(bench):
    """The daemon takes the other device: after a restart nothing binds it to the first."""
    bench.service.restart()
    bench.wait_for_health(lambda status, reasons: reasons == ["unauthorised"], "unauthorised")
    return name_of_only_device(bench)


def each_its_own(bench, report, keys):
    for key, emulator in keys.items():
        messages = [bench.next_message() for _ in range(VOTES)]
        before = {device: device.signatures() for device in keys.values()}
        answers = bench.service.sign_all(base58.key_hash(key), messages)
        signed = sum(bench.is_signed(*pair, key) for pair in zip(answers, messages))
        made = {device: device.signatures() - before[device] for device in keys.values()}
        right = signed == VOTES and made[emulator] == VOTES == sum(made.values())
        report.check(right, f"{base58.key_hash(key)}: {signed} votes signed, all by its own device")


def side_by_side(bench, report, keys):
    messages = {key: bench.next_message() for key in keys}
    for emulator in keys.values():
        emulator.fault("delay", ms=SLOW_MS)
    start = bench.guest.clock()
    pending = {key: bench.service.start_sign(base58.key_hash(key), messages[key]) for key in keys}
    answers = {key: request.wait() for key, request in pending.items()}
    report.figure(f"both at once, {SLOW_MS} ms each", bench.guest.clock() - start, limit=BOTH_SECONDS)
    for key, answer in answers.items():
        report.check(bench.is_signed(answer, messages[key], key), f"{base58.key_hash(key)}: {answer.status}")


def without_daemon(bench, report, names, second_key):
    """The tools tell them apart, and change neither when it is not said which is meant."""
    bench.service.stop()
    devices = bench.service.tool("ledgerctl", "list")["devices"]
    report.check([device["name"] for device in devices] == names, f"ledgerctl list: {names}")
    places = [device["device"] for device in devices]
    report.check(len(set(places)) == 2, f"each with its port: {places}")
    refused = bench.guest.run("ledgerctl deauthorize", check=False)
    report.check(refused.status == 3 and "--device" in refused.stderr, f"which one: {refused.stderr.strip()}")
    key = bench.service.tool("ledgerctl", "pubkey", "--device", f"usb:{names[1]}")["public_key"]
    report.check(key == second_key, "ledgerctl pubkey of the second one")
    bench.service.systemctl("start")
    bench.seconds_until_ready()


def one_gone(bench, report, device, second_key):
    """The other goes on."""
    device.unplug()
    bench.sign_new(report, "with the second unplugged the first signs")
    answer = bench.service.sign(base58.key_hash(second_key), bench.next_message())
    report.check(answer.status == 503, f"and the second's key answers 503: {answer.status}")
