"""The question of reset-hwm or setup-ledger while no daemon runs, whatever happens to it.

The tool itself finds out what became of it and says so; the daemon that is started then signs
nothing that was signed.
"""

import signal
import unittest

from support.case import BridgeCase
from support.desk import LEVEL
from support.questions import (FAILED, NEW_LEVEL, REFUSED_BY_USER, DirectQuestion,
                               DirectSetupQuestion)

INTERRUPTED = 6


class Reset(BridgeCase):
    question = DirectQuestion

    def test_refused(self):
        desk = self.question(self)
        desk.post("/reject")
        desk.finish(REFUSED_BY_USER)
        desk.was_not_set()

    def test_cable_put_back_after_it_was_accepted(self):
        desk = self.question(self)
        desk.post("/unplug")
        desk.post("/accept")
        desk.post("/plug")
        self.assertIn("within 30 s", desk.finish(0))
        desk.was_set()

    def test_cable_put_back_while_the_question_is_there(self):
        desk = self.question(self)
        desk.post("/unplug")
        desk.post("/plug")
        desk.post("/accept")
        desk.finish(0)
        desk.was_set()

    def test_the_question_went_with_the_power(self):
        desk = self.question(self)
        desk.post("/unplug")
        desk.post("/power-cycle")
        desk.post("/plug")
        desk.finish(REFUSED_BY_USER, "nothing was changed")
        desk.was_not_set()

    def test_half_done_is_said_and_no_level_is_open_that_was_signed(self):
        for main, test in ((NEW_LEVEL, LEVEL), (300, NEW_LEVEL)):
            with self.subTest(main=main, test=test):
                desk = self.question(self, test_level=LEVEL, nvram=True)
                desk.device_returns_with(main, test)
                desk.finish(FAILED, "it was to be set from")
                desk.signs_only_above(max(main, LEVEL))

    def test_ctrl_c_ends_the_search(self):
        desk = self.question(self)
        desk.post("/unplug")
        self.assertTrue(any("so the device is read" in line for line in desk.tool.stdout))
        desk.tool.send_signal(signal.SIGINT)
        desk.finish(INTERRUPTED, "accepting it would set")
        desk.post("/plug")
        desk.post("/reject")
        desk.was_not_set()

    def test_accepted_after_the_tool_was_gone_is_found_by_the_next(self):
        desk = self.question(self)
        desk.end_tool()
        desk.post("/accept")
        done = desk.again()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(f"as asked already: mainnet, main mark level {NEW_LEVEL}", done.stdout)
        self.assertIn(NEW_LEVEL, desk.adopted_levels())
        desk.was_set()


class Setup(Reset):
    question = DirectSetupQuestion


if __name__ == "__main__":
    unittest.main()
