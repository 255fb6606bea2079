"""The judge: holds what clients received against what the device signed. Knows no daemon.

    checker = Checker(public_key)           # "edpk...", "sppk..." or "p2pk..."
    checker.signed(message, signature)      # by the device, whether or not it left
    checker.released(message, "edsig...")   # (or "spsig1...", "p2sig...") to a client that asked for these bytes
    checker.faults()                        # sentences; none when the promise was kept
"""

import collections

from support import base58

from . import openssl
from .message import digest, place


class Checker:
    def __init__(self, public_key):
        self._key = openssl.PublicKey(public_key)
        self._made = {}  # digest: signatures of the device
        self._given = {}  # digest: texts that clients received
        self._device_places = collections.defaultdict(set)
        self._places = collections.defaultdict(set)
        self._faults = []

    def signed(self, message, signature):
        self._made.setdefault(digest(message), set()).add(signature)
        self._device_places[place(message)].add(digest(message))

    def released(self, message, text):
        name = digest(message)
        known = self._given.setdefault(name, set())
        if text in known:
            return
        known.add(text)
        if len(known) > 1:
            self._faults.append(f"two signatures of one message: {message.hex()}: {sorted(known)}")
        self._check_signature(message, name, text)
        self._check_place(message, name)

    def _check_signature(self, message, name, text):
        try:
            kind, raw = base58.decode(text)
        except ValueError as error:
            self._faults.append(f"no signature: {text}: {error}")
            return
        if kind != self._key.signature_kind or not self._key.verifies(name, raw):
            self._faults.append(f"a signature that does not belong to {message.hex()}: {text}")

    def _check_place(self, message, name):
        where = place(message)
        digests = self._places[where]
        digests.add(name)
        if len(digests) > 1:
            names = sorted(item.hex() for item in digests)
            self._faults.append(f"DOUBLE at {where}: {names}")

    def faults(self):
        """Also: every signature that was released was made by this device."""
        invented = [name.hex() for name in self._given if name not in self._made]
        return self._faults + [f"released, and never signed by the device: {n}" for n in invented]

    def counts(self):
        """What happened, in numbers."""
        return {
            "released": len(self._given),
            "places": len(self._places),
            "signed by the device": len(self._made),
            "signed, never released": len(self._made.keys() - self._given.keys()),
            "doubles inside the device": sum(len(d) > 1 for d in self._device_places.values()),
        }


def read_sign_log(path):
    """(message, signature) of every whole line; the last one may be torn by a kill."""
    with open(path, encoding="ascii") as log:
        for line in log:
            if line.endswith("\n"):
                message, signature = line.split()
                yield bytes.fromhex(message), bytes.fromhex(signature)
