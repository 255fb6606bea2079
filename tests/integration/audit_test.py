"""The log of verdicts: everything is in it, nobody fills it, and it shows what must never be."""

import json
import sqlite3
import statistics
import time
import unittest

from support.disk import SmallDisk
from support.moving import OTHER, Moving
from support.payloads import attestation, block, digest, preattestation
from support.waiting import PATIENCE, eventually


class Log(Moving):
    def rows(self, columns="verdict, kind, level, reason, device"):
        path = f"file:{self.bridge.state_dir}/watermarks.sqlite?mode=ro"
        with sqlite3.connect(path, uri=True) as database:
            return database.execute(f"SELECT {columns} FROM audit ORDER BY id").fetchall()

    def wait_rows(self, count):
        return eventually(lambda: len(self.rows()) >= count and self.rows(), 5, f"{count} rows")

    def doctor(self, sql):
        with sqlite3.connect(self.bridge.state_dir / "watermarks.sqlite") as database:
            database.execute(sql)

    def assert_proved(self, **counts):
        proof = self.succeed("audit")
        self.assertEqual((proof["violation_count"], proof["violations"]), (0, []))
        self.assertEqual(proof["verdicts"], counts)


class Verdicts(Log):
    def test_every_verdict_is_in_it(self):
        message = block(101)
        self.signs(message, message, attestation(101))
        self.assert_error(self.sign(block(101, salt=1)), 409)
        self.assert_error(self.sign(preattestation(50)), 409)
        self.device_.control.post("/lock")
        self.bridge.wait_reason("locked")
        self.assert_error(self.sign(block(102)), 503)
        url = self.device_.url
        self.assertEqual(sorted(self.wait_rows(6)), sorted([
            ("sign", "block", 101, "", url), ("repeat", "block", 101, "", url),
            ("sign", "attestation", 101, "", url),
            ("refuse", "block", 101, "different_data", url),
            ("refuse", "preattestation", 50, "below_watermark", url),
            ("fail", "block", 102, "device_locked", url)]))
        self.assertEqual(self.rows("digest, key, chain, round")[0],
                         (digest(message), self.address, "NetXdQprcVkpaWU", 0))
        self.assert_proved(sign=2, repeat=1, refuse=2, fail=1)

    def test_a_signature_is_in_it_whenever_the_daemon_dies(self):
        self.signs(*(block(level) for level in range(101, 111)))
        self.bridge.kill()
        self.assert_proved(sign=10)

    def test_what_is_imported_is_in_it(self):
        self.signs(block(101))
        self.succeed("import", self.file_of(self.mark(150)))
        self.signs(block(151))
        self.assert_proved(sign=2, **{"import": 1})

    def test_nobody_fills_it_by_asking(self):
        self.signs(block(101))
        for _ in range(300):
            self.assert_error(self.sign(block(100)), 409)
        self.signs(block(102))
        self.stop()
        refusals = [row for row in self.rows() if row[0] == "refuse"]
        self.assertGreaterEqual(len(refusals), 60)
        self.assertLess(len(refusals), 80)

    def test_rows_beyond_audit_keep_go(self):
        self.stop()
        self.bridge.options += ["--audit-keep", "3"]
        self.restart()
        self.signs(*(block(level) for level in range(101, 111)))
        self.assertEqual([row[2] for row in self.rows()], [108, 109, 110])
        self.assert_proved(sign=3)


class Proof(Log):
    def assert_violated(self, *words):
        done = self.ledgerctl("audit")
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertIn("error: the log shows signatures that must not be", done.stderr)
        for word in words:
            self.assertIn(word, done.stdout)
        facts = self.ledgerctl("audit", "--json")
        self.assertEqual(facts.returncode, 1)
        self.assertGreater(json.loads(facts.stdout)["violation_count"], 0)

    def setUp(self):
        super().setUp()
        self.signs(block(101), attestation(101), block(102))

    def test_holds_for_people_too(self):
        done = self.ledgerctl("audit")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("sign    3", done.stdout)
        self.assertIn("No two digests share a mark, and no mark went down.", done.stdout)

    def test_two_digests_of_one_mark(self):
        self.stop()
        self.doctor("INSERT INTO audit SELECT NULL, time, key, chain, kind, level, round, "
                    f"x'{OTHER}', verdict, reason, device FROM audit WHERE level = 102")
        self.assert_violated("two digests share a mark", OTHER, digest(block(102)).hex())
        self.restart()
        self.assert_violated("two digests share a mark")  # next to the daemon, too

    def test_another_message_that_was_repeated_or_imported_where_one_was_signed(self):
        self.stop()
        for verdict, rule in (("repeat", "two digests share a mark"),
                              ("import", "another digest was imported where one was signed")):
            with self.subTest(verdict=verdict):
                self.doctor("INSERT INTO audit SELECT NULL, time, key, chain, kind, level, round, "
                            f"x'{OTHER}', '{verdict}', reason, device FROM audit WHERE level = 101")
                self.assert_violated(rule, OTHER, digest(block(101)).hex())
                self.doctor(f"DELETE FROM audit WHERE verdict = '{verdict}'")

    def test_a_mark_that_went_down(self):
        self.stop()
        self.doctor("INSERT INTO audit SELECT NULL, time, key, chain, kind, 50, round, "
                    f"x'{OTHER}', verdict, reason, device FROM audit WHERE level = 102")
        self.assert_violated("a mark was signed at or below another", "level 50 round 0")

    def test_a_stored_mark_that_is_gone(self):
        self.stop()
        self.doctor("DELETE FROM mark WHERE kind = 'attestation'")
        done = self.ledgerctl("audit")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("rows are missing from the state", done.stderr)


class StartTime(Log):
    """A long log costs the start nothing: all of the whole process, to the line that says it listens."""

    ROWS = 1_000_000
    STARTS = 7
    LIMIT_MS = 200  # for the check of the state, which is a part of what is measured

    def times(self):
        times = []
        for _ in range(self.STARTS):
            begin = time.monotonic()
            self.bridge.start()
            times.append(1000 * (time.monotonic() - begin))
            self.stop()
        return times

    def test_a_million_rows(self):
        self.signs(block(101))
        self.stop()
        short = self.times()
        self.doctor("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
                    f"WHERE i < {self.ROWS}) INSERT INTO audit SELECT NULL, time, key, chain, kind, "
                    "i, round, randomblob(32), 'refuse', 'below_watermark', device FROM audit, n")
        self.assertGreater((self.bridge.state_dir / "watermarks.sqlite").stat().st_size, 100 << 20)
        long = self.times()
        print(f"start with 1 row {min(short):.0f} to {max(short):.0f} ms, "
              f"with {self.ROWS + 1} {min(long):.0f} to {max(long):.0f} ms")
        self.assertLess(statistics.median(long), 4 * statistics.median(short))
        if PATIENCE == 1:  # a sanitizer takes longer than that to begin at all
            self.assertLess(min(long), self.LIMIT_MS)  # what other programs add is in the others


class FullDisk(Log):
    """Space that is kept for the time when there is none."""

    def setUp(self):
        super().setUp()
        self.stop()
        other = self.daemon(self.device_.url)
        self.disk = SmallDisk(other.folder / "disk", size="12m")
        if not self.disk.mounted:
            self.skipTest("no file system can be mounted here")
        self.addCleanup(self.disk.unmount)
        other.state_dir = other.folder / "disk" / "state"
        other.start().wait_ready()
        self.bridge = other
        self.reserve = other.state_dir / "reserve"
        self.assertEqual(self.reserve.stat().st_size, 4 << 20)

    def test_signs_on_and_says_so(self):
        other, disk, reserve = self.bridge, self.disk, self.reserve
        disk.fill()
        for level in range(200, 260):
            self.signs(block(level))
        self.assertFalse(reserve.exists())
        other.wait_lines("is full", "was kept for this", count=1)
        disk.free()
        self.signs(block(260))
        eventually(reserve.exists, 5, "the reserve")
        eventually(lambda: other.log_lines("has room again"), 5, "a line")

    def test_starts_with_it(self):
        self.stop()
        self.disk.fill()  # also what the daemon gave back at its end
        self.restart()
        self.signs(block(200), attestation(200))
        self.assertFalse(self.reserve.exists())
        eventually(lambda: self.bridge.log_lines("is full", "was kept for this"), 5, "an alarm")
        self.disk.free()
        self.signs(block(201))
        eventually(self.reserve.exists, 5, "the reserve")


if __name__ == "__main__":
    unittest.main()
