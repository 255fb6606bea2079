"""Starts the built daemon in a folder of its own, speaks to it, stops it, reads its log."""

import os
import pathlib
import queue
import re
import shutil
import signal
import subprocess
import tempfile
import threading

from . import http_client
from .places import program
from .waiting import PATIENCE, eventually

START_SECONDS = 20 * PATIENCE
STOP_SECONDS = 20 * PATIENCE


class Daemon:
    """One daemon; after stop() or kill() start() runs it again on the same state directory."""

    def __init__(self, device=None, *options, http="127.0.0.1:0", env=None):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="bridge-"))
        self.state_dir = self.folder / "state"
        self.admin_socket = self.folder / "admin.sock"
        self.log_path = self.folder / "log"
        self.device = device
        self.options = list(options)
        self.http = http
        self.env = env or {}
        self.descriptors = ()  # that it inherits
        self.port = None
        self.process = None
        self.lines = None

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.close()

    def command(self):
        device = ["--device", self.device] if self.device else []
        places = ["--state-dir", str(self.state_dir), "--admin-socket", str(self.admin_socket)]
        return [str(program("ledger-bridged")), "--http", self.http, *device, *places, *self.options]

    def launch(self):
        """Starts the process and waits for nothing."""
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                self.command(), stdout=subprocess.PIPE, stderr=log, env=os.environ | self.env,
                pass_fds=self.descriptors,
            )
        self.lines = queue.Queue()
        threading.Thread(target=self._read, args=(self.process, self.lines), daemon=True).start()
        return self

    def start(self):
        """Starts the process and waits for the line that says where it listens."""
        self.launch()
        line = self.ready_line()
        match = re.fullmatch(r"listening http 127\.0\.0\.1:(\d+)", line or "")
        if not match:
            self.kill()
            raise AssertionError(f"ready line: {line!r}; log:\n{self.log()}")
        self.port = int(match[1])
        return self

    @staticmethod
    def _read(process, lines):
        for line in process.stdout:
            lines.put(line.decode().rstrip("\n"))
        lines.put(None)

    def ready_line(self):
        """The next line of standard output; None when it ended."""
        return self.lines.get(timeout=START_SECONDS)

    def log(self):
        return self.log_path.read_text() if self.log_path.exists() else ""

    def log_lines(self, *words):
        return [line for line in self.log().splitlines() if all(word in line for word in words)]

    def wait_lines(self, *words, count=None, seconds=10):
        """So many lines of the log, or some, with all these words; they are written a moment after
        the event."""
        wanted = (lambda lines: lines) if count is None else (lambda lines: len(lines) == count)
        eventually(lambda: wanted(self.log_lines(*words)), seconds, words)
        return self.log_lines(*words)

    def terminate(self):
        self.process.send_signal(signal.SIGTERM)

    def wait(self, seconds=STOP_SECONDS):
        """The exit code."""
        return self.process.wait(seconds)

    def stop(self):
        """SIGTERM; the exit code."""
        self.terminate()
        return self.wait()

    def kill(self):
        """As a power cut ends it."""
        self.process.kill()
        self.process.wait()

    def close(self):
        if self.process is not None and self.process.poll() is None:
            self.kill()
        if self.process is not None:
            self.process.stdout.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def request(self, method, target, body=None, headers=None):
        return http_client.request(self.port, method, target, body, headers)

    def get(self, target):
        return self.request("GET", target)

    def sign(self, key, message):
        """As a baker of today asks: chunked, with version=3."""
        headers = {"content-type": "application/json", "transfer-encoding": "chunked"}
        return self.request(
            "POST", f"/keys/{key}?version=3", [http_client.sign_body(message)], headers
        )

    def health(self):
        return self.get("/healthz").json()

    def wait_ready(self, seconds=10):
        eventually(lambda: self.get("/healthz").status == 200, seconds, "ready")
        return self

    def wait_reason(self, reason, seconds=10):
        """Waits until the daemon is not ready for exactly this reason."""
        return eventually(
            lambda: self.health()["reasons"] == [reason] and self.health(), seconds, reason
        )
