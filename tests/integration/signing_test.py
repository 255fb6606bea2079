"""What is signed, for every curve and kind, and what one signature costs the device."""

import struct
import unittest

from support import payloads
from support.case import BridgeCase
from support.payloads import attestation, block, preattestation

CURVES = ("ed25519", "secp256k1", "P-256", "bip25519")


class EveryCurve(BridgeCase):
    def test_signs_every_kind_in_the_order_of_a_baker(self):
        for curve in CURVES:
            with self.subTest(curve=curve):
                device, daemon = self.pair(curve=curve)
                for level in (101, 102):
                    for message in (block(level), preattestation(level), attestation(level)):
                        answer = daemon.sign(device.address, message)
                        self.assert_signed(answer, device.public_key, message)
                self.assertEqual(device.marks()[0], (102, 0))
                self.assertEqual(device.signatures(), 6)

    def test_address_is_the_recorded_one_of_the_seed(self):
        recorded = {
            "ed25519": "tz1RVYaHiobUKXMfJ47F7Rjxx5tu3LC35WSA",
            "secp256k1": "tz2Q3U8EbGayZzK2Vwap5JQJFmJEbwURe77o",
            "P-256": "tz3Y2TkhTYG6MfPsijGfHFqBYrLCfwYb6HRB",
            "bip25519": "tz1N4GQ8gYgMdq6gUsja783KJButHUHn5K7z",
        }
        for curve, address in recorded.items():
            with self.subTest(curve=curve):
                device, daemon = self.pair(curve=curve)
                self.assertEqual(device.address, address)
                self.assert_exactly(daemon.get(f"/keys/{address}"), {"public_key": device.public_key})

    def test_device_without_history_starts_at_any_level(self):
        device, daemon = self.pair(level=1)
        message = block(10_000_000)
        self.assert_signed(daemon.sign(device.address, message), device.public_key, message)


class EveryForm(BridgeCase):
    """The forms that a kind of message can have, on one device."""

    def setUp(self):
        self.device, self.bridge = self.pair(curve="secp256k1")

    def signs(self, message):
        answer = self.bridge.sign(self.device.address, message)
        return self.assert_signed(answer, self.device.public_key, message)

    def test_blocks_of_every_size(self):
        forms = [{}, {"seed_nonce": True}, {"locked_round": 0}, {"locked_round": 3, "seed_nonce": True}]
        sizes = []
        for level, form in enumerate(forms, 101):
            message = block(level, 4, **form)
            sizes.append(len(message))
            self.signs(message)
        self.assertEqual(sizes, [198, 230, 202, 234])

    def test_attestations_with_dal_content_of_every_size_up_to_the_packet(self):
        for level, size in enumerate([1, 2, 5, 127, 128, 133, 154, 155], 101):
            message = attestation(level, dal=bytes(size))
            self.assertEqual(len(message), 80 + size)
            self.signs(message)

    def test_rounds_above_zero_and_the_largest_round(self):
        for round_ in (0, 1, 2, 255, 0x7FFFFFFF):
            self.signs(preattestation(101, round_))
        self.assertEqual(self.device.marks()[0], (101, 0x7FFFFFFF))

    def test_slots_do_not_matter(self):
        self.signs(attestation(101, slot=0))
        self.signs(attestation(102, slot=0xFFFF))

    def test_one_dal_byte_too_many_is_refused(self):
        answer = self.bridge.sign(self.device.address, attestation(101, dal=bytes(156)))
        self.assert_error(answer, 400, "DAL content")
        self.assertEqual(self.device.marks()[0], (100, 0))


class MessagesThatAreNone(BridgeCase):
    """400, and neither the device nor the store has moved."""

    def setUp(self):
        self.device, self.bridge = self.pair()
        self.before = self.device.state()

    def refused(self, message, *words, status=400):
        return self.assert_error(self.bridge.sign(self.device.address, message), status, *words)

    def tearDown(self):
        after = self.device.state()
        for member in ("main", "test", "signatures", "flash_writes"):
            self.assertEqual(after[member], self.before[member], member)
        message = block(101)
        answer = self.bridge.sign(self.device.address, message)
        self.assert_signed(answer, self.device.public_key, message)

    def test_every_truncation_of_every_kind(self):
        for name, build in payloads.KINDS.items():
            message = build(101)
            for size in sorted({1, 2, 5, 9, 37, 40, 44, 48, len(message) - 32, len(message) - 1}):
                with self.subTest(kind=name, size=size):
                    said = self.refused(message[:size])
                    retrieve = f"Failed to retrieve level and round of {name.split()[0]}: "
                    words = "byte sequence too short to be a block: " if size < 9 else retrieve
                    self.assertTrue(said.startswith(words), said)

    def test_trailing_bytes(self):
        for name, build in payloads.KINDS.items():
            with self.subTest(kind=name):
                self.refused(build(101) + b"\0")

    def test_operation_that_does_not_fit_the_magic_byte(self):
        preattestation_as_attestation = b"\x13" + preattestation(101)[1:]
        attestation_as_preattestation = b"\x12" + attestation(101)[1:]
        self.refused(preattestation_as_attestation, "operation")
        self.refused(attestation_as_preattestation, "operation")

    def test_fitness_of_another_level(self):
        message = bytearray(block(101))
        message[96:100] = struct.pack(">I", 102)
        self.refused(bytes(message), "fitness level")

    def test_level_and_round_beyond_the_limits(self):
        for build in payloads.KINDS.values():
            for level in (payloads.LEVEL_END, 0x7FFFFFFF):
                self.refused(build(level), "level")
        self.refused(attestation(0xFFFFFFFF), "level")
        self.refused(attestation(101, 0x80000000), "round")

    def test_forms_of_tz4_keys(self):
        for magic, operation in ((0x12, 0x28), (0x13, 0x29)):
            self.refused(payloads.tz4_vote(magic, operation, 101), "tz4", status=403)

    def test_legacy_blocks_and_endorsements(self):
        for magic in (0x01, 0x02, 0x03, 0x04, 0x05, 0x00, 0xFF):
            message = bytes([magic]) + block(101)[1:]
            self.refused(message, f"magic byte 0x{magic:02x} not allowed", status=403)

    def test_magic_byte_is_checked_before_the_message(self):
        self.refused(b"\x04", "magic byte 0x04 not allowed", status=403)


class Cost(BridgeCase):
    def assert_costs(self, device, apdus, call):
        """The daemon also looks at the idle device each second, so a try is repeated when a look
        fell into it; what is counted is the least of three tries."""
        costs = []
        for number in range(3):
            before = device.state()["apdus"]
            call(number)
            costs.append(device.state()["apdus"] - before)
        self.assertEqual(min(costs), apdus, costs)

    def test_warm_signature_is_one_apdu(self):
        for curve in CURVES:
            with self.subTest(curve=curve):
                device, daemon = self.pair(curve=curve)
                daemon.sign(device.address, block(101))
                self.assert_costs(
                    device,
                    1,
                    lambda n: self.assertEqual(
                        daemon.sign(device.address, block(102 + n)).status, 200
                    ),
                )

    def test_the_largest_messages_are_one_apdu(self):
        device, daemon = self.pair()
        daemon.sign(device.address, block(101))
        for size, build in (
            (234, lambda level: block(level, 1, locked_round=0, seed_nonce=True)),
            (213, lambda level: attestation(level, dal=bytes(133))),
        ):
            with self.subTest(size=size):

                def sign(number, build=build, size=size):
                    message = build(1000 - size + number)
                    self.assertEqual(len(message), size)
                    self.assertEqual(daemon.sign(device.address, message).status, 200)

                self.assert_costs(device, 1, sign)

    def test_same_bytes_get_the_same_signature_without_an_apdu(self):
        device, daemon = self.pair()
        message = attestation(101)
        first = daemon.sign(device.address, message)

        def again(_):
            self.assertEqual(daemon.sign(device.address, message).body, first.body)

        self.assert_costs(device, 0, again)
        self.assertEqual(device.signatures(), 1)

    def test_refusals_cost_no_apdu(self):
        device, daemon = self.pair()
        daemon.sign(device.address, block(105))
        for message in (block(105, salt=1), block(104), preattestation(99), b"\x04", b"\x11"):
            with self.subTest(message=message[:9].hex()):
                self.assert_costs(
                    device,
                    0,
                    lambda _, m=message: self.assertNotEqual(
                        daemon.sign(device.address, m).status, 200
                    ),
                )


if __name__ == "__main__":
    unittest.main()
