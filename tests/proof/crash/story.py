"""One story: lives of a daemon that end or are disturbed at chosen points, and what clients got.

A story has one place at stake: two different messages of one kind, level and round. In every life
both are asked for, in any order, and at last by the shipped program. A level above must be signed
in the end, whatever happened.
"""

import functools
import http.client
import os
import shutil
import signal
import threading
import time

from common.message import place
from shim.disk import Disk
from support import admin, payloads
from support.daemon import Daemon
from support.waiting import PATIENCE, TimedOut, eventually

LEVEL = 200  # of the first signature, which every story begins with
FORGOTTEN_LEVEL = 100  # where a device is that lost its marks
DEADLINE_SECONDS = 1
MARGIN_SECONDS = 4 * PATIENCE
BACK_SECONDS = 25  # the device is waited for 15 s when an answer is lost
ENDS = ("kill", "cut")  # faults after which a life is over
SAFE = ("signature_recorded", "before_release", "after_release")  # whoever asks again may have it
FAULTS = (*ENDS, "unplug", "disk_full", "disk_broken", "stall")


class CrashDaemon(Daemon):
    """The daemon with points and the shim, or the one that is shipped; on one state directory."""

    def __init__(self, device, programs, gate, deadline=DEADLINE_SECONDS):
        super().__init__(device.url, "--sign-deadline", f"{deadline}s")
        self.state_dir.mkdir(mode=0o700)
        self.journal, self.fault = self.folder / "journal", self.folder / "fault"
        self.programs, self.shipped = programs, False
        self.proof_env = {
            "LD_PRELOAD": str(programs / "libdisk_shim.so"), "BRIDGE_GATE": str(gate),
            "BRIDGE_DISK": str(self.state_dir), "BRIDGE_DISK_JOURNAL": str(self.journal),
            "BRIDGE_DISK_FAULT": str(self.fault), "ASAN_OPTIONS": "verify_asan_link_order=0",
        }

    def command(self):
        words = super().command()
        return words if self.shipped else [str(self.programs / "ledger-bridged-crash"), *words[1:]]

    def launch(self):
        self.env = {} if self.shipped else self.proof_env
        self.journal.unlink(missing_ok=True)
        return super().launch()

    def alive(self):
        return self.process is not None and self.process.poll() is None


class Story:
    """`faults`: [(point, nth, kind of fault)], at most one that ends a life in each life."""

    def __init__(self, bench, faults, dice, birth=False, lies_about=None):
        self.device, self.gate, self.checker = bench.device, bench.gate, bench.new_checker()
        self.bench, self.dice = bench, dice
        self.faults = list(faults)
        self.forgetful = dice.random() < 0.6
        self.build = dice.choice(list(payloads.KINDS.values()))
        self.rivals = [self.build(LEVEL + 1, salt=salt) for salt in (1, 2)]
        self.daemon = CrashDaemon(self.device, bench.programs, self.gate.path)
        self.disk = Disk()
        self.disk.lies_about = lies_about
        self.birth = birth  # the first fault comes while the store is made
        self.wrong, self.given, self.ended = [], {}, None
        self.missed = 0  # faults that did not happen: their point was not passed that often
        self.repairs = []  # that come by themselves, a moment after their fault

    def run(self):
        try:
            self.bench.prepare_device(self.forgetful)
            first = True
            while first or self.faults:
                self.one_life(first)
                first = False
            self.last_life()
        except Exception as error:  # whatever it is, the story has no good end
            self.wrong.append(f"{type(error).__name__}: {error}")
        finally:
            self.gate.disarm()
            for repair in self.repairs:
                repair.join()
            self.heal()
            self.daemon.close()
        self.judge()
        return self.wrong

    # A life.

    def one_life(self, first):
        faults = self.take_faults()
        on_disk = faults[0][0].startswith("disk")
        at_start = self.birth if first else on_disk and self.dice.random() < 0.5
        self.ended = None
        self.signed_before = {message for message, _ in self.bench.signed()}  # by the device, in earlier lives
        if at_start:
            self.gate.arm(faults)
        if self.born(at_start):
            if first:
                self.must_sign(self.build(LEVEL))
            if not at_start:
                self.gate.arm(faults)
            self.quarrel()
            self.outlive()
        self.missed += len(self.gate.disarm())
        self.heal()
        self.die()

    def take_faults(self):
        """Up to and with the first that ends a life."""
        taken = []
        while self.faults:
            point, nth, kind = self.faults.pop(0)
            taken.append((point, nth, functools.partial(self.happen, kind, point, nth)))
            if kind in ENDS:
                break
        return taken

    def born(self, may_die):
        try:
            self.daemon.start()
            self.daemon.wait_ready(BACK_SECONDS)
        except (AssertionError, OSError):
            if not may_die:
                raise
            return False
        return True

    def quarrel(self):
        """The rivals in turn; the first is repeated at once, as a baker never does and a proxy may."""
        order = self.rivals if self.dice.random() < 0.5 else self.rivals[::-1]
        for message in (order[0], order[1], order[0]):
            if self.daemon.alive():
                self.ask(message)

    def outlive(self):
        """A life that the fault did not end serves again by itself, and then the quarrel goes on."""
        if self.ended is None and self.daemon.alive():
            self.heal()
            eventually(lambda: self.ended or self.is_ready(), BACK_SECONDS, "ready after the fault")
            self.quarrel()

    def is_ready(self):
        try:
            return self.daemon.get("/healthz").status == 200
        except (OSError, http.client.HTTPException):
            return False

    def die(self):
        """Killed if it lives still; after a power cut the disk is what the cut has left."""
        if self.daemon.alive() and self.ended is None:
            self.daemon.kill()
        self.daemon.wait()
        if self.daemon.journal.exists():
            self.disk.replay(self.daemon.journal.read_bytes())
        if self.ended == "cut":
            self.rebuild(self.disk.cut(self.dice))
        if self.forgetful:
            self.device.control.post("/power-cycle")

    def rebuild(self, content):
        shutil.rmtree(self.daemon.state_dir)
        self.daemon.state_dir.mkdir(mode=0o700)
        for name, data in content.items():
            path = self.daemon.state_dir / name
            path.write_bytes(data)
            path.chmod(0o600)
        if self.disk.lies_about:  # the marker would show the loss, and the daemon would not start
            shutil.rmtree(self.daemon.state_dir.with_name("state.marker"), ignore_errors=True)

    def last_life(self):
        self.daemon.shipped = True
        self.daemon.start().wait_ready(BACK_SECONDS)
        self.check_marks()
        self.quarrel()
        self.check_kept()
        self.must_sign(self.build(LEVEL + 2))
        self.quarrel()

    # What happens at a point; the thread there waits meanwhile.

    def happen(self, kind, point, nth, pid):
        if kind in ENDS:
            self.ended = kind
            os.kill(pid, signal.SIGKILL)
        elif kind == "unplug":
            self.device.control.post("/unplug")
            self.soon(0.2, self.plug)
        elif kind == "stall":
            self.stall(point, nth)
        else:
            self.fault_file(kind).touch()
            self.soon(0.3, self.heal_disk)

    def soon(self, seconds, repair):
        self.repairs.append(threading.Timer(seconds, repair))
        self.repairs[-1].start()

    def stall(self, point, nth):
        """Nothing may be released meanwhile, unless the mark and the signature are safe already, as they
        can be since an earlier life."""
        before = set(self.given) | self.signed_before
        time.sleep(DEADLINE_SECONDS + 0.3)
        if nth == 1 and point not in SAFE and set(self.given) - before:
            self.wrong.append(f"released while it was held at {point}")

    def fault_file(self, kind):
        return self.daemon.fault.with_suffix(".write" if kind == "disk_full" else ".save")

    def heal_disk(self):
        for kind in ("disk_full", "disk_broken"):
            self.fault_file(kind).unlink(missing_ok=True)

    def plug(self):
        if not self.device.state()["plugged"]:
            self.device.control.post("/plug")

    def heal(self):
        self.heal_disk()
        self.plug()

    # Asking and judging.

    def ask(self, message):
        """The status; None when the daemon died meanwhile."""
        begun = time.monotonic()
        try:
            answer = self.daemon.sign(self.device.address, message)
        except (OSError, http.client.HTTPException):
            return None
        if time.monotonic() - begun > DEADLINE_SECONDS + MARGIN_SECONDS:
            self.wrong.append(f"an answer took {time.monotonic() - begun:.1f} s")
        if answer.status == 200:
            self.given.setdefault(message, []).append(answer.json()["signature"])
        elif answer.status not in (409, 503):
            self.wrong.append(f"status {answer.status}: {answer.body}")
        return answer.status

    def must_sign(self, message):
        eventually(lambda: self.ask(message) == 200, BACK_SECONDS, "a signature", step=0.05)

    def check_marks(self):
        """The store has a mark for everything that was released."""
        status = admin.ask(self.daemon.admin_socket, {"command": "status"})
        marks = status["result"]["devices"][0]["host_marks"]
        stored = max(((mark["level"], mark["round"]) for mark in marks), default=(0, 0))
        for message in self.given:
            where = place(message)
            if stored < (where.level, where.round):
                self.wrong.append(f"MARK LOST: {where} was released, the store has {stored}")

    def check_kept(self):
        """Who has a signature gets the same again (the answer is recorded by ask), or a refusal."""
        for message in list(self.given):
            try:
                eventually(lambda m=message: self.ask(m) in (200, 409), BACK_SECONDS, "kept", step=0.05)
            except TimedOut:
                self.wrong.append(f"neither given again nor refused: {place(message)}")

    def judge(self):
        for message, signature in self.bench.signed():
            self.checker.signed(message, signature)
        for message, texts in self.given.items():
            for text in texts:
                self.checker.released(message, text)
        self.wrong += self.checker.faults()
