"""State that is missing, damaged, older, or another machine's: never an empty floor, and every
choice is a person's."""

import os
import shutil
import sqlite3
import unittest

from support import command
from support.case import BridgeCase
from support.payloads import attestation, block


class State(BridgeCase):
    def setUp(self):
        self.device, self.bridge = self.pair()
        self.marker = self.bridge.state_dir.with_name("state.marker")
        self.file = self.bridge.state_dir / "watermarks.sqlite"
        self.sign(101)

    def sign(self, level, salt=0):
        return self.bridge.sign(self.device.address, attestation(level, salt=salt))

    def start(self, *options):
        """How the daemon ends that must not start."""
        return command.run("ledger-bridged", *self.bridge.command()[1:], *options)

    def stop(self):
        self.assertEqual(self.bridge.stop(), 0)

    def assert_refused(self, *words):
        self.assert_failed(self.start(), 1, *words)

    def start_with(self, option):
        """One start with a person's decision, then the usual one."""
        self.bridge.options.append(option)
        self.bridge.start().wait_ready()
        self.bridge.options.remove(option)

    def signed_level(self):
        with sqlite3.connect(f"file:{self.file}?mode=ro", uri=True) as database:
            return database.execute("SELECT max(level) FROM mark").fetchone()[0]


class Missing(State):
    def test_whole_directory(self):
        self.stop()
        shutil.rmtree(self.bridge.state_dir)
        self.assert_refused(
            "are gone", str(self.marker), "reset-hwm", "--first-start")
        self.assertFalse(self.bridge.state_dir.exists())

    def test_file_alone_after_a_crash(self):
        self.bridge.kill()
        self.file.unlink()
        self.assert_refused("is missing, but", "--first-start")
        self.assertFalse(self.file.exists())

    def test_log_of_a_crash(self):
        self.sign(102)
        self.bridge.kill()
        self.file.with_name(self.file.name + "-wal").unlink()
        self.assert_refused("older than when they were last used", "--adopt-state")

    def test_first_start_makes_a_new_floor_and_says_so(self):
        self.stop()
        shutil.rmtree(self.bridge.state_dir)
        self.start_with("--first-start")
        self.bridge.wait_lines("nothing is known to be signed")
        self.assertEqual(self.sign(102).status, 200)
        self.stop()
        self.bridge.start().wait_ready()

    def test_first_start_is_refused_for_good_state(self):
        self.stop()
        self.assert_failed(self.start("--first-start"), 1, "start without it")

    def test_decisions_are_none_of_the_configuration_file(self):
        for name in ("first-start", "adopt-state"):
            config = self.bridge.folder / "config.toml"
            config.write_text(f"{name} = true\n")
            self.assert_usage_error(self.start("--config", config), name)


class Damaged(State):
    def test_kept_aside_by_first_start_never_deleted(self):
        self.stop()
        damaged = os.urandom(8192)
        self.file.write_bytes(damaged)
        self.assert_refused("cannot be trusted", "--first-start")
        self.start_with("--first-start")
        kept = [path for path in self.bridge.state_dir.iterdir() if ".damaged-2" in path.name]
        self.assertEqual([path.read_bytes() for path in kept], [damaged])
        self.bridge.wait_lines("was kept as", str(kept[0]))

    def test_cut_log_of_a_crash(self):
        self.sign(102)
        self.bridge.kill()
        log = self.file.with_name(self.file.name + "-wal")
        whole = log.read_bytes()
        log.write_bytes(whole[: len(whole) // 2])
        self.assert_refused("older than when they were last used")


class Locked(State):
    def test_one_daemon_even_when_the_lock_is_deleted(self):
        (self.bridge.state_dir / "lock").unlink()
        self.assert_refused("in use by another process", str(self.bridge.state_dir))
        self.assertEqual(self.sign(102).status, 200)
        self.stop()
        self.bridge.start().wait_ready()


class Moved(State):
    def doctor(self, sql):
        with sqlite3.connect(self.file) as database:
            database.execute(sql)

    def test_older_copy(self):
        self.stop()
        copy = self.bridge.folder / "copy"
        shutil.copytree(self.bridge.state_dir, copy)
        self.bridge.start().wait_ready()
        self.sign(102)
        self.stop()
        shutil.rmtree(self.bridge.state_dir)
        copy.rename(self.bridge.state_dir)
        self.assert_refused("older than when they were last used", "--adopt-state")

    def put_back_with_its_marker(self, signed_since):
        self.stop()
        with_marker = ((self.bridge.state_dir, self.bridge.folder / "copy"),
                       (self.marker, self.bridge.folder / "copy.marker"))
        for used, copy in with_marker:
            shutil.copytree(used, copy)
        self.bridge.start().wait_ready()
        self.assertEqual(self.sign(signed_since).status, 200)
        self.stop()
        for used, copy in with_marker:
            shutil.rmtree(used)
            copy.rename(used)
        self.bridge.start().wait_ready()

    def test_older_copy_with_its_marker_is_not_noticed_but_the_device_is_above_it(self):
        self.put_back_with_its_marker(102)
        self.assert_error(self.sign(102, salt=1), 409, "taken as used")
        self.assertEqual(self.sign(103).status, 200)

    def test_nor_one_of_the_same_level_but_the_device_refuses_what_it_signed(self):
        self.bridge.sign(self.device.address, block(102))
        self.put_back_with_its_marker(102)
        self.assertEqual(self.sign(102, salt=1).status, 409)
        self.assertEqual(self.sign(103).status, 200)

    def test_another_machines(self):
        self.stop()
        self.doctor("UPDATE meta SET value = 'another' WHERE name = 'machine'")
        self.assert_refused("copied from another machine", "sign on that machine", "--adopt-state")
        shutil.rmtree(self.marker)
        self.assert_refused("copied from another machine")
        self.start_with("--adopt-state")
        self.bridge.wait_lines("adopted as floor")
        self.assertEqual(self.sign(101, salt=1).status, 409, "what was signed is known")
        self.stop()
        self.bridge.start().wait_ready()

    def test_another_floors(self):
        self.stop()
        self.doctor("UPDATE meta SET value = 'another' WHERE name = 'floor'")
        self.assert_refused("not the ones that were last used here", "--adopt-state")

    def test_adopting_is_refused_where_nothing_is_wrong(self):
        self.stop()
        self.assert_failed(self.start("--adopt-state"), 1, "start without it")

    def test_a_tool_without_daemon_refuses_as_well(self):
        self.stop()
        self.doctor("UPDATE meta SET value = 'another' WHERE name = 'floor'")
        places = ["--state-dir", self.bridge.state_dir, "--admin-socket", self.bridge.admin_socket]
        done = command.run("reset-hwm", "--device", self.device.url, "--level", 500, "--yes", *places)
        self.assert_failed(done, 1, "not the ones that were last used here")


if __name__ == "__main__":
    unittest.main()
