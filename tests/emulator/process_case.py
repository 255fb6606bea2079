"""What the tests of the ledger-emulator process share: commands, and a running emulator."""

import argparse
import pathlib
import struct
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from support.emulator import Emulator  # noqa: E402

BINARY = None

MAINNET = 0x7A06A770
PATH = bytes.fromhex("048000002c800006c18000000080000000")
VERSION = bytes.fromhex("8000000000")
QUIT = bytes.fromhex("b0a7000000")
APP_INFO = bytes.fromhex("b001000000")
MARKS = bytes.fromhex("800b000000")


def command(ins, p1, p2, data=b""):
    return bytes([0x80, ins, p1, p2, len(data)]) + data


def setup(level, curve=0):
    return command(0x0A, 0, curve, struct.pack(">III", MAINNET, level, 0) + PATH)


def select(curve=0):
    return command(0x04, 0, curve, PATH)


def attestation(level, round_=0):
    return (b"\x13" + struct.pack(">I", MAINNET) + b"\xb4" * 32 + b"\x15\x00\x07"
            + struct.pack(">II", level, round_) + b"\xb1" * 32)


def sign(level, round_=0):
    return command(0x04, 0x81, 0, attestation(level, round_))


def run(*arguments):
    """(exit code, standard output, standard error) of a run that ends by itself."""
    done = subprocess.run([BINARY, *arguments], capture_output=True, text=True, timeout=20)
    return done.returncode, done.stdout, done.stderr


def start(*arguments):
    return Emulator(BINARY, *arguments)


class Running(unittest.TestCase):
    arguments = ("--confirm", "accept")

    def setUp(self):
        self.emulator = start(*self.arguments)
        self.addCleanup(self.check_end)
        self.control = self.emulator.control

    def check_end(self):
        """Whatever a test did, the process still runs, and ends when asked."""
        self.assertTrue(self.emulator.running())
        self.assertEqual(self.emulator.stop(), 0)

    def host(self):
        host = self.emulator.host()
        self.addCleanup(host.close)
        return host

    def ready_host(self, level=100):
        host = self.host()
        self.assertEqual(host.exchange(setup(level))[1], 0x9000)
        self.assertEqual(host.exchange(select())[1], 0x9000)
        return host

    def main_level(self):
        return self.control.state()["main"]["level"]


def main():
    """For a test program: --emulator BINARY, then what unittest takes."""
    global BINARY
    parser = argparse.ArgumentParser()
    parser.add_argument("--emulator", required=True)
    arguments, rest = parser.parse_known_args()
    BINARY = arguments.emulator
    unittest.main(module="__main__", argv=[sys.argv[0], *rest])
