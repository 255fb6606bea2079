"""Handing over: silent here for good before anything is written out, whatever happens in between."""

import json
import unittest

from support import admin, operations
from support.moving import Moving
from support.payloads import attestation, block


class Handover(Moving):
    def setUp(self):
        super().setUp()
        self.signs(block(101), attestation(101))
        self.file = self.bridge.folder / "handover.json"

    def assert_silent(self):
        answer = self.sign(block(102))
        self.assert_error(answer, 503, "handed over to another signer")
        health = self.bridge.get("/healthz")
        self.assertEqual(health.status, 503)
        facts = health.json()
        self.assertEqual((facts["role"], facts["reasons"], facts["ready"]),
                         ("handed over", ["role"], False))

    def of_the_other(self):
        """What a signer exports that took over and went on."""
        return self.file_of(self.mark(150), self.mark(149, kind="attestation"))

    def hand_over(self):
        return self.succeed("handover", "--output", self.file)

    def test_next_to_the_daemon(self):
        self.assertEqual(self.hand_over()["marks"], 2)
        self.assert_silent()
        self.assert_error(self.sign(block(101)), 503, "handed over")  # not even what was signed
        self.assertEqual(self.succeed("status")["role"], "handed over")
        self.bridge.kill()
        self.bridge.start()
        self.bridge.wait_reason("role")
        self.assert_silent()

    def assert_no_delegation(self):
        message = operations.operation(operations.delegation(self.device_.public_key))
        done = self.ledgerctl("delegate", self.address, message.hex(), "--yes", "--device", self.device_.url)
        self.assert_failed(done, 1, "handed over to another signer")
        self.assertEqual(self.device_.signatures(), 2)

    def test_no_delegation_either(self):
        self.hand_over()
        self.assert_no_delegation()
        self.stop()
        self.assert_no_delegation()

    def test_not_even_one_whose_plan_was_agreed_to_before(self):
        message = operations.operation(operations.delegation(self.device_.public_key))
        request = {"command": "plan-delegate", "operation": message.hex()}
        self.assertIn("result", admin.ask(self.bridge.admin_socket, request))
        self.hand_over()
        request["command"] = "delegate"
        refused = admin.ask(self.bridge.admin_socket, request)
        self.assertIn("handed over to another signer", json.dumps(refused))
        self.assertEqual(self.device_.signatures(), 2)

    def test_without_the_daemon(self):
        self.stop()
        self.assertEqual(self.hand_over()["marks"], 2)
        self.bridge.start()
        self.bridge.wait_reason("role")
        self.assert_silent()

    def test_the_file_is_an_export(self):
        before = self.succeed("export")
        done = self.ledgerctl("handover")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads(done.stdout), before)
        self.assertIn("Nothing is signed here any more", done.stderr)

    def test_another_floor_goes_on_and_knows_everything(self):
        self.hand_over()
        self.stop()
        there = self.daemon(self.device_.url)
        done = self.ledgerctl("import", self.file, state_dir=there.state_dir)
        self.assertEqual(done.returncode, 0, done.stderr)
        there.start().wait_ready()
        self.bridge = there
        self.assert_error(self.sign(block(101, salt=1)), 409, "already signed with different data")
        self.signs(block(102))

    def test_back_with_what_the_other_signed(self):
        self.hand_over()
        self.succeed("import", self.of_the_other())
        self.bridge.wait_ready()
        self.assert_error(self.sign(block(149)), 409, "below high watermark 150")
        self.signs(block(151))
        self.bridge.kill()
        self.restart()
        self.signs(block(152))

    def test_what_was_handed_over_does_not_take_it_back(self):
        self.hand_over()
        foreign = self.write("block_high_watermarks", "{}")
        older = self.file_of(self.mark(150), self.mark(100, kind="attestation"), name="older.json")
        half = self.file_of(self.mark(150), name="half.json")
        for files in ([self.file], [self.file_of()], [foreign], [older], [half], [self.file, self.file_of(), foreign]):
            self.assert_failed(self.ledgerctl("import", *files), 1,
                               "says nothing of what the other signer did", "--take-back")
            self.assert_silent()
        self.stop()
        self.assert_failed(self.ledgerctl("import", self.file), 1, "--take-back")
        self.bridge.start()
        self.bridge.wait_reason("role")
        self.assert_silent()

    def test_together_with_what_the_other_signed_it_does(self):
        self.hand_over()
        self.succeed("import", self.file, self.of_the_other())
        self.bridge.wait_ready()
        self.signs(block(151))

    def test_a_person_may_take_it_back(self):
        self.hand_over()
        self.succeed("import", "--take-back", "--dry-run", self.file)
        self.assert_silent()
        self.succeed("import", "--take-back", self.file)
        self.bridge.wait_ready()
        self.assert_error(self.sign(block(101, salt=1)), 409, "already signed with different data")
        self.signs(block(102))

    def test_a_person_may_take_it_back_without_the_daemon(self):
        self.stop()
        self.hand_over()
        self.succeed("import", "--take-back", self.file)
        self.restart()
        self.signs(block(102))

    def test_a_dry_run_is_no_import(self):
        self.hand_over()
        self.succeed("import", "--dry-run", self.of_the_other())
        self.assert_silent()

    def test_a_file_that_cannot_be_written_does_not_undo_it(self):
        done = self.ledgerctl("handover", "--output", self.bridge.folder / "no" / "x")
        self.assert_failed(done, 1, "cannot be read or written")
        self.assertIn("handed over all the same", done.stderr)
        self.assert_silent()
        self.assertEqual(len(self.succeed("export")["marks"]), 2)

    def test_twice_is_the_same(self):
        self.hand_over()
        first = self.file.read_text()
        self.hand_over()
        self.assertEqual(self.file.read_text(), first)
        self.assert_silent()


if __name__ == "__main__":
    unittest.main()
