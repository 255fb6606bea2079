#!/usr/bin/env python3
"""systemd's own opinion of the unit and of its socket: nothing in them that systemd does not
understand, and hardly anything open to a daemon that was taken over.

  unit_file_test.py BIN_DIR UNIT
"""

import pathlib
import subprocess
import sys
import tempfile
import unittest

EXPOSURE = 1.5  # at most; systemd rates from 0 (sealed off) to 10
BIN_DIR, UNIT = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
SOCKET = UNIT.with_suffix(".socket")


def analyze(*words):
    return subprocess.run(["systemd-analyze", *words], capture_output=True, text=True, timeout=60, check=False)


class UnitFile(unittest.TestCase):
    def verify(self, text, unit=UNIT):
        """systemd-analyze also looks for the program, so here it is the one that was built."""
        with tempfile.TemporaryDirectory() as folder:
            copies = [pathlib.Path(folder, one.name) for one in (UNIT, SOCKET)]
            for copy, original in zip(copies, (UNIT, SOCKET)):
                content = text if original == unit else original.read_text()
                copy.write_text(content.replace("/usr/bin/ledger-bridged", str(BIN_DIR / "ledger-bridged")))
            done = analyze("verify", "--man=no", "--recursive-errors=no", str(pathlib.Path(folder, unit.name)))
            return done.returncode, done.stdout + done.stderr

    def test_systemd_understands_every_line(self):
        self.assertEqual(self.verify(UNIT.read_text()), (0, ""))

    def test_a_word_that_systemd_does_not_know_is_found(self):
        status, words = self.verify(UNIT.read_text().replace("DevicePolicy=", "DevicesPolicy="))
        self.assertIn("DevicesPolicy", words, status)

    def test_the_socket(self):
        self.assertEqual(self.verify(SOCKET.read_text(), SOCKET), (0, ""))

    def test_a_socket_that_listens_nowhere_is_found(self):
        status, words = self.verify(SOCKET.read_text().replace("ListenStream=", "ListenNowhere="), SOCKET)
        self.assertIn("ListenNowhere", words, status)
        self.assertNotEqual(status, 0, words)

    def test_exposure(self):
        limit = str(round(EXPOSURE * 10))
        done = analyze("security", "--offline=true", "--no-pager", f"--threshold={limit}", str(UNIT))
        self.assertEqual(done.returncode, 0, done.stdout[-300:] + done.stderr)

    def test_users_of_the_unix_socket_are_told_apart(self):
        """In a user namespace of its own the daemon sees all of them as nobody: one client, one limit."""
        self.assertNotRegex(UNIT.read_text(), r"(?m)^PrivateUsers=(yes|true|on|1)$")

    def test_a_unit_that_is_open_is_rated_so(self):
        with tempfile.TemporaryDirectory() as folder:
            copy = pathlib.Path(folder, UNIT.name)
            copy.write_text("[Service]\nExecStart=/bin/true\n")
            done = analyze("security", "--offline=true", "--no-pager", "--threshold=15", str(copy))
            self.assertNotEqual(done.returncode, 0)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
