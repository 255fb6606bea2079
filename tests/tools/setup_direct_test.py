"""setup-ledger and reset-hwm without a daemon, against the emulator."""

import json
import subprocess
import unittest

from programs import BIN, GHOSTNET, MAINNET, NAME, SECONDS, TZ1, TZ2, Tools


class Setup(Tools):
    def test_defaults_are_secp256k1_the_first_path_and_mainnet(self):
        result = self.succeed("setup-ledger", "--level", 100)
        self.assertEqual(result["address"], TZ2)
        self.assertEqual(result["path"], "44h/1729h/0h/0h")
        self.assertEqual(result["chain"], MAINNET)
        self.assertEqual(result["name"], NAME)
        self.assertTrue(result["changed"])
        self.assertTrue(result["import"].startswith("octez-client import secret key "))
        self.assertTrue(result["import"].endswith(f"http://127.0.0.1:6732/{TZ2}"))
        self.assertEqual(self.marks(), (100, 0))
        self.assertEqual(self.state()["authorized"],
                         {"path": "44h/1729h/0h/0h", "curve": "secp256k1"})

    def test_every_curve_chain_and_path(self):
        for number, curve in enumerate(["ed25519", "secp256k1", "P-256", "bip25519"]):
            chain = ["mainnet", "ghostnet", "any", "NetXsqzbfFenSTS"][number]
            path = f"44h/1729h/{number}h/1h"
            result = self.succeed("setup-ledger", "--curve", curve, "--path", path, "--chain",
                                  chain, "--level", 1000 + number, "--test-level", 2000 + number)
            self.assertEqual((result["curve"], result["path"]), (curve, path))
            self.assertEqual(self.marks(), (1000 + number, 2000 + number))

    def test_again_changes_nothing_and_says_so(self):
        self.succeed("setup-ledger", "--level", 100)
        writes = self.state()["flash_writes"]
        for words in ([], ["--level", 100], ["--chain", "mainnet"]):
            done = self.run_tool("setup-ledger", *words)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("set up as asked already", done.stdout)
        again = self.succeed("setup-ledger")
        self.assertEqual((again["changed"], again["instruction"]), (False, None))
        self.assertEqual(self.state()["flash_writes"], writes)

    def test_a_given_level_is_part_of_what_is_asked(self):
        self.succeed("setup-ledger", "--level", 100)
        self.assertTrue(self.succeed("setup-ledger", "--level", 101)["changed"])
        self.assertEqual(self.marks(), (101, 0))

    def test_test_mark_is_kept(self):
        self.succeed("setup-ledger", "--level", 100, "--test-level", 7)
        self.succeed("setup-ledger", "--level", 200)
        self.assertEqual(self.marks(), (200, 7))

    def test_unknown_main_network_needs_a_level(self):
        self.refuse(2, "setup-ledger", saying="--level N")
        self.assertIsNone(self.state()["authorized"])

    def test_unknown_test_network_starts_at_zero_and_says_what_that_means(self):
        done = self.run_tool("setup-ledger", "--chain", "ghostnet")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("starts at level 0", done.stdout)
        self.assertEqual(self.state()["chain_id"], "af1864d9")

    def test_one_above_the_floor(self):
        self.make_store((TZ1, "mainnet", 500), (TZ1, "ghostnet", 900))
        result = self.succeed("setup-ledger", "--curve", "ed25519")
        self.assertEqual(result["new"]["main"]["level"], 501)
        self.assertEqual(result["new"]["test"]["level"], 901)

    def test_a_level_that_was_signed_is_refused(self):
        self.make_store((TZ1, "mainnet", 500))
        before = self.state()["apdus"]
        for level in (0, 499, 500):
            self.refuse(5, "setup-ledger", "--curve", "ed25519", "--level", level,
                        saying="level 500 was signed on mainnet")
        self.assertGreater(self.state()["apdus"], before)
        self.assertIsNone(self.state()["authorized"])

    def test_levels_the_device_would_never_sign_at_are_refused_before_it_is_asked(self):
        before = self.state()["apdus"]
        for level in (0x40000000, 0xffffffff, 2**40):
            for option in ("--level", "--test-level"):
                self.refuse(2, "setup-ledger", option, level)
        self.assertEqual(self.state()["apdus"], before)

    def test_wrong_usage(self):
        for words in (["--bogus"], ["--level"], ["--level", "-1"], ["--level", "5x"],
                      ["--curve", "rsa"], ["--path", "44/x"], ["--chain", "mainet"], ["extra"],
                      ["--node", "ftp://node"], ["--node", "http://"]):
            self.refuse(2, "setup-ledger", *words)

    def test_screens_are_those_of_the_device(self):
        result = self.succeed("setup-ledger", "--level", 100)
        self.assertEqual(result["screens"][0], "Review | Request")
        self.assertIn("Main Chain HWM | 100", result["screens"])

    def test_force_lower_needs_a_terminal_and_a_test_network(self):
        self.refuse(2, "setup-ledger", "--chain", "ghostnet", "--level", 5, "--force-lower", "--yes",
                    saying="terminal")
        for chain in ("mainnet", "any"):
            self.refuse(2, "setup-ledger", "--chain", chain, "--level", 5, "--force-lower")


class Reset(Tools):
    def test_keeps_the_test_mark(self):
        self.succeed("setup-ledger", "--level", 100, "--test-level", 7)
        result = self.succeed("reset-hwm", "--level", 200)
        self.assertEqual(result["instruction"], "SETUP")
        self.assertEqual(self.marks(), (200, 7))

    def test_equal_marks_are_reset_together(self):
        self.succeed("setup-ledger", "--level", 100, "--test-level", 100)
        result = self.succeed("reset-hwm", "--level", 200)
        self.assertEqual(result["instruction"], "RESET")
        self.assertEqual(result["screens"], ["Review | Request", "Reset HWM | 200", "Reject", "Accept"])
        self.assertEqual(self.marks(), (200, 200))

    def test_default_is_one_above(self):
        self.succeed("setup-ledger", "--curve", "ed25519", "--level", 100)
        self.assertEqual(self.succeed("reset-hwm")["new"]["main"]["level"], 101)
        self.make_store((TZ1, "mainnet", 300))
        self.assertEqual(self.succeed("reset-hwm")["new"]["main"]["level"], 301)

    def test_never_below_what_was_signed(self):
        self.succeed("setup-ledger", "--curve", "ed25519", "--level", 100)
        self.make_store((TZ1, "mainnet", 300))
        self.refuse(5, "reset-hwm", "--level", 300)
        self.assertEqual(self.marks(), (100, 0))

    def test_needs_an_authorised_key(self):
        self.refuse(3, "reset-hwm", "--level", 5, saying="setup-ledger")


class Rejected(Tools):
    confirm = "reject"

    def test_rejection_is_4_and_changes_nothing(self):
        done = self.refuse(4, "setup-ledger", "--level", 100)
        self.assertIn("Waiting for the person", done.stdout)
        self.assertIsNone(self.state()["authorized"])


class Waiting(Tools):
    confirm = "ask"

    def test_mirrors_the_screens_while_it_waits(self):
        for number in range(6):
            path = f"44h/1729h/{number}h/0h"
            curve = ["ed25519", "secp256k1", "P-256", "bip25519"][number % 4]
            process = self.start_tool("setup-ledger", "--curve", curve, "--path", path, "--chain",
                                      GHOSTNET, "--level", 0x3ffffff0 + number)
            prompt = self.emulator.control.wait_for_prompt()
            self.assertEqual(prompt["instruction"], "SETUP")
            self.emulator.control.post("/accept")
            out, err = process.communicate(timeout=SECONDS)
            self.assertEqual(process.returncode, 0, err)
            for screen in prompt["screens"]:
                self.assertIn("  " + screen + "\n", out)

    def test_mirrors_the_screens_of_reset(self):
        process = self.start_tool("setup-ledger", "--level", 5, "--test-level", 5)
        self.emulator.control.wait_for_prompt()
        self.emulator.control.post("/accept")
        process.communicate(timeout=SECONDS)
        process = self.start_tool("reset-hwm", "--level", 9, "--json")
        screens = self.emulator.control.wait_for_prompt()["screens"]
        self.emulator.control.post("/accept")
        out, _ = process.communicate(timeout=SECONDS)
        self.assertEqual(json.loads(out)["screens"], screens)

    def test_ctrl_c_says_that_the_prompt_is_still_open_and_what_it_would_do(self):
        process = self.start_tool("setup-ledger", "--level", 100)
        code, _, err = self.interrupt_waiting(process)
        self.assertEqual(code, 6)
        self.assertIn("open on the device", err)
        self.assertIn("main mark level 100", err)
        self.assertIsNotNone(self.state()["prompt"])

    def test_a_prompt_accepted_after_the_tool_was_gone_is_found_by_the_next(self):
        self.interrupt_waiting(self.start_tool("setup-ledger", "--level", 100))
        self.emulator.control.post("/accept")
        self.assertEqual(self.marks(), (100, 0))
        again = self.succeed("setup-ledger")
        self.assertEqual(again["instruction"], None)

    def test_an_open_prompt_is_told_and_no_hang(self):
        self.interrupt_waiting(self.start_tool("setup-ledger", "--level", 100))
        self.refuse(3, "setup-ledger", "--level", 100, saying="screen")

    def test_device_unplugged_while_waiting_is_looked_for(self):
        process = self.start_tool("setup-ledger", "--level", 100, "--json")
        self.emulator.control.wait_for_prompt()
        self.emulator.control.post("/unplug")
        self.assertTrue(any("plug it in" in line for line in process.stderr))
        self.emulator.control.post("/plug")
        self.emulator.control.post("/reject")
        out, err = process.communicate(timeout=SECONDS)
        self.assertEqual((process.returncode, out), (4, ""), err)


class NoUsableDevice(Tools):
    def test_locked(self):
        self.emulator.control.post("/lock")
        self.refuse(3, "setup-ledger", "--level", 5, saying="PIN")

    def test_another_app(self):
        self.emulator.control.post("/open-app", {"name": "BOLOS"})
        self.refuse(3, "setup-ledger", "--level", 5, saying="no app is open")

    def test_absent(self):
        self.emulator.control.post("/unplug")
        self.refuse(3, "setup-ledger", "--level", 5)

    def test_no_ledger_on_usb(self):
        for name in ("usb:" + NAME, "usb:@/dev/no-such-node", "usb:@99-9"):
            self.device = name
            self.refuse(3, "setup-ledger", "--level", 5, saying="plug the device in")

    def test_a_way_over_usb_that_is_none(self):
        self.refuse(2, "setup-ledger", "--level", 5, "--usb-backend", "bluetooth", saying="libusb")

    def test_a_name_that_is_none(self):
        self.device = "lpt1"
        self.refuse(2, "setup-ledger", "--level", 5)


class StateDirectory(Tools):
    def test_missing_or_empty_stops_and_nothing_is_created(self):
        before = self.state()["apdus"]
        empty = self.folder / "empty"
        empty.mkdir()
        for self.state_dir in (self.folder / "missing", empty):
            for program in ("setup-ledger", "reset-hwm"):
                self.refuse(1, program, "--level", 5, saying="--state-dir")
        self.assertFalse((self.folder / "missing").exists())
        self.assertEqual(list(empty.iterdir()), [])
        self.assertEqual(self.state()["apdus"], before)

    def test_two_tools_do_not_fight_over_the_device(self):
        self.emulator.stop()
        self.confirm = "ask"
        self.setUp()
        first = self.start_tool("setup-ledger", "--level", 5)
        self.emulator.control.wait_for_prompt()
        self.refuse(1, "ledgerctl", "list", saying=str(first.pid))

    def test_damaged_state_is_refused(self):
        for file in self.state_dir.glob("watermarks.sqlite*"):
            file.write_bytes(b"x" * 5000)
        self.refuse(1, "setup-ledger", "--level", 5)


class Help(unittest.TestCase):
    def test_help_and_version(self):
        for program in ("setup-ledger", "reset-hwm", "ledgerctl"):
            for option in ("--help", "--version"):
                done = subprocess.run([BIN / program, option], capture_output=True, text=True)
                self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertRegex(done.stdout, rf"^{program} \d+\.\d+\.\d+\n$")


if __name__ == "__main__":
    unittest.main()
