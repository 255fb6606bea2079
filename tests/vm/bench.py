"""What every case works with: a guest with the daemon installed, a Ledger, and messages to sign."""

import ledger  # first: it makes the next import possible
import time

from support import base58, payloads, verify

import usb
from readme import Readme
from watch import Watch

FIRST_LEVEL = 1000
READY_SECONDS = 30
ASK_SECONDS = 0.2


class Bench:
    """State that outlives a case: the device's key and how far its levels have come."""

    def __init__(self, guest, service, probes, emulator):
        self.guest = guest
        self.service = service
        self.probes = probes
        self.emulator = emulator
        self.readme = Readme("Running it")
        self.backend = None
        self.ledger = ledger.UsbLedger(emulator)
        self.device = usb.RedirDevice(guest, "first", self.ledger.redir_port)
        self.public_key = None
        self.level = FIRST_LEVEL

    def close(self):
        self.ledger.stop()

    @property
    def address(self):
        return base58.key_hash(self.public_key)

    def use_backend(self, backend):
        self.backend = backend
        self.service.configure(usb_backend=backend)

    def watch(self):
        return Watch(self.guest, self.probes)

    def prepare(self):
        """Before the first case: the key is authorised. Measures nothing."""
        if not self.device.plugged:
            self.device.plug("1")
        if self.public_key is None:
            self.wait_for_health(lambda status, reasons: reasons == ["unauthorised"], "unauthorised")
            self.public_key = self.service.setup(FIRST_LEVEL)

    def settle(self):
        """What each case begins with: the device on port 1 and usable, the daemon ready."""
        self.restore_ledger()
        if not self.service.active():
            self.service.systemctl("start")
        if self.device.usb_port not in (None, "1"):
            self.device.unplug()
        if not self.device.plugged:
            self.device.plug("1")
        self.seconds_until_ready()

    def restore_ledger(self):
        """As a person at the device would put it right."""
        state = self.ledger.control.state()
        if not state["plugged"]:
            self.ledger.control.post("/plug")
        if state["locked"]:
            self.ledger.control.post("/unlock")
        if state["app"] != ledger.BAKING_APP:
            self.ledger.open_app(ledger.BAKING_APP)

    def seconds_until_ready(self):
        """For figures that need no precision."""
        return self.wait_for_health(lambda status, reasons: status == 200, "ready")

    def wait_for_health(self, wanted, what, limit=READY_SECONDS):
        """Asks /healthz again and again; the seconds until its answer was the wanted one."""
        start = time.monotonic()
        while not wanted(*(health := self.service.health())):
            if time.monotonic() > start + limit:
                raise AssertionError(f"not {what} within {limit} s: {health}")
            time.sleep(ASK_SECONDS)
        return time.monotonic() - start

    def next_message(self, kind="attestation", salt=0):
        """A message that nobody has signed and everybody may sign."""
        self.level += 1
        return payloads.KINDS[kind](self.level, chain=payloads.GHOSTNET, salt=salt)

    def is_signed(self, answer, message, public_key=None):
        """Whether this is a signature of just this message by the key."""
        signature = answer.signature
        return signature is not None and verify.verifies(public_key or self.public_key, message, signature)

    def sign_new(self, report, what="a new message is signed"):
        """Signs one more message, checks the signature, gives the seconds."""
        message = self.next_message()
        answer = self.service.sign(self.address, message)
        report.check(self.is_signed(answer, message), f"{what}: {answer.status}")
        return answer.seconds
