"""The question of reset-hwm or setup-ledger on a device's screen, and what it must end in."""

import json

from .command import run
from .desk import LEVEL, Desk
from .payloads import attestation, block

REFUSED_BY_USER, NO_DEVICE, FAILED = 4, 3, 1
ANSWER_SECONDS = 30  # how long an answer is waited for before the device is looked at, and
# how long a tool without a daemon looks for a device that is gone
NEW_LEVEL = 700


class Question(Desk):
    """A tool waits for the person: the device is to go from LEVEL to NEW_LEVEL."""

    words = ("reset-hwm", "--level", str(NEW_LEVEL))
    verb = "reset"  # as the log calls it
    instruction = "RESET"  # where both marks are equal

    def __init__(self, case, *, test_level=0, nvram=False):
        super().__init__(case)
        self.nvram = self.bridge.folder / "nvram"
        self.start(*(["--nvram", str(self.nvram)] if nvram else []), test_level=test_level)
        self.signs(attestation(LEVEL))
        self.marks = self.device.marks()
        self.prepare()
        self.ask(*self.words)

    def prepare(self):
        """Before the tool is started."""

    def signs_only_above(self, level):
        """Ready by itself, and nothing that was signed is signed again."""
        self.signs_none_of([attestation(LEVEL, salt=1), attestation(LEVEL - 1)])
        signatures = self.device.signatures()
        self.signs(block(level + 1))
        self.case.assertEqual(self.device.signatures(), signatures + 1)

    def was_set(self):
        self.case.assertEqual(self.device.marks()[0], (NEW_LEVEL, 0))
        self.signs_only_above(NEW_LEVEL)

    def was_not_set(self):
        self.case.assertEqual(self.device.marks(), self.marks)
        self.signs_only_above(LEVEL)

    def device_returns_with(self, main, test, **more):
        """It lost its power, and has these marks then."""
        self.device.stop()
        self.device_stopped()
        nvram = json.loads(self.nvram.read_text()) | more
        nvram["main"] |= {"level": main}
        nvram["test"] |= {"level": test}
        self.nvram.write_text(json.dumps(nvram))
        self.device.start()

    def device_stopped(self):
        self.finish(NO_DEVICE)


class SetupQuestion(Question):
    words = ("setup-ledger", "--curve", "ed25519", "--level", str(NEW_LEVEL),
             "--test-level", str(NEW_LEVEL))
    verb = "setup"
    instruction = "SETUP"


class DirectQuestion(Question):
    """While no daemon runs: the tool itself has to find out."""

    def prepare(self):
        self.case.assertEqual(self.bridge.stop(), 0)

    def command(self, *words):
        return [*super().command(*words), "--device", self.device.url,
                "--state-dir", str(self.bridge.state_dir)]

    def device_stopped(self):
        """The tool looks for it for a while."""

    def again(self):
        """What the same command says to a device that asks nothing any more."""
        return run(self.words[0], *self.command(*self.words)[1:])

    def adopted_levels(self):
        """That count as used because the device said so."""
        places = self.command("ledgerctl", "export", "--json")[1:]
        places = places[:places.index("--device")] + places[places.index("--state-dir"):]
        return [row["level"] for row in json.loads(run("ledgerctl", *places).stdout)["adopted"]]

    def signs_only_above(self, level):
        self.bridge.start()
        super().signs_only_above(level)


class DirectSetupQuestion(SetupQuestion, DirectQuestion):
    pass
