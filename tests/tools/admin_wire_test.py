"""The tools against a daemon of the test's own, which says what a real one never would."""

import json
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import unittest

from programs import BIN, SECONDS

PLAN = {"instruction": "SETUP", "device": "tcp://h:1", "address": "tz1", "chain": "any",
        "new": {"main": {"level": 5, "round": 0}, "test": {"level": 0, "round": 0}},
        "screens": ["Review | Request"], "notes": []}


class FakeDaemon(unittest.TestCase):
    def setUp(self):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="wire-"))
        self.addCleanup(shutil.rmtree, folder)
        self.path = folder / "admin.sock"
        self.listen()
        self.requests = []
        self.got = threading.Semaphore(0)
        self.done = threading.Event()

    def listen(self):
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(self.path))
        self.listener.listen(8)

    def serve(self, answers):
        """One answer for each request, in order; None keeps the connection open and silent. The
        tools look whether a daemon answers by connecting, so connections without a line pass."""
        def work():
            for answer in answers:
                connection, line = self.next_request()
                self.requests.append(json.loads(line))
                self.got.release()
                if answer is None:
                    self.done.wait(SECONDS)
                else:
                    connection.sendall(answer)
                connection.close()
        thread = threading.Thread(target=work)
        thread.start()
        self.addCleanup(self.listener.close)
        self.addCleanup(thread.join)
        self.addCleanup(self.done.set)

    def next_request(self):
        while True:
            connection = self.listener.accept()[0]
            line = connection.makefile("rb").readline()
            if line:
                return connection, line
            connection.close()

    def start(self, *words):
        process = subprocess.Popen(
            [str(BIN / words[0]), *words[1:], "--admin-socket", str(self.path)],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.stderr.close)
        return process

    def finish(self, process):
        out, err = process.communicate(timeout=SECONDS)
        return process.returncode, out, err

    @staticmethod
    def result(value):
        return json.dumps({"result": value}).encode() + b"\n"


class Wire(FakeDaemon):
    def test_one_request_a_connection_first_the_plan_then_the_levels_that_were_shown(self):
        self.serve([self.result(PLAN), self.result(PLAN | {"changed": True})])
        code, _, err = self.finish(self.start("setup-ledger", "--device", "tcp://h:1"))
        self.assertEqual(code, 0, err)
        self.assertEqual(self.requests, [
            {"command": "plan-setup", "device": "tcp://h:1"},
            {"command": "setup", "device": "tcp://h:1", "chain": "any", "level": 5,
             "test_level": 0}])

    def test_ctrl_c_before_the_prompt_says_that_the_daemon_may_still_ask(self):
        self.serve([self.result(PLAN), None])
        process = self.start("setup-ledger")
        self.got.acquire()
        self.got.acquire()
        process.send_signal(signal.SIGINT)
        code, _, err = self.finish(process)
        self.assertEqual(code, 6)
        self.assertIn("may still ask", err)

    def test_answers_that_are_none(self):
        for answer in (b"", b"hello\n", b"{}\n", b"[]\n", b'{"result":', b'{"error":{}}\n',
                       b"\xff\xfe\n", b"\n"):
            self.serve([answer])
            code, out, err = self.finish(self.start("ledgerctl", "list"))
            self.assertEqual((code, out), (1, ""), answer)
            self.assertRegex(err, "^error: .+; .+\n$")
            self.listener.close()
            self.path.unlink()
            self.listen()

    def test_results_of_another_shape_do_not_end_the_tool_badly(self):
        shapes = ([], None, 5, "x", {}, {"devices": 5}, {"devices": [5]}, {"devices": [{}]},
                  {"devices": [{"device_marks": {"main": []}, "host_marks": [1, {"level": "x"}]}]})
        self.serve([self.result(shape) for shape in shapes for _ in range(4)])
        for _ in shapes:
            for command in ("list", "status", "pubkey", "deauthorize"):
                code, _, err = self.finish(self.start("ledgerctl", command))
                self.assertEqual((code, err), (0, ""))

    def test_exit_code_is_the_daemons(self):
        errors = [{"error": {"id": "x", "message": "m; n", "exit_code": code}}
                  for code in range(1, 7)]
        self.serve([json.dumps(error).encode() + b"\n" for error in errors])
        for error in errors:
            code, _, err = self.finish(self.start("ledgerctl", "list"))
            self.assertEqual((code, err), (error["error"]["exit_code"], "error: m; n\n"))


if __name__ == "__main__":
    unittest.main()
