"""A disk that is full, broken, read-only or slow: no signature without a durable watermark, one
alarm, and back by itself when the disk is."""

import unittest

from support.case import BridgeCase
from support.disk import FaultyDisk, SmallDisk
from support.payloads import attestation
from support.waiting import Stopwatch, eventually


class StoreFails(BridgeCase):
    def signs(self, level):
        """Asks again for what a slow machine had no signature of in time, and for nothing else."""
        message = attestation(level)
        answer = eventually(lambda: self.signed_or_late(message), 5, "a signature")
        self.assert_signed(answer, self.device.public_key, message)

    def signed_or_late(self, message):
        answer = self.bridge.sign(self.device.address, message)
        if answer.status == 200:
            return answer
        return self.assert_error(answer, 503, "sign-deadline") and None

    def refused(self, level, *words):
        return self.assert_error(
            self.bridge.sign(self.device.address, attestation(level)), 503, *words)

    def metric(self, name):
        for line in self.bridge.get("/metrics").body.decode().splitlines():
            if line.startswith(f"ledger_bridge_{name} "):
                return float(line.split()[1])
        raise AssertionError(name)

    def alarms(self):
        return len(self.bridge.log_lines("the store fails"))

    def assert_failing(self):
        self.bridge.wait_reason("store")
        eventually(self.alarms, 5, "the alarm")
        self.assertEqual(self.metric("store_ready"), 0)
        self.assertEqual(self.metric("store_failures_total"), 1)

    def assert_back(self, level):
        """Ready by itself, with one alarm for the whole time, and signing."""
        self.bridge.wait_ready()
        self.signs(level)
        eventually(lambda: self.bridge.log_lines("the store works again"), 5, "the good news")
        self.assertEqual(self.alarms(), 1)
        self.assertEqual(self.metric("store_ready"), 1)
        self.assertEqual(self.metric("store_failures_total"), 1)


class FullDisk(StoreFails):
    def setUp(self):
        self.device = self.device().set_up()
        self.bridge = self.daemon(self.device.url)
        self.disk = SmallDisk(self.bridge.state_dir)
        self.addCleanup(self.disk.unmount)
        if not self.disk.mounted:
            self.skipTest("may not mount a file system here")
        self.bridge.start().wait_ready()

    def test_nothing_is_signed_until_there_is_room(self):
        self.signs(101)
        self.disk.fill()
        level = 102
        while self.bridge.sign(self.device.address, attestation(level)).status == 200:
            level += 1  # what SQLite and the reserve have left
        self.assertLess(level, 1000)
        self.assert_failing()
        for _ in range(5):
            level += 1
            self.refused(level)
        self.disk.free()
        self.assert_back(level + 1)

    def test_what_was_signed_before_is_still_given(self):
        bodies = {101: self.bridge.sign(self.device.address, attestation(101)).body}
        self.disk.fill()
        level = 102
        while (answer := self.bridge.sign(self.device.address, attestation(level))).status == 200:
            bodies[level] = answer.body
            level += 1
        again = self.bridge.sign(self.device.address, attestation(level - 1))
        self.assertEqual((again.status, again.body), (200, bodies[level - 1]))


class BrokenDisk(StoreFails):
    def setUp(self):
        self.device = self.device().set_up()
        self.bridge = self.daemon(self.device.url, "--sign-deadline", "1s")
        self.disk = FaultyDisk(self.bridge)
        self.bridge.start().wait_ready()
        self.signs(101)

    def check(self, plan):
        self.disk.plan(plan)
        self.refused(102)
        self.assert_failing()
        self.refused(103)
        self.disk.heal()
        self.assert_back(104)

    def test_full(self):
        self.check("ENOSPC")

    def test_quota_that_is_used_up(self):
        reserve = self.bridge.state_dir / "reserve"
        self.assertTrue(reserve.exists())
        self.check("EDQUOT")
        self.assertTrue(self.bridge.log_lines("the disk is full, so the watermarks"))
        self.assertTrue(self.bridge.log_lines("is full", "was kept for this"), "the reserve was tried")
        eventually(reserve.exists, 5, "the reserve")

    def test_marker_without_room_is_given_the_reserve(self):
        reserve = self.bridge.state_dir / "reserve"
        self.assertEqual(self.bridge.stop(), 0)
        self.bridge.env["DISK_FAULT_DIR"] = f"{self.bridge.state_dir}.marker"
        self.disk.plan("ENOSPC")
        self.bridge.launch()
        self.assertEqual(self.bridge.wait(), 1)
        self.assertIn("the disk is full, so the watermarks", self.bridge.log())
        self.assertFalse(reserve.exists(), "it was not tried")
        self.disk.heal()
        self.bridge.start().wait_ready()
        self.assertTrue(reserve.exists())

    def test_input_output_error(self):
        self.check("EIO")

    def test_read_only(self):
        self.check("EROFS")

    def test_slower_than_a_request_may_wait(self):
        self.disk.plan("slow 5")
        watch = Stopwatch()
        self.refused(102)
        self.assertLess(watch(), 4)
        self.assert_failing()
        self.disk.heal()
        self.assert_back(103)

    def test_a_signature_whose_mark_was_not_saved_does_not_come_out_later_either(self):
        self.disk.plan("EIO")
        self.refused(102)
        self.disk.heal()
        self.bridge.wait_ready()
        answer = self.bridge.sign(self.device.address, attestation(102, salt=1))
        self.assert_error(answer, 409, "device's mark")

    def test_broken_from_before_the_start(self):
        self.assertEqual(self.bridge.stop(), 0)
        self.disk.plan("EIO")
        self.bridge.launch()
        self.assertEqual(self.bridge.wait(), 1)
        self.disk.heal()
        self.bridge.start().wait_ready()
        self.signs(102)


if __name__ == "__main__":
    unittest.main()
