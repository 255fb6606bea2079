"""The tests' own tools are right: encoders and signature checks against published examples."""

import json
import unittest

from support import base58, payloads, verify
from support.places import DATA

VECTORS = json.loads((DATA / "signer_vectors.json").read_text())

# (offset, size) of what no rule depends on, in the layouts of blocks and votes.
VOTE_FILLERS = [(5, 32), (38, 2), (48, 32)]
BLOCK_HEAD_FILLERS = [(9, 1), (10, 32), (42, 8), (51, 32)]


def masked(message, fillers):
    bare = bytearray(message)
    for offset, size in fillers:
        bare[offset : offset + size] = bytes(size)
    return bytes(bare)


def masked_block(message):
    """Only what a signer reads: the head up to the end of the fitness, and the size of the rest."""
    end = 87 + int.from_bytes(message[83:87], "big")
    predecessor_round = (end - 12, 4)
    return masked(message[:end], [*BLOCK_HEAD_FILLERS, predecessor_round]), len(message) - end


class Payloads(unittest.TestCase):
    def vectors(self, word):
        found = [v for v in VECTORS["payloads"] if word in v["name"] and "tz4" not in v["name"]]
        self.assertTrue(found)
        return [(v, bytes.fromhex(v["hex"])) for v in found]

    def test_votes_have_the_published_layout(self):
        for vector, message in self.vectors("attestation"):
            build = payloads.KINDS[vector["name"].split()[0].split("+")[0]]
            content = {"dal": message[80:]} if len(message) > 80 else {}
            built = build(vector["level"], vector["round"], **content)
            self.assertEqual(masked(built, VOTE_FILLERS), masked(message, VOTE_FILLERS), vector["name"])

    def test_blocks_have_the_published_layout(self):
        for vector, message in self.vectors("block"):
            locked = {"locked_round": 1} if "locked" in vector["name"] else {}
            nonce = "no nonce" not in vector["name"]
            built = payloads.block(vector["level"], vector["round"], seed_nonce=nonce, **locked)
            self.assertEqual(masked_block(built), masked_block(message), vector["name"])

    def test_tz4_votes_have_the_published_layout(self):
        for vector in VECTORS["payloads"]:
            if "tz4" in vector["name"]:
                message = bytes.fromhex(vector["hex"])
                built = payloads.tz4_vote(message[0], message[37], vector["level"], vector["round"])
                fillers = [(5, 32), (46, 32)]
                self.assertEqual(masked(built, fillers), masked(message, fillers))

    def test_digest_is_the_published_one(self):
        message = bytes.fromhex(VECTORS["sign"]["data"])
        self.assertEqual(payloads.digest(message).hex(), VECTORS["sign"]["digest"])


class Verification(unittest.TestCase):
    def test_accepts_published_signature_and_no_other_message(self):
        key, sign = VECTORS["keys"]["baking"], VECTORS["sign"]
        message = bytes.fromhex(sign["data"])
        self.assertEqual(base58.key_hash(key["pk"]), key["pkh"])
        self.assertTrue(verify.verifies(key["pk"], message, sign["edsig"]))
        self.assertFalse(verify.verifies(key["pk"], message + b"\0", sign["edsig"]))
        self.assertFalse(verify.verifies(VECTORS["keys"]["auth"]["pk"], message, sign["edsig"]))

    def test_accepts_recorded_signatures_of_every_curve(self):
        for curve, kinds in CURVES.items():
            key, message, signature = recorded(curve, *kinds)
            self.assertTrue(verify.verifies(key, message, signature), curve)
            self.assertFalse(verify.verifies(key, message + b"\0", signature), curve)


CURVES = {
    "ed25519": ("edpk", "edsig"),
    "secp256k1": ("sppk", "spsig1"),
    "p256": ("p2pk", "p2sig"),
    "bip32ed": ("edpk", "edsig"),
}


def recorded(curve, key_kind, signature_kind):
    """Key, message and signature of a recording: first a SETUP's answer, then a SIGN's."""
    path = DATA / "transcripts" / f"c_sign_{curve}_2.5.1.json"
    exchanges = [e for e in json.loads(path.read_text()) if e.get("sw") == "9000"]
    point = bytes.fromhex(exchanges[0]["response"])[1:]
    compressed = point[1:] if len(point) == 33 else bytes([2 + point[-1] % 2]) + point[1:33]
    signed = next(e for e in exchanges if e.get("message") and e["apdu"].startswith("800481"))
    raw = raw_signature(bytes.fromhex(signed["response"]), signature_kind)
    message = bytes.fromhex(signed["message"])
    return base58.encode(key_kind, compressed), message, base58.encode(signature_kind, raw)


def raw_signature(answer, kind):
    if kind == "edsig":
        return answer
    r_size = answer[3]
    r, s = answer[4 : 4 + r_size], answer[6 + r_size :]
    return b"".join(number.lstrip(b"\0").rjust(32, b"\0") for number in (r, s))


if __name__ == "__main__":
    unittest.main()
