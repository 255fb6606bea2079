"""Starts ledger-emulator and speaks to its ports.

    with Emulator(binary, "--confirm", "accept") as emulator:
        host = emulator.host()
        data, status = host.exchange(bytes.fromhex("8000000000"))
        emulator.control.post("/lock")
        emulator.control.state()["locked"]

Both ports are taken freely (0), so any number of emulators run side by side. With the arguments
"--redir-port", "0" there is a third one, `redir_port`, for a UsbHost of usbredir.py.
"""

import http.client
import json
import os
import re
import selectors
import signal
import socket
import struct
import subprocess
import time

START_SECONDS = 20
STOP_SECONDS = 10
ANSWER_SECONDS = 20


class NotRunning(Exception):
    """The program ended, or was not ready in time; the text has what it wrote."""


class Host:
    """One connection to the APDU port: length (4, big-endian) and command out; length of the data
    (4), data and status word (2) back."""

    def __init__(self, port, timeout=ANSWER_SECONDS):
        self.timeout = timeout
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=timeout)

    def send(self, command):
        self.socket.settimeout(self.timeout)
        self.socket.sendall(struct.pack(">I", len(command)) + command)

    def receive(self, timeout=None):
        """(data, status word). Raises TimeoutError when there is no answer, ConnectionError when
        the connection ends."""
        deadline = time.monotonic() + (self.timeout if timeout is None else timeout)
        size = struct.unpack(">I", self._take(4, deadline))[0]
        data = self._take(size, deadline)
        return data, struct.unpack(">H", self._take(2, deadline))[0]

    def exchange(self, command, timeout=None):
        self.send(command)
        return self.receive(timeout)

    def is_silent(self, seconds):
        """True when nothing arrives for that long."""
        try:
            self.receive(timeout=seconds)
        except TimeoutError:
            return True
        return False

    def close(self):
        self.socket.close()

    def _take(self, size, deadline):
        taken = b""
        while len(taken) < size:
            self.socket.settimeout(max(deadline - time.monotonic(), 0.001))
            piece = self.socket.recv(size - len(taken))
            if not piece:
                raise ConnectionError("the device ended the connection")
            taken += piece
        return taken

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Control:
    """The control port. post() and get() give (status, JSON)."""

    def __init__(self, port):
        self.port = port

    def request(self, method, path, body=None):
        """`body`: None, bytes as they are, or anything that JSON can say."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=ANSWER_SECONDS)
        try:
            raw = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
            connection.request(method, path, raw)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            connection.close()

    def post(self, path, body=None):
        """Posts, and fails unless the answer is 200."""
        status, answer = self.request("POST", path, body)
        if status != 200:
            raise AssertionError(f"POST {path} {body}: {status} {answer}")
        return answer

    def state(self):
        status, answer = self.request("GET", "/state")
        if status != 200:
            raise AssertionError(f"GET /state: {status} {answer}")
        return answer

    def wait_for_prompt(self, seconds=30):
        """The open prompt, as in the state. The APDU that opens it, or the program that sends it, is under way."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            prompt = self.state()["prompt"]
            if prompt is not None:
                return prompt
            time.sleep(0.005)
        raise AssertionError("no prompt opened")


class Emulator:
    """A running ledger-emulator; ends with the `with` block."""

    def __init__(self, binary, *arguments):
        self.binary = binary
        self.arguments = list(arguments)
        self.process = None
        self.start()

    def start(self, *more):
        """Starts the process (again); `more` arguments only for this run."""
        command = [self.binary, "--apdu-port", "0", "--control-port", "0"]
        self.process = subprocess.Popen(
            command + self.arguments + list(more),
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        ports = self._ready_ports()
        self.apdu_port = ports["apdu"]
        self.control = Control(ports["control"])
        self.redir_port = ports.get("redir")

    def host(self, timeout=ANSWER_SECONDS):
        return Host(self.apdu_port, timeout)

    def stop(self):
        """Asks the process to end and gives its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(STOP_SECONDS)
        finally:
            self._reap()

    def kill(self):
        """Ends the process as a crash would."""
        self.process.kill()
        self.process.wait(STOP_SECONDS)
        self._reap()

    def restart(self, crash=True):
        if crash:
            self.kill()
        else:
            self.stop()
        self.start()

    def running(self):
        return self.process.poll() is None

    def _reap(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()

    def _ready_ports(self):
        ports = {}
        wanted = 3 if "--redir-port" in self.process.args else 2
        written = b""
        deadline = time.monotonic() + START_SECONDS
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            while len(ports) < wanted:
                if not selector.select(max(deadline - time.monotonic(), 0)):
                    self._reap()
                    raise NotRunning(f"not ready in {START_SECONDS} s: {written.decode()}")
                piece = os.read(self.process.stdout.fileno(), 4096)
                if not piece:
                    self._reap()
                    raise NotRunning(written.decode())
                written += piece
                ports = {name.decode(): int(port) for name, port in
                         re.findall(rb"^(apdu|control|redir) 127\.0\.0\.1:(\d+)\n", written, re.MULTILINE)}
        return ports

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
