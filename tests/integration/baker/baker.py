"""One consensus key of a baker: a queue that is worked off one by one, and a mark of its own."""

import collections
import threading
import time

from common.message import place

from .wire import Failed


LATE = "after the end of its round"
QUEUED = "still queued at the next proposal"


def mark_of(message):
    """(level, round, kind); of one level and round: block, preattestation, attestation, as their magic
    bytes count."""
    return *place(message)[-2:], message[0]


class KeyQueue:
    """`verify(message, text)` is asked about every signature before it counts.

    Afterwards: `asked`, the messages in the order in which they were; `given`, (message, text) of
    each that came in time; `missed`, sentences; `cancelled`, the messages given up; `seconds`, how long
    each took.
    """

    def __init__(self, wire, address, verify):
        self.wire, self.address, self.verify = wire, address, verify
        self.asked, self.given, self.missed, self.cancelled, self.seconds = [], [], [], [], []
        self._mark = None
        self._queue = collections.deque()
        self._change = threading.Condition()
        self._ending = False
        self._thread = threading.Thread(target=self._work)
        self._thread.start()

    def cancel(self):
        """Gives up what is queued, not what is under way."""
        with self._change:
            self.missed += [f"{mark_of(m)}: {QUEUED}" for m, _ in self._queue]
            self.cancelled += [m for m, _ in self._queue]
            self._queue.clear()

    def put(self, message, until):
        with self._change:
            self._queue.append((message, until))
            self._change.notify()

    def finish(self):
        """Waits for what is queued."""
        with self._change:
            self._ending = True
            self._change.notify()
        self._thread.join()

    def _next(self):
        with self._change:
            self._change.wait_for(lambda: self._queue or self._ending)
            return self._queue.popleft() if self._queue else None

    def _work(self):
        while (task := self._next()) is not None:
            self._ask(*task)

    def _ask(self, message, until):
        """The mark is kept before the signer is asked, so what fails is never asked again."""
        mark = mark_of(message)
        if self._mark is not None and mark <= self._mark:
            self.missed.append(f"out of order: {mark} after {self._mark}")
            return
        self._mark = mark
        self.asked.append(message)
        begun = time.monotonic()
        try:
            text = self.wire.sign(self.address, message)
        except Failed as failure:
            self.missed.append(f"{mark}: {failure}")
            return
        ended = time.monotonic()
        self.seconds.append(ended - begun)
        if not self.verify(message, text):
            self.missed.append(f"{mark}: a signature that does not verify: {text}")
        elif ended > until:
            self.missed.append(f"{mark}: {1000 * (ended - until):.0f} ms {LATE}")
        else:
            self.given.append((message, text))


def bake(queues, proposals):
    """Does at its time what a chain asks for, for all keys alike. When all is done: how late it was
    itself each time, since this machine gave it no processor (seconds)."""
    begun, late = time.monotonic(), []
    for proposal in proposals:
        time.sleep(max(begun + proposal.at - time.monotonic(), 0))
        late.append(time.monotonic() - begun - proposal.at)
        for queue in queues:
            if proposal.cancels:
                queue.cancel()
            for message in proposal.messages:
                queue.put(message, begun + proposal.until)
    for queue in queues:
        queue.finish()
    return late
