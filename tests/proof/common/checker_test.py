"""The judge itself: each thing that it must find is shown to it once."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from common.checker import Checker  # noqa: E402
from common.message import digest, place  # noqa: E402
from common.openssl import PublicKey  # noqa: E402
from support import base58, payloads, verify  # noqa: E402
from support.case import free_port  # noqa: E402
from support.daemon import Daemon  # noqa: E402
from support.device import CURVES, Device  # noqa: E402

# RFC 8032, 7.1, TEST 3: a key, and its signature of two bytes. The messages here are other bytes.
RFC_KEY = bytes.fromhex("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025")
PUBLIC = base58.encode("edpk", RFC_KEY)
RFC_MESSAGE = bytes.fromhex("af82")
RFC_SIGNATURE = bytes.fromhex(
    "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
    "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
)


class Judged(unittest.TestCase):
    """Signatures are believed here, so that the rules about places can be tried alone."""

    def setUp(self):
        self.checker = Checker(PUBLIC)
        self.checker._key.verifies = lambda data, signature: signature[0] != 0xFF

    def give(self, message, first_byte=1, signed=True):
        raw = bytes([first_byte]) * 64
        if signed:
            self.checker.signed(message, raw)
        self.checker.released(message, base58.encode("edsig", raw))

    def assert_fault(self, word):
        faults = self.checker.faults()
        self.assertEqual(len(faults), 1, faults)
        self.assertIn(word, faults[0])

    def test_an_honest_life_has_no_fault(self):
        for level in (1, 2):
            for build in payloads.KINDS.values():
                self.give(build(level))
                self.give(build(level))
        self.give(payloads.block(2, 1, salt=1))
        self.give(payloads.block(2, 0, salt=1, chain=payloads.GHOSTNET))
        self.assertEqual(self.checker.faults(), [])
        self.assertEqual(self.checker.counts()["released"], 8)

    def test_a_double_of_every_kind_is_found(self):
        for build in payloads.KINDS.values():
            with self.subTest(kind=build.__name__):
                self.setUp()
                self.give(build(7, 3))
                self.give(build(7, 3, salt=1))
                self.assert_fault("DOUBLE")

    def test_votes_with_and_without_dal_are_one_kind(self):
        self.give(payloads.attestation(7))
        self.give(payloads.attestation(7, dal=b"\1"))
        self.assert_fault("DOUBLE")

    def test_a_wrong_signature_is_found(self):
        self.give(payloads.block(7), first_byte=0xFF)
        self.assert_fault("does not belong")

    def test_two_signatures_of_one_message_are_found(self):
        self.give(payloads.block(7))
        self.give(payloads.block(7), first_byte=2)
        self.assert_fault("two signatures")

    def test_a_signature_from_nowhere_is_found(self):
        self.give(payloads.block(7), signed=False)
        self.assert_fault("never signed by the device")

    def test_a_double_that_never_left_the_device_is_counted_only(self):
        self.give(payloads.block(7))
        self.checker.signed(payloads.block(7, salt=1), bytes(64))
        self.assertEqual(self.checker.faults(), [])
        self.assertEqual(self.checker.counts()["doubles inside the device"], 1)
        self.assertEqual(self.checker.counts()["signed, never released"], 1)


class Parts(unittest.TestCase):
    def test_signatures_of_the_rfc(self):
        key = PublicKey(PUBLIC)
        self.assertTrue(key.verifies(RFC_MESSAGE, RFC_SIGNATURE))
        self.assertFalse(key.verifies(b"\xaf\x83", RFC_SIGNATURE))
        self.assertFalse(key.verifies(RFC_MESSAGE, RFC_SIGNATURE[:-1] + b"\0"))

    def test_signatures_of_every_curve(self):
        """The second word for it is the command of OpenSSL, which others use."""
        for curve in CURVES:
            with self.subTest(curve=curve):
                device = Device(port=free_port()).set_up(curve, level=1)
                self.addCleanup(device.kill)
                message = payloads.block(7)
                text = self.signed(device, message)
                key = PublicKey(device.public_key)
                raw = base58.decode(text)[1]
                self.assertTrue(key.verifies(digest(message), raw))
                self.assertTrue(verify.verifies(device.public_key, message, text))
                self.assertFalse(key.verifies(digest(payloads.block(8)), raw))
                for at in (0, 31, 32, 63):
                    spoiled = raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]
                    self.assertFalse(key.verifies(digest(message), spoiled), at)

    @staticmethod
    def signed(device, message):
        with Daemon(device.url) as daemon:
            return daemon.wait_ready().sign(device.address, message).json()["signature"]

    def test_places_are_read_from_the_bytes(self):
        for magic, build in zip((0x11, 0x12, 0x13), payloads.KINDS.values()):
            self.assertEqual(place(build(0x12345, 6)), (payloads.MAINNET, magic, 0x12345, 6))
        locked = payloads.block(9, 8, locked_round=3, seed_nonce=True)
        self.assertEqual(place(locked), (payloads.MAINNET, 0x11, 9, 8))
        for nonsense in (b"", b"\x03" * 100, b"\x11", payloads.block(1)[:90]):
            with self.assertRaises(ValueError):
                place(nonsense)


if __name__ == "__main__":
    unittest.main()
