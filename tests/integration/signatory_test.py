"""Signatory is taken over: what it would not have signed is not signed by the configuration that is
written, and nothing below its watermarks; its files are only read."""

import json
import tomllib
import unittest

from support.client_key import ClientKey
from support.http_client import sign_body
from support.moving import MAINNET
from support.payloads import attestation, block, preattestation
from support.taking_over import NAME, SECRET, TakingOver

VOTES = ("attestation", "preattestation")
ALL = ("block", *VOTES)


class Signatory(TakingOver):
    def setUp(self):
        super().setUp()
        self.friend, self.stranger = ClientKey(b"\1" * 32), ClientKey(b"\2" * 32)
        self.configure()

    def whole(self):
        return "signatory", self.base / "signatory.yaml"

    def configure(self, allow=ALL, *, top="", server="", key="", keys=""):
        self.put("signatory.yaml", f"""\
{top or f"base_dir: {self.base}"}
server:
  address: 127.0.0.1:6732
  {server}
vaults:
  ledger:
    driver: ledger
    config:
      id: {NAME}
      keys: [ed25519/0h/0h]
  cloud:
    driver: awskms
    config: {{secret_access_key: {SECRET}}}
tezos:
  {key or self.address}:
    {keys}
    allow:
""" + "".join(f"      {kind}:\n" for kind in allow))

    def put_marks(self, folder="watermark_v2", **levels):
        self.put(f"{folder}/{MAINNET}.json", json.dumps({self.address: {
            kind: {"level": level, "round": 0} for kind, level in levels.items()}}))

    def served(self):
        """The daemon with what is written for the present configuration."""
        done = self.taken("--output", self.output, "--force")
        self.stop()
        self.serve_as_written()
        return done

    def ask(self, client, message):
        return self.bridge.request("POST", client.target(self.address, message), sign_body(message))

    def assert_not_allowed(self, *messages):
        for message in messages:
            self.assert_error(self.sign(message), 403, "not allowed")


class TakenOver(Signatory):
    def test_served_as_written_above_its_marks(self):
        self.put_marks(block=300, preattestation=300, attestation=300)
        done = self.served()
        for words in ("ledger (address unknown) ledger://", "cloud (awskms: is not on a Ledger)",
                      "3 added", f"is in {self.output}"):
            self.assertIn(words, done.stdout)
        self.assert_guarded(300)

    def test_its_attestations_with_dal_content_count(self):
        self.put_marks(attestation=290, attestation_with_dal=300)
        self.configure([*ALL, "attestation_with_dal"])
        self.served()
        self.assert_error(self.sign(attestation(300)), 409)
        self.assert_error(self.sign(attestation(300, dal=b"\1")), 409)
        self.signs(attestation(301, dal=b"\1"))

    def test_marks_of_another_folder(self):
        self.configure(top="base_dir: /nonexistent")
        self.put_marks("elsewhere", attestation=300)
        self.assert_refused_and_nothing_written("base_dir '/nonexistent'")
        before = self.theirs()
        done = self.ledgerctl("import", *self.whole(), self.base / "elsewhere", "--device",
                              self.device_.url, "--output", self.output)
        self.assertEqual((done.returncode, self.theirs()), (0, before), done.stderr)
        self.assert_error(self.sign(attestation(300)), 409)
        self.signs(attestation(301))

    def test_dry_run_changes_nothing(self):
        self.put_marks(block=300)
        before = self.marks()
        self.configure(server=f"authorized_keys: {self.friend.public_key}")
        done = self.taken("--dry-run", "--output", self.output)
        self.assertIn("Nothing was changed", done.stderr)
        self.assertEqual((list(self.bridge.folder.glob("taken*")), self.marks()), ([], before))

    def test_json(self):
        self.configure(top=f"base_dir: {self.base}\npolicy_hook: {{address: 'http://localhost'}}")
        told = json.loads(self.taken("--json").stdout)
        self.assertEqual([(k["name"], k["scheme"]) for k in told["keys"]],
                         [("cloud", "awskms"), ("ledger", "ledger")])
        self.assertEqual(tomllib.loads(told["configuration"])["policy"][0]["kinds"], ["none"])
        self.assertIn("policy_hook: it has no counterpart here", told["left"])


class NotMore(Signatory):
    def test_than_the_kinds_that_it_allowed(self):
        self.configure(VOTES)
        self.served()
        self.assert_not_allowed(block(101), attestation(101, dal=b"\1"))
        self.signs(preattestation(101), attestation(101))

    def test_than_the_keys_that_it_had(self):
        self.configure(key=self.friend.address)
        self.served()
        self.assert_not_allowed(block(101), preattestation(101), attestation(101))

    def test_than_what_passed_a_guard_that_we_have_not(self):
        self.configure(server="jwt: {users: {me: {password: %s}}}" % SECRET)
        self.assertIn("server.jwt guarded it there", self.served().stdout)
        self.assert_not_allowed(block(101), preattestation(101), attestation(101))

    def test_than_the_clients_that_it_had(self):
        self.configure(server=f"authorized_keys: [{self.friend.public_key}]")
        self.served()
        self.assert_error(self.sign(block(101)), 401)
        self.assert_error(self.ask(self.stranger, block(101)), 401)
        self.assert_signed(self.ask(self.friend, block(101)), self.device_.public_key, block(101))

    def test_than_the_clients_of_the_key(self):
        both = f"authorized_keys: [{self.friend.public_key}, {self.stranger.public_key}]"
        self.configure(server=both, keys=f"authorized_keys: [{self.friend.public_key}]")
        self.served()
        self.assert_error(self.ask(self.stranger, block(101)), 403)
        self.assert_signed(self.ask(self.friend, block(101)), self.device_.public_key, block(101))


class TwoFiles(Signatory):
    """The clients' keys have no file there, so they get one beside the configuration."""

    def setUp(self):
        super().setUp()
        self.configure(server=f"authorized_keys: {self.friend.public_key}")
        self.put_marks(block=300)
        self.keys = self.output.with_name(self.output.name + ".authorized-keys")

    def test_everybody_may_read_both(self):
        self.taken("--output", self.output)
        self.assertEqual([path.stat().st_mode & 0o777 for path in (self.output, self.keys)],
                         [0o644, 0o644])
        self.assertIn(self.friend.public_key, self.keys.read_text())
        self.assertEqual(tomllib.loads(self.output.read_text())["authorized-keys"], str(self.keys))

    def test_neither_replaces_one_that_is_there(self):
        for path in (self.output, self.keys):
            path.write_text("mine")
            self.assert_refused_and_nothing_written(str(path), "--force", code=2)
            self.assertEqual(path.read_text(), "mine")
            path.unlink()
        for path in (self.output, self.keys):
            path.mkdir()
            self.assert_refused_and_nothing_written(str(path), code=2, options=["--force"])
            path.rmdir()
        self.keys.write_text("mine")
        self.taken("--output", self.output, "--force")
        self.assertIn(self.friend.public_key, self.keys.read_text())

    def test_its_own_configuration_is_not_replaced(self):
        before = self.marks()
        self.assert_failed(self.take("--output", self.base / "signatory.yaml", "--force"), 2, "other signer's")
        self.assertEqual(self.marks(), before)

    def test_without_a_place_for_them_nothing_is_done(self):
        before = self.marks()
        self.assert_failed(self.take(), 2, "--output")
        self.assertEqual(self.marks(), before)


class Refused(Signatory):
    def test_a_broken_configuration(self):
        self.put_marks(block=300)
        for text, words in (("vaults: [", "line "), ("a: &a b\n", "anchors"), ("", "base_dir")):
            self.put("signatory.yaml", text)
            self.assert_refused_and_nothing_written("signatory.yaml", words)
        (self.base / "signatory.yaml").unlink()
        self.assert_refused_and_nothing_written("signatory.yaml", "No such file")

    def test_broken_watermarks(self):
        self.put_marks(block=300)
        for broken in ("", "{", "[]", '{"tz1": {}}', '{"block": 5}'):
            self.put("watermark/NetXnHfVqm9iesp.json", broken)
            self.assert_refused_and_nothing_written("watermark/NetXnHfVqm9iesp.json")
        (self.base / "watermark/NetXnHfVqm9iesp.json").unlink()
        self.put("watermark_v2/notes.json", "{}")
        self.assert_refused_and_nothing_written("watermark_v2/notes.json")


class AsReadmeSaysIt(Signatory):
    def test_signatory(self):
        self.put_marks(attestation=310)
        self.run_block("import signatory", ("/etc/signatory.yaml", self.base / "signatory.yaml"))
        self.assertEqual(tomllib.loads(self.output.read_text())["device"], [f"usb:{NAME}"])
        self.assert_error(self.sign(attestation(310)), 409)
        self.signs(attestation(311))


if __name__ == "__main__":
    unittest.main()
