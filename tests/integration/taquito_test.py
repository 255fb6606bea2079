"""Taquito, an independent client with its own cryptography, signs through the daemon."""

import json
import os
import pathlib
import subprocess
import tempfile
import unittest

from support import payloads
from support.case import BridgeCase
from support.certificates import Certificates

FOLDER = pathlib.Path(os.environ.get("BRIDGE_TAQUITO", "."))
NODE = os.environ.get("BRIDGE_NODE", "node")
UNKNOWN = "tz1KqTpEZ7Yob7QbPE4Hy4Wo8fHG8LhKxZSx"


class Taquito(BridgeCase):
    def check(self, curve):
        device, daemon = self.pair(curve=curve)
        self.check_at(device, f"http://127.0.0.1:{daemon.port}", {})

    def check_at(self, device, url, environment):
        task = {
            "url": url,
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
            command, cwd=FOLDER, capture_output=True, text=True, timeout=60, check=False,
            env=os.environ | environment,
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


class WithinTls(Taquito):
    """https with a CA of our own, which Node must be told of."""

    def check(self, curve):
        folder = self.enterContext(tempfile.TemporaryDirectory(prefix="taquito-"))
        certificates = Certificates(folder)
        certificate, key = certificates.issue("server")
        pair = ("--tls-certificate", str(certificate), "--tls-key", str(key))
        device, daemon = self.pair("--https", "127.0.0.1:0", *pair, curve=curve)
        url = f"https://{daemon.ready_line().removeprefix('listening https ')}"
        self.check_at(device, url, {"NODE_EXTRA_CA_CERTS": str(certificates.ca)})


if __name__ == "__main__":
    unittest.main()
