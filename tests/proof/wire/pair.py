"""One daemon, one device, the proxy between them, and clients that want a double."""

import collections
import http.client
import random
import threading
import time

from common.checker import Checker, read_sign_log
from common.message import place
from hostile.client import Connection, signature_of
from support import payloads
from support.daemon import Daemon
from support.device import Device
from support.waiting import PATIENCE, eventually
from support.case import free_port
from wire.proxy import Proxy

FIRST_LEVEL = 1000
DEADLINE_SECONDS = 0.5  # of a request
MARGIN_SECONDS = 3 * PATIENCE  # of this machine
BACK_SECONDS = 40  # an answer to SIGN is waited for 15 s, and then there may be the next one
STUCK_SECONDS = 120
KINDS = list(payloads.KINDS.values())
REFUSALS = (409, 503)
CLIENTS = 2
PAUSE = 0.01  # after a refusal


class Asker(threading.Thread):
    """Asks for messages that fight for a place, and for the same again when there was no answer."""

    def __init__(self, pair, seed):
        super().__init__(daemon=True)
        self.pair, self.dice = pair, random.Random(seed)
        self.connection = Connection(pair.daemon.port, pair.device.address)
        self.given, self.statuses = [], collections.Counter()
        self.slowest, self.wrong = 0.0, []

    def run(self):
        message = self.choose()
        while not self.pair.over.is_set():
            status = self.ask(message)
            if status != 200:
                time.sleep(PAUSE)
            if status == 200 or self.dice.random() < 0.6:
                message = self.choose()
        self.connection.close()

    def choose(self):
        level = self.pair.level + self.dice.choice((0, 0, 1))
        return self.dice.choice(KINDS)(level, self.dice.choice((0, 0, 1)), salt=self.dice.randrange(2))

    def ask(self, message):
        begun = time.monotonic()
        try:
            status, body = self.connection.ask(message)
        except OSError as error:
            self.wrong.append(f"no answer in {time.monotonic() - begun:.1f} s: {error!r}")
            self.connection.close()
            return None
        self.slowest = max(self.slowest, time.monotonic() - begun)
        self.statuses[status] += 1
        if status == 200:
            self.given.append((message, signature_of(body)))
            self.pair.signed(place(message).level)
        elif status not in REFUSALS:
            self.wrong.append(f"status {status}: {body}")
        elif status == 409 and self.dice.random() < 0.2:
            self.pair.climb()
        return status


class Pair:
    def __init__(self, seed, curve, folder):
        self.seed, self.curve = seed, curve
        self.sign_log = folder / f"signed-{seed}"
        self.device = Device("--sign-log", str(self.sign_log), port=free_port()).set_up(curve, FIRST_LEVEL)
        self.proxy = Proxy(self.device.port, random.Random(f"{seed} wire"))
        self.daemon = Daemon(self.proxy.url, "--sign-deadline", f"{int(DEADLINE_SECONDS * 1000)}ms",
                             "--reconnect-grace", "10m", "--log-level", "error")  # opened again at once
        self.level, self.lock = FIRST_LEVEL + 1, threading.Lock()
        self.over = threading.Event()
        self.moved_at, self.longest_pause = time.monotonic(), 0.0

    def start(self):
        self.daemon.start()
        self.askers = [Asker(self, f"{self.seed} client {number}") for number in range(CLIENTS)]
        for asker in self.askers:
            asker.start()

    def climb(self):
        with self.lock:
            self.level += 1

    def signed(self, level):
        now = time.monotonic()
        with self.lock:
            self.longest_pause = max(self.longest_pause, now - self.moved_at)
            self.moved_at = now
            self.level = max(self.level, level)

    def finish(self):
        """On a faultless wire the two of them serve again by themselves."""
        self.proxy.calm.set()
        try:
            before = self.moved_at
            eventually(lambda: self.moved_at > before + 1, BACK_SECONDS, "signatures on a faultless wire")
        except AssertionError as error:
            self.proxy.wrong.append(f"{error}; {self.words()}")
        self.over.set()
        for asker in self.askers:
            asker.join()
        if self.daemon.process.poll() is not None:
            self.proxy.wrong.append(f"the daemon ended by itself: {self.daemon.process.returncode}")

    def words(self):
        try:
            return self.daemon.health()
        except (OSError, http.client.HTTPException) as error:
            return repr(error)

    def judge(self):
        """(faults, numbers)"""
        checker = Checker(self.device.public_key)
        for message, signature in read_sign_log(self.sign_log):
            checker.signed(message, signature)
        statuses, slowest, wrong = collections.Counter(), 0.0, list(self.proxy.wrong)
        for asker in self.askers:
            for message, text in asker.given:
                checker.released(message, text)
            statuses.update(asker.statuses)
            slowest = max(slowest, asker.slowest)
            wrong += asker.wrong
        if slowest > DEADLINE_SECONDS + MARGIN_SECONDS:
            wrong.append(f"an answer took {slowest:.1f} s")
        if self.longest_pause > STUCK_SECONDS:
            wrong.append(f"no signature for {self.longest_pause:.0f} s")
        wrong += checker.faults()
        numbers = collections.Counter(checker.counts())
        numbers.update({f"status {status}": number for status, number in statuses.items()})
        return [f"pair {self.seed} ({self.curve}): {text}" for text in dict.fromkeys(wrong)], numbers, slowest, self.longest_pause

    def close(self):
        self.over.set()
        self.daemon.close()
        self.proxy.close()
        if self.device.running():
            self.device.kill()


