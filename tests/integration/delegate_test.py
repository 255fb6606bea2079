"""ledgerctl delegate: a baker registers its key, whatever happens to the question or to who asked.

The app lowers the round of a mark when it signs a delegation; nothing is signed again because of it.
"""

import json
import re
import subprocess
import unittest

from support import base58, operations, verify
from support.case import BridgeCase
from support.desk import Desk
from support.operations import operation
from support.device import DONE, sign_with
from support.payloads import GHOSTNET, KINDS, attestation, block
from support.places import program

FAILED, WRONG_USAGE, NO_DEVICE, REFUSED_BY_USER = 1, 2, 3, 4
ALL = ("--magic-bytes", "0x03,0x11,0x12,0x13")
SERVED = ("--chain", "ghostnet")
LOST = "the same operation gets the same signature"


class DelegateDesk(Desk):
    """ledgerctl delegate waits for the person; the test mark is at level 51, round 2."""

    def __init__(self, case, *options, curve="ed25519"):
        super().__init__(case, *SERVED, *options)
        self.start(curve=curve, test_level=50)
        for build in KINDS.values():
            self.signs(build(51, 2, chain=GHOSTNET))
        self.signs(block(500))
        self.marks = self.device.marks()
        self.operation = operation(operations.delegation(self.device.public_key, fee=1000))

    def delegate(self):
        self.ask("ledgerctl", "delegate", self.device.address, self.operation.hex(), "--json")
        return self

    def check_result(self, out):
        """What a node injects, with a signature that OpenSSL finds right. Its text."""
        result = json.loads(out)
        self.case.assertTrue(
            verify.verifies(self.device.public_key, self.operation, result["signature"]))
        raw = base58.decode(result["signature"])[1]
        self.case.assertEqual(result["signed_operation"], (self.operation[1:] + raw).hex())
        self.case.assertEqual(result["address"], self.device.address)
        self.case.assertEqual(result["screens"], self.prompt["screens"])
        return result["signature"]

    def accepted(self):
        self.post("/accept")
        return self.check_result(self.finish(0))

    def signs_no_lower_round(self):
        lower = [build(51, round_, chain=GHOSTNET) for build in KINDS.values() for round_ in (0, 1)]
        self.signs_none_of(lower)
        self.case.assertFalse(self.bridge.log_lines("the marks moved by themselves"))
        self.signs(block(501))
        self.signs(block(52, chain=GHOSTNET))

    def was_signed(self):
        self.case.assertEqual(self.device.marks(), (self.marks[0], (51, 0)))
        self.signs_no_lower_round()

    def was_not_signed(self):
        self.case.assertEqual(self.device.marks(), self.marks)
        self.signs_no_lower_round()


class InTime(BridgeCase):
    def test_accepted_with_every_curve_and_baking_goes_on(self):
        for curve in ("ed25519", "secp256k1", "P-256", "bip25519"):
            with self.subTest(curve=curve):
                desk = DelegateDesk(self, curve=curve).delegate()
                desk.refuses_at_once()
                desk.accepted()
                desk.bridge.wait_lines("delegate", "done for", desk.device.address)
                desk.was_signed()

    def test_after_a_reveal_of_the_key(self):
        desk = DelegateDesk(self, curve="secp256k1")
        key = desk.device.public_key
        desk.operation = operation(operations.reveal(key, 400), operations.delegation(key, fee=600))
        desk.delegate().accepted()
        self.assertIn("Fee | 0.001 XTZ", desk.prompt["screens"])
        desk.was_signed()

    def test_a_vote_of_another_host_counts_on_after_it(self):
        desk = Desk(self, *SERVED).start(test_level=50)
        desk.signs(block(51, 2, chain=GHOSTNET))
        desk.bridge.stop()
        with desk.device.host() as host:
            self.assertEqual(sign_with(host, attestation(51, 2, chain=GHOSTNET, salt=1)), DONE)
        desk.bridge.start().wait_ready()
        own = operation(operations.delegation(desk.device.public_key))
        desk.ask("ledgerctl", "delegate", desk.device.address, own.hex(), "--json")
        desk.bridge.kill()  # what is given up is given up before the question
        desk.post("/accept")
        desk.finish(FAILED)
        self.assertEqual(desk.device.marks()[1], (51, 0))
        desk.bridge.start()
        desk.signs_none_of([attestation(51, round_, chain=GHOSTNET) for round_ in (0, 1, 2, 3)])
        desk.signs(attestation(52, chain=GHOSTNET))

    def test_a_restart_after_it_signs_no_lower_round_either(self):
        desk = DelegateDesk(self).delegate()
        desk.accepted()
        desk.bridge.kill()
        desk.bridge.start()
        desk.was_signed()

    def test_refused(self):
        desk = DelegateDesk(self).delegate()
        desk.post("/reject")
        desk.finish(REFUSED_BY_USER, "rejected on the device")
        desk.was_not_signed()


class Gone(BridgeCase):
    """The tool, the cable or the daemon goes while the question is on the screen."""

    def test_accepted_after_the_tool_was_gone_and_asked_for_again(self):
        desk = DelegateDesk(self).delegate()
        desk.end_tool()
        desk.refuses_at_once()
        desk.post("/accept")
        desk.says("delegate", "done for")
        desk.bridge.wait_ready()
        self.assertEqual(desk.delegate().accepted(), desk.delegate().accepted())
        desk.was_signed()

    def test_refused_after_the_tool_was_gone(self):
        desk = DelegateDesk(self).delegate()
        desk.end_tool()
        desk.post("/reject")
        desk.says("delegate", "rejected on the device")
        desk.was_not_signed()

    def test_cable_pulled_and_the_question_went_with_the_power(self):
        desk = DelegateDesk(self).delegate()
        desk.post("/unplug")
        desk.finish(NO_DEVICE)
        desk.post("/power-cycle")
        desk.post("/plug")
        desk.says("the question that was open", LOST)
        desk.was_not_signed()

    def test_cable_pulled_and_accepted_without_it(self):
        desk = DelegateDesk(self).delegate()
        desk.post("/unplug")
        desk.finish(NO_DEVICE)
        desk.post("/accept")
        desk.post("/plug")
        desk.says("the question that was open", LOST)
        desk.bridge.wait_ready()
        desk.delegate().accepted()
        desk.was_signed()

    def test_cable_put_back_while_the_question_is_there(self):
        desk = DelegateDesk(self).delegate()
        desk.post("/unplug")
        desk.finish(NO_DEVICE)
        desk.post("/plug")
        desk.bridge.wait_reason("prompting")
        desk.refuses_at_once()
        desk.post("/accept")
        desk.says("the question that was open", LOST)
        desk.was_signed()

    def test_cable_pulled_at_the_answer(self):
        desk = DelegateDesk(self).delegate()
        desk.device.fault("disconnect", instruction="SIGN_WITH_HASH")
        desk.post("/accept")
        desk.finish(FAILED, LOST)
        desk.was_signed()

    def test_daemon_killed_and_accepted_before_it_came_back(self):
        desk = DelegateDesk(self).delegate()
        desk.bridge.kill()
        desk.finish(FAILED)
        desk.post("/accept")
        desk.bridge.start()
        desk.was_signed()


class OverTheNetwork(BridgeCase):
    def test_it_is_refused_with_the_command_that_does_it(self):
        for options in ((), ALL):
            with self.subTest(options=options):
                desk = DelegateDesk(self, *options)
                signatures = desk.device.signatures()
                message = self.assert_error(desk.sign(desk.operation), 403, "over the network")
                words = re.search(r"\((ledgerctl delegate \w+ \w+)\)", message)[1].split()
                self.assertEqual(desk.device.signatures(), signatures)
                self.assertIsNone(desk.device.state()["prompt"])
                desk.ask(*words, "--json")
                desk.accepted()
                desk.was_signed()


class NotSent(BridgeCase):
    """What the device is not asked for."""

    def refused(self, desk, code, *words, saying):
        done = subprocess.run(
            desk.command("ledgerctl", "delegate", *words), stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=20, check=False)
        self.assert_failed(done, code, saying)
        self.assertIsNone(desk.device.state()["prompt"])
        self.assertEqual(desk.device.marks(), desk.marks)

    def test_another_operation_or_key(self):
        desk = DelegateDesk(self)
        key, other = desk.device.public_key, "sppk7ZntgM6x2Z3MyxARtAJXLF6d74nLApU5Awt9nsFjJZFqaRFddqG"
        own, address = operations.delegation(key), desk.device.address
        name = "ledger://masculine-pig-stupendous-dugong"
        for contents, saying in (
            ([operations.delegation(key, other)], "found tz2Q3U8"),
            ([operations.withdrawal(key)], "withdraws the delegation"),
            ([operations.delegation(other)], "found tz2Q3U8"),
            ([operations.begin(operations.TRANSACTION, key, 1)], "0x6c (a transaction)"),
            ([operations.reveal(key)], "found the end"),
            ([operations.reveal(key), b"\0", own], "newer protocols"),
            ([own, operations.begin(operations.TRANSACTION, key, 1)], "0x6c (a transaction)"),
            ([own, b"\0"], "found 0x00"),
        ):
            with self.subTest(saying=saying):
                self.refused(desk, WRONG_USAGE, address, operation(*contents).hex(), saying=saying)
        for key, code, saying in (
            ("tz2Q3U8EbGayZzK2Vwap5JQJFmJEbwURe77o", FAILED, f"authorised for {address}"),
            (f"{name}/P-256/0h/0h", FAILED, f"authorised for {address}"),
            ("tz4HVR6aty9KwsQFHh81C1G7gBdhxT8kuytm", WRONG_USAGE, "tz4"),
            ("baker", WRONG_USAGE, "address"),
            ("ledger://pig/x", WRONG_USAGE, "ledger://<animal-name>"),
            ("ledger://some-other-ledger-here/ed25519/0h/0h", NO_DEVICE, "Found no ledger"),
        ):
            with self.subTest(key=key):
                self.refused(desk, code, key, operation(own).hex(), saying=saying)
        for text in ("xyz", "0x", "123", '""'):
            self.refused(desk, WRONG_USAGE, address, text, saying="--verbose-signing")
        self.assertEqual(desk.device.state()["prompt"], None)
        desk.was_not_signed()

    def test_a_device_with_one_mark_for_every_chain(self):
        desk = Desk(self, "--chain", "mainnet").start(chain=bytes(4))
        desk.signs(block(101, 2))
        desk.marks = desk.device.marks()
        own = operation(operations.delegation(desk.device.public_key))
        self.refused(desk, FAILED, desk.device.address, own.hex(), saying="set up for any chain")


class Given(BridgeCase):
    """The operation as other programs print it, and the key by its URI."""

    def test_every_form(self):
        device, self.bridge = self.pair()
        own = operation(operations.delegation(device.public_key)).hex()
        uri = "ledger://masculine-pig-stupendous-dugong"
        expected = None
        for key, words, text in (
            (device.address, [own], None),
            (device.address, [own[2:]], None),
            (device.address, ["0x" + own.upper()], None),
            (device.address, [own[2:70], own[70:100], own[100:]], None),
            (device.address, ["-"], f'"{own[2:]}"\n'),
            (uri, ["-"], f"    {own[2:72]}\n    {own[72:]}\n"),
            (f"{uri}/ed25519/0h/0h", [own], None),
        ):
            with self.subTest(key=key, words=words):
                self.bridge.wait_ready()
                done = subprocess.run(
                    [str(program("ledgerctl")), "delegate", key, *words,
                     "--admin-socket", str(self.bridge.admin_socket)],
                    input=text or "", capture_output=True, text=True, timeout=20, check=False)
                self.assertEqual(done.returncode, 0, done.stderr)
                expected = expected or done.stdout
                self.assertEqual(done.stdout, expected)
        self.assertIn("  Register | as delegate?\n", expected)
        self.assertRegex(expected, r"\nSignature  edsig\w{94}\n")
        self.assertIn("octez-client rpc post /injection/operation with '\"" + own[2:], expected)


if __name__ == "__main__":
    unittest.main()
