"""An emulated Ledger that is served as a USB device."""

import os
import pathlib
import re
import selectors
import sys
import time

SOURCE = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(SOURCE / "tests" / "support"), str(SOURCE / "tests" / "integration")]

from emulator import START_SECONDS, Emulator, NotRunning  # noqa: E402  (found above)

READY_LINE = re.compile(rb"^(apdu|control|redir) 127\.0\.0\.1:(\d+)\n", re.MULTILINE)
BAKING_APP = "Tezos Baking"
DASHBOARD = "BOLOS"
# The seed of the second device: BIP-39's own example of 32 zero bytes.
OTHER_SEED = "abandon " * 23 + "art"


class UsbLedger(Emulator):
    """ledger-emulator with its redirection port; the person at it accepts every prompt."""

    def __init__(self, binary, seed=None):
        arguments = ["--redir-port", "0", "--confirm", "accept"]
        self.redir_port = None
        super().__init__(str(binary), *arguments, *(["--seed", seed] if seed else []))

    def fault(self, kind, *, count=1, ms=0, instruction="SIGN"):
        """The next `count` answers to the instruction come late, never, or wrong."""
        self.control.post("/fault", {"kind": kind, "count": count, "ms": ms, "instruction": instruction})

    def cut_between_reports(self):
        """The cable goes after the first report of the next APDU that has several."""
        self.fault("between-reports")

    def open_app(self, name):
        self.control.post("/open-app", {"name": name})

    def signatures(self):
        return self.control.state()["signatures"]

    def apdus(self):
        return self.control.state()["apdus"]

    def wait_for_signature(self, before, seconds=10):
        """Returns when the device has made one more signature than `before`; its answer may be late.
        Not when it has taken an APDU: the session asks something of its own each second."""
        deadline = time.monotonic() + seconds
        while self.signatures() <= before:
            if time.monotonic() > deadline:
                raise AssertionError("the request did not reach the device")
            time.sleep(0.005)

    def _ready_ports(self):
        """As the base class reads them, and the third line."""
        ports, written = {}, b""
        deadline = time.monotonic() + START_SECONDS
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            while len(ports) < 3:
                ready = selector.select(max(deadline - time.monotonic(), 0))
                piece = os.read(self.process.stdout.fileno(), 4096) if ready else b""
                if not piece:
                    self._reap()
                    raise NotRunning(f"no ready lines: {written.decode()}")
                written += piece
                ports = {name.decode(): int(port) for name, port in READY_LINE.findall(written)}
        self.redir_port = ports["redir"]
        return ports


__all__ = ["BAKING_APP", "DASHBOARD", "OTHER_SEED", "NotRunning", "UsbLedger"]
