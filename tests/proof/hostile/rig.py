"""What the clients share: the level around which they ask, when to stop, what they counted."""

import multiprocessing

from common.message import place


class Rig:
    def __init__(self, clients, level):
        self.stop = multiprocessing.Event()
        self.held = multiprocessing.Event()  # the level is moved by the test alone
        self.level = multiprocessing.Value("q", level)
        self.asked = multiprocessing.Array("q", clients, lock=False)  # each writes its own
        self.results = multiprocessing.Queue()

    def climb(self):
        with self.level.get_lock():
            self.level.value += 0 if self.held.is_set() else 1

    def note_signed(self, message):
        """A level that was signed is used up, so the fight goes on at it or above."""
        signed = place(message).level
        with self.level.get_lock():
            if not self.held.is_set():
                self.level.value = max(self.level.value, signed)
