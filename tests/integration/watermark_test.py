"""Never two signatures for one level and round: the rule, seen from outside."""

import re
import unittest

from support import admin, payloads
from support.case import BridgeCase
from support.payloads import GHOSTNET, MAINNET, attestation, block, preattestation


# Our own sentence, after the words of Octez.
BELOW = ("signing this could be a double signature: its level is below the watermark; nothing to do "
         "if the baker was catching up; otherwise look for a second baker")
NOT_ABOVE = ("signing this could be a double signature: it is not above the watermark; nothing to "
             "do if the baker was catching up; otherwise look for a second baker")
DOUBLE = "this would be a double signature; look for a second baker that uses this key"
DEVICE = ("the device's own watermark refuses this; wait until the chain is above the mark, or "
          "lower it with reset-hwm if it is wrong")
LOST = ("the Ledger refuses this message, which was sent to it before: it may have signed it, but "
        "the signature was lost on the way; nothing to do: this one signature cannot be made "
        "again, the next will be")
# What setting the device up left behind.
SET_UP = r"levels up to 100 taken as used from the main mark \(100,0\) of [a-z]+(-[a-z]+){3}"


class RuleCase(BridgeCase):
    def setUp(self):
        self.device, self.bridge = self.pair()

    def signs(self, message):
        answer = self.bridge.sign(self.device.address, message)
        return self.assert_signed(answer, self.device.public_key, message)

    def refused(self, message, *words):
        return self.assert_error(self.bridge.sign(self.device.address, message), 409, *words)

    def refused_with(self, message, octez, refuser, host, device, sentence):
        """The whole text: Octez's words, who refused, both marks, and what it means."""
        text = self.refused(message)
        head = re.escape(f"{octez}; refused by the {refuser}; host's mark {host}, ")
        tail = re.escape(f", device's mark {device}: {sentence}")
        self.assertRegex(text, f"^{head}{SET_UP}{tail}$")


class Rule(RuleCase):
    def test_double_is_refused_in_the_words_of_octez(self):
        for name, build in payloads.KINDS.items():
            with self.subTest(kind=name):
                level = 101 + list(payloads.KINDS).index(name)
                signature = self.signs(build(level))
                words = f"{name} level {level} and round 0 already signed with different data"
                self.refused_with(build(level, salt=1), words, "host's signed mark",
                                  f"({level},0)", f"({level},0)", DOUBLE)
                self.assertEqual(self.signs(build(level)), signature, "the first stays")

    def test_lower_level_is_refused_in_the_words_of_octez(self):
        for name, build in payloads.KINDS.items():
            with self.subTest(kind=name):
                level = 110 + 10 * list(payloads.KINDS).index(name)
                self.signs(build(level))
                words = f"{name} level {level - 1} below high watermark {level}"
                self.refused_with(build(level - 1), words, "host's signed mark",
                                  f"({level},0)", f"({level},0)", BELOW)

    def test_lower_round_is_refused_in_the_words_of_octez(self):
        for name, build in payloads.KINDS.items():
            with self.subTest(kind=name):
                level = 101 + list(payloads.KINDS).index(name)
                self.signs(build(level, 2))
                words = f"{name} level {level} and round 1 not above high watermark ({level},2)"
                self.refused_with(build(level, 1), words, "host's signed mark",
                                  f"({level},2)", f"({level},2)", NOT_ABOVE)
                self.signs(build(level, 3))

    def test_what_the_device_must_refuse_is_refused_with_its_name(self):
        self.signs(block(105, 1))
        self.refused_with(attestation(104), "attestation level 104 below high watermark 105",
                          "device's mark", "none", "(105,1)", DEVICE)

    def test_preattestation_after_attestation_is_the_devices_refusal(self):
        self.signs(attestation(101))
        words = "preattestation level 101 and round 0 not above high watermark (101,0)"
        self.refused_with(preattestation(101), words, "device's mark", "none", "(101,0)", DEVICE)
        self.refused_with(preattestation(101), words, "device's mark", "(101,0)", "(101,0)", LOST)
        self.signs(preattestation(102))

    def test_what_was_used_before_us_is_refused_by_the_adopted_level(self):
        self.refused_with(block(100), "block level 100 and round 0 not above high watermark (100,0)",
                          "host's adopted level", "none", "(100,0)", NOT_ABOVE)
        self.refused_with(block(99), "block level 99 below high watermark 100",
                          "host's adopted level", "none", "(100,0)", BELOW)

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
                words = f"{build.__name__} level {level} and round 0 not above high watermark"
                head = f"{words} ({level},0); refused by the device's mark; host's mark ({level},0), "
                for _ in range(2):
                    self.assertRegex(self.refused(message),
                                     f"^{re.escape(head)}.*sent to (it|the device) before.*lost")
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
