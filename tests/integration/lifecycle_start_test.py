"""How the daemon starts: the ready line, its places, and what it refuses to start with."""

import os
import pathlib
import stat
import unittest

from support import admin, command
from support.case import BridgeCase, free_port

NOBODY_ID = 65534


class Start(BridgeCase):
    def test_prints_one_line_for_its_listener_and_serves_there(self):
        daemon = self.started()
        self.assertEqual(daemon.get("/healthz").status, 503)
        self.assertEqual(daemon.stop(), 0)
        self.assertIsNone(daemon.ready_line(), "a second line on standard output")

    def test_serves_on_the_port_that_was_asked_for(self):
        port = free_port()
        daemon = self.started(http=f"127.0.0.1:{port}")
        self.assertEqual(daemon.port, port)

    def test_without_listener_it_runs_and_the_admin_socket_answers(self):
        daemon = self.daemon(http="none").launch()
        admin.wait_for(daemon.admin_socket)
        answer = admin.ask(daemon.admin_socket, {"command": "status"})
        self.assertEqual(answer["result"]["store"], "ok")
        self.assertEqual(daemon.stop(), 0)
        self.assertIsNone(daemon.ready_line(), "a line although nothing listens")

    def test_state_and_admin_socket_are_for_the_owner_alone(self):
        daemon = self.started()
        self.assertEqual(stat.S_IMODE(daemon.state_dir.stat().st_mode), 0o700)
        self.assertEqual(stat.S_IMODE(daemon.admin_socket.stat().st_mode), 0o600)
        self.assertTrue(stat.S_ISSOCK(daemon.admin_socket.stat().st_mode))
        for file in daemon.state_dir.iterdir():
            self.assertEqual(stat.S_IMODE(file.stat().st_mode) & 0o077, 0, file)

    def test_admin_socket_may_be_named_without_a_folder(self):
        daemon = self.daemon()
        whole = [part if part != str(daemon.admin_socket) else "admin.sock" for part in daemon.command()]
        daemon.command = lambda: ["env", "-C", str(daemon.folder), *whole]
        daemon.start()
        self.assertIn("result", admin.ask(daemon.admin_socket, {"command": "status"}))

    def test_state_directory_of_the_service_manager_is_used(self):
        daemon = self.daemon()
        place = daemon.folder / "from-environment"
        whole = daemon.command()
        option = whole.index("--state-dir")
        daemon.command = lambda: whole[:option] + whole[option + 2 :]
        daemon.env = {"STATE_DIRECTORY": str(place)}
        daemon.start()
        self.assertTrue(list(place.iterdir()))

    def test_help_and_version_need_nothing(self):
        for option in ("--help", "--version"):
            done = command.run("ledger-bridged", option)
            self.assertEqual((done.returncode, done.stderr), (0, ""), option)
            self.assertIn("ledger-bridged", done.stdout)


class RefusesToStart(BridgeCase):
    def start_fails(self, daemon, *words):
        done = command.run("ledger-bridged", *daemon.command()[1:])
        self.assert_failed(done, 1, *words)
        self.assertEqual(done.stdout, "")
        return done

    def test_second_daemon_on_one_state_directory(self):
        first = self.started()
        second = self.daemon()
        second.state_dir = first.state_dir
        self.start_fails(second, "in use", str(first.process.pid))
        self.assertEqual(first.get("/healthz").status, 503, "the first goes on")

    def test_state_directory_is_free_again_after_a_kill(self):
        daemon = self.started()
        daemon.kill()
        daemon.start()
        self.assertEqual(daemon.get("/healthz").status, 503)

    def test_occupied_port(self):
        first = self.started()
        second = self.daemon(http=f"127.0.0.1:{first.port}")
        self.start_fails(second, "cannot listen", f"127.0.0.1:{first.port}", "in use")

    def test_occupied_admin_socket(self):
        first = self.started()
        second = self.daemon()
        second.admin_socket = first.admin_socket
        self.start_fails(second, "cannot listen", str(first.admin_socket))
        self.assertTrue(first.admin_socket.exists(), "the first keeps its socket")

    def test_stale_admin_socket_is_replaced(self):
        daemon = self.started()
        daemon.kill()
        self.assertTrue(daemon.admin_socket.exists())
        daemon.start()

    def test_admin_socket_path_that_is_a_file_is_left_alone(self):
        daemon = self.daemon()
        daemon.admin_socket.write_text("precious")
        self.start_fails(daemon, str(daemon.admin_socket))
        self.assertEqual(daemon.admin_socket.read_text(), "precious")

    def test_admin_socket_path_too_long_for_a_socket(self):
        daemon = self.daemon()
        daemon.admin_socket = daemon.folder / ("long" * 30)
        self.start_fails(daemon, "admin socket")

    def test_state_directory_that_is_a_file(self):
        daemon = self.daemon()
        daemon.state_dir.write_text("")
        self.start_fails(daemon, "state directory", "not a directory")

    def test_state_directory_that_cannot_be_made(self):
        daemon = self.daemon()
        daemon.state_dir = pathlib.Path("/proc/ledger-bridge")
        self.start_fails(daemon, "/proc/ledger-bridge")

    def test_state_directory_that_cannot_be_written(self):
        daemon = self.daemon()
        daemon.folder.chmod(0o777)
        daemon.state_dir.mkdir(mode=0o555)
        user = NOBODY_ID if os.geteuid() == 0 else None
        done = command.run("ledger-bridged", *daemon.command()[1:], user=user)
        self.assert_failed(done, 1, str(daemon.state_dir), "ermission")


class DamagedStore(BridgeCase):
    """A store that cannot be trusted stops the start; it is never replaced by an empty one."""

    def setUp(self):
        self.stopped = self.started()
        self.assertEqual(self.stopped.stop(), 0)
        self.file = self.stopped.state_dir / "watermarks.sqlite"

    def assert_refused_with_choices(self):
        before = self.file.read_bytes() if self.file.exists() else None
        done = command.run("ledger-bridged", *self.stopped.command()[1:])
        self.assert_failed(done, 1, str(self.file), "--first-start")
        after = self.file.read_bytes() if self.file.exists() else None
        self.assertEqual(after, before, "the evidence is untouched")

    def test_garbage(self):
        self.file.write_bytes(os.urandom(8192))
        self.assert_refused_with_choices()

    def test_emptied(self):
        self.file.write_bytes(b"")
        self.assert_refused_with_choices()

    def test_cut_short(self):
        self.file.write_bytes(self.file.read_bytes()[:5000])
        self.assert_refused_with_choices()

    def test_another_programs_database(self):
        content = bytearray(self.file.read_bytes())
        content[68:72] = b"\0\0\0\1"  # SQLite's application id
        self.file.write_bytes(content)
        self.assert_refused_with_choices()

    def test_a_directory_in_its_place(self):
        self.file.unlink()
        self.file.mkdir()
        done = command.run("ledger-bridged", *self.stopped.command()[1:])
        self.assert_failed(done, 1, str(self.file))

    def test_later_release(self):
        content = bytearray(self.file.read_bytes())
        content[60:64] = b"\0\0\x7f\xff"  # SQLite's user version
        self.file.write_bytes(content)
        done = command.run("ledger-bridged", *self.stopped.command()[1:])
        self.assert_failed(done, 1, "later release")


if __name__ == "__main__":
    unittest.main()
