"""Speaks to the daemon's admin socket: one JSON line out, events and one last line back."""

import json
import socket

from .waiting import eventually


class AdminConversation:
    """One command; events can be read one by one while it runs."""

    def __init__(self, path, request, timeout=30):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(timeout)
        self.socket.connect(str(path))
        line = request if isinstance(request, bytes) else json.dumps(request).encode() + b"\n"
        self.socket.sendall(line)
        self.file = self.socket.makefile("rb")

    def next(self):
        """The next line as JSON; None when the daemon has closed."""
        line = self.file.readline()
        return json.loads(line) if line else None

    def finish(self):
        """(events, last line), and the daemon must have closed after that."""
        lines = []
        while (line := self.next()) is not None:
            lines.append(line)
        self.close()
        return lines[:-1], lines[-1] if lines else None

    def close(self):
        self.file.close()
        self.socket.close()


def ask(path, request):
    """The last line that the daemon gives to one command."""
    return AdminConversation(path, request).finish()[1]


def listens(path):
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(str(path)) == 0


def wait_for(path, seconds=10):
    """The file is there before anybody listens."""
    return eventually(lambda: listens(path), seconds, f"admin socket {path}")
