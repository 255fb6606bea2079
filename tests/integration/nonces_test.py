"""Deterministic nonces: what the device makes of a key and a message, as recordings have it."""

import hashlib
import json
import pathlib
import signal
import struct
import tempfile
import unittest

from support import socket_client
from support.payloads import block
from support.device import in_parallel
from support.socket_client import Refused
from support.waiting import eventually
from sockets_test import SocketsCase

RECORDINGS = pathlib.Path(__file__).resolve().parents[1] / "data" / "transcripts"
ON = "--deterministic-nonces"
LEVEL = struct.pack(">I", 12345678)  # what a baker makes a nonce of


def request(tag, address, message):
    return bytes([tag]) + socket_client.binary_key_hash(address) + struct.pack(">I", len(message)) + message


def recorded():
    """The answer to HMAC of b"hello" with the ed25519 key."""
    exchanges = json.loads((RECORDINGS / "f_hmac_2.5.1.json").read_text())
    found = [e for e in exchanges if e["apdu"].startswith("800e0000") and e["apdu"].endswith(b"hello".hex())]
    return bytes.fromhex(found[0]["response"])


class Nonces(SocketsCase):
    def nonce(self, client, message, tag=socket_client.NONCE):
        answer = client.ask(request(tag, self.device_.address, message))
        self.assertEqual(len(answer), 4 + struct.unpack(">I", answer[:4])[0])
        return answer[4:]

    def test_is_what_the_device_makes_of_the_message(self):
        for place in self.listeners(ON):
            with self.subTest(place=place):
                client = self.client(place)
                self.assertEqual(self.nonce(client, b"hello"), recorded())
                self.assertEqual(self.nonce(client, b"hello", socket_client.NONCE_HASH),
                                 hashlib.blake2b(recorded(), digest_size=32).digest())
                supports = bytes([socket_client.SUPPORTS_NONCES]) + socket_client.binary_key_hash(self.device_.address)
                self.assertEqual(client.ask(supports), b"\xff")

    def test_signs_nothing_and_leaves_the_next_signature_alone(self):
        client = self.client(self.listeners(ON)[0])
        for level in range(101, 106):
            before = self.device_.marks()
            self.assertEqual(len(self.nonce(client, struct.pack(">I", level))), 32)
            self.assertEqual(self.device_.marks(), before)
            self.assert_signed(self.bridge.sign(self.device_.address, block(level)),
                               self.device_.public_key, block(level))
        self.assertEqual(self.device_.signatures(), 5)

    def test_a_reload_switches_them_on(self):
        file = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="bridge-nonces-")), "bridge.toml")
        file.write_text("")
        client = self.client(self.listeners("--config", str(file))[0])
        with self.assertRaises(Refused):
            self.nonce(client, b"hello")
        file.write_text("deterministic-nonces = true")
        self.bridge.process.send_signal(signal.SIGHUP)
        self.bridge.wait_lines("deterministic-nonces is true", count=1)
        self.assertEqual(self.nonce(client, b"hello"), recorded())

    def test_one_at_a_time(self):
        place = self.listeners(ON, "--sign-deadline", "20s")[0]
        self.device_.fault("delay", ms=5000, instruction="HMAC")
        clients = [self.client(place) for _ in range(3)]
        answers = in_parallel([lambda c=c: self.given(c) for c in clients])
        self.assertEqual(sorted(len(answer) for answer in answers if isinstance(answer, bytes)), [32], answers)
        for refused in (answer for answer in answers if not isinstance(answer, bytes)):
            self.assertIn("too many requests are waiting", refused)
        self.assertEqual(len(self.given(clients[0])), 32)

    def given(self, client, message=LEVEL):
        """The nonce, or why there is none."""
        try:
            return self.nonce(client, message)
        except Refused as refused:
            return refused.message

    def test_is_answered_in_time_by_a_device_that_is_slow(self):
        client = self.client(self.listeners(ON, "--sign-deadline", "500ms")[0])
        self.device_.fault("delay", ms=1500, instruction="HMAC")
        with self.assertRaises(Refused):
            self.nonce(client, LEVEL)
        # /healthz may still say ready for a moment: the client is answered before the session is.
        eventually(lambda: self.given(client, b"hello") == recorded(), 10, "a nonce again")

    def test_says_what_is_wrong(self):
        client = self.client(self.listeners(ON)[0])
        for message, address, words in (
            (LEVEL, NOBODY_ELSE, "this key is not served here"),
            (bytes(300), self.device_.address, "bytes"),
        ):
            with self.assertRaises(Refused) as refused:
                client.ask(request(socket_client.NONCE, address, message))
            self.assertIn(words, refused.exception.message)
        self.device_.control.post("/lock")
        self.bridge.wait_reason("locked")
        with self.assertRaises(Refused) as refused:
            self.nonce(client, LEVEL)
        self.assertIn("the device is locked", refused.exception.message)


NOBODY_ELSE = "tz1gjaF81ZRRvdzjobyfVNsAeSC6PScjfQwN"

if __name__ == "__main__":
    unittest.main()
