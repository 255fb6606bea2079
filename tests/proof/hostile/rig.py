"""What the clients share: the level around which they ask, when to stop, what they counted."""

import multiprocessing

from common.message import place


class Rig:
    def __init__(self, clients, level):
        self.stop = multiprocessing.Event()
        self.level = multiprocessing.Value("q", level)
        self.asked = multiprocessing.Array("q", clients, lock=False)  # each writes its own
        self.results = multiprocessing.Queue()

    def climb(self):
        with self.level.get_lock():
            self.level.value += 1

    def note_signed(self, message):
        """A level that was signed is used up, so the fight goes on at it or above."""
        signed = place(message).level
        with self.level.get_lock():
            self.level.value = max(self.level.value, signed)
