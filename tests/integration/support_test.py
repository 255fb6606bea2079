"""The tests' own tools are right: encoders and signature checks against published examples."""

import json
import unittest

from support import base58, payloads, socket_client, verify
from support.client_key import ClientKey
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


class SocketProtocol(unittest.TestCase):
    """The client asks in the published bytes, and reads the published answers."""

    def setUp(self):
        self.vectors = VECTORS["socket"]
        self.key = VECTORS["keys"]["baking"]
        self.client = socket_client.SocketClient.__new__(socket_client.SocketClient)
        self.client.socket = self

    def sendall(self, data):
        self.sent = data.hex()

    def recv(self, size):
        part, self.unread = self.unread[:size], self.unread[size:]
        return part

    def exchange(self, request, reply, ask):
        """What `ask` makes of this reply, after it asked with this request."""
        self.unread = bytes.fromhex(self.vectors[reply])
        answer = ask()
        self.assertEqual((self.sent, self.unread), (self.vectors[request], b""))
        return answer

    def test_signatures(self):
        address, message = self.key["pkh"], bytes.fromhex(VECTORS["sign"]["data"])
        friend = ClientKey(base58.decode(VECTORS["keys"]["auth"]["sk"])[1])
        asked = bytes.fromhex(VECTORS["auth"]["data"])
        shown = friend.shows(address, asked)
        self.assertEqual(friend.public_key, VECTORS["keys"]["auth"]["pk"])
        self.assertEqual(base58.encode("edsig", shown), VECTORS["auth"]["signature"])
        for request, signature in (("req_sign_noauth", b""), ("req_sign_auth", shown)):
            answer = self.exchange(request, "rsp_sign", lambda s=signature: self.client.sign(address, asked, s))
            self.assertEqual(answer, VECTORS["sign"]["edsig"])
        self.assertTrue(verify.verifies(self.key["pk"], message, answer))

    def test_keys(self):
        address = self.key["pkh"]
        answer = self.exchange("req_public_key", "rsp_public_key", lambda: self.client.public_key(address))
        self.assertEqual(answer, self.key["pk"])
        self.assertEqual(self.exchange("req_known_keys", "rsp_known_1", self.client.known_keys), [address])
        friends = self.exchange("req_authorized_keys", "rsp_auth_keys_1", self.client.authorized_keys)
        self.assertEqual(friends, [VECTORS["keys"]["auth"]["pkh"]])
        self.assertIsNone(self.exchange("req_authorized_keys", "rsp_no_auth", self.client.authorized_keys))

    def test_errors(self):
        with self.assertRaises(socket_client.Refused) as refused:
            self.exchange("req_known_keys", "rsp_error", self.client.known_keys)
        self.assertEqual(refused.exception.errors, self.vectors["rsp_error_json"])


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
