"""The tools at a terminal: what they ask there, and that nothing is sent without a yes."""

import unittest

from programs import Terminal, Tools

QUESTION = "Send this to the device? [y/N] "


class Confirmation(Tools):
    def terminal(self, *words):
        return Terminal(self.command(*words))

    def test_yes_sends(self):
        for number, answer in enumerate(("y", "Y", "yes", " y ")):
            terminal = self.terminal("setup-ledger", "--level", 100 + number)
            terminal.wait_for(QUESTION)
            terminal.type(answer)
            self.assertEqual(terminal.finish(), 0, terminal.text)
            self.assertEqual(self.marks(), (100 + number, 0))

    def test_anything_else_does_not(self):
        before = self.state()["flash_writes"]
        for answer in ("", "n", "no", "yesterday", "accept"):
            terminal = self.terminal("setup-ledger", "--level", 100)
            terminal.wait_for(QUESTION)
            terminal.type(answer)
            self.assertEqual(terminal.finish(), 1, terminal.text)
            self.assertIn("nothing was sent", terminal.text)
        self.assertEqual(self.state()["flash_writes"], before)

    def test_everything_is_shown_before_the_question(self):
        terminal = self.terminal("setup-ledger", "--level", 100)
        terminal.wait_for(QUESTION)
        shown = terminal.text
        for words in (self.device, "tz2Q3U8EbGayZzK2Vwap5JQJFmJEbwURe77o", "level 0 round 0",
                      "level 100 round 0", "Main Chain HWM | 100", "mainnet"):
            self.assertIn(words, shown)
        self.assertNotIn("Waiting", shown)
        terminal.type("n")
        terminal.finish()

    def test_option_yes_does_not_ask(self):
        terminal = self.terminal("setup-ledger", "--level", 100, "--yes")
        self.assertEqual(terminal.finish(), 0, terminal.text)
        self.assertNotIn(QUESTION, terminal.text)

    def test_nothing_to_do_asks_nothing(self):
        self.succeed("setup-ledger", "--level", 100)
        terminal = self.terminal("setup-ledger")
        self.assertEqual(terminal.finish(), 0, terminal.text)
        self.assertNotIn(QUESTION, terminal.text)

    def test_error_is_coloured_on_a_terminal_alone(self):
        terminal = self.terminal("setup-ledger", "--level", "x")
        self.assertEqual(terminal.finish(), 2)
        self.assertIn("\x1b[1;31merror:", terminal.text)
        self.assertNotIn("\x1b", self.run_tool("setup-ledger", "--level", "x").stderr)


class ForceLower(Tools):
    def lower(self, typed):
        self.succeed("setup-ledger", "--chain", "ghostnet", "--curve", "ed25519", "--level", 900)
        self.make_store(("tz1RVYaHiobUKXMfJ47F7Rjxx5tu3LC35WSA", "ghostnet", 900))
        terminal = Terminal(
            self.command("reset-hwm", "--level", 5, "--force-lower", "--yes"))
        terminal.wait_for("Type the level again")
        terminal.type(typed)
        return terminal

    def test_level_typed_again_lowers_the_device(self):
        terminal = self.lower("5")
        self.assertEqual(terminal.finish(), 0, terminal.text)
        self.assertEqual(self.marks(), (5, 0))
        self.assertIn("only the device is lowered", terminal.text)

    def test_anything_else_does_not(self):
        terminal = self.lower("6")
        self.assertEqual(terminal.finish(), 1, terminal.text)
        self.assertEqual(self.marks(), (900, 0))

    def test_without_the_option_it_is_refused(self):
        self.lower("").finish()
        self.refuse(5, "reset-hwm", "--level", 5)


class Deauthorize(Tools):
    def answer(self, answer):
        self.succeed("setup-ledger", "--level", 100)
        terminal = Terminal(self.command("ledgerctl", "deauthorize"))
        terminal.wait_for("It will not ask itself. [y/N] ")
        terminal.type(answer)
        return terminal.finish()

    def test_no(self):
        self.assertEqual(self.answer(""), 1)
        self.assertIsNotNone(self.state()["authorized"])

    def test_yes(self):
        self.assertEqual(self.answer("y"), 0)
        self.assertIsNone(self.state()["authorized"])


if __name__ == "__main__":
    unittest.main()
