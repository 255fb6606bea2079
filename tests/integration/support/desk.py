"""A device with a daemon, and a tool that waits for the person at the device."""

import subprocess

from .payloads import MAINNET, block
from .places import program
from .waiting import PATIENCE, Stopwatch, eventually

AT_ONCE = 3  # without waiting for the deadline, which is 4 s
LEVEL = 500  # was signed
TOOL_SECONDS = 20 * PATIENCE


class Desk:
    """`options` are the daemon's; start() comes first."""

    def __init__(self, case, *options):
        self.case = case
        self.bridge = case.daemon(None, *options)

    def start(self, *storage, curve="ed25519", test_level=0, chain=MAINNET):
        self.device = self.case.device(*storage, confirm="ask")
        self.device.set_up(curve, level=100, test_level=test_level, chain=chain)
        self.bridge.device = self.device.url
        self.bridge.start().wait_ready()
        return self

    def command(self, *words):
        return [str(program(words[0])), *words[1:], "--admin-socket", str(self.bridge.admin_socket)]

    def ask(self, *words):
        """Runs a tool until its question is on the screen."""
        self.tool = subprocess.Popen(
            self.command(*words), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True,
        )
        self.case.addCleanup(self.end_tool)
        self.prompt = self.device.control.wait_for_prompt()

    def end_tool(self):
        self.tool.kill()
        self.tool.communicate()

    def post(self, *what):
        self.device.control.post(*what)

    def finish(self, code, *words):
        """The tool ends like this. Its standard output."""
        out, err = self.tool.communicate(timeout=TOOL_SECONDS)
        self.case.assertEqual(self.tool.returncode, code, err)
        for word in words:
            self.case.assertIn(word, err)
        return out

    def says(self, *words):
        return eventually(lambda: self.bridge.log_lines(*words), 10, f"{words} in the log")

    def sign(self, message):
        return self.bridge.sign(self.device.address, message)

    def signs(self, message):
        self.case.assert_signed(self.sign(message), self.device.public_key, message)

    def refuses_at_once(self):
        time_taken = Stopwatch()
        answer = self.sign(block(LEVEL + 1))
        self.case.assert_error(answer, 503, "screen")
        self.case.assertLess(time_taken(), AT_ONCE)
        self.case.assertEqual(self.bridge.health()["reasons"], ["prompting"])

    def signs_none_of(self, messages):
        """Ready by itself, and these are refused without the device."""
        self.bridge.wait_ready()
        signatures = self.device.signatures()
        for message in messages:
            self.case.assert_error(self.sign(message), 409)
        self.case.assertEqual(self.device.signatures(), signatures)
