"""The log: whoever reads it slowly stops nobody, and whoever asks without end does not fill it."""

import fcntl
import os
import pathlib
import re
import signal
import unittest

from support import http_client
from support.case import BridgeCase
from support.payloads import block
from support.waiting import Stopwatch, eventually

AT_ONCE = 20


class LogCase(BridgeCase):
    def setUp(self):
        self.device_ = self.device().set_up()
        self.bridge = self.daemon(self.device_.url)
        self.prepare()
        self.bridge.start().wait_ready()

    def prepare(self):
        pass

    def refuse(self, count):
        """So many requests that are refused, and their answers."""
        body = http_client.sign_body(b"\x04" + bytes(40))
        request = http_client.raw_request("POST", f"/keys/{self.device_.address}", body)
        with http_client.RawConnection(self.bridge.port) as raw:
            for _ in range(count // AT_ONCE):
                raw.send(request * AT_ONCE)
                for _ in range(AT_ONCE):
                    self.assert_error(raw.response(), 403, "magic byte 0x04 not allowed")


class NobodyReads(LogCase):
    def prepare(self):
        """The log is a pipe with little room, whose reader sleeps."""
        os.mkfifo(self.bridge.log_path)
        self.reader = os.open(self.bridge.log_path, os.O_RDONLY | os.O_NONBLOCK)
        self.addCleanup(os.close, self.reader)
        fcntl.fcntl(self.reader, fcntl.F_SETPIPE_SZ, 4096)
        self.text = ""

    def read(self):
        try:
            self.text += os.read(self.reader, 1 << 16).decode()
        except BlockingIOError:
            pass
        return self.text

    def test_it_stops_nobody_and_goes_on_when_it_is_read(self):
        self.refuse(2000)
        time_taken = Stopwatch()
        self.assertEqual(self.bridge.get("/healthz").status, 200)
        self.assertLess(time_taken(), 10)
        answer = self.bridge.sign(self.device_.address, block(101))
        self.assert_signed(answer, self.device_.public_key, block(101))
        eventually(lambda: "signed block level 101" in self.read(), 10, "the log goes on")

    def test_its_thread_has_a_name_and_gets_no_signal(self):
        """A signal that it took would be missed while it waits for the reader."""
        tasks = pathlib.Path(f"/proc/{self.bridge.process.pid}/task").iterdir()
        (thread,) = [task for task in tasks if (task / "comm").read_text() == "log\n"]
        blocked = int(re.search(r"SigBlk:\s*(\w+)", (thread / "status").read_text())[1], 16)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGPIPE):
            self.assertTrue(blocked & 1 << (number - 1), number)

    def test_the_daemon_ends_all_the_same(self):
        self.refuse(2000)
        self.assertEqual(self.bridge.stop(), 0)


class Flood(LogCase):
    def refusals(self):
        return self.bridge.log_lines("warning", "magic byte 0x04 not allowed")

    def test_refusals_are_left_out_and_counted(self):
        time_taken = Stopwatch()
        self.refuse(2000)
        eventually(lambda: self.refuse(AT_ONCE) or self.bridge.log_lines("not logged"), 20, "the count")
        seconds = time_taken()
        self.assertGreaterEqual(len(self.refusals()), 60)
        self.assertLessEqual(len(self.refusals()), 61 + seconds / 6)
        self.assertRegex(self.refusals()[-1], r"\(\d+ before this were not logged\)")

    def test_a_few_are_a_line_each(self):
        self.refuse(2 * AT_ONCE)
        eventually(lambda: len(self.refusals()) == 2 * AT_ONCE, 10, "their lines")


if __name__ == "__main__":
    unittest.main()
