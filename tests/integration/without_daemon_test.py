"""The tools while no daemon runs: what another signer did with the device counts all the same."""

import unittest

from support import command, operations
from support.device import DONE, sign_with
from support.moving import Moving
from support.payloads import GHOSTNET, attestation, block

LEVEL = 500


class AnotherSigner(Moving):
    """It went on from level 100 to 500 while the daemon was stopped, and is gone now."""

    def setUp(self):
        super().setUp()
        self.stop()
        self.other_signs(block(LEVEL, salt=1))

    def other_signs(self, *messages):
        with self.device_.host() as host:
            for message in messages:
                self.assertEqual(sign_with(host, message), DONE)

    def tool(self, name, *words):
        return command.run(name, *words, "--state-dir", self.bridge.state_dir, "--admin-socket",
                           self.bridge.admin_socket, "--device", self.device_.url, "--yes")

    def succeed_with(self, *words):
        done = self.tool(*words)
        self.assertEqual(done.returncode, 0, done.stderr)

    def assert_not_signed_twice(self):
        self.restart()
        self.assert_error(self.sign(block(LEVEL)), 409, "taken as used")
        self.assertEqual(self.device_.signatures(), 1)

    def test_its_levels_are_not_opened_by_way_of_another_key(self):
        self.succeed_with("setup-ledger", "--curve", "P-256", "--level", "10")
        done = self.tool("setup-ledger", "--curve", "ed25519", "--level", "120", "--chain", "mainnet")
        self.assert_failed(done, 5, f"levels up to {LEVEL} are used")
        self.succeed_with("setup-ledger", "--curve", "ed25519", "--level", str(LEVEL + 1), "--chain", "mainnet")
        self.assert_not_signed_twice()

    def test_nor_by_taking_the_authorisation_away(self):
        self.succeed_with("ledgerctl", "deauthorize")
        self.device_.set_up(level=120)
        self.assert_not_signed_twice()

    def test_its_vote_counts_on_after_a_delegation(self):
        self.bridge.options += ["--chain", "ghostnet"]
        self.restart()
        self.signs(block(51, 2, chain=GHOSTNET))
        self.stop()
        self.other_signs(attestation(51, 2, chain=GHOSTNET, salt=1))
        own = operations.operation(operations.delegation(self.device_.public_key))
        self.succeed_with("ledgerctl", "delegate", self.address, own.hex())
        self.assertEqual(self.device_.marks()[1], (51, 0))
        self.restart()
        self.assert_error(self.sign(attestation(51, 2, chain=GHOSTNET)), 409, "before an operation")


if __name__ == "__main__":
    unittest.main()
