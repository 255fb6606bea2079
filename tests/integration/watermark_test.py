"""Never two signatures for one level and round: the rule, seen from outside."""

import unittest

from support import admin, payloads
from support.case import BridgeCase
from support.payloads import GHOSTNET, MAINNET, attestation, block, preattestation


class RuleCase(BridgeCase):
    def setUp(self):
        self.device, self.bridge = self.pair()

    def signs(self, message):
        answer = self.bridge.sign(self.device.address, message)
        return self.assert_signed(answer, self.device.public_key, message)

    def refused(self, message, *words):
        return self.assert_error(self.bridge.sign(self.device.address, message), 409, *words)


class Rule(RuleCase):
    def test_double_is_refused_in_the_words_of_octez(self):
        for name, build in payloads.KINDS.items():
            with self.subTest(kind=name):
                level = 101 + list(payloads.KINDS).index(name)
                signature = self.signs(build(level))
                words = f"{name} level {level} and round 0 already signed with different data"
                message = self.refused(build(level, salt=1), words)
                self.assertTrue(message.startswith(words), message)
                self.assertEqual(self.signs(build(level)), signature, "the first stays")

    def test_lower_level_is_refused_in_the_words_of_octez(self):
        for name, build in payloads.KINDS.items():
            with self.subTest(kind=name):
                level = 110 + 10 * list(payloads.KINDS).index(name)
                self.signs(build(level))
                words = f"{name} level {level - 1} below high watermark {level}"
                message = self.refused(build(level - 1), words)
                self.assertTrue(message.startswith(words), message)

    def test_lower_round_is_refused_in_the_words_of_octez(self):
        for name, build in payloads.KINDS.items():
            with self.subTest(kind=name):
                level = 101 + list(payloads.KINDS).index(name)
                self.signs(build(level, 2))
                words = f"{name} level {level} and round 1 not above high watermark ({level},2)"
                message = self.refused(build(level, 1), words)
                self.assertTrue(message.startswith(words), message)
                self.signs(build(level, 3))

    def test_both_marks_are_named(self):
        self.signs(block(105, 1))
        self.refused(block(104), "host's mark (105,1)", "device's mark (105,1)")

    def test_what_the_device_must_refuse_is_refused_with_its_name(self):
        self.signs(block(105))
        self.refused(attestation(104), "attestation level 104 below high watermark 105", "device")

    def test_preattestation_after_attestation_is_the_devices_refusal(self):
        self.signs(attestation(101))
        self.refused(preattestation(101), "device")
        self.signs(preattestation(102))

    def test_block_at_the_devices_level_is_refused(self):
        self.refused(block(100), "block level 100 and round 0 not above high watermark (100,0)")

    def stored_marks(self):
        status = admin.ask(self.bridge.admin_socket, {"command": "status"})
        return status["result"]["devices"][0]["host_marks"]

    def test_level_guard_refuses_a_jump_and_nothing_is_written(self):
        self.signs(block(101))
        before = self.device.state()
        self.refused(block(101 + 1000 + 50), "level")
        self.assertEqual(self.device.state()["main"], before["main"])
        self.signs(block(101 + 1000))

    def test_absurd_level_is_refused_and_nothing_is_written(self):
        self.signs(block(101))
        marks, stored = self.device.marks(), self.stored_marks()
        self.refused(block(payloads.LEVEL_END - 1), "level")
        for build in payloads.KINDS.values():
            answer = self.bridge.sign(self.device.address, build(payloads.LEVEL_END))
            self.assert_error(answer, 400, "level")
        self.assertEqual(self.device.marks(), marks)
        self.assertEqual(self.stored_marks(), stored)
        self.signs(block(102))


class LostSignature(RuleCase):
    """A mark without its signature: the device made it, and it never arrived."""

    def lose(self, message):
        signatures = self.device.signatures()
        self.device.fault("disconnect", instruction="SIGN")
        answer = self.bridge.sign(self.device.address, message)
        self.assertNotEqual(answer.status, 200, answer)
        self.assertEqual(self.device.signatures(), signatures + 1, "the device signed")
        self.device.control.post("/plug")
        self.bridge.wait_ready()

    def test_same_bytes_are_told_that_it_was_made_and_lost_also_after_a_restart(self):
        for level, build in enumerate(payloads.KINDS.values(), 101):
            message = build(level)
            with self.subTest(kind=build.__name__):
                self.lose(message)
                for _ in range(2):
                    said = self.refused(message)
                    self.assertRegex(said, "sent to (it|the device) before.*lost")
                    self.refused(build(level, salt=1), "already signed with different data")
                    self.bridge.kill()
                    self.bridge.start().wait_ready()
        self.signs(block(110))


class Chains(BridgeCase):
    def test_other_chain_is_refused_unless_configured(self):
        device, daemon = self.pair()
        message = block(101, chain=GHOSTNET)
        self.assert_error(daemon.sign(device.address, message), 403, "NetXnHfVqm9iesp", "NetXdQprcVkpaWU")
        self.assertEqual(device.marks(), ((100, 0), (0, 0)))

    def test_configured_chain_has_marks_of_its_own(self):
        device, daemon = self.pair("--chain", "ghostnet")
        for message in (block(101), block(50, chain=GHOSTNET), block(51, chain=GHOSTNET)):
            self.assert_signed(daemon.sign(device.address, message), device.public_key, message)
        self.assertEqual(device.marks(), ((101, 0), (51, 0)))
        answer = daemon.sign(device.address, block(51, chain=GHOSTNET, salt=1))
        self.assert_error(answer, 409, "already signed with different data")

    def test_device_for_any_chain_serves_configured_chains_alone(self):
        anything = bytes(4)
        device, daemon = self.pair(chain=anything)
        self.assert_error(daemon.sign(device.address, block(101)), 403, "chain")
        device, daemon = self.pair("--chain", "mainnet", chain=anything)
        message = block(101)
        self.assert_signed(daemon.sign(device.address, message), device.public_key, message)
        self.assert_error(daemon.sign(device.address, block(102, chain=GHOSTNET)), 403)

    def test_device_set_up_for_a_test_network(self):
        device, daemon = self.pair(chain=GHOSTNET)
        message = block(101, chain=GHOSTNET)
        self.assert_signed(daemon.sign(device.address, message), device.public_key, message)
        self.assert_error(daemon.sign(device.address, block(102, chain=MAINNET)), 403)


class MagicBytes(BridgeCase):
    def test_list_allows_what_it_names_and_nothing_else(self):
        device, daemon = self.pair("--magic-bytes", "0x12,0x13")
        self.assert_error(daemon.sign(device.address, block(101)), 403, "magic byte 0x11 not allowed")
        message = attestation(101)
        self.assert_signed(daemon.sign(device.address, message), device.public_key, message)


if __name__ == "__main__":
    unittest.main()
