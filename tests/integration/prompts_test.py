"""The question of reset-hwm or setup-ledger, whatever happens to it or to the one who asked it.

The daemon always finds out what became of it, says so, signs again by itself, and never anything
that was signed.
"""

import json
import time
import unittest

from support.case import BridgeCase
from support.desk import LEVEL, Desk
from support.payloads import attestation, block
from support.waiting import Stopwatch

REFUSED_BY_USER, NO_DEVICE, FAILED = 4, 3, 1
ANSWER_SECONDS = 30  # how long the daemon waits for the answer before it looks for itself


class ResetDesk(Desk):
    """reset-hwm to a level waits for the person."""

    def __init__(self, case, *, level=700, test_level=0, nvram=False):
        super().__init__(case)
        self.level = level
        self.nvram = self.bridge.folder / "nvram"
        self.start(*(["--nvram", str(self.nvram)] if nvram else []), test_level=test_level)
        self.signs(attestation(LEVEL))
        self.marks = self.device.marks()
        self.ask("reset-hwm", "--level", str(self.level))

    def signs_only_above(self, level):
        """Ready by itself, and nothing that was signed is signed again."""
        self.signs_none_of([attestation(LEVEL, salt=1), attestation(LEVEL - 1)])
        signatures = self.device.signatures()
        self.signs(block(level + 1))
        self.case.assertEqual(self.device.signatures(), signatures + 1)

    def was_reset(self):
        self.case.assertEqual(self.device.marks()[0], (self.level, 0))
        self.signs_only_above(self.level)

    def was_not_reset(self):
        self.case.assertEqual(self.device.marks(), self.marks)
        self.signs_only_above(LEVEL)


class InTime(BridgeCase):
    def test_accepted_for_both_instructions(self):
        for test_level, instruction in ((0, "SETUP"), (LEVEL, "RESET")):
            with self.subTest(instruction=instruction):
                desk = ResetDesk(self, test_level=test_level)
                self.assertEqual(desk.prompt["instruction"], instruction)
                desk.refuses_at_once()
                desk.post("/accept")
                desk.finish(0)
                desk.was_reset()

    def test_refused(self):
        desk = ResetDesk(self)
        desk.post("/reject")
        desk.finish(REFUSED_BY_USER)
        desk.was_not_reset()


class Gone(BridgeCase):
    """The tool, the cable or the daemon goes while the question is on the screen."""

    def test_accepted_after_the_tool_was_gone(self):
        desk = ResetDesk(self)
        desk.end_tool()
        desk.refuses_at_once()
        desk.post("/accept")
        desk.says("reset", "done")
        desk.was_reset()

    def test_refused_after_the_tool_was_gone(self):
        desk = ResetDesk(self)
        desk.end_tool()
        desk.post("/reject")
        desk.says("reset", "rejected on the device")
        desk.was_not_reset()

    def test_cable_pulled_and_the_question_went_with_the_power(self):
        desk = ResetDesk(self)
        desk.post("/unplug")
        desk.finish(NO_DEVICE)
        desk.post("/power-cycle")
        desk.post("/plug")
        desk.says("the question that was open", "nothing was changed")
        desk.was_not_reset()

    def test_cable_pulled_and_accepted_without_it(self):
        desk = ResetDesk(self)
        desk.post("/unplug")
        desk.finish(NO_DEVICE)
        desk.post("/accept")
        desk.post("/plug")
        desk.says("the question that was open", "was accepted")
        desk.was_reset()

    def test_cable_put_back_while_the_question_is_there(self):
        desk = ResetDesk(self)
        desk.post("/unplug")
        desk.finish(NO_DEVICE)
        desk.post("/plug")
        desk.bridge.wait_reason("prompting")
        desk.refuses_at_once()
        desk.post("/accept")
        desk.says("the question that was open", "was accepted")
        desk.was_reset()

    def test_daemon_killed_and_accepted_before_it_came_back(self):
        desk = ResetDesk(self)
        desk.bridge.kill()
        desk.finish(FAILED)
        desk.post("/accept")
        desk.bridge.start().wait_ready()
        desk.was_reset()

    def test_daemon_stopped_does_not_wait_for_the_person(self):
        desk = ResetDesk(self)
        time_taken = Stopwatch()
        self.assertEqual(desk.bridge.stop(), 0)
        self.assertLess(time_taken(), 6)
        desk.finish(FAILED)
        desk.bridge.start().wait_reason("prompting")
        desk.post("/reject")
        desk.was_not_reset()

    def test_half_done_is_said_and_no_level_is_open_that_was_signed(self):
        """The device kept the new main mark and the old test mark when it lost its power."""
        for main, test in ((700, LEVEL), (LEVEL, 700), (300, 700)):
            with self.subTest(main=main, test=test):
                desk = ResetDesk(self, test_level=LEVEL, nvram=True)
                self.assertEqual(desk.prompt["instruction"], "RESET")
                desk.device.stop()
                desk.finish(NO_DEVICE)
                nvram = json.loads(desk.nvram.read_text())
                nvram["main"] |= {"level": main}
                nvram["test"] |= {"level": test}
                desk.nvram.write_text(json.dumps(nvram))
                desk.device.start()
                desk.says("the question that was open", "it was to be set from")
                desk.signs_only_above(max(main, LEVEL))


class Late(BridgeCase):
    def test_answers_that_are_lost_or_late(self):
        """One wait for all, since it is a long one."""
        waited = Stopwatch()
        lost, late, refused, left = (ResetDesk(self) for _ in range(4))
        lost.device.fault("drop", instruction="SETUP")
        lost.post("/accept")
        left.end_tool()
        time.sleep(max(ANSWER_SECONDS - 3 - waited(), 0))
        for desk in (lost, late, refused, left):
            desk.refuses_at_once()
        lost.finish(0)
        lost.was_reset()
        time.sleep(3)  # the others have been asked for themselves now
        for desk in (late, refused, left):
            desk.refuses_at_once()
        late.post("/accept")
        late.finish(0)
        late.was_reset()
        refused.post("/reject")
        refused.finish(REFUSED_BY_USER, "nothing was changed")
        refused.was_not_reset()
        left.post("/accept")
        left.says("reset", "done")
        left.was_reset()


if __name__ == "__main__":
    unittest.main()
