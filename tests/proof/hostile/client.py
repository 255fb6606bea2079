"""One client that means no good: it asks for whatever might make a double, on one connection.

Runs as a process of its own. It writes down every signature that it gets, with the bytes it asked
for; what to think of that is the checker's business.
"""

import collections
import json
import random
import socket
import time

from support import payloads
from support.socket_client import Refused, SocketClient

KINDS = list(payloads.KINDS.values())
CHAIN_OF_NOBODY = bytes.fromhex("deadbeef")
ANSWER_SECONDS = 30
PACE = {409: 0, 400: 0, 403: 0, 200: 0}  # everything else: the device is away, wait a little
PAUSE = 0.01


class Mischief:
    """Messages around a level: conflicting, repeated, too low, too high, of no kind."""

    def __init__(self, dice):
        self.dice = dice
        self.asked = collections.deque(maxlen=200)

    def message(self, level):
        luck = self.dice.random()
        if luck < 0.08 and self.asked:
            return self.dice.choice(self.asked)
        if luck < 0.10:
            return self.nonsense(level)
        message = self.near(level + self.distance(luck))
        self.asked.append(message)
        return message

    def distance(self, luck):
        if luck < 0.11:
            return self.dice.randrange(3, 30)
        if luck < 0.12:
            return self.dice.choice((5_000, 1_000_000, 0x3F000000))
        return self.dice.choice((-2, -1, 0, 0, 0, 1, 1))

    def near(self, level):
        build = self.dice.choice(KINDS)
        round_, salt = self.dice.choice((0, 0, 0, 1, 2)), self.dice.randrange(3)
        more = {}
        if build is payloads.attestation and self.dice.random() < 0.3:
            more["dal"] = bytes([salt])
        return build(max(level, 0), round_, salt=salt, **more)

    def nonsense(self, level):
        whole = self.dice.choice(KINDS)(level, chain=CHAIN_OF_NOBODY)
        return self.dice.choice((
            whole,
            whole[: self.dice.randrange(1, len(whole))],
            self.dice.randbytes(self.dice.randrange(1, 240)),
            payloads.block(payloads.LEVEL_END + level),
        ))


class Connection:
    """Kept alive for as long as the daemon lives."""

    def __init__(self, port, key):
        self.port = port
        self.head = f"POST /keys/{key} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: "
        self.socket = self.file = None

    def ask(self, message):
        """(status, body); ConnectionError or TimeoutError when there is no whole answer."""
        if self.socket is None:
            self.socket = socket.create_connection(("127.0.0.1", self.port), ANSWER_SECONDS)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.file = self.socket.makefile("rb")
        body = f'"{message.hex()}"'
        self.socket.sendall(f"{self.head}{len(body)}\r\n\r\n{body}".encode())
        return self.answer()

    def answer(self):
        status, size = self.file.readline(), None
        while (line := self.file.readline()) not in (b"\r\n", b""):
            name, _, value = line.partition(b":")
            size = int(value) if name.lower() == b"content-length" else size
        body = self.file.read(size) if line and size is not None else b""
        if not status or size is None or len(body) != size:
            raise ConnectionResetError("half an answer")
        return int(status.split()[1]), body

    def close(self):
        if self.socket is not None:
            self.file.close()
            self.socket.close()
            self.socket = None


class BinaryConnection:
    """The same over the socket protocol, which has no statuses: 200, or "refused"."""

    def __init__(self, path, key):
        self.path, self.key = path, key
        self.client = None

    def ask(self, message):
        if self.client is None:
            self.client = SocketClient(self.path)
        try:
            return 200, json.dumps({"signature": self.client.sign(self.key, message)}).encode()
        except Refused:
            return "refused", b""

    def close(self):
        if self.client is not None:
            self.client.socket.close()
            self.client = None


def signature_of(body):
    return json.loads(body)["signature"]


def run(number, rig, seed, connection, log_path):
    """Asks until `rig.stop` is set. `rig` is what all clients share."""
    dice = random.Random(f"{seed} client {number}")
    mischief = Mischief(dice)
    statuses, slowest = collections.Counter(), 0.0
    with open(log_path, "w", encoding="ascii") as log:
        while not rig.stop.is_set():
            level = rig.level.value
            message = mischief.near(level) if rig.held.is_set() else mischief.message(level)
            begun = time.monotonic()
            try:
                status, body = connection.ask(message)
            except OSError:
                connection.close()
                statuses["no answer"] += 1
                time.sleep(PAUSE)
                continue
            slowest = max(slowest, time.monotonic() - begun)
            statuses[status] += 1
            rig.asked[number] += 1
            if status == 200:
                log.write(f"{message.hex()} {signature_of(body)}\n")
                rig.note_signed(message)
            elif status not in PACE:
                time.sleep(PAUSE * dice.random())
            if dice.random() < 0.02:
                rig.climb()
    rig.results.put((number, dict(statuses), slowest))
