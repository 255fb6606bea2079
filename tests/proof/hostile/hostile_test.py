"""Clients that want a double, a daemon and a device that die all the time, and a judge.

    BRIDGE_BIN=build/bin python3 tests/proof/hostile/hostile_test.py --requests 10000 --seed 7

Ends with a report in JSON, and with exit code 0 only when the promise was kept and progress was made.
"""

import argparse
import collections
import itertools
import json
import multiprocessing
import os
import pathlib
import random
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from common.checker import Checker, read_sign_log  # noqa: E402
from hostile import client  # noqa: E402
from hostile.chaos import Chaos  # noqa: E402
from hostile.rig import Rig  # noqa: E402
from support.case import free_port  # noqa: E402
from support.daemon import Daemon  # noqa: E402
from support.device import CURVES, Device  # noqa: E402
from support.payloads import block  # noqa: E402
from support.waiting import PATIENCE, TimedOut, eventually  # noqa: E402

FIRST_LEVEL = 1000
DEADLINE_SECONDS = 2  # of a request
MARGIN_SECONDS = 3 * PATIENCE  # of this machine


class Battle:
    def __init__(self, options, folder):
        self.options, self.folder = options, folder
        self.dice = random.Random(f"{options.seed} chaos")
        nvram = folder / "nvram"
        self.sign_log = folder / "signed"
        self.device = Device("--nvram", str(nvram), "--sign-log", str(self.sign_log), port=free_port())
        self.curve = options.curve or self.dice.choice(list(CURVES))
        self.device.set_up(self.curve, FIRST_LEVEL)
        self.socket = folder / "sign.sock"
        self.daemon = Daemon(self.device.url, "--sign-deadline", f"{DEADLINE_SECONDS}s",
                             "--unix", str(self.socket), http=f"127.0.0.1:{free_port()}")
        self.rig = Rig(options.clients, FIRST_LEVEL + 1)
        self.chaos = Chaos(self.dice, self.daemon, self.device, nvram, self.rig, self.curve)

    def fight(self):
        self.daemon.start().wait_ready()
        clients = [self.client(number) for number in range(self.options.clients)]
        for process in clients:
            process.start()
        end = time.monotonic() + self.options.seconds
        if self.options.sabotage:
            self.chaos.sabotage()
            end = 0
        while not self.enough() and time.monotonic() < end:
            self.chaos.one()
        self.rig.stop.set()
        self.results = [self.rig.results.get(timeout=60) for _ in clients]
        for process in clients:
            process.join()
        self.peace()

    def client(self, number):
        """One in four speaks the socket protocol."""
        log = self.folder / f"client-{number}"
        if number % 4 == 3:
            connection = client.BinaryConnection(str(self.socket), self.device.address)
        else:
            connection = client.Connection(self.daemon_port(), self.device.address)
        arguments = (number, self.rig, self.options.seed, connection, log)
        return multiprocessing.Process(target=client.run, args=arguments, daemon=True)

    def daemon_port(self):
        return int(self.daemon.http.rsplit(":", 1)[1])

    def enough(self):
        return sum(self.rig.asked) >= self.options.requests and self.chaos.decks_dealt > 0

    def peace(self):
        """After all of it the two of them serve again, without a person; but a device that was wiped,
        and whose setup failed in the turmoil, is set up once more as a person would do it. A fault
        that is left over may cost a level: its signature was made and lost, so the next is asked."""
        if self.device.state()["authorized"] is None:
            try:
                eventually(self.set_up, 20, "setup of the wiped device", step=0.5)
            except TimedOut as error:
                raise TimedOut(f"{error}: {self.chaos.tool_words}; {self.device.state()}; the daemon:\n"
                               f"{self.daemon.log()[-4000:]}") from None
        levels = itertools.count(self.rig.level.value + 40)
        try:
            message, text = eventually(lambda: self.signed(block(next(levels))), 20, "service after the battle")
        except TimedOut as error:
            words = self.daemon.sign(self.device.address, block(next(levels))).body
            raise TimedOut(f"{error}: {words}; the device: {self.device.state()}") from None
        self.rig.note_signed(message)
        with open(self.folder / "client-last", "w", encoding="ascii") as log:
            log.write(f"{message.hex()} {text}\n")

    def set_up(self):
        level = self.rig.level.value + 20
        arguments = ("--curve", self.curve, "--chain", "mainnet", "--level", level)
        return self.chaos.tool("setup-ledger", *arguments) == 0

    def signed(self, message):
        answer = self.daemon.sign(self.device.address, message)
        return (message, answer.json()["signature"]) if answer.status == 200 else None

    def close(self):
        self.rig.stop.set()
        if self.device.running():
            self.device.kill()
        self.daemon.close()


def judge(battle):
    checker = Checker(battle.device.public_key)
    for message, signature in read_sign_log(battle.sign_log):
        checker.signed(message, signature)
    for path in sorted(battle.folder.glob("client-*")):
        for line in path.read_text().splitlines():
            message, text = line.split()
            checker.released(bytes.fromhex(message), text)
    return checker


def binary_signatures(battle):
    return sum(len(log.read_text().splitlines()) for log in battle.folder.glob("client-3"))


def progress_faults(battle, checker, statuses, slowest):
    """A run in which nothing happens proves nothing."""
    done, requests = battle.chaos.done, battle.options.requests
    needs = {
        "requests answered": (sum(battle.rig.asked), requests),
        "messages signed and released": (checker.counts()["released"], requests // 100),
        "answers with a signature": (statuses[200], requests // 80),
        "refusals by a watermark": (statuses[409], requests // 25),
        "refusals over the socket": (statuses["refused"], requests // 50),
        "signatures over the socket": (binary_signatures(battle), requests // 1000),
        "kinds of trouble, each at least once": (battle.chaos.decks_dealt, 1),
        "kills of the daemon": (done["daemon killed"], 4),
        "kills of the device": (done["device killed"], 1),
    }
    faults = [f"{what}: {got} of {wanted}" for what, (got, wanted) in needs.items() if got < wanted]
    if statuses[500]:
        faults.append(f"{statuses[500]} answers with status 500, which means a bug")
    if slowest > DEADLINE_SECONDS + MARGIN_SECONDS:
        faults.append(f"an answer took {slowest:.1f} s")
    return faults


def report(battle, seconds):
    checker = judge(battle)
    statuses, slowest = collections.Counter(), 0.0
    for _, counted, slow in battle.results:
        statuses.update(counted)
        slowest = max(slowest, slow)
    faults = checker.faults() + battle.chaos.unexpected
    faults += progress_faults(battle, checker, statuses, slowest)
    if battle.options.sabotage:
        found = any("DOUBLE" in fault for fault in faults)
        faults = [] if found else ["the state was put back, and nobody got a double out of it"]
    return faults, {
        "seed": battle.options.seed,
        "curve": battle.curve,
        "seconds": round(seconds, 1),
        "answers": {str(key): value for key, value in sorted(statuses.items(), key=str)},
        "slowest answer, s": round(slowest, 2),
        **checker.counts(),
        "last level": battle.rig.level.value,
        "troubles": dict(battle.chaos.done),
        "tools": dict(battle.chaos.tool_exits),
    }


def options():
    parser = argparse.ArgumentParser()
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=50, help="gives up after this time")
    seed = int(os.environ.get("BRIDGE_SEED") or random.randrange(1 << 30))
    parser.add_argument("--seed", type=int, default=seed)
    parser.add_argument("--curve", choices=CURVES, help="of the key; another with each seed")
    parser.add_argument("--sabotage", action="store_true",
                        help="put back old state; passes only when a double is found")
    parser.add_argument("--keep", type=pathlib.Path, help="folder for the logs of a run")
    return parser.parse_args()


def main():
    chosen = options()
    print(f"seed {chosen.seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="hostile-") as temporary:
        folder = chosen.keep or pathlib.Path(temporary)
        folder.mkdir(parents=True, exist_ok=chosen.keep is None)
        battle = Battle(chosen, folder)
        begun = time.monotonic()
        try:
            battle.fight()
            faults, facts = report(battle, time.monotonic() - begun)
        finally:
            (folder / "daemon.log").write_text(battle.daemon.log())
            battle.close()
    print(json.dumps(facts, indent=1))
    for fault in faults[:20]:
        print(f"FAULT: {fault}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
