"""What the Baking app does wrong, and that nothing is signed twice because of it.

Each test ends by showing that the device itself would have signed what the daemon refused.
"""

import unittest

from support import operations
from support.case import BridgeCase
from support.device import DONE, sign_with
from support.operations import operation
from support.payloads import GHOSTNET, KINDS, MAINNET, attestation, block, preattestation
from support.shared_wire import SharedWire
from support.waiting import eventually

ANY_CHAIN = bytes(4)


def reveal(public_key):
    """The app writes level 0, round 0 of chain 0 when it signs it."""
    return operation(operations.reveal(public_key))


class BugCase(BridgeCase):
    def start(self, chain, *options):
        self.device_ = self.device().set_up(chain=chain)
        self.wire = SharedWire(self.device_)
        self.addCleanup(self.wire.close)
        self.bridge = self.started(self.wire.url, *options).wait_ready()

    def sign(self, message):
        return self.bridge.sign(self.device_.address, message)

    def signs(self, message):
        self.assert_signed(self.sign(message), self.device_.public_key, message)

    def assert_none_signed(self, messages):
        signatures = self.device_.signatures()
        for message in messages:
            self.assert_error(self.sign(message), 409, "host's mark")
        self.assertEqual(self.device_.signatures(), signatures)

    def assert_the_device_alone_signs(self, message):
        """Without the daemon, which then serves as before."""
        self.bridge.kill()
        with self.device_.host() as host:
            self.assertEqual(sign_with(host, message), DONE)
        self.bridge.start().wait_ready()


class ZeroedRound(BugCase):
    """A reveal or a delegation zeroes the round of a mark: lower rounds are signed again then."""

    def check(self, mark, chain, level):
        for build in KINDS.values():
            self.signs(build(level, 2, chain=chain))
        lower = [build(level, 1, chain=chain) for build in KINDS.values()]
        self.assertEqual(self.device_.state()[mark], {"level": level, "round": 2})
        self.assertEqual(sign_with(self.wire, reveal(self.device_.public_key)), DONE)
        self.assertEqual(self.device_.state()[mark], {"level": level, "round": 0})
        self.assert_is_noticed()
        self.assert_none_signed(lower)
        self.bridge.kill()
        self.bridge.start().wait_ready()
        self.bridge.wait_lines("would sign again what was signed", f"({level},2)")
        self.assert_none_signed(lower)
        self.assert_the_device_alone_signs(lower[0])
        self.assert_none_signed(lower)
        self.signs(block(level + 1, chain=chain))

    def assert_is_noticed(self):
        eventually(lambda: self.bridge.log_lines("the marks moved by themselves"), 5, "an alarm")
        eventually(lambda: "marks_moved_total 1" in self.bridge.get("/metrics").body.decode(), 5, "counted")
        self.bridge.wait_ready()

    def check_votes_of_another_host(self, mark, chain, level):
        """We signed a block alone, so nothing but the device knows of the other's vote."""
        self.signs(block(level, 2, chain=chain))
        self.assertEqual(sign_with(self.wire, attestation(level, 2, chain=chain, salt=1)), DONE)
        self.assertEqual(sign_with(self.wire, reveal(self.device_.public_key)), DONE)
        self.assertEqual(self.device_.state()[mark], {"level": level, "round": 0})
        self.assert_is_noticed()
        votes = [build(level, round_, chain=chain)
                 for build in (preattestation, attestation) for round_ in (0, 1, 2, 3)]
        self.assert_none_signed(votes)
        self.bridge.kill()
        self.bridge.start().wait_ready()
        self.assert_none_signed(votes)
        self.assert_the_device_alone_signs(attestation(level, 2, chain=chain))
        self.assert_none_signed(votes)
        self.signs(attestation(level + 1, chain=chain))

    def test_main_mark_of_a_device_for_any_chain(self):
        self.start(ANY_CHAIN, "--chain", "mainnet")
        self.check("main", MAINNET, 101)

    def test_votes_of_another_host_under_the_main_mark_of_a_device_for_any_chain(self):
        self.start(ANY_CHAIN, "--chain", "mainnet")
        self.check_votes_of_another_host("main", MAINNET, 101)

    def test_votes_of_another_host_under_the_test_mark(self):
        self.start(MAINNET, "--chain", "ghostnet")
        self.check_votes_of_another_host("test", GHOSTNET, 51)

    def test_a_vote_and_a_reveal_of_another_host_while_nobody_was_here(self):
        self.start(MAINNET, "--chain", "ghostnet")
        self.signs(block(51, 2, chain=GHOSTNET))
        self.assertEqual(self.bridge.stop(), 0)
        with self.device_.host() as host:
            for message in (attestation(51, 2, chain=GHOSTNET, salt=1), reveal(self.device_.public_key)):
                self.assertEqual(sign_with(host, message), DONE)
        self.bridge.start().wait_ready()
        self.assert_none_signed([attestation(51, 2, chain=GHOSTNET)])

    def test_test_mark_of_a_device_for_one_chain(self):
        self.start(MAINNET, "--chain", "ghostnet")
        self.check("test", GHOSTNET, 51)


class Reveals(BugCase):
    """A reveal that was asked for here: signed where that is wanted, and no lower round after it."""

    ALL = ("--magic-bytes", "0x03,0x11,0x12,0x13")

    def test_is_signed_and_no_lower_round_after_it(self):
        self.start(MAINNET, "--chain", "ghostnet", *self.ALL)
        for build in KINDS.values():
            self.signs(build(51, 2, chain=GHOSTNET))
        self.signs(block(101, 1))
        self.signs(reveal(self.device_.public_key))
        self.assertEqual(self.device_.state()["test"], {"level": 51, "round": 0})
        self.assertEqual(self.device_.state()["main"], {"level": 101, "round": 1})
        lower = [build(51, 1, chain=GHOSTNET) for build in KINDS.values()]
        self.bridge.wait_ready()
        self.assert_none_signed(lower)
        self.bridge.wait_lines("signed a reveal of", self.device_.address)
        self.assertFalse(self.bridge.log_lines("the marks moved by themselves"))
        self.signs(block(52, chain=GHOSTNET))
        self.signs(block(102))
        self.bridge.kill()
        self.bridge.start().wait_ready()
        self.assert_none_signed(lower)
        # As newer protocols write it; the app takes the last byte for another operation.
        self.assert_error(self.sign(reveal(self.device_.public_key) + b"\0"), 400, "9405")
        self.signs(block(103))

    def test_what_the_device_refused_before_it_is_refused_after_it(self):
        self.start(MAINNET, "--chain", "ghostnet", *self.ALL)
        self.signs(block(51, 2, chain=GHOSTNET))
        vote = attestation(51, 1, chain=GHOSTNET)
        self.assert_error(self.sign(vote), 409, "the device's own watermark")
        self.signs(reveal(self.device_.public_key))
        self.bridge.wait_ready()
        self.assert_none_signed([vote])
        self.assert_the_device_alone_signs(vote)

    def test_a_vote_of_another_host_counts_on_after_it(self):
        self.start(MAINNET, "--chain", "ghostnet", *self.ALL)
        self.signs(block(51, 2, chain=GHOSTNET))
        self.assertEqual(self.bridge.stop(), 0)
        with self.device_.host() as host:
            self.assertEqual(sign_with(host, attestation(51, 2, chain=GHOSTNET, salt=1)), DONE)
        self.bridge.start().wait_ready()
        self.signs(reveal(self.device_.public_key))
        self.bridge.wait_ready()
        vote = attestation(51, 2, chain=GHOSTNET)
        self.assert_none_signed([vote])
        self.bridge.kill()
        self.bridge.start().wait_ready()
        self.assert_none_signed([vote])
        self.assert_the_device_alone_signs(vote)

    def test_is_signed_when_the_cable_was_pulled_meanwhile(self):
        self.start(MAINNET, *self.ALL)
        self.device_.fault("disconnect", instruction="SIGN")
        self.signs(reveal(self.device_.public_key))

    def test_other_operations_do_not_reach_the_device(self):
        self.start(MAINNET, *self.ALL)
        whole = reveal(self.device_.public_key)
        withdrawal = operations.withdrawal(self.device_.public_key)
        somebody = bytearray(whole)
        somebody[40] ^= 1
        apdus = self.apdus()
        for message in (operation(withdrawal), whole + whole[33:], whole + withdrawal, whole[:-1], whole + b"\xff",
                        bytes(somebody), b"\x03", b"\x03" + block(101)[1:]):
            self.assert_error(self.sign(message), 403, "at most a reveal of the key", "offset")
        self.assertEqual(self.apdus(), apdus)

    def apdus(self):
        return self.device_.signatures(), self.device_.state()["prompt"]

    def test_is_refused_for_a_device_of_any_chain(self):
        self.start(ANY_CHAIN, "--chain", "mainnet", *self.ALL)
        self.signs(block(101, 2))
        self.assert_error(self.sign(reveal(self.device_.public_key)), 403, "set up for any chain", "setup-ledger")
        self.assertEqual(self.device_.state()["main"], {"level": 101, "round": 2})

    def test_is_refused_where_it_is_not_wanted(self):
        self.start(MAINNET)
        self.assert_error(self.sign(reveal(self.device_.public_key)), 403, "magic byte 0x03 not allowed")


class ForgottenMark(BugCase):
    """With High Watermark disabled the mark of the moment when that was set comes back."""

    def test_old_levels_are_refused_by_the_host_and_signed_by_the_device(self):
        self.start(MAINNET)
        self.device_.control.post("/hwm-setting", {"enabled": False})
        levels = range(101, 106)
        for level in levels:
            for build in KINDS.values():
                self.signs(build(level))
        old = [build(level, salt=1) for level in levels for build in KINDS.values()]
        self.device_.control.post("/power-cycle")
        self.assertEqual(self.device_.marks()[0], (100, 0), "the device forgot")
        said = "would sign again what was signed"
        eventually(lambda: self.bridge.log_lines(said, "(105,0)", "(100,0)"), 5, said)
        self.assert_none_signed(old)
        self.assert_the_device_alone_signs(old[0])
        self.assert_none_signed(old)
        self.signs(block(106))


if __name__ == "__main__":
    unittest.main()
