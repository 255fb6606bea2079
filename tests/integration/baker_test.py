"""A baker over every transport at the same time, faster than mainnet: no block and no vote is missed.
BRIDGE_LEVELS says how many levels (15; the soak has 1000), BRIDGE_SPEED how many times as fast (4; the soak 10)."""

import contextlib
import os
import pathlib
import random
import re
import socket
import sys
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "proof"))

from baker import chain  # noqa: E402  (what the judge of the proofs needs is found through the line above)
from baker.baker import LATE, KeyQueue, bake  # noqa: E402
from baker.rig import FIRST_LEVEL, Rig, only_slow  # noqa: E402
from baker.wire import Failed, HttpWire, SocketWire, tcp_connect  # noqa: E402
from support.device import in_parallel  # noqa: E402
from support.payloads import attestation, block, preattestation  # noqa: E402
from support.waiting import eventually  # noqa: E402

LEVELS = int(os.environ.get("BRIDGE_LEVELS", "15"))
SEED = int(os.environ.get("BRIDGE_SEED") or random.randrange(1 << 30))
SIGNED = re.compile(r"signed .* device ([\d.]+) ms total ([\d.]+) ms")
RIGS = (("http", "secp256k1", 2), ("https", "P-256", 1), ("tcp", "P-256", 1), ("unix", "secp256k1", 1))


def figures(name, seconds):
    ordered = sorted(1000 * second for second in seconds)
    last = len(ordered) - 1
    shares = {"p50": 0.5, "p99": 0.99, "longest": 1}
    found = (f"{what} {ordered[min(int(len(ordered) * share), last)]:.1f} ms" for what, share in shares.items())
    return f"{name}: {', '.join(found)}"


class EveryTransport(unittest.TestCase):
    def test_a_baker_misses_nothing(self):
        """A level lasts 1.5 s, and one pause of the machine is enough to miss its votes: then once more. A
        daemon that is too slow is so again, and whatever else is wrong counts at once."""
        faults = self.run_all()
        if any(faults.values()) and only_slow(sum(faults.values(), [])):
            print(f"too slow, so once more: {faults}", file=sys.stderr, flush=True)
            faults = self.run_all()
        self.assertEqual(faults, {transport: [] for transport, _, _ in RIGS})

    def run_all(self):
        """{transport: faults}"""
        print(f"seed {SEED}, {LEVELS} levels", file=sys.stderr, flush=True)
        with contextlib.ExitStack() as stack:
            rigs = [stack.enter_context(contextlib.closing(Rig(*arguments))) for arguments in RIGS]
            return self.bake_on(rigs)

    def bake_on(self, rigs):
        for rig in rigs:
            rig.look_up()
        tasks = [list(chain.proposals(LEVELS, FIRST_LEVEL, random.Random(f"{SEED} {n}"))) for n in range(len(rigs))]
        late = in_parallel([lambda r=r, t=t: bake(r.queues, t) for r, t in zip(rigs, tasks)])
        faults = {rig.transport: self.judge(rig, task) for rig, task in zip(rigs, tasks)}
        print(figures("the baker's own clock, late", [s for one in late for s in one]), file=sys.stderr, flush=True)
        return faults

    def judge(self, rig, task):
        for queue in rig.queues:
            name = f"{rig.transport}: {len(queue.given)} signatures, {len(queue.missed)} missed"
            print(figures(name, queue.seconds), file=sys.stderr, flush=True)
        for name, times in (("on the device", 0), ("in the daemon", 1)):
            seconds = [float(pair[times]) / 1000 for pair in SIGNED.findall(rig.daemon.log())]
            print(figures(f"    {name}", seconds), file=sys.stderr, flush=True)
        expected = [message for proposal in task for message in proposal.messages]
        self.assertGreaterEqual(len(expected), 2 * LEVELS)
        faults = rig.faults(expected)
        late = [fault for fault in faults if fault.endswith(LATE)]
        others = [fault for fault in faults if fault not in late]
        print(f"    {len(late)} too late, {len(others)} else: {others[:10]}", file=sys.stderr, flush=True)
        return faults


class Script:
    """A server that answers each connection with the next of these bytes, and keeps what it was sent."""

    def __init__(self, *answers):
        self.answers, self.requests, self.held = answers, [], []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        for content in self.answers:
            connection, _ = self.listener.accept()
            self.held.append(connection)
            self.requests.append(connection.recv(4096))
            if content:
                connection.sendall(content)
                connection.close()

    def http(self):
        return HttpWire(tcp_connect(self.port), "signer")


def answer(status, body):
    return f"HTTP/1.1 {status} X\r\ncontent-length: {len(body)}\r\n\r\n{body}".encode()


class Model(unittest.TestCase):
    """The model itself: what it does when a signer does not do what it should."""

    def test_502_is_asked_again_and_counted(self):
        script = Script(answer(502, ""), answer(502, ""), answer(200, '{"public_key":"edpk1"}'))
        wire = script.http()
        self.assertEqual(wire.public_key("tz1x"), "edpk1")
        self.assertEqual((wire.retries, len(script.requests)), (2, 3))

    def test_what_else_goes_wrong_is_final(self):
        for wrong in (answer(503, "[]"), answer(200, '{"public_key":"edpk1","x":1}'), b"HTTP/1.1 200 OK\r\nconte"):
            script = Script(wrong, answer(200, '{"public_key":"edpk1"}'))
            with self.assertRaises(Failed):
                script.http().public_key("tz1x")
            self.assertEqual(len(script.requests), 1)

    def test_a_signature_is_two_requests_on_two_connections_and_the_second_is_chunked(self):
        script = Script(answer(200, "{}"), answer(200, '{"signature":"sig1"}'))
        self.assertEqual(script.http().sign("tz1x", b"\x11\x22"), "sig1")
        self.assertTrue(script.requests[0].startswith(b"GET /authorized_keys HTTP/1.1\r\nhost: signer\r\n"))
        self.assertTrue(script.requests[1].startswith(b"POST /keys/tz1x?version=3 HTTP/1.1\r\n"))
        self.assertTrue(script.requests[1].endswith(b'chunked\r\n\r\n7\r\n"1122"\n\r\n0\r\n\r\n'))

    def test_a_silent_socket_is_asked_four_times(self):
        script = Script(b"", b"", b"", b"")
        wire = SocketWire(("127.0.0.1", script.port), seconds=0.05)
        with self.assertRaises(Failed):
            wire.sign("tz1x", b"\x11")
        eventually(lambda: len(script.requests) == 4, 5, "the last is read")
        self.assertEqual((wire.retries, len(script.requests), len(set(script.requests))), (4, 4, 1))


class StubWire:
    """Signs when it is let."""

    def __init__(self):
        self.gate = threading.Event()
        self.retries = 0

    def sign(self, _, message):
        self.gate.wait(10)
        return message.hex()


class Queue(unittest.TestCase):
    def setUp(self):
        self.wire = StubWire()
        self.queue = KeyQueue(self.wire, "tz1x", lambda message, text: text == message.hex())
        self.addCleanup(self.queue.finish)
        self.addCleanup(self.wire.gate.set)
        self.later = time.monotonic() + 60

    def done(self):
        self.wire.gate.set()
        self.queue.finish()
        return self.queue

    def test_one_call_at_a_time_in_order(self):
        messages = [block(5), preattestation(5), attestation(5), block(6)]
        for message in messages:
            self.queue.put(message, self.later)
        eventually(lambda: self.queue.asked, 5, "the first call")
        self.assertEqual(self.queue.asked, messages[:1])
        self.assertEqual([message for message, _ in self.done().given], messages)
        self.assertEqual(self.queue.missed, [])

    def test_a_new_proposal_cancels_what_is_queued_and_not_what_is_under_way(self):
        for message in (preattestation(5), attestation(5)):
            self.queue.put(message, self.later)
        eventually(lambda: self.queue.asked, 5, "the first call")
        self.queue.cancel()
        self.assertEqual([message for message, _ in self.done().given], [preattestation(5)])
        self.assertEqual((len(self.queue.missed), self.queue.cancelled), (1, [attestation(5)]))
        self.assertTrue(only_slow(self.queue.missed))

    def test_late_wrong_and_out_of_order_are_missed(self):
        self.queue.verify = lambda message, text: message != block(7)
        for message, until in ((block(6), 0), (block(7), self.later), (block(5), self.later)):
            self.queue.put(message, until)
        self.assertEqual((len(self.done().missed), self.queue.given), (3, []))
        self.assertEqual([only_slow([fault]) for fault in self.queue.missed], [True, False, False])


if __name__ == "__main__":
    unittest.main()
