"""Waiting for something to become true, always with an end."""

import os
import time

# A build with a sanitizer is that much slower: times that say "at once" are multiplied by it.
PATIENCE = float(os.environ.get("BRIDGE_PATIENCE", "1"))


class TimedOut(AssertionError):
    """What was waited for did not happen in time."""


def eventually(condition, seconds, what, step=0.01):
    """The first true value of `condition()`; TimedOut, with the last value seen, when none comes."""
    seconds *= PATIENCE
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise TimedOut(f"{what}: not within {seconds} s (last: {value!r})")
        time.sleep(step)


class Stopwatch:
    """Seconds since it was made."""

    def __init__(self):
        self.start = time.monotonic()

    def __call__(self):
        return time.monotonic() - self.start
