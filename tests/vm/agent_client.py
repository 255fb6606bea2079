"""The outside end of the guest's command agent; see guest/agent.py for the wire."""

import base64
import json
import queue
import socket
import threading

SLACK_SECONDS = 30  # what the guest may add to a command's own time limit under load


class GuestError(AssertionError):
    """The guest did not answer, or a command that had to succeed failed."""


class Done:
    """How a command ended. The status is None when its time was over."""

    def __init__(self, answer):
        self.status = answer["status"]
        self.stdout = answer["stdout"]
        self.stderr = answer["stderr"]
        self.seconds = answer["seconds"]

    def __repr__(self):
        return f"<status {self.status}, {self.stdout[-800:]!r}, {self.stderr[-800:]!r}>"


class Pending:
    """A request to the agent whose answer is still to come."""

    def __init__(self, what, timeout):
        self.what = what
        self.timeout = timeout
        self.answers = queue.Queue()

    def answer(self):
        try:
            return self.answers.get(timeout=self.timeout + SLACK_SECONDS)
        except queue.Empty:
            raise GuestError(f"the guest did not answer: {self.what}") from None


class Running(Pending):
    """A command in the guest; wait() gives its end."""

    def wait(self):
        return Done(self.answer())


class AgentClient:
    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(str(path))
        self.hellos = queue.Queue()
        self.pending = {}
        self.last_id = 0
        self.lock = threading.Lock()
        threading.Thread(target=self._read, daemon=True).start()

    def wait_for_hello(self, seconds):
        """The boot id of the guest whose agent has just started."""
        try:
            return self.hellos.get(timeout=seconds)
        except queue.Empty:
            raise GuestError(f"no agent within {seconds} s") from None

    def start(self, text, timeout, stdin=b""):
        """Starts a command and waits for nothing."""
        body = {"run": text, "timeout": timeout, "stdin": base64.b64encode(stdin).decode()}
        return self._send(Running(text, timeout), body)

    def clock(self):
        """The guest's monotonic clock now."""
        return self._send(Pending("what time is it", 0), {"clock": True}).answer()["clock"]

    def close(self):
        self.socket.close()

    def _send(self, pending, body):
        with self.lock:
            self.last_id += 1
            self.pending[self.last_id] = pending
            self.socket.sendall(json.dumps({"id": self.last_id, **body}).encode() + b"\n")
        return pending

    def _read(self):
        with self.socket.makefile("rb") as lines:
            for line in lines:
                self._take(json.loads(line))

    def _take(self, message):
        if "hello" in message:
            self.hellos.put(message["hello"])
            return
        with self.lock:
            pending = self.pending.pop(message["id"], None)
        if pending is not None:
            pending.answers.put(message)
