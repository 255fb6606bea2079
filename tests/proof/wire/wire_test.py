"""A wire that loses, delays, cuts, spoils, repeats and exchanges what goes over it.

    BRIDGE_BIN=build/bin python3 tests/proof/wire/wire_test.py --faults 5000 --pairs 6 --seed 3

Ends with a report in JSON, and with exit code 0 only when no pair of daemon and device has a fault and
enough was done to the wire.
"""

import argparse
import collections
import json
import os
import pathlib
import random
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

import common  # noqa: E402,F401
from support.device import CURVES  # noqa: E402
from wire.pair import Pair  # noqa: E402
from wire.proxy import KINDS  # noqa: E402

LEAST_OF_A_KIND = 10  # a share of all faults: one in so many is of that kind, at least
LEAST_OF_SIGN = 100  # ... and happens to a signature
LEAST_RELEASED = 8  # one message released for so many faults


def options():
    parser = argparse.ArgumentParser()
    parser.add_argument("--faults", type=int, default=1500)
    parser.add_argument("--pairs", type=int, default=6)
    parser.add_argument("--seconds", type=float, default=3600, help="gives up after this time")
    parser.add_argument("--soak", action="store_true", help="as many faults as the time allows")
    parser.add_argument("--seed", type=int, default=int(os.environ.get("BRIDGE_SEED") or random.randrange(1 << 30)))
    return parser.parse_args()


def run(pairs, chosen):
    end = time.monotonic() + chosen.seconds
    for pair in pairs:
        pair.start()
    while time.monotonic() < end and sum(sum(p.proxy.counts.values()) for p in pairs) < chosen.faults:
        time.sleep(0.1)
    for pair in pairs:
        pair.proxy.calm.set()
    for pair in pairs:
        pair.finish()


def progress_faults(done, numbers, wanted):
    """A run in which nothing happens proves nothing."""
    faults = sum(done.values())
    needs = {"faults": (faults, wanted), "messages released": (numbers["released"], faults // LEAST_RELEASED)}
    for kind in KINDS:
        signing, asking = done[kind, "SIGN"], done[kind, "question"]
        needs[kind] = (signing + asking, faults // LEAST_OF_A_KIND)
        needs[f"{kind} of a signature"] = (signing, faults // LEAST_OF_SIGN)
    return [f"{what}: {got} of {least}" for what, (got, least) in needs.items() if got < least]


def report(pairs, chosen, seconds):
    faults, numbers, done = [], collections.Counter(), collections.Counter()
    slowest = pause = 0.0
    for pair in pairs:
        wrong, counted, slow, still = pair.judge()
        faults += wrong
        numbers.update(counted)
        done.update(pair.proxy.counts)
        slowest, pause = max(slowest, slow), max(pause, still)
    faults += progress_faults(done, numbers, 1 if chosen.soak else chosen.faults)
    return faults, {
        "seed": chosen.seed, "seconds": round(seconds, 1), "pairs": chosen.pairs, "faults of the wire": sum(done.values()),
        "faults an hour": round(sum(done.values()) / seconds * 3600),
        **{f"{kind}, {what}": number for (kind, what), number in sorted(done.items())},
        **dict(sorted(numbers.items())), "slowest answer, s": round(slowest, 2), "longest time without a signature, s": round(pause, 1),
    }


def main():
    chosen = options()
    print(f"seed {chosen.seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="wire-") as temporary:
        pairs = []
        try:
            begun = time.monotonic()
            for number in range(chosen.pairs):
                curve = list(CURVES)[number % len(CURVES)]
                pairs.append(Pair(f"{chosen.seed}.{number}", curve, pathlib.Path(temporary)))
            run(pairs, chosen)
            faults, facts = report(pairs, chosen, time.monotonic() - begun)
        finally:
            for pair in pairs:
                pair.close()
    print(json.dumps(facts, indent=1))
    for fault in faults[:40]:
        print(f"FAULT: {fault}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
