"""The daemon is killed between the steps of handing over: whatever was written out, it is silent after."""

import contextlib
import os
import pathlib
import signal
import sys
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
        self.daemon = CrashDaemon(self.bench.device, self.bench.programs, self.bench.gate.path, deadline=20)
        self.addCleanup(self.daemon.close)
        self.file = self.daemon.folder / "handover.json"

    def sign(self, level):
        return self.daemon.sign(self.bench.device.address, block(level))

    def arm(self, point):
        """Counted from the handover's own beginning: the signature may still be written down."""
        kill = (point, 1, lambda pid: os.kill(pid, signal.SIGKILL))
        asked = ("handover_asked", 1, lambda pid: self.bench.gate.arm([kill]))
        self.bench.gate.arm([kill if point == "handover_asked" else asked])

    @contextlib.contextmanager
    def then_anew(self):
        """The next point finds a bench of its own, whatever comes of this one."""
        try:
            yield
        finally:
            self.doCleanups()
            self.setUp()

    def killed_at(self, point):
        """True when the daemon is silent after its restart."""
        self.daemon.start().wait_ready()
        self.assertEqual(self.sign(200).status, 200)
        self.arm(point)
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
            with self.subTest(point=point), self.then_anew():
                self.assertFalse(self.killed_at(point))
                self.assertEqual(self.sign(201).status, 200)

    def test_once_it_is_durable_it_stays_silent(self):
        for point in AFTER:
            with self.subTest(point=point), self.then_anew():
                self.assertTrue(self.killed_at(point))
                answer = self.sign(201)
                self.assertEqual(answer.status, 503, answer)
                self.assertIn("handed over", answer.message)


if __name__ == "__main__":
    unittest.main()
