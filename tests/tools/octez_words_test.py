"""octez-signer's commands in its own words, by ledgerctl: with a daemon and without."""

import json
import os
import subprocess
import unittest
from unittest import mock

from programs import BIN, GHOSTNET, MAINNET, NAME, SECONDS, TZ1, TZ2, Tools

from integration.support.daemon import Daemon
from integration.support.payloads import attestation

GIT = "v2.5.1-0-g50ec8cfc"
DEVICE = f"ledger://{NAME}"
KEY = f"{DEVICE}/secp256k1/0h/0h"
ED_KEY = f"{DEVICE}/ed25519/0h/0h"
SPPK = "sppk7ZntgM6x2Z3MyxARtAJXLF6d74nLApU5Awt9nsFjJZFqaRFddqG"


class Words(Tools):
    def say(self, text, *options):
        """What it prints, line by line."""
        done = self.run_tool("ledgerctl", *text.split(), *options)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.splitlines()

    def assert_listed(self):
        with mock.patch.dict(os.environ, {"USER": "alice"}):
            lines = self.say("list connected ledgers")
        self.assertEqual(lines, [
            f"## Ledger `{NAME}`",
            f'Found a Tezos Baking 2.5.1 (git-description: "{GIT}") application running on '
            f"Ledger NONE at [{self.device}].",
            "",
            "To use keys at BIP32 path m/44'/1729'/0'/0' (default Tezos key path), use one of:",
            *(f'  octez-client import secret key ledger_alice "{DEVICE}/{curve}/0h/0h"'
              for curve in ("ed25519", "secp256k1", "P-256", "bip25519"))])

    def names(self):
        """octez-signer's folder, where keys have names, as an option."""
        (self.folder / "secret_keys").write_text(json.dumps([
            {"name": "baker", "value": ED_KEY}, {"name": "ledger", "value": DEVICE},
            {"name": "hot", "value": "unencrypted:edsk1"}]))
        return "--base-dir", str(self.folder)

    def refuse_words(self, code, text, *options, saying=""):
        return self.refuse(code, "ledgerctl", *text.split(), *options, saying=saying)


class WithoutDaemon(Words):
    def test_setup_says_what_octez_says(self):
        lines = self.say(f"setup ledger to bake for {KEY}", "--main-chain-id", MAINNET,
                         "--main-hwm", 100, "--test-hwm", 7)
        self.assertEqual(lines[:4], [
            "Setting up the ledger:",
            f"* Main chain ID: 'Unspecified' -> {MAINNET}",
            "* Main chain High Watermark: 0 (round: 0) -> 100 (round: 0)",
            "* Test chain High Watermark: 0 (round: 0) -> 7 (round: 0)"])
        self.assertEqual(lines[-2:], [f"Authorized baking for address: {TZ2}",
                                      f"Corresponding full public key: {SPPK}"])
        self.assertEqual(self.marks(), (100, 7))
        self.assertIn(f"Authorized baking for address: {TZ2}",
                      self.say(f"setup ledger to bake for {KEY}"))

    def test_a_chain_as_a_number_and_the_older_word(self):
        lines = self.say(f"authorize ledger to bake for {ED_KEY}", "--main-chain-id", "-1357355815",
                         "--main-hwm", 5)
        self.assertIn(f"* Main chain ID: 'Unspecified' -> {GHOSTNET}", lines)
        self.assertIn(f"Authorized baking for address: {TZ1}", lines)

    def test_what_was_signed_stays_safe(self):
        self.make_store((TZ2, "mainnet", 150))
        self.refuse_words(5, f"setup ledger to bake for {KEY}", "--main-hwm", 150,
                          saying="level 150 was signed")
        self.say(f"setup ledger to bake for {KEY}", "--main-hwm", 151)
        for words in ("high watermark", "high water mark"):
            self.refuse_words(5, f"set ledger {words} for {KEY} to 150")
        self.assertEqual(self.marks()[0], 151)

    def test_marks(self):
        self.say(f"setup ledger to bake for {KEY}", "--main-hwm", 100)
        for words in ("high watermark", "high water mark"):
            self.assertEqual(self.say(f"get ledger {words} for {KEY}", "--no-legacy-instructions"), [
                f"The high water mark values for {KEY} are 100 (round: 0) for the main-chain "
                f"({MAINNET}) and 0 (round: 0) for the test-chain."])
        lines = self.say(f"set ledger high watermark for {KEY} to 200")
        self.assertEqual(lines[-1], f"{KEY} has now high water mark: 200 (round: 0)")
        self.assertEqual(self.marks()[0], 200)

    def test_authorized_path(self):
        self.assertEqual(self.say(f"get ledger authorized path for {DEVICE}"),
                         ["No baking key authorized at all."])
        self.say(f"setup ledger to bake for {KEY}", "--main-hwm", 100)
        self.assertEqual(self.say(f"get ledger authorized path for {KEY}"), [
            "Authorized baking path: 44h/1729h/0h/0h", "Authorized baking curve: secp256k1",
            f"Authorized baking URI: {KEY}"])
        self.assertEqual(len(self.say(f"get ledger authorized path for {DEVICE}")), 2)
        self.refuse_words(1, f"get ledger authorized path for {ED_KEY}",
                          saying="Path and curve do not match")
        self.assertIn("Done", self.say(f"deauthorize ledger baking for {KEY}")[0])
        self.assertIsNone(self.state()["authorized"])

    def test_show_and_list(self):
        self.assertEqual(self.say(f"show ledger {KEY}"), [
            f"Found ledger corresponding to {KEY}:", "* Manufacturer: Ledger", "* Product: NONE",
            f'* Application: Tezos Baking 2.5.1 (git-description: "{GIT}")', "* Curve: `secp256k1`",
            "* Path: `44h/1729h/0h/0h` [0x8000002C; 0x800006C1; 0x80000000; 0x80000000]",
            f"* Public Key: {SPPK}", f"* Public Key Hash: {TZ2}"])
        self.assertIn("* This is just a ledger URI.", self.say(f"show ledger {DEVICE}"))
        self.assert_listed()

    def test_an_app_that_does_not_tell_its_build(self):
        self.emulator.control.post("/fault", {"kind": "drop", "instruction": "GIT", "count": 1})
        self.assertEqual(self.say("list connected ledgers")[1], "Found a Tezos Baking 2.5.1 "
                         f"application running on Ledger NONE at [{self.device}].")

    def test_the_name_of_a_key_stands_for_its_uri(self):
        names = self.names()
        self.assertEqual(self.say("show ledger baker", *names)[0],
                         f"Found ledger corresponding to {ED_KEY}:")
        lines = self.say("setup ledger to bake for baker", "--main-hwm", 100, *names)
        self.assertEqual(lines[-2], f"Authorized baking for address: {TZ1}")
        self.assertEqual(self.say("get ledger authorized path for baker", *names)[-1],
                         f"Authorized baking URI: {ED_KEY}")
        self.assertIn(f"values for {ED_KEY} are 100",
                      self.say("get ledger high watermark for baker", "-d", names[1])[0])
        self.assertEqual(self.say("set ledger high watermark for baker to 200", *names)[-1],
                         f"{ED_KEY} has now high water mark: 200 (round: 0)")
        self.say("deauthorize ledger baking for baker", *names)
        self.assertIsNone(self.state()["authorized"])

    def test_the_folder_of_names_may_stand_before_the_words_or_be_octez_signers_own(self):
        before = [str(BIN / "ledgerctl"), *self.names(), "show", "ledger", "baker",
                  "--device", self.device, *self.places()]
        done = subprocess.run(before, capture_output=True, text=True, timeout=SECONDS)
        self.assertIn(TZ1, done.stdout, done.stderr)
        (self.folder / ".tezos-signer").mkdir()
        (self.folder / "secret_keys").rename(self.folder / ".tezos-signer" / "secret_keys")
        with mock.patch.dict(os.environ, {"HOME": str(self.folder)}):
            self.assertIn(f"* Public Key Hash: {TZ1}", self.say("show ledger baker"))

    def test_a_name_that_stands_for_nothing(self):
        names = self.names()
        before = self.state()["apdus"]
        self.refuse_words(2, "show ledger bake", *names,
                          saying=f"'bake' is not in {self.folder}/secret_keys")
        done = self.refuse_words(2, "show ledger hot", *names, saying="not on a Ledger")
        self.assertNotIn("edsk", done.stderr)
        self.refuse_words(2, "setup ledger to bake for ledger", *names, saying="names no key")
        (self.folder / "secret_keys").write_text("[")
        self.refuse_words(2, "show ledger baker", *names, saying="no JSON list")
        (self.folder / "secret_keys").unlink()
        self.refuse_words(2, "deauthorize ledger baking for baker", *names, saying="there is no")
        self.assertEqual(self.state()["apdus"], before)

    def test_test_sign_is_refused_since_it_is_for_another_app(self):
        before = self.state()["apdus"]
        for words in (KEY, DEVICE):
            done = self.refuse_words(2, f"show ledger {words}", "--test-sign",
                                     saying="--test-sign only works for the Tezos Wallet app")
            self.assertEqual(done.stdout, "")
        self.assertEqual(self.state()["apdus"], before)

    def test_another_device_is_never_taken(self):
        other = KEY.replace("dugong", "kiwi")
        for words in (f"setup ledger to bake for {other}", f"show ledger {other}",
                      f"set ledger high watermark for {other} to 5",
                      f"deauthorize ledger baking for {other}"):
            self.refuse_words(3, words, saying=f"Found no ledger corresponding to {other}")
        self.emulator.control.post("/lock")
        self.refuse_words(3, f"show ledger {KEY}", saying="locked")
        self.assertIsNone(self.state()["authorized"])

    def test_nearly_right(self):
        self.refuse_words(2, f"setup ledger for {KEY}", saying="setup ledger to bake for <uri>")
        self.refuse_words(2, "list connected ledger", saying="list connected ledgers")
        self.refuse_words(2, f"show ledgers {KEY}", saying="show ledger <uri>")
        self.refuse_words(2, f"setup ledger to bake for {DEVICE}", saying="names no key")

    def test_json_is_ours(self):
        self.assertEqual(self.succeed("ledgerctl", *f"show ledger {KEY}".split())["address"], TZ2)


class WithDaemon(Words):
    def setUp(self):
        super().setUp()
        self.daemon = Daemon(self.device).start()
        self.addCleanup(self.daemon.close)
        self.daemon.wait_reason("unauthorised")

    def places(self):
        return ["--admin-socket", str(self.daemon.admin_socket),
                "--state-dir", str(self.folder / "unused")]

    def test_each_of_them(self):
        lines = self.say(f"setup ledger to bake for {ED_KEY}", "--main-hwm", 100)
        self.assertEqual(lines[-2], f"Authorized baking for address: {TZ1}")
        self.daemon.wait_ready()
        answer = self.daemon.sign(TZ1, attestation(105))
        self.assertEqual(answer.status, 200, answer.body)
        self.assertIn("are 105 (round: 0) for the main-chain",
                      self.say(f"get ledger high watermark for {ED_KEY}")[0])
        self.refuse_words(5, f"set ledger high watermark for {ED_KEY} to 105")
        self.assertEqual(self.say(f"set ledger high watermark for {ED_KEY} to 106")[-1],
                         f"{ED_KEY} has now high water mark: 106 (round: 0)")
        self.daemon.wait_ready()
        self.assertIn(f"Authorized baking URI: {ED_KEY}",
                      self.say(f"get ledger authorized path for {ED_KEY}"))
        self.assertIn(f"* Public Key Hash: {TZ1}", self.say(f"show ledger {ED_KEY}"))
        self.assert_listed()
        self.assertIn(f"* Public Key Hash: {TZ1}", self.say("show ledger baker", *self.names()))
        self.say(f"deauthorize ledger baking for {ED_KEY}")
        self.daemon.wait_reason("unauthorised")


if __name__ == "__main__":
    unittest.main()
