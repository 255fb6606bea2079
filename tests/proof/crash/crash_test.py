"""Stops the daemon everywhere in every way, alone and two at a time.

    BRIDGE_BIN=build/bin BRIDGE_PROOF=build/tests python3 tests/proof/crash/crash_test.py --pairs 200 --seed 5
    ... --only signature_recorded:1:cut,disk_write:2:kill --seed 123456

Ends with a report in JSON, and with exit code 0 only when no story has a fault and every point was reached.
"""

import argparse
import collections
import itertools
import json
import os
import pathlib
import queue
import random
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

import common  # noqa: E402,F401
from crash.bench import Bench  # noqa: E402
from crash.story import FAULTS, Story  # noqa: E402

# Once in each signature, on the thread of the device.
SIGNER = ("sign_ruled", "commit_asked", "apdu_ready", "apdu_sent", "apdu_answered", "device_answered",
          "commit_awaited", "signature_verified", "signature_recorded", "before_release", "after_release")
# Twice, on the thread of the store: for the mark, and for the signature.
STORE = ("store_asked", "transaction_open", "mark_written", "mark_committed", "store_done")
DISK = (("disk_write", 1), ("disk_write", 2), ("disk_write", 3), ("disk_write", 5), ("disk_written", 1),
        ("disk_written", 2), ("disk_save", 1), ("disk_save", 2), ("disk_saved", 1), ("disk_saved", 2))
POINTS = [(name, 1) for name in SIGNER] + [(name, nth) for nth in (1, 2) for name in STORE] + list(DISK)
# Of the making of the store.
BIRTHS = [("disk_write", nth, fault) for nth in (1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24)
          for fault in ("kill", "cut", "disk_full")]
BIRTHS += [("disk_save", nth, fault) for nth in range(1, 9) for fault in ("cut", "disk_broken")]
SINGLES = [(name, nth, fault) for (name, nth) in POINTS for fault in FAULTS]


def name_of(faults, birth):
    names = ",".join(f"{point}:{nth}:{kind}" for point, nth, kind in faults)
    return f"--only {names}" + (" --birth" if birth else "")


def stories(chosen, dice):
    """[(faults, whether the first comes at birth)]"""
    if chosen.only:
        parts = [part.split(":") for part in chosen.only.split(",")]
        return [([(point, int(nth), kind) for point, nth, kind in parts], chosen.birth)]
    pairs = list(itertools.product(SINGLES, repeat=2)) if chosen.pairs else []
    dice.shuffle(pairs)
    if chosen.lying_disk:
        return [([fault], False) for fault in SINGLES if fault[2] == "cut"] * 4
    singles = [([fault], False) for fault in SINGLES] + [([fault], True) for fault in BIRTHS]
    part, parts = (int(number) for number in chosen.part.split("/"))
    return singles * chosen.rounds + [(list(pair), False) for pair in pairs[: chosen.pairs][part - 1 :: parts]]


class Run:
    def __init__(self, chosen, work):
        self.chosen, self.end = chosen, time.monotonic() + chosen.seconds
        self.work = queue.SimpleQueue()
        for number, story in enumerate(work):
            self.work.put((number, *story))
        self.wanted, self.lock = len(work), threading.Lock()
        self.told = self.dealt = self.released = self.missed = 0
        self.faults, self.seen, self.disk = [], collections.Counter(), collections.Counter()
        self.statuses = collections.Counter()

    def worker(self):
        bench = Bench()
        try:
            while time.monotonic() < self.end:
                number, faults, birth = self.work.get_nowait()
                seed = self.chosen.seed if self.chosen.only else f"{self.chosen.seed}.{number}"
                self.tell(bench, faults, birth, seed)
        except queue.Empty:
            pass
        finally:
            with self.lock:
                self.seen.update(bench.gate.seen)
            bench.close()

    def tell(self, bench, faults, birth, seed):
        lies_about = "-wal" if self.chosen.lying_disk else None
        story = Story(bench, faults, random.Random(seed), birth, lies_about)
        wrong = story.run()
        with self.lock:
            self.told += 1
            self.dealt += len(faults)
            self.released += len(story.given)
            self.missed += story.missed
            self.disk.update(story.disk.counts)
            self.faults += [f"{name_of(faults, birth)} --seed {seed}: {text}" for text in wrong]
            if wrong and self.chosen.verbose:
                print(self.faults[-1], flush=True)

    def finish(self):
        workers = [threading.Thread(target=self.worker) for _ in range(self.chosen.workers)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()

    def missing(self):
        """A run in which the points were not reached proves nothing."""
        if self.chosen.only:
            return []
        never = sorted({name for name, _ in POINTS} - set(self.seen))
        faults = [f"never reached: {name}" for name in never]
        if self.told < self.wanted and not self.chosen.soak:
            faults.append(f"only {self.told} of {self.wanted} stories in {self.chosen.seconds} s")
        if self.missed > self.dealt / 5:
            faults.append(f"{self.missed} of {self.dealt} faults did not happen")
        if self.released < 2 * self.told:
            faults.append(f"only {self.released} messages released in {self.told} stories")
        return faults


def options():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=1, help="of every point with every fault")
    parser.add_argument("--pairs", type=int, default=0, help="stories with two faults")
    parser.add_argument("--part", default="1/1", help="of the pairs, for several processes: 2/3 is every third from the second on")
    parser.add_argument("--only", help="one story: point:nth:fault[,point:nth:fault]")
    parser.add_argument("--birth", action="store_true", help="the first fault comes while the store is made")
    parser.add_argument("--workers", type=int, default=6)
    parser.add_argument("--seconds", type=float, default=600, help="begins no story after this time")
    parser.add_argument("--soak", action="store_true", help="as many stories as the time allows")
    parser.add_argument("--lying-disk", action="store_true",
                        help="a disk that saves nothing; passes only when lost marks are found")
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--seed", default=os.environ.get("BRIDGE_SEED") or str(random.randrange(1 << 30)))
    return parser.parse_args()


def main():
    chosen = options()
    print(f"seed {chosen.seed}", flush=True)
    begun = time.monotonic()
    run = Run(chosen, stories(chosen, random.Random(chosen.seed)))
    run.finish()
    faults = run.faults + run.missing()
    if chosen.lying_disk:
        lost = sum("MARK LOST" in text for text in faults)
        doubles = sum("DOUBLE" in text for text in faults)
        print(f"lost marks found: {lost}, doubles found: {doubles}")
        faults = [] if lost > run.told / 5 else [f"the disk lied and only {lost} lost marks were found"]
    print(json.dumps({"stories": run.told, "seconds": round(time.monotonic() - begun, 1),
                      "messages released": run.released, "faults that did not happen": run.missed, "points": dict(run.seen),
                      "changes of the disk": dict(run.disk)}, indent=1))
    for text in faults[:40]:
        print(f"FAULT: {text}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
