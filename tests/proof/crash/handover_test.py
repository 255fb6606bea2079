"""The daemon is killed between the steps of handing over: whatever was written out, it is silent after."""

import os
import pathlib
import signal
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

import common  # noqa: E402,F401
from crash.bench import Bench  # noqa: E402
from crash.story import CrashDaemon  # noqa: E402
from support import command  # noqa: E402
from support.payloads import block  # noqa: E402
from support.waiting import eventually  # noqa: E402

BEFORE = ("handover_asked", "transaction_open", "mark_written")
AFTER = ("mark_committed", "handover_durable", "handover_read")


class KilledWhileHandingOver(unittest.TestCase):
    def setUp(self):
        self.bench = Bench()
        self.addCleanup(self.bench.close)
        self.bench.prepare_device(False)
        self.daemon = CrashDaemon(self.bench.device, self.bench.programs, self.bench.gate.path)
        self.addCleanup(self.daemon.close)
        self.file = self.daemon.folder / "handover.json"

    def sign(self, level):
        return self.daemon.sign(self.bench.device.address, block(level))

    def killed_at(self, point):
        """True when the daemon is silent after its restart."""
        self.daemon.start().wait_ready()
        self.assertEqual(self.sign(200).status, 200)
        time.sleep(0.3)  # the signature's own write follows its answer
        self.bench.gate.arm([(point, 1, lambda pid: os.kill(pid, signal.SIGKILL))])
        done = command.run("ledgerctl", "handover", "--output", self.file, "--state-dir",
                           self.daemon.state_dir, "--admin-socket", self.daemon.admin_socket)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertEqual(self.daemon.wait(), -signal.SIGKILL)
        self.assertEqual(self.bench.gate.disarm(), {}, f"{point} was not passed")
        self.assertFalse(self.file.exists(), "it was written out before the daemon had answered")
        self.daemon.shipped = True
        self.daemon.start()
        return eventually(lambda: self.settled() is not None, 10, "ready or silent") and self.settled()

    def settled(self):
        health = self.daemon.health()
        if health["ready"]:
            return False
        return True if health["reasons"] == ["role"] else None

    def test_before_it_is_durable_it_signs_on(self):
        for point in BEFORE:
            with self.subTest(point=point):
                self.assertFalse(self.killed_at(point))
                self.assertEqual(self.sign(201).status, 200)
                self.doCleanups()
                self.setUp()

    def test_once_it_is_durable_it_stays_silent(self):
        for point in AFTER:
            with self.subTest(point=point):
                self.assertTrue(self.killed_at(point))
                answer = self.sign(201)
                self.assertEqual(answer.status, 503, answer)
                self.assertIn("handed over", answer.message)
                self.doCleanups()
                self.setUp()


if __name__ == "__main__":
    unittest.main()
