"""The cable goes at each step of a signature: before and after its path, before and after its message."""

import contextlib
import unittest

from support.case import BridgeCase
from support.payloads import attestation, block
from support.shared_wire import SharedWire
from support.waiting import eventually

SIGNING = (0x04, 0x0F)
PATH, MESSAGE = 0x00, 0x81  # the third byte of a command that signs


class CutWire(SharedWire):
    """Goes once when the packet in `cut` comes: before the device has it, or after."""

    cut = None
    happened = 0

    def exchange(self, command):
        meant = self.cut is not None and command[1] in SIGNING and command[2] == self.cut[0]
        if not meant:
            return super().exchange(command)
        when, self.cut = self.cut[1], None
        self.happened += 1
        if when == "after":
            super().exchange(command)
        raise ConnectionResetError("the cable")


class Unplugged(BridgeCase):
    def setUp(self):
        self.device_ = self.device().set_up()
        self.wire = CutWire(self.device_)
        self.addCleanup(self.wire.close)
        self.bridge = self.started(self.wire.url).wait_ready()

    def sign(self, message):
        return self.bridge.sign(self.device_.address, message)

    def assert_signs(self, message):
        self.assert_signed(self.sign(message), self.device_.public_key, message)

    def new_connection(self):
        """Without a selected path, as after a cable."""
        with contextlib.suppress(OSError):
            self.wire.host.socket.shutdown(2)
        eventually(lambda: self.bridge.get("/healthz").status == 200, 5, "ready again")

    def test_before_the_device_has_the_message_the_signature_comes_all_the_same(self):
        for level, cut in enumerate(((PATH, "before"), (PATH, "after"), (MESSAGE, "before")), 101):
            with self.subTest(cut=cut):
                self.wire.cut = cut
                self.new_connection()
                self.assert_signs(block(level))
                self.assertEqual((self.wire.happened, self.device_.signatures()), (level - 100, level - 100))

    def test_after_the_device_has_the_message_its_signature_is_lost_and_no_other_is_given(self):
        self.wire.cut = (MESSAGE, "after")
        self.assertNotEqual(self.sign(block(101)).status, 200)
        self.assertEqual((self.wire.happened, self.device_.signatures()), (1, 1))
        self.bridge.wait_ready()
        self.assert_error(self.sign(block(101)), 409)
        self.assert_error(self.sign(block(101, salt=1)), 409, "already signed with different data")
        self.assertEqual(self.device_.signatures(), 1)
        self.assert_signs(attestation(101))
        self.assert_signs(block(102))


if __name__ == "__main__":
    unittest.main()
