"""Watermarks that move: export and import with a daemon and without, never lower, all or nothing."""

import json
import os
import shutil
import sqlite3
import stat
import unittest

from support import command
from support.moving import MAINNET, OTHER, Moving
from support.payloads import attestation, block, digest


class WithDaemon(Moving):
    def test_export_has_what_was_signed(self):
        first, second = block(101, 2), attestation(101, 2)
        self.signs(first, second)
        content = self.succeed("export")
        self.assertEqual((content["format"], content["version"]), ("ledger-bridge-watermarks", 1))
        self.assertRegex(content["floor"], "^[0-9a-f]{32}$")
        self.assertEqual(self.marks(), {("block", 101, 2): digest(first).hex(),
                                        ("attestation", 101, 2): digest(second).hex()})
        self.assertEqual({m["key"] for m in content["marks"]}, {self.address})
        self.assertEqual({m["chain"] for m in content["marks"]}, {MAINNET})
        self.assertEqual([(a["scope"], a["level"]) for a in content["adopted"]],
                         [("all_but", 0), ("only", 100)])

    def test_export_into_a_file_for_its_owner_alone(self):
        self.signs(block(101))
        path = self.bridge.folder / "export.json"
        told = self.succeed("export", "--output", path)
        self.assertEqual(told, {"output": str(path), "marks": 1, "adopted": 2})
        self.assertEqual(json.loads(path.read_text()), self.succeed("export"))
        self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)
        self.assert_failed(self.ledgerctl("export", "--output", self.bridge.folder / "no" / "x"), 1,
                           "cannot be read or written")

    def test_what_is_imported_counts_at_once_and_after_a_crash(self):
        self.signs(block(101))
        told = self.succeed("import", self.file_of(self.mark(150)))
        self.assertEqual((told["raised"], told["changed"], told["without_digest"]), (1, True, []))
        for _ in range(2):
            self.assert_error(self.sign(block(149)), 409, "below high watermark 150", "host's mark")
            self.assert_error(self.sign(block(150)), 409, "already signed with different data")
            self.bridge.kill()
            self.restart()
        self.signs(block(151))

    def test_nothing_becomes_lower(self):
        self.signs(block(101))
        told = self.succeed("import", self.file_of(self.mark(99)))
        self.assertEqual((told["unchanged"], told["changed"]), (1, False))
        self.assertEqual(list(self.marks()), [("block", 101, 0)])

    def test_an_equal_mark_with_another_digest_repeats_nothing(self):
        message = block(101)
        self.signs(message, message)
        done = self.ledgerctl("import", self.file_of(self.mark(101)))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(f"block level 101 round 0 of {self.address} on {MAINNET} is used by "
                      "messages that differ", done.stdout)
        self.assert_error(self.sign(message), 409, "already signed with different data")
        self.assertEqual(self.marks(), {("block", 101, 0): None})
        self.bridge.kill()
        self.restart()
        self.assert_error(self.sign(message), 409, "already signed with different data")

    def test_dry_run_changes_nothing(self):
        self.signs(block(101))
        before = self.succeed("export")
        told = self.succeed("import", "--dry-run", self.file_of(self.mark(150)))
        self.assertEqual((told["raised"], told["changed"], told["dry_run"]), (1, False, True))
        self.assertEqual(self.succeed("export"), before)
        self.signs(block(102))

    def test_all_files_or_none(self):
        self.signs(block(101))
        before = self.succeed("export")
        good = self.file_of(self.mark(150), name="good.json")
        bad = self.file_of(self.mark(160), self.mark(2**30, kind="attestation"), name="bad.json")
        self.assert_failed(self.ledgerctl("import", good, bad), 1,
                           str(bad), "marks[1].level is 1073741824", "nothing was changed")
        self.assert_failed(self.ledgerctl("import", good, self.bridge.folder / "none"), 1,
                           "cannot be read")
        self.assertEqual(self.succeed("export"), before)

    def test_no_device_is_needed(self):
        self.device_.stop()
        self.bridge.wait_reason("absent")
        self.assertEqual(self.succeed("import", self.file_of(self.mark(150)))["added"], 1)
        self.assertEqual(list(self.marks()), [("block", 150, 0)])

    def test_a_daemon_elsewhere_keeps_its_state_to_itself(self):
        self.bridge.admin_socket = self.bridge.folder / "nobody.sock"
        self.assert_failed(self.ledgerctl("export"), 1, "in use by another process")
        self.assert_failed(self.ledgerctl("import", self.file_of(self.mark(150))), 1,
                           "in use by another process")


class WithoutDaemon(Moving):
    def setUp(self):
        super().setUp()
        self.signs(block(101), attestation(101))

    def test_export_is_the_same_as_the_daemons(self):
        with_daemon = self.ledgerctl("export").stdout
        self.stop()
        self.assertEqual(self.ledgerctl("export").stdout, with_daemon)

    def test_import_counts_for_the_daemon(self):
        self.stop()
        self.assertEqual(self.succeed("import", self.file_of(self.mark(150)))["raised"], 1)
        told = self.succeed("import", self.file_of(self.mark(150)))
        self.assertEqual((told["raised"], told["unchanged"], told["changed"]), (0, 1, False))
        self.restart()
        self.assert_error(self.sign(block(149)), 409, "below high watermark 150")
        self.signs(block(151))

    def test_dry_run_changes_nothing(self):
        self.stop()
        before = self.marks()
        self.assertEqual(
            self.succeed("import", "--dry-run", self.file_of(self.mark(150)))["raised"], 1)
        self.assertEqual(self.marks(), before)

    def test_into_another_floor_and_out_again(self):
        self.stop()
        here, there = self.export(), self.bridge.folder / "there"
        self.assertEqual(self.succeed("import", here, state_dir=there)["added"], 2)
        moved = self.succeed("export", state_dir=there)
        original = json.loads(here.read_text())
        self.assertNotEqual(moved.pop("floor"), original.pop("floor"))
        self.assertEqual(moved, original)

    def test_files_of_the_other_signers(self):
        self.stop()
        octez = {MAINNET: {self.address: {"level": 300, "round": 1, "hash": OTHER}}}
        files = [self.write(f"{kind}_high_watermarks", octez)
                 for kind in ("block", "preattestation", "attestation")]
        signatory = {self.address: {"attestation": {"order": 2, "level": 310, "round": 0}}}
        files.append(self.write(f"{MAINNET}.json", signatory))
        told = self.succeed("import", *files)
        self.assertEqual((told["added"], told["raised"]), (1, 2))
        self.assertEqual(self.marks(), {("block", 300, 1): OTHER, ("preattestation", 300, 1): OTHER,
                                        ("attestation", 310, 0): None})
        self.restart()
        self.assert_error(self.sign(attestation(310)), 409, "different data")
        self.assert_error(self.sign(block(300)), 409, "not above high watermark (300,1)")
        self.signs(block(311))


class Lost(Moving):
    """State that is gone or damaged, and an export of it."""

    def setUp(self):
        super().setUp()
        self.signs(block(101))
        self.saved = self.export()
        self.stop()

    def assert_daemon_refuses(self, *words):
        self.assert_failed(command.run("ledger-bridged", *self.bridge.command()[1:]), 1, *words)

    def contents(self):
        """Every file of the state but the lock, which names its last holder."""
        return {path.name: path.read_bytes()
                for path in self.bridge.state_dir.iterdir() if path.name != "lock"}

    def assert_back(self):
        self.restart()
        self.assert_error(self.sign(block(101, salt=1)), 409, "already signed with different data")
        self.signs(block(102))

    def test_directory_that_is_gone_begins_with_the_export(self):
        shutil.rmtree(self.bridge.state_dir)
        self.assert_daemon_refuses("are gone", "ledgerctl import")
        done = self.ledgerctl("import", self.saved)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("1 added", done.stdout)
        self.assertIn("are gone", done.stderr)  # said, before it is made up for
        self.assertIn("made floor", done.stderr)
        self.assert_back()

    def test_damaged_file_is_kept_aside(self):
        file = self.bridge.state_dir / "watermarks.sqlite"
        damaged = os.urandom(8192)
        file.write_bytes(damaged)
        self.assert_daemon_refuses("cannot be trusted", "ledgerctl import --replace-damaged")
        self.assertEqual(self.succeed("import", "--replace-damaged", self.saved)["added"], 1)
        kept = [path for path in self.bridge.state_dir.iterdir() if ".damaged-2" in path.name]
        self.assertEqual([path.read_bytes() for path in kept], [damaged])
        self.assert_back()

    def test_damaged_file_is_not_replaced_unasked(self):
        file = self.bridge.state_dir / "watermarks.sqlite"
        file.write_bytes(os.urandom(8192))
        before = self.contents()
        self.assert_failed(self.ledgerctl("import", self.saved), 1,
                           "cannot be trusted", "ledgerctl import --replace-damaged")
        self.assertEqual(self.contents(), before)
        self.assert_daemon_refuses("cannot be trusted")

    def test_state_that_somebody_reads_is_not_damaged(self):
        self.restart()
        reader = sqlite3.connect(self.bridge.state_dir / "watermarks.sqlite", isolation_level=None)
        self.addCleanup(reader.close)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM audit").fetchone()
        self.signs(*(block(level) for level in range(102, 200)))
        self.stop()
        for options in ([], ["--replace-damaged"]):
            told = self.succeed("import", *options, self.saved)
            self.assertEqual((told["unchanged"], told["changed"]), (1, False))
            self.assertEqual(list(self.marks()), [("block", 199, 0)])
        self.restart()  # next to the reader
        self.assert_error(self.sign(block(150, salt=1)), 409, "below high watermark 199")
        self.signs(block(200))

    def test_nothing_is_made_without_a_good_file(self):
        shutil.rmtree(self.bridge.state_dir)
        self.assert_failed(self.ledgerctl("import", self.write("bad.json", "{}")), 1, "no \"format\"")
        self.assertEqual(self.succeed("import", "--dry-run", self.saved)["added"], 1)
        self.assertFalse(self.bridge.state_dir.exists())
        self.assert_daemon_refuses("are gone")

    def test_a_file_without_a_mark_begins_no_floor(self):
        shutil.rmtree(self.bridge.state_dir)
        for empty in (self.file_of(), self.write("block_high_watermarks", "{}")):
            self.assert_failed(self.ledgerctl("import", empty), 1, "are gone")
        self.assertFalse(self.bridge.state_dir.exists())
        self.assert_daemon_refuses("are gone")

    def test_an_export_is_no_state_to_be_made_for(self):
        shutil.rmtree(self.bridge.state_dir)
        self.assert_failed(self.ledgerctl("export"), 1, "there is no state directory")
        self.assertFalse(self.bridge.state_dir.exists())

    def test_state_of_another_floor_stays_refused(self):
        with sqlite3.connect(self.bridge.state_dir / "watermarks.sqlite") as database:
            database.execute("UPDATE meta SET value = 'another' WHERE name = 'floor'")
        self.assert_failed(self.ledgerctl("import", self.saved), 1, "--adopt-state")
        self.assert_daemon_refuses("--adopt-state")

    def test_before_the_first_start(self):
        shutil.rmtree(self.bridge.state_dir)
        shutil.rmtree(self.marker)
        self.assertEqual(self.succeed("import", self.saved)["added"], 1)
        self.assert_back()


if __name__ == "__main__":
    unittest.main()
