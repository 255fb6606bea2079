"""What bash offers is what the programs' own --help says."""

import re
import subprocess
import unittest

from programs import BIN, TESTS

SCRIPT = TESTS.parent / "daemon" / "deploy" / "completion" / "ledger-bridge"
PROGRAMS = ("ledger-bridged", "setup-ledger", "reset-hwm", "ledgerctl", "ledger-emulator")


def offered(program, *words):
    """What is offered for the last of the words, which may be empty."""
    typed = [str(BIN / program), *words]
    commands = (f'source "{SCRIPT}"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); '
                '_ledger_bridge "$1"; printf "%s\\n" "${COMPREPLY[@]}"')
    done = subprocess.run(["bash", "-c", commands, "bash", *typed], capture_output=True, text=True,
                          check=True, timeout=30)
    return set(done.stdout.split())


def helped(program, *words):
    return subprocess.run([BIN / program, *words, "--help"], capture_output=True, text=True,
                          check=True, timeout=30).stdout


def options(text):
    return set(re.findall(r"(?m)^  (?:-\w,)?(--[a-z][a-z-]*)", text))


def subcommands(text):
    return set(re.findall(r"(?m)^  ([a-z]+) ", text.partition("Subcommands:")[2]))


class Completion(unittest.TestCase):
    def test_every_option_of_every_program(self):
        for program in PROGRAMS:
            expected = options(helped(program))
            self.assertGreater(len(expected), 2, program)
            self.assertEqual(offered(program, "--"), expected, program)

    def test_every_command_and_its_own_options(self):
        commands = subcommands(helped("ledgerctl"))
        self.assertIn("explain", commands)
        self.assertLessEqual(commands, offered("ledgerctl", ""))
        for command in commands:
            own = options(helped("ledgerctl", command))
            self.assertEqual(offered("ledgerctl", command, "--"),
                             own | options(helped("ledgerctl")), command)
            self.assertFalse(offered("ledgerctl", command, "handov"), command)

    def test_errors_by_name(self):
        self.assertEqual(offered("ledgerctl", "explain", "store_dam"), {"store_damaged"})
        self.assertIn("octez", offered("ledgerctl", "import", "oct"))
        self.assertEqual(offered("ledgerctl", "--usb-backend", ""), {"hidraw", "libusb"})


if __name__ == "__main__":
    unittest.main()
