"""That the proof looks at the right thing: the shim misses nothing, and the product has none of it."""

import pathlib
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

import common  # noqa: E402,F401
from crash.bench import Bench, proof_programs  # noqa: E402
from crash.story import CrashDaemon  # noqa: E402
from shim.disk import Disk  # noqa: E402
from support.payloads import attestation, block  # noqa: E402
from support.places import program  # noqa: E402

PROGRAMS = ("ledger-bridged", "ledger-emulator", "ledgerctl", "setup-ledger", "reset-hwm")


class Shim(unittest.TestCase):
    """Everything that the daemon does to its files is in the journal: replaying it gives the files."""

    def setUp(self):
        self.bench = Bench()
        self.addCleanup(self.bench.close)
        self.bench.prepare_device(False)
        self.daemon = CrashDaemon(self.bench.device, self.bench.programs, "/nowhere", deadline=20)
        self.addCleanup(self.daemon.close)
        self.disk = Disk()

    def life(self, level, end):
        self.daemon.start().wait_ready()
        for number in range(level, level + 20):
            for build in (block, attestation):
                answer = self.daemon.sign(self.bench.device.address, build(number))
                self.assertEqual(answer.status, 200, answer)
        end()
        self.disk.replay(self.daemon.journal.read_bytes())

    def until_it_writes_no_more(self):
        size = -1
        while size != (size := self.daemon.journal.stat().st_size):
            time.sleep(2)

    def kill(self):
        """Not between a line of the journal and what it tells of."""
        self.until_it_writes_no_more()  # the last signature follows its answer
        self.daemon.kill()

    def assert_same(self):
        """But for the index that SQLite maps into memory: nobody believes it after a crash."""
        files = {path.name: path.read_bytes() for path in self.daemon.state_dir.iterdir()}
        replayed = self.disk.content()
        self.assertEqual(sorted(files), sorted(replayed))
        for name in files:
            if not name.endswith("-shm"):
                self.assertEqual(files[name], replayed[name], name)

    def test_misses_nothing(self):
        self.life(200, self.kill)
        self.assert_same()
        self.assertIn("watermarks.sqlite-wal", self.disk.content())
        self.life(300, self.daemon.stop)
        self.assert_same()
        self.life(400, self.kill)
        self.assert_same()
        self.assertGreater(self.disk.counts["W"], 300)
        self.assertGreater(self.disk.counts["S"], 200)


class Product(unittest.TestCase):
    def test_has_no_way_to_stop_it(self):
        words = b"BRIDGE_GATE"
        self.assertIn(words, (proof_programs() / "ledger-bridged-crash").read_bytes())
        for name in PROGRAMS:
            self.assertNotIn(words, program(name).read_bytes(), name)


if __name__ == "__main__":
    unittest.main()
