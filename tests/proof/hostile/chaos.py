"""Everything that can happen to a daemon and its device, one after the other and two at a time.

Each kind of trouble is dealt from a shuffled deck, so that none is missing in a short run.
"""

import collections
import json
import shutil
import subprocess
import time

from support import payloads
from support.command import run
from support.device import PATH
from support.waiting import eventually


class Chaos:
    def __init__(self, dice, daemon, device, nvram, rig, curve):
        self.dice, self.daemon, self.device = dice, daemon, device
        self.nvram = nvram
        self.rig, self.curve = rig, curve
        self.done = collections.Counter()
        self.unexpected = []
        self.tool_exits = collections.Counter()
        self.tool_words = ""  # of the last tool, on its standard error
        self.deck = []

    def one(self):
        """The next trouble and its end: the device is there again, or about to be."""
        if not self.deck:
            self.deck = [getattr(self, name) for name in dir(self) if name.startswith("do_")]
            self.dice.shuffle(self.deck)
        trouble = self.deck.pop()
        trouble()
        self.done[trouble.__name__.removeprefix("do_")] += 1
        time.sleep(self.dice.uniform(0.05, 0.5))

    @property
    def decks_dealt(self):
        return min((self.done[name[3:]] for name in dir(self) if name.startswith("do_")), default=0)

    def post(self, path, body=None):
        """409 is no failure: the device may be in another state than the trouble wants."""
        return self.device.control.request("POST", path, body)[0] == 200

    def plug(self):
        """The port may be somebody else's for a moment, where many tests run."""
        eventually(lambda: self.post("/plug") or self.device.state()["plugged"], 20, "plugged in", step=0.05)

    def pause(self, longest=0.4):
        """Some time passes; in one of four the daemon dies in it."""
        time.sleep(self.dice.uniform(0, longest))
        if self.dice.random() < 0.25:
            self.kill_daemon()

    def kill_daemon(self):
        if self.daemon.process.poll() is not None:
            self.unexpected.append(f"the daemon ended by itself: {self.daemon.process.returncode}")
        self.daemon.kill()
        self.daemon.start()
        self.done["daemon killed"] += 1

    def sabotage(self):
        """What no daemon can survive: an old copy of its state is put back, and of the marker
        beside it that would betray this, and the device's mark is lowered. The clients must be able
        to get a double out of that."""
        state = self.daemon.state_dir
        marker = state.with_name(state.name + ".marker")
        self.rig.held.set()
        self.daemon.kill()
        level = self.rig.level.value + 50  # above everything that was asked for so far
        for folder in (state, marker):
            shutil.copytree(folder, folder.with_suffix(".copy" + folder.suffix))
        self.daemon.start().wait_ready()
        self.walk(level)
        self.daemon.kill()
        for folder in (state, marker):
            shutil.rmtree(folder)
            folder.with_suffix(".copy" + folder.suffix).rename(folder)
        self.do_factory_and_left_behind()
        self.daemon.start().wait_ready()
        self.walk(level)
        self.rig.held.clear()

    def walk(self, level):
        """The clients fight over each of ten levels in turn: the same ones before and after."""
        for step in range(1, 11):
            self.rig.level.value = level + step
            time.sleep(0.15)
        self.rig.level.value = level

    # The daemon.

    def do_kill_daemon(self):
        self.kill_daemon()

    def do_kill_daemon_in_a_row(self):
        for _ in range(3):
            time.sleep(self.dice.uniform(0, 0.3))
            self.kill_daemon()

    def do_stop_daemon_in_order(self):
        self.daemon.terminate()
        if self.daemon.wait() != 0:
            self.unexpected.append(f"exit code {self.daemon.process.returncode} after SIGTERM")
        self.daemon.start()

    # The device and its cable.

    def do_kill_device(self):
        self.device.kill()
        self.pause()
        self.device.start()
        self.done["device killed"] += 1

    def do_unplug(self):
        self.post("/unplug")
        self.pause()
        self.plug()

    def do_unplug_for_long(self):
        self.post("/unplug")
        time.sleep(2.2)
        self.plug()

    def do_lock(self):
        self.post("/lock")
        self.pause()
        self.post("/unlock")

    def do_power_cycle(self):
        self.post("/power-cycle")

    def do_other_app(self):
        self.post("/power-cycle", {"app": "BOLOS"})
        self.pause()
        self.post("/open-app", {"name": "Tezos Baking"})

    def do_answers_go_wrong(self):
        for _ in range(3):
            kind = self.dice.choice(("delay", "cut", "corrupt", "disconnect"))
            count = self.dice.randrange(1, 4)
            fault = {"kind": kind, "count": count, "ms": 100, "instruction": "SIGN"}
            self.post("/fault", fault)
            self.pause()

    def do_answer_that_never_comes(self):
        self.post("/fault", {"kind": "drop", "count": 1, "instruction": "SIGN"})
        self.pause()
        self.post("/power-cycle")

    # Its marks.

    def do_forget_marks(self):
        """High Watermark is off while it signs, then the power goes: it is back at an old mark."""
        self.post("/hwm-setting", {"enabled": False})
        self.pause(1.0)
        self.post("/power-cycle")
        self.post("/hwm-setting", {"enabled": True})

    def do_lower_marks(self):
        """Another device of the same seed, left behind at a lower level."""
        self.device.kill()
        flash = json.loads(self.nvram.read_text())
        level = max(self.rig.level.value - self.dice.randrange(1, 200), 1)
        mark = {"level": level, "round": 0, "attested": False, "preattested": False}
        flash["main"] = flash["test"] = mark
        self.nvram.write_text(json.dumps(flash))
        self.device.start()

    def do_factory_and_setup(self):
        self.post("/power-cycle", {"factory": True})
        self.pause()
        self.tool("setup-ledger", "--curve", self.curve, "--chain", "mainnet", "--level", self.above())

    def do_factory_and_left_behind(self):
        """Wiped, and authorised again at level 1 by somebody else's program."""
        self.device.kill()
        key = {"curve": self.curve, "path": PATH}
        mark = {"level": 1, "round": 0, "attested": False, "preattested": False}
        self.nvram.write_text(json.dumps({
            "format": 1, "chain_id": payloads.MAINNET.hex(), "main": mark, "test": mark,
            "key": key, "hwm_enabled": True}))
        self.device.start()

    def do_reset(self):
        self.tool("reset-hwm", "--level", self.above())

    def do_reset_below_what_was_signed(self):
        if self.tool("reset-hwm", "--level", max(self.rig.level.value - 50, 1)) == 0:
            self.unexpected.append("reset-hwm lowered the mark below what was signed")

    def above(self):
        return self.rig.level.value + self.dice.randrange(1, 4)

    def tool(self, name, *arguments):
        try:
            done = run(name, "--yes", *arguments, "--admin-socket", self.daemon.admin_socket,
                       "--state-dir", self.daemon.state_dir)
            code, self.tool_words = done.returncode, done.stderr
        except subprocess.TimeoutExpired:
            code = "hangs"
            self.unexpected.append(f"{name} hangs")
        self.tool_exits[f"{name} {code}"] += 1
        return code
