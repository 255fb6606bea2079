"""Stands on the wire between one daemon and its device and does to it what a wire can do.

    proxy = Proxy(device_port, dice)
    proxy.url                  # for the daemon
    proxy.calm.set()           # from now on a faultless wire
    proxy.counts, proxy.wrong  # what was done to the wire; what the daemon did wrong
"""

import collections
import socket
import threading
import time

from wire import frames

KINDS = ("drop", "delay", "cut", "corrupt", "stale", "swapped")
SHARES = (0.1, 0.3, 0.6)  # of the exchanges of one connection that are disturbed
REMEMBERED = 6  # answers to each instruction
VERSION = bytes.fromhex("8000000000")
DEVICE_SECONDS = 20
LATE_SECONDS = 0.6  # later than the deadline of a request
PAYLOAD_HASH = 32  # at the end of a vote; a block's end says no level either


class Ended(Exception):
    """This connection is over."""


class Proxy:
    def __init__(self, device_port, dice):
        self.device_port, self.dice = device_port, dice
        self.counts, self.wrong = collections.Counter(), []
        self.calm, self.closed = threading.Event(), False
        self.deck = []
        self.past = collections.defaultdict(lambda: collections.deque(maxlen=REMEMBERED))
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"tcp://127.0.0.1:{self.listener.getsockname()[1]}"
        self.thread = threading.Thread(target=self._accept, daemon=True)
        self.thread.start()

    def close(self):
        self.closed = True
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def next_kind(self):
        """From a shuffled deck, so that none is missing in a short run."""
        self.deck = self.deck or self.dice.sample(KINDS, len(KINDS))
        return self.deck.pop()

    def _accept(self):
        while not self.closed:
            try:
                daemon, _ = self.listener.accept()
            except OSError:
                return
            with daemon, socket.create_connection(("127.0.0.1", self.device_port), DEVICE_SECONDS) as device:
                self._serve(daemon, device)

    def _serve(self, daemon, device):
        for end in (daemon, device):
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line = Line(self, daemon, device)
        try:
            while command := frames.receive_command(daemon):
                line.exchange(command)
        except frames.WireError as error:
            self.wrong.append(str(error))
        except (Ended, OSError):
            pass


class Line:
    """One connection of the daemon with its own to the device."""

    def __init__(self, proxy, daemon, device):
        self.proxy, self.dice = proxy, proxy.dice
        self.daemon, self.device = daemon, device
        self.share = self.dice.choice(SHARES)
        self.questions = [VERSION]  # that may be asked again
        self.held = None  # the answer that the next command gets
        self.owed = 0  # answers to the daemon; below 1 when it was given one more than it asked for

    def exchange(self, command):
        self.owed += 1
        disturbed = not self.proxy.calm.is_set() and self.dice.random() < self.share
        if disturbed:
            kind = self.proxy.next_kind()
            self.proxy.counts[kind, "SIGN" if frames.is_signing(command) else "question"] += 1
            getattr(self, f"_{kind}")(command)
        else:
            self._give(self._ask(command))

    # The wire as it should be.

    def _ask(self, command):
        """The device's answer; one behind after answers were swapped."""
        self.device.sendall(frames.command_frame(command))
        answer = frames.receive_answer(self.device)
        self.proxy.past[command[1]].append(answer)
        if not frames.is_signing(command):
            self.questions = [*self.questions[-REMEMBERED:], command]
        if self.held is not None:
            answer, self.held = self.held, self._kept(answer)
        return answer

    def _kept(self, answer):
        return answer if self.dice.random() < 0.5 else None

    def _give(self, answer):
        self.owed -= 1
        self.daemon.sendall(frames.answer_frame(answer))

    # And as it should not.

    def _drop(self, command):
        if self.dice.random() < 0.5:
            self._ask(command)
        self._silence()

    def _silence(self):
        """Nothing more comes. The daemon gives up by itself, or the cable goes before it does; it must
        not ask on a connection that owes it an answer. (A surplus answer that came just after its next
        question is, as far as it can see, the answer to that one.)"""
        luck, longest = self.dice.random(), LATE_SECONDS
        self.daemon.settimeout(None if luck < 0.02 else self.dice.uniform(0, longest if luck < 0.2 else longest / 10))
        try:
            if self.daemon.recv(1) and self.owed > 0:
                raise frames.WireError("asked again without the answer to what was asked before")
        except TimeoutError:
            pass
        raise Ended

    def _delay(self, command):
        answer = self._ask(command)
        luck = self.dice.random()
        if luck < 0.5:
            return self._trickle(frames.answer_frame(answer))
        time.sleep(self.dice.uniform(LATE_SECONDS, 2 * LATE_SECONDS) if luck < 0.6 else self.dice.uniform(0, 0.1))
        self._give(answer)

    def _trickle(self, frame):
        self.owed -= 1
        while frame:
            size = self.dice.randrange(1, len(frame) + 1)
            self.daemon.sendall(frame[:size])
            frame = frame[size:]
            time.sleep(self.dice.uniform(0, 0.01))

    def _cut(self, command):
        luck = self.dice.random()
        if luck < 0.2:
            raise Ended  # before the device has heard of it
        answer = self._ask(command)
        if luck < 0.5:
            return self._give(answer[: self.dice.randrange(len(answer) - 1)] + answer[-2:])
        frame = frames.answer_frame(answer)
        self.daemon.sendall(frame[: self.dice.randrange(len(frame))])
        if luck < 0.8:
            raise Ended
        self._silence()

    def _corrupt(self, command):
        if frames.is_signing(command) and self.dice.random() < 0.3:
            return self._give(self._ask(command[:-PAYLOAD_HASH] + self._spoiled(command[-PAYLOAD_HASH:])))
        answer = self._ask(command)
        if self.dice.random() < 0.9:
            return self._give(self._spoiled(answer))
        frame = frames.answer_frame(answer)
        self.daemon.sendall(self._spoiled(frame[:4]) + frame[4:])
        self._silence()  # a wrong length: the daemon waits for more, or for nothing

    def _spoiled(self, data):
        changed = bytearray(data)
        for _ in range(self.dice.choice((1, 1, 1, 2, 8))):
            changed[self.dice.randrange(len(data))] ^= 1 << self.dice.randrange(8)
        return bytes(changed) if changed != data else self._spoiled(data)

    def _stale(self, command):
        """An earlier answer, often to the same instruction, in place of this one or besides it."""
        past = self.proxy.past
        instruction = command[1] if past[command[1]] and self.dice.random() < 0.7 else self.dice.choice(list(past))
        old = self.dice.choice(past[instruction] or [bytes.fromhex("9000")])
        answer = self._ask(command)
        luck = self.dice.random()
        for given in ([old], [old, answer], [answer, old])[0 if luck < 0.6 else 1 if luck < 0.8 else 2]:
            self._give(given)

    def _swapped(self, command):
        """The answers change places with those to other questions, for one exchange or more."""
        other = self._ask(self.dice.choice(self.questions))
        self.held = self._ask(command)
        self._give(other)
