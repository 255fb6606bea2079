"""The question of reset-hwm or setup-ledger, whatever happens to it or to the one who asked it.

The daemon always finds out what became of it, says so, signs again by itself, and never anything
that was signed.
"""

import unittest

from support.case import BridgeCase
from support.desk import LEVEL
from support.payloads import block
from support.questions import (FAILED, NEW_LEVEL, NO_DEVICE, REFUSED_BY_USER, Question,
                               SetupQuestion)
from support.waiting import PATIENCE, Stopwatch


class InTime(BridgeCase):
    question = Question

    def test_accepted_for_both_instructions(self):
        for test_level, instruction in ((0, "SETUP"), (LEVEL, "RESET")):
            with self.subTest(instruction=instruction):
                desk = self.question(self, test_level=test_level)
                self.assertEqual(desk.prompt["instruction"], instruction)
                desk.refuses_at_once()
                desk.post("/accept")
                desk.finish(0)
                desk.was_set()

    def test_refused(self):
        desk = self.question(self)
        desk.post("/reject")
        desk.finish(REFUSED_BY_USER)
        desk.was_not_set()


class Gone(BridgeCase):
    """The tool, the cable or the daemon goes while the question is on the screen."""

    question = Question

    def test_accepted_after_the_tool_was_gone(self):
        desk = self.question(self)
        desk.end_tool()
        desk.refuses_at_once()
        desk.post("/accept")
        desk.says(desk.verb, "done")
        desk.was_set()

    def test_refused_after_the_tool_was_gone(self):
        desk = self.question(self)
        desk.end_tool()
        desk.post("/reject")
        desk.says(desk.verb, "rejected on the device")
        desk.was_not_set()

    def test_cable_pulled_and_the_question_went_with_the_power(self):
        desk = self.question(self)
        desk.post("/unplug")
        desk.finish(NO_DEVICE)
        desk.post("/power-cycle")
        desk.post("/plug")
        desk.says("the question that was open", "nothing was changed")
        desk.was_not_set()

    def test_cable_pulled_and_accepted_without_it(self):
        desk = self.question(self)
        desk.post("/unplug")
        desk.finish(NO_DEVICE)
        desk.post("/accept")
        desk.post("/plug")
        desk.says("the question that was open", "was accepted")
        desk.was_set()

    def test_cable_put_back_while_the_question_is_there(self):
        desk = self.question(self)
        desk.post("/unplug")
        desk.finish(NO_DEVICE)
        desk.post("/plug")
        desk.bridge.wait_reason("prompting")
        desk.refuses_at_once()
        desk.post("/accept")
        desk.says("the question that was open", "was accepted")
        desk.was_set()

    def test_daemon_killed_and_accepted_before_it_came_back(self):
        desk = self.question(self)
        desk.bridge.kill()
        desk.finish(FAILED)
        desk.post("/accept")
        desk.bridge.start().wait_ready()
        desk.was_set()

    def test_daemon_stopped_does_not_wait_for_the_person(self):
        desk = self.question(self)
        time_taken = Stopwatch()
        self.assertEqual(desk.bridge.stop(), 0)
        self.assertLess(time_taken(), 6 * PATIENCE)
        desk.finish(FAILED)
        desk.bridge.start().wait_reason("prompting")
        desk.post("/reject")
        desk.was_not_set()

    def test_half_done_is_said_and_no_level_is_open_that_was_signed(self):
        """The device kept the new main mark and the old test mark when it lost its power."""
        for main, test in ((700, LEVEL), (LEVEL, 700), (300, 700)):
            with self.subTest(main=main, test=test):
                desk = self.question(self, test_level=LEVEL, nvram=True)
                self.assertEqual(desk.prompt["instruction"], desk.instruction)
                desk.device_returns_with(main, test)
                desk.says("the question that was open", "it was to be set from")
                desk.signs_only_above(max(main, LEVEL))


class GoneOfSetup(Gone):
    question = SetupQuestion

    def test_half_done_without_a_key_nothing_is_signed(self):
        desk = self.question(self, nvram=True)
        desk.device_returns_with(NEW_LEVEL, NEW_LEVEL, key=None)
        desk.says("the question that was open", "it was to be set from")
        desk.bridge.wait_reason("unauthorised")
        self.assert_error(desk.sign(block(NEW_LEVEL + 1)), 503)


if __name__ == "__main__":
    unittest.main()
