"""Who may ask for signatures, over HTTP and over sockets, as a client shows it that has a key."""

import json
import pathlib
import signal
import tempfile
import unittest

from support import base58, http_client, verify
from support.case import NOBODY, BridgeCase
from support.client_key import ClientKey
from support.payloads import attestation, block
from support.places import DATA
from support.socket_client import Refused, SocketClient
from support.waiting import eventually

VECTORS = json.loads((DATA / "signer_vectors.json").read_text())


class Authentication(BridgeCase):
    def setUp(self):
        self.friend, self.stranger = ClientKey(b"\1" * 32), ClientKey(b"\2" * 32)
        folder = tempfile.TemporaryDirectory(prefix="bridge-authentication-")
        self.addCleanup(folder.cleanup)
        self.file = pathlib.Path(folder.name, "authorized-keys")
        self.file.write_text(f"# bakers\n{self.friend.public_key}\n")
        self.options = ["--require-authentication", "--authorized-keys", str(self.file)]

    def serve(self):
        self.device_, self.bridge = self.pair(*self.options, "--tcp", "127.0.0.1:0")
        host, port = self.bridge.ready_line().removeprefix("listening tcp ").split(":")
        self.place = (host, int(port))

    def ask(self, message, signature=None, address=None):
        """Over HTTP, with this raw signature."""
        target = f"/keys/{address or self.device_.address}?version=3"
        if signature is not None:
            target += "&authentication=" + base58.encode("edsig", signature)
        return self.bridge.request("POST", target, http_client.sign_body(message))

    def shown_by(self, client, message):
        return client.shows(self.device_.address, message)

    def test_the_owner_of_a_listed_key_is_served_over_both_protocols(self):
        self.serve()
        message = block(101)
        answer = self.ask(message, self.shown_by(self.friend, message))
        self.assert_signed(answer, self.device_.public_key, message)
        message = attestation(101)
        with SocketClient(self.place) as client:
            signature = client.sign(self.device_.address, message, self.shown_by(self.friend, message))
        self.assertTrue(verify.verifies(self.device_.public_key, message, signature))

    def test_nobody_else_is(self):
        self.serve()
        message, other = block(101), block(102)
        self.assert_error(self.ask(message), 401, "missing authentication signature field")
        wrong = {
            "another key": self.shown_by(self.stranger, message),
            "another message": self.shown_by(self.friend, other),
            "another target": self.friend.shows(self.stranger.address, message),
            "zeros": bytes(64),
        }
        for what, signature in wrong.items():
            with self.subTest(what=what):
                self.assert_error(self.ask(message, signature), 401, "invalid authentication signature")
                with SocketClient(self.place) as client, self.assertRaises(Refused) as refused:
                    client.sign(self.device_.address, message, signature)
                self.assertIn("invalid authentication signature", refused.exception.message)
        target = f"/keys/{self.device_.address}?authentication=edsigNonsense"
        answer = self.bridge.request("POST", target, http_client.sign_body(message))
        self.assert_error(answer, 401, "invalid authentication signature")
        self.assertEqual(self.device_.signatures(), 0)

    def test_the_published_request_is_let_in_and_its_key_is_not_here(self):
        """Whoever may ask is told so; the same request without its last bytes is not let in."""
        self.file.write_text(VECTORS["keys"]["auth"]["pk"])
        self.serve()
        address, auth = VECTORS["keys"]["baking"]["pkh"], VECTORS["auth"]
        message = bytes.fromhex(auth["data"])
        kind, signature = base58.decode(auth["signature"])
        self.assertEqual(kind, "edsig")
        self.assert_error(self.ask(message, signature, address), 404, address)
        self.assert_error(self.ask(message, None, address), 401, "missing authentication signature field")
        for request, words in (("req_sign_auth", address), ("req_sign_noauth", "missing authentication")):
            with SocketClient(self.place) as client:
                client.socket.sendall(bytes.fromhex(VECTORS["socket"][request]))
                with self.assertRaises(Refused) as refused:
                    client.reply()
                self.assertIn(words, refused.exception.message)

    def test_who_may_not_ask_learns_nothing_about_keys(self):
        self.serve()
        unknown = self.ask(block(101), address=self.stranger.address)
        known = self.ask(block(101))
        self.assertEqual((unknown.status, unknown.body), (known.status, known.body))

    def keyless_pages(self):
        """What is said to somebody who knows no key."""
        return "".join(self.bridge.get(page).body.decode() for page in ("/", "/healthz", "/metrics"))

    def test_pages_name_no_key_that_known_keys_would_not_list(self):
        self.serve()
        message = block(101)
        self.assert_signed(self.ask(message, self.shown_by(self.friend, message)), self.device_.public_key, message)
        eventually(lambda: "marks" in self.bridge.health(), 5, "marks")
        self.assertNotRegex(self.keyless_pages(), "tz[1-4]")
        (mark,) = self.bridge.health()["marks"]
        self.assertEqual(mark["host"]["level"], 101)
        device = self.bridge.health()["device"]
        self.assertIn(f'host_mark_level{{chain="NetXdQprcVkpaWU",device="{device}"}} 101', self.keyless_pages())

    def test_pages_name_keys_where_known_keys_does(self):
        self.options += ["--allow-list-known-keys"]
        self.serve()
        message = block(101)
        self.assert_signed(self.ask(message, self.shown_by(self.friend, message)), self.device_.public_key, message)
        eventually(lambda: "marks" in self.bridge.health(), 5, "marks")
        self.assertEqual(self.bridge.health()["marks"][0]["key"], self.device_.address)
        self.assertIn(f'key="{self.device_.address}"', self.bridge.get("/metrics").body.decode())

    def test_a_reload_takes_the_names_from_the_pages(self):
        config = self.file.with_name("bridge.toml")
        config.write_text("allow-list-known-keys = true")
        self.options += ["--config", str(config)]
        self.serve()
        message = block(101)
        self.assert_signed(self.ask(message, self.shown_by(self.friend, message)), self.device_.public_key, message)
        eventually(lambda: self.device_.address in self.keyless_pages(), 5, "named")
        config.write_text("")
        self.bridge.process.send_signal(signal.SIGHUP)
        eventually(lambda: self.device_.address not in self.keyless_pages(), 10, "named no more")

    def test_a_replayed_request_gets_the_same_signature(self):
        self.serve()
        message = block(101)
        shown = self.shown_by(self.friend, message)
        first = self.ask(message, shown)
        self.assert_signed(first, self.device_.public_key, message)
        self.assertEqual(self.ask(message, shown).body, first.body)
        self.assertEqual(self.device_.signatures(), 1)

    def test_clients_are_told_which_keys_they_may_use(self):
        self.serve()
        self.assert_exactly(
            self.bridge.get("/authorized_keys"), {"authorized_keys": [self.friend.address]}
        )
        with SocketClient(self.place) as client:
            self.assertEqual(client.authorized_keys(), [self.friend.address])

    def test_the_file_counts_as_it_is_now(self):
        self.serve()
        entries = [{"name": "baker", "value": self.stranger.public_key}]
        self.file.write_text(json.dumps(entries))
        message = block(101)
        self.assert_error(self.ask(message, self.shown_by(self.friend, message)), 401)
        answer = self.ask(message, self.shown_by(self.stranger, message))
        self.assert_signed(answer, self.device_.public_key, message)

    def test_a_damaged_file_leaves_the_keys_read_before(self):
        self.serve()
        self.file.write_text("edpk, or so")
        message = block(101)
        answer = self.ask(message, self.shown_by(self.friend, message))
        self.assert_signed(answer, self.device_.public_key, message)
        self.bridge.wait_lines("the file of authorized keys cannot be used", count=1)

    def test_a_reload_with_a_damaged_file_changes_nothing(self):
        self.serve()
        self.file.write_text("edpk, or so")
        self.bridge.process.send_signal(signal.SIGHUP)
        self.bridge.wait_lines("error", "everything stays", "line 1", count=1)
        message = block(101)
        answer = self.ask(message, self.shown_by(self.friend, message))
        self.assert_signed(answer, self.device_.public_key, message)

    def test_a_file_that_names_nobody_takes_the_right_from_everybody(self):
        self.serve()
        self.file.write_text("[]")
        message = block(101)
        self.assertEqual(self.ask(message, self.shown_by(self.friend, message)).status, 401)
        self.bridge.wait_lines(": 0 keys may ask for signatures", count=1)

    def test_it_does_not_start_without_a_usable_file(self):
        self.file.write_text("")
        daemon = self.daemon(NOBODY, *self.options).launch()
        self.assertEqual(daemon.wait(), 2)
        self.assertRegex(daemon.log(), r"authorized keys cannot be used \(.*has no key\)")

    def test_it_may_listen_beyond_this_machine(self):
        daemon = self.daemon(NOBODY, *self.options, http="0.0.0.0:0").launch()
        self.assertRegex(daemon.ready_line(), r"^listening http 0\.0\.0\.0:\d+$")


if __name__ == "__main__":
    unittest.main()
