"""ledgerctl delegate without a daemon, against the emulator."""

import json
import subprocess
import unittest

from programs import SECONDS, TZ1, TZ2, Terminal, Tools

from integration.support import operations

SPPK = "sppk7ZntgM6x2Z3MyxARtAJXLF6d74nLApU5Awt9nsFjJZFqaRFddqG"
OPERATION = operations.operation(operations.delegation(SPPK)).hex()


class Delegate(Tools):
    def setUp(self):
        super().setUp()
        self.confirm_setup()

    def confirm_setup(self):
        process = self.start_tool("setup-ledger", "--level", 100, "--test-level", 7)
        if self.confirm == "ask":
            self.emulator.control.wait_for_prompt()
            self.emulator.control.post("/accept")
        _, err = process.communicate(timeout=SECONDS)
        self.assertEqual(process.returncode, 0, err)

    def delegating(self):
        process = self.start_tool("ledgerctl", "delegate", TZ2, OPERATION, "--json")
        self.prompt = self.emulator.control.wait_for_prompt()
        return process

    def accepted(self, process):
        self.emulator.control.post("/accept")
        out, err = process.communicate(timeout=SECONDS)
        self.assertEqual(process.returncode, 0, err)
        return json.loads(out)


class Answered(Delegate):
    def test_by_address_and_by_uri(self):
        uri = self.succeed("ledgerctl", "pubkey")["ledger_uri"]
        first = self.succeed("ledgerctl", "delegate", TZ2, OPERATION)
        self.assertTrue(first["signature"].startswith("spsig1"))
        self.assertTrue(first["signed_operation"].startswith(OPERATION[2:]))
        self.assertEqual(len(first["signed_operation"]), len(OPERATION) - 2 + 128)
        self.assertEqual(self.succeed("ledgerctl", "delegate", uri, OPERATION), first)
        self.assertEqual(self.marks(), (100, 7))

    def test_another_key(self):
        before = self.state()["apdus"]
        self.refuse(1, "ledgerctl", "delegate", TZ1, OPERATION, saying=TZ2)
        self.assertGreater(self.state()["apdus"], before)
        self.assertIsNone(self.state()["prompt"])

    def test_without_the_state_of_a_daemon_it_stops(self):
        self.state_dir = self.folder / "missing"
        self.refuse(1, "ledgerctl", "delegate", TZ2, OPERATION, saying="--state-dir")

    def test_wrong_usage(self):
        for words in ([], [TZ2], [TZ2, "x"], ["x", OPERATION], [TZ2, "-"]):
            self.refuse(2, "ledgerctl", "delegate", *words)

    def test_at_a_terminal_it_asks_first(self):
        for answer, code in (("n", 1), ("y", 0)):
            signatures = self.state()["signatures"]
            terminal = Terminal(self.command("ledgerctl", "delegate", TZ2, OPERATION))
            terminal.wait_for("Send this to the device? [y/N] ")
            self.assertIn("Register | as delegate?", terminal.text)
            self.assertEqual(self.state()["signatures"], signatures)
            terminal.type(answer)
            self.assertEqual(terminal.finish(), code, terminal.text)
            self.assertEqual(self.state()["signatures"], signatures + (code == 0))


class Asked(Delegate):
    confirm = "ask"

    def test_screens_are_those_that_were_shown(self):
        result = self.accepted(self.delegating())
        self.assertEqual(result["screens"], self.prompt["screens"])

    def test_rejection_is_4(self):
        process = self.delegating()
        self.emulator.control.post("/reject")
        _, err = process.communicate(timeout=SECONDS)
        self.assertEqual(process.returncode, 4, err)

    def test_unplugged_and_the_signature_is_lost(self):
        process = self.delegating()
        self.emulator.control.post("/unplug")
        self.emulator.control.post("/accept")
        self.emulator.control.post("/plug")
        _, err = process.communicate(timeout=SECONDS)
        self.assertEqual(process.returncode, 1, err)
        self.assertIn("the same operation gets the same signature", err)

    def test_ctrl_c_leaves_a_question_that_changes_nothing(self):
        code, _, err = self.interrupt_waiting(
            self.start_tool("ledgerctl", "delegate", TZ2, OPERATION))
        self.assertEqual(code, 6)
        self.assertIn("nobody would get the signature", err)
        self.refuse(3, "ledgerctl", "delegate", TZ2, OPERATION, saying="screen")
        self.emulator.control.post("/accept")
        self.assertTrue(self.accepted(self.delegating())["signature"])

    def test_two_tools_do_not_fight_over_the_device(self):
        first = self.delegating()
        self.refuse(1, "ledgerctl", "delegate", TZ2, OPERATION, saying=str(first.pid))
        self.accepted(first)

    def test_read_from_standard_input(self):
        process = subprocess.Popen(
            self.command("ledgerctl", "delegate", TZ2, "-", "--json"), stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        process.stdin.write(f'"{OPERATION[2:]}"\n')
        process.stdin.close()
        process.stdin = None
        self.emulator.control.wait_for_prompt()
        self.assertTrue(self.accepted(process)["signature"])


if __name__ == "__main__":
    unittest.main()
