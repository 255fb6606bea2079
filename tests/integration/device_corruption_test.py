"""Wrong answers of the device: refused, nothing signed twice, service comes back."""

import unittest

from support.payloads import block
from support.session import FaultCase


class Corruption(FaultCase):
    def test_wrong_answer_never_leaves(self):
        for number in range(3):
            with self.subTest(number=number):
                message, answer = self.disturbed("corrupt")
                self.assertNotEqual(answer.status, 200)
                self.assert_no_double(message, block(self.level, salt=1))
                self.assert_signs_again()

    def test_every_curve_survives_a_corrupt_answer(self):
        for curve in ("secp256k1", "P-256", "bip25519"):
            with self.subTest(curve=curve):
                self.device_, self.bridge = self.pair(*self.options, curve=curve)
                self.level = 1000
                self.assert_signs()
                self.disturbed("corrupt")
                self.assert_signs_again()


if __name__ == "__main__":
    unittest.main()
