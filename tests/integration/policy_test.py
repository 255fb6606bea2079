"""One key, two hosts: which of them gets what, as the tables of the configuration file say."""

import hashlib
import http.client
import pathlib
import signal
import sqlite3
import ssl
import tempfile
import unittest
from concurrent import futures

from support import command, http_client, operations, verify
from support.admin import ask
from support.case import NOBODY, BridgeCase
from support.certificates import Certificates
from support.client_key import ClientKey
from support.operations import operation
from support.payloads import GHOSTNET, attestation, block, preattestation
from support.socket_client import Refused, SocketClient
from support.waiting import eventually

VOTES = 'kinds = ["attestation", "preattestation"]'
BLOCKS = 'kinds = ["block"]'


class PolicyCase(BridgeCase):
    def setUp(self):
        self.voter, self.blocker = ClientKey(b"\1" * 32), ClientKey(b"\2" * 32)
        folder = tempfile.TemporaryDirectory(prefix="bridge-policy-")
        self.addCleanup(folder.cleanup)
        self.file = pathlib.Path(folder.name, "bridge.toml")
        self.keys = pathlib.Path(folder.name, "authorized-keys")
        self.keys.write_text(f"{self.voter.public_key}\n{self.blocker.public_key}\n")
        self.device_ = self.device().set_up()
        self.bridge = self.daemon(self.device_.url, "--config", str(self.file), "--tcp", "127.0.0.1:0")

    def configure(self, *tables, authenticated=True):
        """The whole file: authentication, and a table for each list of lines."""
        lines = ["require-authentication = true", f'authorized-keys = "{self.keys}"']
        lines = lines if authenticated else []
        for table in tables:
            lines += ["[[policy]]", f'key = "{self.device_.address}"', *table]
        self.file.write_text("\n".join(lines) + "\n")

    def serve(self):
        self.bridge.start().wait_ready()
        host, port = self.bridge.ready_line().removeprefix("listening tcp ").split(":")
        self.place = (host, int(port))

    def reload(self, *words):
        self.bridge.process.send_signal(signal.SIGHUP)
        eventually(lambda: self.bridge.log_lines(*words), 10, words)

    def one_votes_the_other_makes_blocks(self, voter, blocker):
        self.configure(
            [VOTES, f'clients = ["{voter.address}"]'], [BLOCKS, f'clients = ["{blocker.public_key}"]']
        )

    def ask(self, client, message):
        target = client.target(self.device_.address, message)
        return self.bridge.request("POST", target, http_client.sign_body(message))

    def ask_socket(self, client, message):
        shown = client.shows(self.device_.address, message)
        with SocketClient(self.place) as connection:
            return connection.sign(self.device_.address, message, shown)

    def assert_signs(self, client, message):
        self.assert_signed(self.ask(client, message), self.device_.public_key, message)

    def assert_not(self, client, message, *words):
        """Refused with these words over both protocols, the device not asked, no mark moved."""
        before, marks = self.device_.signatures(), self.host_marks()
        self.assert_error(self.ask(client, message), 403, *words)
        with self.assertRaises(Refused) as refused:
            self.ask_socket(client, message)
        for word in words:
            self.assertIn(word, refused.exception.message)
        self.assertEqual((self.device_.signatures(), self.host_marks()), (before, marks))

    def host_marks(self):
        return self.status()["host_marks"]

    def status(self):
        answer = ask(self.bridge.admin_socket, {"command": "status"})
        (device,) = answer["result"]["devices"]
        return device


class TwoHosts(PolicyCase):
    def test_each_gets_its_kinds_and_nothing_else(self):
        self.one_votes_the_other_makes_blocks(self.voter, self.blocker)
        self.serve()
        no_blocks = ("magic byte 0x11 not allowed", "no policy of this key gives this client this kind")
        self.assert_not(self.voter, block(101), *no_blocks)
        self.assert_signs(self.blocker, block(101))
        for vote in (preattestation(101), attestation(101)):
            self.assert_not(self.blocker, vote, "not allowed")
            self.assert_signs(self.voter, vote)
        signature = self.ask_socket(self.blocker, block(102))
        self.assertTrue(verify.verifies(self.device_.public_key, block(102), signature))

    def test_a_refusal_leaves_the_level_to_whoever_may_have_it(self):
        self.one_votes_the_other_makes_blocks(self.voter, self.blocker)
        self.serve()
        self.assert_not(self.voter, block(500, salt=1), "not allowed")
        self.assert_signs(self.blocker, block(101))
        self.assert_signs(self.blocker, block(500))

    def test_a_stored_signature_is_not_given_to_the_other(self):
        self.one_votes_the_other_makes_blocks(self.voter, self.blocker)
        self.serve()
        self.assert_signs(self.blocker, block(101))
        self.assert_not(self.voter, block(101), "not allowed")

    def test_a_host_is_moved_by_editing_and_reloading(self):
        self.one_votes_the_other_makes_blocks(self.voter, self.blocker)
        self.serve()
        self.assert_signs(self.blocker, block(101))
        self.one_votes_the_other_makes_blocks(self.blocker, self.voter)
        self.reload(f"policy of {self.device_.address} is ")
        self.assert_not(self.blocker, block(102), "not allowed")
        self.assert_signs(self.voter, block(102))
        self.assert_signs(self.blocker, attestation(102))

    def test_what_waits_during_a_reload_is_signed_as_the_policy_was_when_it_came(self):
        self.one_votes_the_other_makes_blocks(self.voter, self.blocker)
        self.bridge.options += ["--sign-deadline", "20s"]
        self.serve()
        self.device_.fault("delay", ms=6000, instruction="SIGN")
        threads = self.enterContext(futures.ThreadPoolExecutor())
        at_device = threads.submit(self.ask, self.blocker, block(101))
        eventually(lambda: self.device_.state()["main"]["level"] == 101, 5, "signing")
        waiting = threads.submit(self.ask, self.voter, attestation(101))
        eventually(lambda: "queue_length 1\n" in self.bridge.get("/metrics").body.decode(), 5, "one waits")
        self.one_votes_the_other_makes_blocks(self.blocker, self.voter)
        self.reload(f"policy of {self.device_.address} is ")
        self.assert_not(self.voter, attestation(102), "not allowed")
        for asked, message in ((at_device, block(101)), (waiting, attestation(101))):
            self.assert_signed(asked.result(), self.device_.public_key, message)
        self.assert_not(self.voter, attestation(101), "not allowed")

    def test_a_table_that_is_wrong_changes_nothing_when_it_is_reloaded(self):
        self.one_votes_the_other_makes_blocks(self.voter, self.blocker)
        self.serve()
        self.configure(["kinds = []"])
        self.reload("not reloaded, everything stays as it was")
        self.assert_not(self.voter, block(101), "not allowed")
        self.assert_signs(self.blocker, block(101))

    def test_a_policy_stays_until_the_authentication_that_takes_its_place_is_there(self):
        self.configure([VOTES], authenticated=False)
        self.serve()
        self.configure()
        self.reload("everything stays as it was", "(require-authentication, authorized-keys)")
        self.assert_error(self.bridge.sign(self.device_.address, block(101)), 403, "not allowed")

    def test_a_policy_stays_until_the_magic_bytes_that_take_its_place_are_there(self):
        self.configure(['clients = ["tcp"]'], authenticated=False)
        self.serve()
        self.file.write_text("magic-bytes = [0x11]\n")
        self.reload("everything stays as it was", "(magic-bytes)")
        for message in (block(101), attestation(102)):
            answer = self.bridge.sign(self.device_.address, message)
            self.assert_error(answer, 403, "no policy of this key is for this client")
        self.assertEqual(self.device_.signatures(), 0)

    def test_who_shows_no_key_learns_nothing_of_the_policy(self):
        self.one_votes_the_other_makes_blocks(self.voter, self.blocker)
        self.serve()
        stranger = ClientKey(b"\3" * 32)
        answers = [self.ask(stranger, message) for message in (block(101), attestation(101))]
        self.assertEqual(answers[0].body, answers[1].body)
        self.assert_error(answers[0], 401, "invalid authentication signature")


class OtherConditions(PolicyCase):
    def test_a_client_that_no_table_names_is_refused_by_name(self):
        self.configure([f'clients = ["{self.voter.address}"]'])
        self.serve()
        self.assert_signs(self.voter, block(101))
        self.assert_not(self.blocker, block(102), "no policy of this key is for this client", self.blocker.address)

    def test_a_chain_that_no_table_names_is_refused_by_name(self):
        self.bridge.options += ["--chain", "ghostnet"]
        self.configure(['chains = ["mainnet"]'])
        self.serve()
        self.assert_signs(self.voter, block(101))
        words = "this kind of message on this chain"
        self.assert_not(self.voter, block(101, chain=GHOSTNET), words, "ghostnet")

    def test_what_is_signed_for_nobody_is_refused_in_the_words_of_octez_signer(self):
        self.configure(['chains = ["mainnet"]'])
        self.serve()
        for kind in (0x03, 0x04, 0x05):
            message = bytes([kind]) + bytes(50)
            self.assert_not(self.voter, message, f"magic byte 0x{kind:02x} not allowed")

    def test_a_delegation_is_refused_with_the_command_that_does_it(self):
        self.configure(['chains = ["mainnet"]'])
        self.serve()
        message = operation(operations.delegation(self.device_.public_key))
        self.assert_not(self.voter, message, "over the network", "ledgerctl delegate")

    def test_a_listener_may_be_named(self):
        self.configure(['clients = ["http"]'], authenticated=False)
        self.serve()
        answer = self.bridge.sign(self.device_.address, block(101))
        self.assert_signed(answer, self.device_.public_key, block(101))
        with SocketClient(self.place) as client, self.assertRaises(Refused) as refused:
            client.sign(self.device_.address, block(102))
        self.assertIn("no policy of this key is for this client", refused.exception.message)

    def test_it_is_shown(self):
        self.one_votes_the_other_makes_blocks(self.voter, self.blocker)
        self.serve()
        expected = [
            f"preattestation, attestation on every chain served for {self.voter.address}",
            f"block on every chain served for {self.blocker.address}",
        ]
        self.assertNotIn("policy", self.bridge.get(f"/statusz/{self.device_.address}").json())
        self.assertEqual(self.status()["policy"], expected)
        done = command.run("ledgerctl", "status", "--admin-socket", self.bridge.admin_socket)
        for text in expected:
            self.assertRegex(done.stdout, rf"(?m)^  policy +{text}$")

    def test_it_is_shown_over_http_where_nobody_must_show_a_key(self):
        self.configure(['clients = ["http"]'], authenticated=False)
        self.serve()
        shown = self.bridge.get(f"/statusz/{self.device_.address}").json()["policy"]
        self.assertEqual(shown, ["every kind on every chain served for http"])

    def test_it_is_in_the_log_of_verdicts(self):
        self.configure([BLOCKS])
        self.serve()
        self.assert_not(self.voter, attestation(101), "not allowed")
        self.bridge.stop()
        with sqlite3.connect(self.bridge.state_dir / "watermarks.sqlite") as state:
            rows = state.execute("SELECT kind, verdict, reason FROM audit").fetchall()
        self.assertIn(("attestation", "refuse", "policy_kind"), rows)

    def test_a_table_that_lets_nothing_through_is_a_usage_error(self):
        self.configure(["kinds = []"])
        daemon = self.daemon(NOBODY, "--config", str(self.file)).launch()
        self.assertEqual(daemon.wait(), 2)
        self.assertRegex(daemon.log(), r"kinds, line 5 of .*: the list is empty")


class CertificateHolders(PolicyCase):
    def serve_over_https(self):
        certificates = Certificates(self.file.parent)
        certificate, key = certificates.issue("server")
        self.voter_pair, self.blocker_pair = certificates.issue("voter"), certificates.issue("blocker")
        self.configure(
            [VOTES, f'clients = ["{self.name(self.voter_pair)}"]'],
            [BLOCKS, f'clients = ["{self.name(self.blocker_pair)}"]'],
            authenticated=False,
        )
        self.bridge.options += ["--https", "127.0.0.1:0", "--tls-certificate", str(certificate)]
        self.bridge.options += ["--tls-key", str(key), "--tls-client-ca", str(certificates.ca)]
        self.bridge.start().wait_ready()
        self.port = int(self.bridge.ready_line().removeprefix("listening https ").split(":")[1])
        self.certificates = certificates

    @staticmethod
    def name(pair):
        der = ssl.PEM_cert_to_DER_cert(pair[0].read_text())
        return f"certificate:{hashlib.sha256(der).hexdigest()}"

    def ask_with(self, pair, message):
        context = self.certificates.client_context(pair)
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=20, context=context)
        self.addCleanup(connection.close)
        connection.request("POST", f"/keys/{self.device_.address}", http_client.sign_body(message))
        answer = connection.getresponse()
        return http_client.Response(answer.status, answer.headers, answer.read())

    def test_each_gets_its_kinds_and_who_shows_none_gets_nothing(self):
        self.serve_over_https()
        answer = self.ask_with(self.blocker_pair, block(101))
        self.assert_signed(answer, self.device_.public_key, block(101))
        answer = self.ask_with(self.voter_pair, attestation(101))
        self.assert_signed(answer, self.device_.public_key, attestation(101))
        self.assert_error(self.ask_with(self.voter_pair, block(102)), 403, "not allowed")
        self.assert_error(self.ask_with(self.blocker_pair, attestation(102)), 403, "not allowed")
        answer = self.bridge.sign(self.device_.address, block(102))
        self.assert_error(answer, 403, "no policy of this key is for this client")
        self.assertEqual(self.device_.signatures(), 2)


if __name__ == "__main__":
    unittest.main()
