"""What the tests of the built tools share: programs, a device, a state directory, a terminal."""

import json
import os
import pathlib
import pty
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

TESTS = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TESTS))

from support.emulator import Emulator  # noqa: E402  (the path above finds it)
from support.fake_node import Node, head  # noqa: E402, F401

BIN = pathlib.Path(os.environ["BRIDGE_BIN"])
MAKE_STORE = os.environ["BRIDGE_MAKE_STORE"]
SECONDS = 30

# The keys of the emulator's default seed at 44h/1729h/0h/0h.
TZ1 = "tz1RVYaHiobUKXMfJ47F7Rjxx5tu3LC35WSA"
TZ2 = "tz2Q3U8EbGayZzK2Vwap5JQJFmJEbwURe77o"
MAINNET = "NetXdQprcVkpaWU"
GHOSTNET = "NetXnHfVqm9iesp"
NAME = "masculine-pig-stupendous-dugong"


class Tools(unittest.TestCase):
    """An emulator and a state directory for each test; tools find no daemon."""

    confirm = "accept"
    emulator_options = ()

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tools-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.state_dir = self.folder / "state"
        self.make_store()
        self.emulator = Emulator(
            str(BIN / "ledger-emulator"), "--confirm", self.confirm, *self.emulator_options)
        self.addCleanup(self.emulator.stop)
        self.device = f"tcp://127.0.0.1:{self.emulator.apdu_port}"

    def make_store(self, *signed):
        """`signed`: (address, chain, level)."""
        words = [str(word) for mark in signed for word in mark]
        subprocess.run([MAKE_STORE, self.state_dir, *words], check=True)

    def places(self):
        return ["--state-dir", str(self.state_dir),
                "--admin-socket", str(self.folder / "admin.sock")]

    def command(self, program, *words):
        words = [str(word) for word in words]
        return [str(BIN / program), *words, "--device", self.device, *self.places()]

    def run_tool(self, program, *words):
        """Runs it to its end, away from a terminal."""
        return subprocess.run(self.command(program, *words), stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=SECONDS)

    def succeed(self, program, *words):
        """The JSON it prints."""
        done = self.run_tool(program, *words, "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def refuse(self, code, *words, saying=""):
        """It fails with this exit code, one error line, and nothing on standard output."""
        done = self.run_tool(*words)
        self.assertEqual(done.returncode, code, done.stderr)
        self.assertRegex(done.stderr, r"(?m)^error: .+; .+$")
        self.assertIn(saying, done.stderr)
        return done

    def start_tool(self, program, *words):
        process = subprocess.Popen(self.command(program, *words), stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(self.end, process)
        return process

    @staticmethod
    def end(process):
        if process.poll() is None:
            process.kill()
        process.communicate()

    def interrupt_waiting(self, process):
        """Ctrl-C once its prompt is on the screen. (exit code, stdout, stderr)"""
        self.emulator.control.wait_for_prompt()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=SECONDS)
        return process.returncode, out, err

    def state(self):
        return self.emulator.control.state()

    def marks(self):
        state = self.state()
        return state["main"]["level"], state["test"]["level"]


class Terminal:
    """Runs a command with a terminal as its three streams."""

    def __init__(self, command):
        self.master, slave = pty.openpty()
        self.process = subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave)
        os.close(slave)
        self.text = ""

    def wait_for(self, words):
        deadline = time.monotonic() + SECONDS
        while words not in self.text:
            if not self._read(deadline):
                raise AssertionError(f"{words!r} did not come: {self.text!r}")

    def type(self, line):
        os.write(self.master, line.encode() + b"\n")

    def finish(self):
        """The exit code; `text` has everything that was written."""
        deadline = time.monotonic() + SECONDS
        while self._read(deadline):
            pass
        os.close(self.master)
        return self.process.wait(SECONDS)

    def _read(self, deadline):
        ready = select.select([self.master], [], [], max(deadline - time.monotonic(), 0))[0]
        try:
            piece = os.read(self.master, 4096) if ready else b""
        except OSError:  # how a terminal says that the other side is closed
            piece = b""
        self.text += piece.decode()
        return piece != b""
