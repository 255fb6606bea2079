"""The tools through the admin socket of a running daemon."""

import time
import unittest

from programs import SECONDS, TZ1, Terminal, Tools

from integration.support.daemon import Daemon
from integration.support.payloads import attestation


class WithDaemon(Tools):
    def setUp(self):
        super().setUp()
        self.daemon = Daemon(self.device).start()
        self.addCleanup(self.daemon.close)
        self.wait_for(lambda: self.succeed("ledgerctl", "list")["devices"][0]["name"] != "")

    def places(self):
        return ["--admin-socket", str(self.daemon.admin_socket),
                "--state-dir", str(self.folder / "unused")]

    def wait_for(self, condition):
        deadline = time.monotonic() + SECONDS
        while not condition():
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.02)

    def sign(self, level):
        answer = self.daemon.sign(TZ1, attestation(level))
        self.assertEqual(answer.status, 200, answer.body)


class Commands(WithDaemon):
    def test_the_whole_life_of_a_device(self):
        self.assertEqual(self.succeed("ledgerctl", "status")["devices"][0]["suggestion"],
                         "setup-ledger")
        result = self.succeed("setup-ledger", "--curve", "ed25519", "--level", 100)
        self.assertEqual(result["import"], f"octez-client import secret key baker "
                                           f"http://127.0.0.1:{self.daemon.port}/{TZ1}")
        self.daemon.wait_ready()
        self.assertIsNone(self.succeed("setup-ledger", "--curve", "ed25519")["instruction"])
        self.sign(105)
        self.refuse(5, "reset-hwm", "--level", 105, saying="level 105 was signed")
        self.refuse(5, "setup-ledger", "--curve", "ed25519", "--level", 105)
        self.assertEqual(self.succeed("reset-hwm")["new"]["main"]["level"], 106)
        self.daemon.wait_ready()
        self.sign(107)
        self.assertEqual(self.succeed("ledgerctl", "pubkey")["address"], TZ1)
        status = self.succeed("ledgerctl", "status")
        self.assertEqual((status["store"], status["devices"][0]["state"]), ("ok", "ready"))
        self.assertEqual(status["devices"][0]["host_marks"][0]["level"], 107)
        self.succeed("ledgerctl", "deauthorize", "--yes")
        self.daemon.wait_reason("unauthorised")

    def test_a_level_signed_after_it_was_shown_is_refused_before_the_device_is_asked(self):
        self.succeed("setup-ledger", "--curve", "ed25519", "--level", 100)
        self.daemon.wait_ready()
        terminal = Terminal(self.command("reset-hwm", "--level", 200))
        terminal.wait_for("[y/N] ")
        self.sign(200)
        terminal.type("y")
        self.assertEqual(terminal.finish(), 5, terminal.text)
        self.assertEqual(self.marks(), (200, 0))

    def test_device_that_the_daemon_does_not_serve(self):
        self.device = "tcp://127.0.0.1:1"
        self.refuse(3, "ledgerctl", "pubkey", "--curve", "ed25519", saying="this daemon has")

    def test_wrong_usage_is_the_same(self):
        self.refuse(2, "setup-ledger", saying="--level N")
        self.refuse(3, "reset-hwm", "--level", 5)


class Prompts(WithDaemon):
    confirm = "ask"

    def prompting(self):
        process = self.start_tool("setup-ledger", "--curve", "ed25519", "--level", 100)
        self.emulator.control.wait_for_prompt()
        return process

    def test_rejection_is_4(self):
        process = self.prompting()
        self.emulator.control.post("/reject")
        _, err = process.communicate(timeout=SECONDS)
        self.assertEqual(process.returncode, 4, err)

    def test_screens_are_mirrored(self):
        process = self.prompting()
        screens = self.emulator.control.state()["prompt"]["screens"]
        self.emulator.control.post("/accept")
        out, err = process.communicate(timeout=SECONDS)
        self.assertEqual(process.returncode, 0, err)
        for screen in screens:
            self.assertIn("  " + screen + "\n", out)

    def test_ctrl_c_leaves_the_prompt_to_the_daemon(self):
        code, _, err = self.interrupt_waiting(
            self.start_tool("setup-ledger", "--curve", "ed25519", "--level", 100))
        self.assertEqual(code, 6)
        self.assertIn("main mark level 100", err)
        self.assertEqual(self.succeed("ledgerctl", "status")["devices"][0]["state"], "prompting")
        self.emulator.control.post("/accept")
        self.daemon.wait_ready()
        self.assertEqual(self.marks(), (100, 0))

    def test_daemon_that_dies_while_waiting(self):
        process = self.prompting()
        self.daemon.kill()
        _, err = process.communicate(timeout=SECONDS)
        self.assertEqual(process.returncode, 1, err)
        self.assertIn("without an answer", err)


class NoDaemonAnyMore(WithDaemon):
    def test_tools_then_open_the_device_themselves_with_the_same_floor(self):
        self.succeed("setup-ledger", "--curve", "ed25519", "--level", 100)
        self.daemon.wait_ready()
        self.sign(105)
        self.daemon.stop()
        done = self.run_tool("ledgerctl", "list")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.refuse(1, "reset-hwm", saying="--state-dir")
        self.places = lambda: ["--state-dir", str(self.daemon.state_dir)]
        self.refuse(5, "reset-hwm", "--level", 105, saying="level 105 was signed")
        self.assertEqual(self.succeed("reset-hwm")["new"]["main"]["level"], 106)

    def test_a_running_daemon_keeps_tools_off_its_device(self):
        self.places = lambda: ["--state-dir", str(self.daemon.state_dir),
                               "--admin-socket", str(self.folder / "elsewhere.sock")]
        self.refuse(1, "ledgerctl", "list", saying=str(self.daemon.process.pid))


if __name__ == "__main__":
    unittest.main()
