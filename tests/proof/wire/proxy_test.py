"""The proxy itself: it lets a good wire be, does each thing it says, and sees what a daemon must not do."""

import pathlib
import random
import socket
import sys
import unittest
import unittest.mock

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

import common  # noqa: E402,F401
from support.device import Device, apdu, path_data  # noqa: E402
from support.case import free_port  # noqa: E402
from support.payloads import attestation  # noqa: E402
from support.waiting import eventually  # noqa: E402
from wire import frames  # noqa: E402
from wire.proxy import KINDS, Ended, Line, Proxy  # noqa: E402

VERSION, MARKS = apdu(0x00), apdu(0x0B)
SECONDS = 3


class ProxyCase(unittest.TestCase):
    def setUp(self):
        self.device = Device(port=free_port()).set_up()
        self.addCleanup(self.device.kill)
        self.proxy = Proxy(self.device.port, random.Random(1))
        self.addCleanup(self.proxy.close)
        self.proxy.calm.set()
        self.daemon = socket.create_connection(("127.0.0.1", int(self.proxy.url.rsplit(":", 1)[1])), SECONDS)
        self.addCleanup(self.daemon.close)

    def ask(self, command):
        self.daemon.sendall(frames.command_frame(command))
        return frames.receive_answer(self.daemon)

    def sign(self, level):
        self.ask(bytes([0x80, 0x0F, 0, 0, 17]) + path_data())
        message = attestation(level)
        return bytes([0x80, 0x0F, 0x81, 0, len(message)]) + message

    def assert_wrong(self, words):
        eventually(lambda: self.proxy.wrong, SECONDS, words)
        self.assertIn(words, self.proxy.wrong[0])


class Watching(ProxyCase):
    def daemon_address(self):
        return "127.0.0.1", int(self.proxy.url.rsplit(":", 1)[1])

    def test_a_daemon_that_keeps_the_rules(self):
        self.assertEqual(self.ask(MARKS)[-2:], b"\x90\0")
        self.assertEqual(len(self.ask(self.sign(200))), 32 + 64 + 2)
        self.daemon.close()
        with socket.create_connection(self.daemon_address(), SECONDS) as again:
            again.sendall(frames.command_frame(VERSION))
            self.assertEqual(frames.receive_answer(again)[-2:], b"\x90\0")
        self.assertEqual(self.proxy.wrong, [])

    def test_half_an_apdu(self):
        self.daemon.close()
        for size in (1, 4, 6, 8):
            with self.subTest(size=size):
                self.proxy.wrong.clear()
                with socket.create_connection(self.daemon_address(), SECONDS) as daemon:
                    daemon.sendall(frames.command_frame(VERSION)[:size])
                    daemon.close()
                    self.assert_wrong("half an APDU")

    def test_what_is_no_apdu(self):
        self.daemon.close()
        for command in (b"\x80\0\0\0", b"\x80\0\0\0\1", b"\x90\0\0\0\0", bytes(300)):
            with self.subTest(command=command.hex()):
                self.proxy.wrong.clear()
                with socket.create_connection(self.daemon_address(), SECONDS) as daemon:
                    daemon.sendall(frames.command_frame(command))
                    self.assert_wrong("APDU")

    def test_a_question_before_the_answer(self):
        self.daemon.close()
        self.proxy.calm.clear()
        drops = unittest.mock.patch.object(self.proxy, "next_kind", lambda: "drop")
        with unittest.mock.patch("wire.proxy.SHARES", (1,)), drops, socket.create_connection(self.daemon_address(), SECONDS) as daemon:
            daemon.sendall(2 * frames.command_frame(VERSION))
            self.assert_wrong("asked again")


class Owing(unittest.TestCase):
    """Who was given two answers to one question may take the second for that to the next."""

    def setUp(self):
        self.ours, daemon = socket.socketpair()
        self.proxy = unittest.mock.MagicMock(dice=random.Random(1))
        self.line = Line(self.proxy, daemon, None)
        self.line.share = 1
        for end in (self.ours, daemon):
            self.addCleanup(end.close)

    def after_answers(self, answers):
        """One question with so many answers, one without any, and then the daemon asks again."""
        with unittest.mock.patch.object(Line, "_ask", return_value=b"\x90\0"):
            self.line.exchange(MARKS)
            for _ in range(answers - 1):
                self.line._give(b"\x90\0")
            self.proxy.calm.is_set.return_value, self.proxy.next_kind.return_value = False, "drop"
            self.ours.sendall(frames.command_frame(VERSION))
            self.line.exchange(VERSION)

    def test_one_answer(self):
        self.assertRaisesRegex(frames.WireError, "asked again", self.after_answers, 1)

    def test_two_answers(self):
        self.assertRaises(Ended, self.after_answers, 2)


class Disturbing(ProxyCase):
    """Each kind changes what arrives: never is the answer there, whole, alone and right."""

    def test_each_kind_does_something(self):
        for kind in KINDS:
            with self.subTest(kind=kind):
                changed = sum(self.outcome(kind, seed) for seed in range(20))
                self.assertGreaterEqual(changed, 5 if kind == "delay" else 12)

    def outcome(self, kind, seed):
        """Whether a daemon would notice: another answer, two of them, none, or late."""
        ours, daemon = socket.socketpair()
        theirs, device = socket.socketpair()
        proxy = self.proxy
        proxy.dice = random.Random(seed)
        self.answer = bytes([seed]) * 20 + b"\x90\0"
        return self.talk(kind, Line(proxy, daemon, theirs), ours, device)

    def talk(self, kind, line, ours, device):
        asked_first = b"other\x90\0" if kind == "swapped" else self.answer
        for answer in (asked_first, self.answer):
            device.sendall(frames.answer_frame(answer))
        ours.settimeout(0)
        written = []
        line.daemon, plain = Recorder(line.daemon, written), line.daemon
        try:
            getattr(line, f"_{kind}")(MARKS)
        except Ended:
            written.append(b"ended")
        for end in (ours, plain, line.device, device):
            end.close()
        return written != [frames.answer_frame(self.answer)]


class Recorder:
    """The daemon's end of the wire, which only notes what it is given."""

    def __init__(self, connection, written):
        self.connection, self.written = connection, written

    def settimeout(self, seconds):
        self.connection.settimeout(min(seconds or 0.05, 0.05))

    def sendall(self, data):
        self.written.append(data)

    def recv(self, size):
        return self.connection.recv(size)


if __name__ == "__main__":
    unittest.main()
