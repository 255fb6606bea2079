"""Checks signatures with the OpenSSL command line, for all three curves."""

import pathlib
import subprocess
import tempfile

from . import base58, payloads

# What comes before the key in a SubjectPublicKeyInfo.
KEY_HEADERS = {
    "edpk": "302a300506032b6570032100",
    "sppk": "3036301006072a8648ce3d020106052b8104000a032200",
    "p2pk": "3039301306072a8648ce3d020106082a8648ce3d030107032200",
}
SIGNATURE_OF = {"edpk": "edsig", "sppk": "spsig1", "p2pk": "p2sig"}
SECP256K1_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


def der_integer(data):
    content = data.lstrip(b"\0")
    if not content or content[0] & 0x80:
        content = b"\0" + content
    return bytes([2, len(content)]) + content


def der_signature(raw):
    both = der_integer(raw[:32]) + der_integer(raw[32:])
    return bytes([0x30, len(both)]) + both


def verifies(public_key, message, signature):
    """Whether the texts of a key and a signature belong together over blake2b-256(message)."""
    key_kind, key = base58.decode(public_key)
    kind, raw = base58.decode(signature)
    if kind != SIGNATURE_OF[key_kind]:
        return False
    if kind == "spsig1" and int.from_bytes(raw[32:], "big") > SECP256K1_ORDER // 2:
        return False  # libsecp256k1, which clients use, refuses a high s
    ed25519 = kind == "edsig"
    with tempfile.TemporaryDirectory() as folder:
        files = {
            "key": bytes.fromhex(KEY_HEADERS[key_kind]) + key,
            "signature": raw if ed25519 else der_signature(raw),
            "digest": payloads.digest(message),
        }
        paths = {name: pathlib.Path(folder, name) for name in files}
        for name, path in paths.items():
            path.write_bytes(files[name])
        command = ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER"]
        command += ["-inkey", paths["key"], "-in", paths["digest"], "-sigfile", paths["signature"]]
        command += ["-rawin"] if ed25519 else []
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0 and "Verif" not in done.stdout + done.stderr:
            raise RuntimeError(f"openssl: {done.stdout}{done.stderr}")
        return done.returncode == 0
