"""Taquito, an independent client with its own cryptography, signs through the daemon."""

import json
import os
import pathlib
import subprocess
import unittest

from support import payloads
from support.case import BridgeCase

FOLDER = pathlib.Path(os.environ.get("BRIDGE_TAQUITO", "."))
NODE = os.environ.get("BRIDGE_NODE", "node")
UNKNOWN = "tz1KqTpEZ7Yob7QbPE4Hy4Wo8fHG8LhKxZSx"


class Taquito(BridgeCase):
    def check(self, curve):
        device, daemon = self.pair(curve=curve)
        task = {
            "url": f"http://127.0.0.1:{daemon.port}",
            "address": device.address,
            "publicKey": device.public_key,
            "unknown": UNKNOWN,
            "messages": [
                {"name": name, "hex": build(101).hex(), "double": build(101, salt=1).hex()}
                for name, build in payloads.KINDS.items()
            ],
        }
        command = [NODE, "signer.mjs", json.dumps(task)]
        done = subprocess.run(
            command, cwd=FOLDER, capture_output=True, text=True, timeout=60, check=False
        )
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(len(done.stdout.splitlines()), 3 + 2 * len(payloads.KINDS), done.stdout)
        self.assertEqual(device.signatures(), len(payloads.KINDS))

    def test_tz1(self):
        self.check("ed25519")

    def test_tz1_of_bip32(self):
        self.check("bip25519")

    def test_tz2(self):
        self.check("secp256k1")

    def test_tz3(self):
        self.check("P-256")


if __name__ == "__main__":
    unittest.main()
