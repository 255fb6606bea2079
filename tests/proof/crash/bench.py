"""What stories use one after the other: a device, its log of signatures, the gate."""

import os
import pathlib
import shutil
import tempfile

from common.checker import Checker, read_sign_log
from crash.gate import Gate
from crash.story import FORGOTTEN_LEVEL
from support.case import free_port
from support.device import Device
from support.places import SOURCE


def proof_programs():
    """Where ledger-bridged-crash and the shim are; ctest says it in BRIDGE_PROOF."""
    folder = pathlib.Path(os.environ.get("BRIDGE_PROOF", SOURCE / "build" / "tests"))
    if not (folder / "libdisk_shim.so").exists():
        raise RuntimeError(f"{folder}/libdisk_shim.so is not built; build it, or set BRIDGE_PROOF")
    return folder


class Bench:
    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="crash-"))
        self.programs = proof_programs()
        self.log = self.folder / "signed"
        self.device = Device("--sign-log", str(self.log), port=free_port())
        self.gate = Gate(self.folder / "gate")

    def prepare_device(self, forgetful):
        """Factory state, then authorised; a forgetful one falls back to this when its power goes."""
        self.device.control.post("/power-cycle", {"factory": True})
        self.device.set_up(level=FORGOTTEN_LEVEL)
        self.device.control.post("/hwm-setting", {"enabled": not forgetful})
        self.log.write_text("")  # the emulator adds at the end, wherever that is

    def new_checker(self):
        if self.device.public_key is None:
            self.prepare_device(False)
        return Checker(self.device.public_key)

    def signed(self):
        return read_sign_log(self.log)

    def close(self):
        self.gate.close()
        self.device.kill()
        shutil.rmtree(self.folder, ignore_errors=True)
