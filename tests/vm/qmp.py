"""Speaks to QEMU's machine protocol: one JSON object a line, over a Unix socket."""

import json
import socket
import threading


class QmpError(Exception):
    """QEMU refused a command, or ended."""


class Qmp:
    """A connection on which commands run one after the other. Events are kept, in order."""

    def __init__(self, path, timeout=30):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(timeout)
        self.socket.connect(str(path))
        self.file = self.socket.makefile("rb")
        self.lock = threading.Lock()
        self.events = []
        self._receive()  # the greeting
        self.command("qmp_capabilities")

    def command(self, name, **arguments):
        """What the command returns."""
        with self.lock:
            request = {"execute": name, "arguments": arguments}
            self.socket.sendall(json.dumps(request).encode() + b"\n")
            while True:
                answer = self._receive()
                if "return" in answer:
                    return answer["return"]
                if "error" in answer:
                    raise QmpError(f"{name} {arguments}: {answer['error']['desc']}")
                self.events.append(answer)

    def close(self):
        self.file.close()
        self.socket.close()

    def _receive(self):
        line = self.file.readline()
        if not line:
            raise QmpError("QEMU closed the connection")
        return json.loads(line)
