"""The emulated Ledger of a test: starts on a port that it keeps, is set up, disturbed, watched."""

import struct
import subprocess
import sys
import threading

from . import base58, payloads
from .places import SOURCE, program

sys.path.insert(0, str(SOURCE / "tests" / "support"))
from emulator import Control, Emulator  # noqa: E402  (found through the line above)

CURVES = {"ed25519": 0, "secp256k1": 1, "P-256": 2, "bip25519": 3}
KEY_OF = ["edpk", "sppk", "p2pk", "edpk"]
PATH = [0x8000002C, 0x800006C1, 0x80000000, 0x80000000]
SETUP = 0x0A
SIGN = 0x04
DONE = 0x9000


def apdu(instruction, p2=0, data=b""):
    return bytes([0x80, instruction, 0, p2, len(data)]) + data


def path_data(path=None):
    components = PATH if path is None else path
    return bytes([len(components)]) + b"".join(struct.pack(">I", c) for c in components)


def sign_with(host, message, curve="ed25519"):
    """The status word that the device gives; `host` has exchange()."""
    host.exchange(apdu(SIGN, CURVES[curve], path_data()))
    return host.exchange(bytes([0x80, SIGN, 0x81, 0, len(message)]) + message)[1]


def public_key_text(curve, answer):
    """The answer to SETUP or GET_PUBLIC_KEY as "edpk...", "sppk..." or "p2pk..."."""
    point = answer[1 : 1 + answer[0]]
    kind = KEY_OF[CURVES[curve]]
    if kind == "edpk":
        return base58.encode(kind, point[1:])
    return base58.encode(kind, bytes([2 + point[64] % 2]) + point[1:33])


class Device(Emulator):
    """The emulator behind tcp://127.0.0.1:PORT, also after it was killed and started again."""

    def __init__(self, *arguments, port, confirm="accept"):
        self.port = port
        self.asks = confirm == "ask"
        self.public_key = None
        super().__init__(str(program("ledger-emulator")), "--confirm", confirm, *arguments)

    def start(self):
        """As the base class does it, but always on the same port: daemons know it by that."""
        ports = ["--apdu-port", str(self.port), "--control-port", "0"]
        self.process = subprocess.Popen(
            [self.binary, *ports, *self.arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        found = self._ready_ports()
        self.apdu_port = found["apdu"]
        self.control = Control(found["control"])

    @property
    def url(self):
        return f"tcp://127.0.0.1:{self.port}"

    @property
    def address(self):
        return base58.key_hash(self.public_key)

    def set_up(self, curve="ed25519", level=100, test_level=0, chain=payloads.MAINNET):
        """Authorises the key on the device itself, before any daemon has it."""
        data = chain + struct.pack(">II", level, test_level) + path_data()
        with self.host() as host:
            host.send(apdu(SETUP, CURVES[curve], data))
            if self.asks:
                self.control.wait_for_prompt()
                self.control.post("/accept")
            answer, status = host.receive()
        if status != DONE:
            raise AssertionError(f"SETUP: {status:04x}")
        self.public_key = public_key_text(curve, answer)
        return self

    def state(self):
        return self.control.state()

    def marks(self):
        """((main level, round), (test level, round)) as the device has them."""
        state = self.state()
        return tuple((state[m]["level"], state[m]["round"]) for m in ("main", "test"))

    def signatures(self):
        return self.state()["signatures"]

    def fault(self, kind, *, count=1, ms=0, instruction=None):
        fault = {"kind": kind, "count": count, "ms": ms}
        if instruction is not None:
            fault["instruction"] = instruction
        self.control.post("/fault", fault)


def in_parallel(calls):
    """Runs all calls at once; their results in the order of the calls. What one raises is raised."""
    results = [None] * len(calls)
    raised = []
    gate = threading.Barrier(len(calls))

    def run(index, call):
        gate.wait()
        try:
            results[index] = call()
        except BaseException as error:  # the caller's thread is to have it
            raised.append(error)

    threads = [threading.Thread(target=run, args=item) for item in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if raised:
        raise raised[0]
    return results
