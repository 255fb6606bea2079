"""ledgerctl without a daemon, against the emulator."""

import json
import unittest

from programs import MAINNET, NAME, TZ1, TZ2, Tools


class Facts(Tools):
    def test_status_of_a_device_that_is_set_up(self):
        self.succeed("setup-ledger", "--curve", "ed25519", "--level", 100, "--test-level", 7)
        self.make_store((TZ1, "mainnet", 90))
        status = self.succeed("ledgerctl", "status")
        device = status["devices"][0]
        self.assertRegex(device["authorized"].pop("public_key"), "^edpk")
        self.assertEqual(status, {
            "devices": [{
                "device": self.device, "model": None, "path": None, "node": None,
                "name": NAME, "state": "ready", "reason": "",
                "app": {"name": "Tezos Baking", "version": "2.5.1",
                        "git": "v2.5.1-0-g50ec8cfc"},
                "authorized": {"path": "44h/1729h/0h/0h", "curve": "ed25519", "address": TZ1},
                "chain": MAINNET,
                "device_marks": {"main": {"level": 100, "round": 0},
                                 "test": {"level": 7, "round": 0}},
                "host_marks": [{"chain": MAINNET, "kind": "attestation", "level": 90, "round": 0}],
                "comparison": [{"chain": MAINNET, "host": {"level": 90, "round": 0},
                                "device": {"level": 100, "round": 0}, "mark": "main",
                                "adopted": 100, "ahead": "device"}],
                "adopted": [
                    {"chains": "every chain but mainnet", "level": 7,
                     "origin": f"the test mark (7,0) of {NAME}"},
                    {"chains": "mainnet alone", "level": 100,
                     "origin": f"the main mark (100,0) of {NAME}"}],
                "suggestion": ""}],
            "store": "ok", "role": "single"})

    def test_who_is_ahead_and_what_would_help(self):
        self.succeed("setup-ledger", "--curve", "ed25519", "--level", 100)
        self.make_store((TZ1, "mainnet", 90))
        self.assertIn("the device is ahead by 10 levels", self.run_tool("ledgerctl", "status").stdout)
        self.make_store((TZ1, "mainnet", 103))
        text = self.run_tool("ledgerctl", "status").stdout
        self.assertIn("the host is ahead by 3 levels", text)
        self.assertIn("run reset-hwm", text)

    def test_fresh_device(self):
        device = self.succeed("ledgerctl", "list")["devices"][0]
        self.assertEqual((device["state"], device["suggestion"], device["authorized"]),
                         ("unauthorised", "setup-ledger", None))
        self.assertIn("run setup-ledger", self.run_tool("ledgerctl", "status").stdout)

    def test_locked_device_and_other_app_are_states(self):
        self.emulator.control.post("/lock")
        self.assertEqual(self.succeed("ledgerctl", "status")["devices"][0]["state"], "locked")
        self.emulator.control.post("/unlock")
        self.emulator.control.post("/open-app", {"name": "BOLOS"})
        device = self.succeed("ledgerctl", "list")["devices"][0]
        self.assertEqual(device["state"], "wrong_app")
        self.assertIn("no app is open", device["reason"])
        self.assertEqual(device["suggestion"], "ledgerctl list")

    def test_facts_need_no_state_directory_and_make_none(self):
        self.state_dir = self.folder / "missing"
        for command in ("list", "status"):
            self.assertNotEqual(self.succeed("ledgerctl", command)["store"], "ok")
        self.assertFalse(self.state_dir.exists())

    def test_text_names_device_key_and_marks(self):
        self.succeed("setup-ledger", "--level", 100, "--test-level", 7)
        for command in ("list", "status"):
            text = self.run_tool("ledgerctl", command).stdout
            for words in (self.device, NAME, "ready", TZ2, "Tezos Baking 2.5.1"):
                self.assertIn(words, text)
        self.assertIn("level 100 round 0", text)

    def test_absent_device_is_a_state_and_for_other_commands_3(self):
        self.emulator.control.post("/unplug")
        device = self.succeed("ledgerctl", "list")["devices"][0]
        self.assertEqual((device["state"], device["suggestion"]), ("absent", "lsusb -d 2c97:"))
        text = self.run_tool("ledgerctl", "list").stdout
        self.assertIn("no device was found", text)
        self.assertIn("run lsusb -d 2c97:", text)
        self.refuse(3, "ledgerctl", "pubkey")


class Pubkey(Tools):
    def test_of_the_authorised_key(self):
        self.refuse(3, "ledgerctl", "pubkey", saying="setup-ledger")
        self.succeed("setup-ledger", "--level", 100)
        key = self.succeed("ledgerctl", "pubkey")
        self.assertEqual((key["address"], key["authorized"]), (TZ2, True))
        self.assertEqual(key["ledger_uri"], f"ledger://{NAME}/secp256k1/0h/0h")

    def test_of_any_key(self):
        key = self.succeed("ledgerctl", "pubkey", "--curve", "ed25519", "--path", "44h/1729h/0h/0h")
        self.assertEqual((key["address"], key["authorized"]), (TZ1, False))
        self.assertIn(TZ1, self.run_tool("ledgerctl", "pubkey", "--curve", "ed25519").stdout)

    def test_wrong_values(self):
        self.refuse(2, "ledgerctl", "pubkey", "--curve", "rsa")
        self.refuse(2, "ledgerctl", "pubkey", "--path", "nowhere")


class Deauthorize(Tools):
    def test_takes_the_key_away_once(self):
        self.succeed("setup-ledger", "--level", 100)
        self.assertTrue(self.succeed("ledgerctl", "deauthorize", "--yes")["changed"])
        self.assertIsNone(self.state()["authorized"])
        self.assertFalse(self.succeed("ledgerctl", "deauthorize", "--yes")["changed"])

    def test_marks_stay(self):
        self.succeed("setup-ledger", "--level", 100, "--test-level", 7)
        self.succeed("ledgerctl", "deauthorize", "--yes")
        self.assertEqual(self.marks(), (100, 7))


class Usage(Tools):
    def test_wrong_usage(self):
        for words in ([], ["frobnicate"], ["list", "--bogus"], ["list", "status"],
                      ["status", "--yes"], ["list", "--curve", "ed25519"]):
            self.refuse(2, "ledgerctl", *words)

    def test_options_may_stand_before_the_command(self):
        done = self.run_tool("ledgerctl", "--json", "list")
        self.assertEqual(json.loads(done.stdout)["devices"][0]["device"], self.device)


class Explain(Tools):
    """Needs neither daemon nor device nor state."""

    def test_an_error_by_its_names(self):
        for words in (["refused_by_user"], ["0x6985"]):
            errors = self.succeed("ledgerctl", "explain", *words)["errors"]
            self.assertEqual([(e["id"], e["http_status"], e["status_word"], e["exit_code"])
                              for e in errors], [("refused_by_user", 403, "6985", 4)])
        text = self.run_tool("ledgerctl", "explain", "exit", "4").stdout
        self.assertIn("press Accept if that was a mistake", text)

    def test_a_word_of_the_device_without_a_name(self):
        text = self.run_tool("ledgerctl", "explain", "6f00").stdout
        self.assertIn("a technical problem", text)
        self.assertIn("unplug the device", text)

    def test_an_unknown_one_is_wrong_usage(self):
        self.refuse(2, "ledgerctl", "explain", "refused_by_usr", saying="refused_by_user")

    def test_all(self):
        lines = self.run_tool("ledgerctl", "explain").stdout.splitlines()
        self.assertGreater(len(lines), 100)


class OtherRelease(Tools):
    emulator_options = ("--app-version", "2.5.0")

    def test_no_key_is_said_the_other_way(self):
        device = self.succeed("ledgerctl", "list")["devices"][0]
        self.assertEqual((device["state"], device["app"]["version"]), ("unauthorised", "2.5.0"))
        self.succeed("setup-ledger", "--level", 100)
        self.assertTrue(self.succeed("ledgerctl", "deauthorize")["changed"])


if __name__ == "__main__":
    unittest.main()
