"""Everything of another signer is taken over: its keys, its clients, its watermarks; theirs is
only read."""

import json
import os
import shutil
import subprocess
import sys
import tomllib
import unittest

from support.client_key import ClientKey
from support.moving import MAINNET, OTHER, Moving
from support.payloads import attestation, block, preattestation
from support.places import SOURCE, program

sys.path.insert(0, str(SOURCE / "tests" / "vm"))
from readme import Readme  # noqa: E402  (found through the line above)

NAME = "masculine-pig-stupendous-dugong"
URI = f"ledger://{NAME}/ed25519/0h/0h"
OLD_NAMES = {"preattestation": "preendorsement", "attestation": "endorsement"}


class Octez(Moving):
    def setUp(self):
        super().setUp()
        self.base = self.bridge.folder / "octez"
        self.base.mkdir()
        self.output = self.bridge.folder / "taken.toml"
        self.put("secret_keys", [{"name": "baker", "value": URI},
                                 {"name": "hot", "value": "unencrypted:edskSECRET"}])
        self.put("public_key_hashs", [{"name": "baker", "value": self.address}])
        self.put("public_keys", [{"name": "baker", "value": {
            "locator": URI, "key": self.device_.public_key}}])

    def put(self, name, content):
        (self.base / name).write_text(content if isinstance(content, str) else json.dumps(content))

    def put_marks(self, kind, level, round_=0, digest_=OTHER):
        self.put(f"{kind}_high_watermarks",
                 {MAINNET: {self.address: {"level": level, "round": round_, "hash": digest_}}})

    def theirs(self):
        return {path.name: (path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_mode)
                for path in [self.base, *self.base.iterdir()] if path.is_file()} | {
                    "": self.base.stat().st_mtime_ns}

    def take(self, *words):
        before = self.theirs()
        done = self.ledgerctl("import", "octez", self.base, "--device", self.device_.url, *words)
        self.assertEqual(self.theirs(), before)
        self.assertNotIn("edskSECRET", done.stdout + done.stderr)
        return done

    def taken(self, *words):
        done = self.take(*words)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done

    def serve_as_written(self):
        """A daemon with that configuration alone; its state directory stands in it."""
        bridge = self.daemon(None, "--config", str(self.output))
        bridge.state_dir = self.bridge.state_dir
        self.bridge = bridge
        bridge.start().wait_ready()

    def assert_refused_and_nothing_written(self, *words):
        before = self.marks()
        self.assert_failed(self.take("--output", self.output), 1, *words)
        self.assertFalse(self.output.exists())
        self.assertEqual(self.marks(), before)

    def assert_guarded(self, level):
        self.assert_error(self.sign(block(level - 1)), 409, "below high watermark")
        self.assert_error(self.sign(block(level)), 409)
        self.assert_error(self.sign(preattestation(level)), 409)
        self.assert_error(self.sign(attestation(level)), 409)
        self.signs(block(level + 1), preattestation(level + 1), attestation(level + 1))


class TakenOver(Octez):
    def test_with_the_daemon_then_served_as_written(self):
        for kind in ("block", "preattestation", "attestation"):
            self.put_marks(kind, 300, 1)
        done = self.taken("--output", self.output)
        for words in (f"baker {self.address} {URI}", "hot (unencrypted: is not on a Ledger)",
                      "3 added", f"is in {self.output}"):
            self.assertIn(words, done.stdout)
        self.stop()
        self.serve_as_written()
        self.assert_guarded(300)

    def test_without_a_daemon_into_nothing_and_from_files_of_the_older_names(self):
        self.stop()
        shutil.rmtree(self.bridge.state_dir)
        shutil.rmtree(self.marker)
        self.put_marks("block", 400)
        for kind in OLD_NAMES.values():
            self.put_marks(kind, 400)
        self.assertIn("3 added", self.taken("--output", self.output).stdout)
        self.serve_as_written()
        self.assert_guarded(400)

    def test_the_higher_of_the_older_and_the_newer_file_counts(self):
        for kind, older in OLD_NAMES.items():
            self.put_marks(older, 350)
            self.put_marks(kind, 320)
        self.taken("--output", self.output)
        self.assert_error(self.sign(attestation(349)), 409, "below high watermark 350")
        self.assert_error(self.sign(preattestation(349)), 409, "below high watermark 350")

    def test_who_may_ask_stays_so(self):
        friend = ClientKey(b"\1" * 32)
        self.put("authorized_keys", [{"name": "client", "value": friend.public_key}])
        self.taken("--output", self.output)
        self.stop()
        self.serve_as_written()
        message = block(101)
        self.assert_error(self.sign(message), 401)
        self.assertEqual(json.loads(self.bridge.request("GET", "/authorized_keys").body),
                         {"authorized_keys": [friend.address]})

    def test_the_configuration_alone_is_on_standard_output(self):
        self.put_marks("block", 300)
        text = self.taken().stdout
        self.assertEqual(tomllib.loads(text), {"device": [self.device_.url],
                                               "state-dir": str(self.bridge.state_dir)})
        done = self.ledgerctl("import", "octez", self.base)
        self.assertEqual(tomllib.loads(done.stdout)["device"], [f"usb:{NAME}"])

    def test_dry_run_changes_nothing(self):
        self.put_marks("block", 300)
        before = self.marks()
        done = self.taken("--dry-run", "--output", self.output)
        self.assertIn("Nothing was changed", done.stderr)
        self.assertFalse(self.output.exists())
        self.assertEqual(self.marks(), before)

    def test_a_file_that_is_there_is_not_replaced_without_force(self):
        self.put_marks("block", 300)
        self.output.write_text("mine")
        before = self.marks()
        self.assert_failed(self.take("--output", self.output), 2, "--force")
        self.assertEqual((self.output.read_text(), self.marks()), ("mine", before))
        self.taken("--output", self.output, "--force")
        self.assertIn(self.device_.url, self.output.read_text())

    def test_json(self):
        self.put_marks("block", 300)
        told = json.loads(self.taken("--json").stdout)
        self.assertEqual([(k["name"], k["scheme"], k["uri"]) for k in told["keys"]],
                         [("baker", "ledger", URI), ("hot", "unencrypted", None)])
        self.assertEqual(told["marks"]["added"], 1)


class Refused(Octez):
    def test_without_a_ledger(self):
        self.put("secret_keys", [{"name": "hot", "value": "unencrypted:edskSECRET"}])
        self.assert_refused_and_nothing_written("secret_keys", "no ledger:// key")

    def test_broken_json_anywhere(self):
        for name in ("secret_keys", "public_keys", "public_key_hashs"):
            good = (self.base / name).read_text()
            for broken in ("[", "{}", '[{"name":"x"}]', "", '[{"name":1,"value":"x"}]'):
                self.put(name, broken)
                self.assert_refused_and_nothing_written(name)
            self.put(name, good)

    def test_a_broken_file_of_watermarks_or_clients(self):
        self.put_marks("block", 300)
        for broken in ("", "{", "[]", '{"NetXx": {}}'):
            self.put("attestation_high_watermarks", broken)
            self.assert_refused_and_nothing_written("attestation_high_watermarks")
        (self.base / "attestation_high_watermarks").unlink()
        for broken in ("[]", "[{}]", '[{"name":"x","value":"tz1"}]'):
            self.put("authorized_keys", broken)
            self.assert_refused_and_nothing_written("authorized keys")

    def test_what_cannot_be_looked_at_is_not_taken_as_absent(self):
        (self.base / "block_high_watermarks").mkdir()
        self.assert_refused_and_nothing_written("block_high_watermarks")
        (self.base / "block_high_watermarks").rmdir()
        (self.base / "block_high_watermarks").symlink_to("nowhere")
        self.assert_refused_and_nothing_written("block_high_watermarks")

    def test_files_that_contradict_each_other(self):
        self.put("public_key_hashs", [{"name": "baker", "value": ClientKey(b"\1" * 32).address}])
        self.assert_refused_and_nothing_written("'baker'", "public_key_hashs has")
        self.put("secret_keys", [{"name": "baker", "value": URI}, {"name": "baker", "value": URI}])
        self.assert_refused_and_nothing_written("'baker' stands in it twice")
        self.put("secret_keys", [{"name": "baker", "value": "ledger://nobody"}])
        self.assert_refused_and_nothing_written("'baker'", "names no device")


class AsReadmeSaysIt(Octez):
    """The section of the README, command after command, with folders of this test."""

    def run_block(self, words, folder_there, folder_here):
        environment = os.environ | {
            "PATH": f"{program('ledgerctl').parent}:{os.environ['PATH']}",
            "STATE_DIRECTORY": str(self.bridge.state_dir),
            "RUNTIME_DIRECTORY": str(self.bridge.admin_socket.parent)}
        for line in Readme("Coming from another signer").block_with(words):
            self.assertTrue(words not in line or folder_there in line, line)
            line = line.replace(folder_there, str(folder_here)) if folder_there else line
            line = line.replace("/etc/ledger-bridge/ledger-bridged.toml", str(self.output))
            done = subprocess.run(line, shell=True, env=environment, capture_output=True, text=True,
                                  stdin=subprocess.DEVNULL, timeout=30, check=False)
            self.assertEqual(done.returncode, 0, f"{line}\n{done.stderr}")

    def test_octez(self):
        self.put_marks("block", 300)
        self.run_block("import octez", "/var/lib/tezos/.octez-signer", self.base)
        self.assertEqual(tomllib.loads(self.output.read_text())["device"], [f"usb:{NAME}"])
        self.assert_error(self.sign(block(300)), 409)

    def test_signatory(self):
        self.write(f"{MAINNET}.json",
                   {self.address: {"attestation": {"order": 2, "level": 310, "round": 0}}})
        self.run_block("watermark_v2", "/home/signatory/watermark_v2", self.bridge.folder)
        self.assert_error(self.sign(attestation(310)), 409)
        self.signs(attestation(311))

    def test_the_words(self):
        self.run_block("list connected", "", "")
        self.bridge.wait_reason("unauthorised")
        self.assertEqual(self.device_.control.state()["main"]["level"], 12345700)


if __name__ == "__main__":
    unittest.main()
