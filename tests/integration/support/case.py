"""The test case that all files here use: starts things, cleans up, and states the common rules."""

import json
import random
import re
import socket
import unittest

from . import base58, payloads, verify
from .daemon import Daemon
from .device import Device

NOBODY = "tcp://127.0.0.1:1"  # nothing listens there
ERROR_LINE = re.compile(r"error: [^\n]+ \([^\n]+\); [^\n]+\n")
SIGNATURE_OF = {"tz1": "edsig", "tz2": "spsig1", "tz3": "p2sig"}


def free_port():
    """A port that nobody has at the moment, outside the range that port 0 is taken from: so nobody
    else gets it before it is used, and it can be used again after its program was killed."""
    while True:
        port = random.randrange(10_000, 32_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port


def bad_of(result):
    return len(result.failures) + len(result.errors) if result else 0


class BridgeCase(unittest.TestCase):
    maxDiff = None

    def daemon(self, device=NOBODY, *options, **more):
        """A daemon that is removed with the test; not started."""
        daemon = Daemon(device, *options, **more)
        self.addCleanup(daemon.close)
        self.addCleanup(self.show_log_of_a_failure, daemon)
        return daemon

    def run(self, result=None):
        self.result, self.bad_before = result, bad_of(result)
        return super().run(result)

    def show_log_of_a_failure(self, daemon):
        """Its folder goes with the test."""
        if bad_of(self.result) > self.bad_before:
            print(f"log of a daemon in {self.id()}:\n{daemon.log()}", flush=True)

    def started(self, device=NOBODY, *options, **more):
        return self.daemon(device, *options, **more).start()

    def device(self, *arguments, port=None, confirm="accept"):
        """A running device of factory state."""
        device = Device(*arguments, port=port or free_port(), confirm=confirm)
        self.addCleanup(lambda: device.running() and device.stop())
        return device

    def pair(self, *options, curve="ed25519", level=100, test_level=0, chain=payloads.MAINNET):
        """(device set up like this, daemon ready with it)."""
        device = self.device().set_up(curve, level, test_level, chain)
        return device, self.started(device.url, *options).wait_ready()

    def assert_error(self, response, status, *words):
        """An error array with this status, whose text has all these words."""
        self.assertEqual(response.status, status, response)
        self.assertEqual(response.headers["content-type"], "application/json")
        message = response.message
        for word in words:
            self.assertIn(word, message)
        return message

    def assert_exactly(self, response, expected):
        """200 and minified JSON with these members, no others, and a newline."""
        self.assertEqual(response.status, 200, response)
        self.assertEqual(response.headers["content-type"], "application/json")
        self.assertEqual(response.headers["content-length"], str(len(response.body)))
        minified = json.dumps(expected, separators=(",", ":")).encode() + b"\n"
        self.assertEqual(response.body, minified)

    def assert_signed(self, response, public_key, message):
        """200 with one member: a signature of this message by this key. Gives its text."""
        self.assertEqual(response.status, 200, response)
        signature = response.json().get("signature")
        self.assert_exactly(response, {"signature": signature})
        address = base58.key_hash(public_key)
        self.assertTrue(signature.startswith(SIGNATURE_OF[address[:3]]), signature)
        self.assertTrue(verify.verifies(public_key, message, signature), payloads.digest(message))
        return signature

    def assert_usage_error(self, done, *words):
        """Exit code 2 and the one error line, with all these words."""
        self.assert_failed(done, 2, *words)

    def assert_failed(self, done, code, *words):
        self.assertEqual(done.returncode, code, done.stderr)
        lines = [line for line in done.stderr.splitlines(True) if line.startswith("error: ")]
        self.assertEqual(len(lines), 1, done.stderr)
        self.assertRegex(lines[0], ERROR_LINE)
        for word in words:
            self.assertIn(word, lines[0])
