"""Answers to the question of reset-hwm or setup-ledger that come after half a minute, or never.

Daemon and tool look at the device then. One wait for all, since it is a long one.
"""

import time
import unittest

from support.case import BridgeCase
from support.questions import (ANSWER_SECONDS, NO_DEVICE, REFUSED_BY_USER, DirectQuestion,
                               DirectSetupQuestion, Question, SetupQuestion)


class Late(BridgeCase):
    def accepts_and_the_answer_is_lost(self, desk):
        desk.device.fault("drop", instruction=desk.prompt["instruction"])
        desk.post("/accept")

    def check_daemons(self, late, refused, left):
        for desk in (late, refused, left):
            desk.refuses_at_once()
        late.post("/accept")
        late.finish(0)
        late.was_set()
        refused.post("/reject")
        refused.finish(REFUSED_BY_USER, "nothing was changed")
        refused.was_not_set()
        left.post("/accept")
        left.says(left.verb, "done")
        left.was_set()

    def check_tools(self, late, refused):
        late.post("/accept")
        late.finish(0)
        late.was_set()
        refused.post("/reject")
        refused.finish(REFUSED_BY_USER, "nothing was changed")
        refused.was_not_set()

    def check_gone(self, desk):
        """The tool has ended without knowing; what the device did is known when it is back."""
        desk.finish(NO_DEVICE, "is not known", "no device was found", "'ledgerctl status'")
        desk.post("/accept")
        desk.post("/plug")
        desk.was_set()

    def test_answers_that_are_lost_or_late_and_devices_that_are_gone(self):
        tools = (Question, SetupQuestion, DirectQuestion, DirectSetupQuestion)
        lost = [question(self) for question in tools]
        for desk in lost:
            self.accepts_and_the_answer_is_lost(desk)
        gone = DirectQuestion(self)
        gone.post("/unplug")
        reset, setup = ([question(self) for _ in range(3)] for question in tools[:2])
        direct = [DirectQuestion(self), DirectSetupQuestion(self)]
        for desk in reset[2], setup[2]:
            desk.end_tool()
        time.sleep(ANSWER_SECONDS + 1)
        for desk in lost:
            desk.finish(0)
            desk.was_set()
        self.check_daemons(*reset)
        self.check_daemons(*setup)
        self.check_tools(*direct)
        self.check_gone(gone)


if __name__ == "__main__":
    unittest.main()
