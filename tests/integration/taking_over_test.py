"""Everything of another signer is taken over: its keys, its clients, its watermarks; theirs is
only read."""

import json
import pathlib
import shutil
import tomllib
import unittest

from support.client_key import ClientKey
from support.moving import MAINNET, OTHER
from support.payloads import attestation, block, preattestation
from support.taking_over import NAME, SECRET, TakingOver

URI = f"ledger://{NAME}/ed25519/0h/0h"
OLD_NAMES = {"preattestation": "preendorsement", "attestation": "endorsement"}


class Octez(TakingOver):
    def setUp(self):
        super().setUp()
        self.put_list("secret_keys", [{"name": "baker", "value": URI},
                                      {"name": "hot", "value": f"unencrypted:{SECRET}"}])
        self.put_list("public_key_hashs", [{"name": "baker", "value": self.address}])
        self.put_list("public_keys", [{"name": "baker", "value": {
            "locator": URI, "key": self.device_.public_key}}])

    def whole(self):
        return "octez", self.base

    def put_list(self, name, content):
        self.put(name, json.dumps(content))

    def put_marks(self, kind, level, round_=0, digest_=OTHER):
        self.put_list(f"{kind}_high_watermarks",
                      {MAINNET: {self.address: {"level": level, "round": round_, "hash": digest_}}})


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
        self.put_list("authorized_keys", [{"name": "client", "value": friend.public_key}])
        self.base.chmod(0o700)  # the service's user cannot look into it
        done = self.taken("--output", self.output)
        self.assertIn("require-authentication is switched on", done.stdout)
        ours = f"{self.output}.authorized-keys"
        self.assertEqual(tomllib.loads(self.output.read_text())["authorized-keys"], ours)
        self.assertIn(friend.public_key, pathlib.Path(ours).read_text())
        shutil.rmtree(self.base)  # nothing of it is needed any more
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

    def test_a_ledger_that_is_named_by_its_address_gets_its_four_words(self):
        self.put_list("secret_keys", [{"name": "baker", "value":
                                       "ledger://tz1daTbhMHpmMXQYaVYmzZTM3S11oshHPrMm/ed25519/0h/0h"}])
        done = self.ledgerctl("import", "octez", self.base)
        self.assertEqual(tomllib.loads(done.stdout)["device"], ["usb:zesty-koala-usable-kiwi"])

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

    def test_nothing_is_written_among_their_files_even_with_force(self):
        self.put_marks("block", 300)
        before, link = self.marks(), self.bridge.folder / "link.toml"
        link.symlink_to(self.base / "secret_keys")
        for path in (self.base / "secret_keys", self.base / "new.toml", link):
            self.assert_failed(self.take("--output", path, "--force"), 2, "other signer's", str(path))
        self.assertEqual(self.marks(), before)

    def test_json(self):
        self.put_marks("block", 300)
        told = json.loads(self.taken("--json").stdout)
        self.assertEqual([(k["name"], k["scheme"], k["uri"]) for k in told["keys"]],
                         [("baker", "ledger", URI), ("hot", "unencrypted", None)])
        self.assertEqual(told["marks"]["added"], 1)


class Refused(Octez):
    def test_without_a_ledger(self):
        self.put_list("secret_keys", [{"name": "hot", "value": f"unencrypted:{SECRET}"}])
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
        self.put_list("public_key_hashs", [{"name": "baker", "value": ClientKey(b"\1" * 32).address}])
        self.assert_refused_and_nothing_written("'baker'", "public_key_hashs has")
        self.put_list("secret_keys", [{"name": "baker", "value": URI}, {"name": "baker", "value": URI}])
        self.assert_refused_and_nothing_written("'baker' stands in it twice")
        self.put_list("secret_keys", [{"name": "baker", "value": "ledger://nobody"}])
        self.assert_refused_and_nothing_written("'baker'", "names no device")


class AsReadmeSaysIt(Octez):
    """The section of the README, command after command, with folders of this test."""

    def test_octez(self):
        self.put_marks("block", 300)
        self.run_block("import octez", ("/var/lib/tezos/.octez-signer", self.base))
        self.assertEqual(tomllib.loads(self.output.read_text())["device"], [f"usb:{NAME}"])
        self.assert_error(self.sign(block(300)), 409)

    def test_the_words(self):
        self.run_block("--base-dir", ("/var/lib/tezos/.octez-signer", self.base))
        self.bridge.wait_reason("unauthorised")
        self.assertEqual(self.device_.control.state()["main"]["level"], 12345700)


if __name__ == "__main__":
    unittest.main()
