"""Manager operations as a client forges them: 03, a branch, then one operation after the other.

Shares nothing with the daemon, like payloads.
"""

from . import base58
from .payloads import filler

REVEAL, TRANSACTION, DELEGATION = 0x6B, 0x6C, 0x6E
KIND_OF = {"edpk": 0, "sppk": 1, "p2pk": 2}


def number(value):
    """Seven bits a byte, the least first."""
    digits = []
    while value >= 128:
        digits.append(value % 128 + 128)
        value //= 128
    return bytes([*digits, value])


def account(public_key):
    """Kind and hash of a key."""
    kind = KIND_OF[base58.decode(public_key)[0]]
    return bytes([kind]) + base58.decode(base58.key_hash(public_key))[1]


def begin(tag, public_key, fee):
    """What each operation begins with; counter, gas limit and storage limit are 1."""
    return bytes([tag]) + account(public_key) + number(fee) + bytes([1, 1, 1])


def reveal(public_key, fee=1):
    kind, key = base58.decode(public_key)
    return begin(REVEAL, public_key, fee) + bytes([KIND_OF[kind]]) + key


def delegation(public_key, delegate=None, fee=1):
    """To itself, unless `delegate` is the public key of another."""
    return begin(DELEGATION, public_key, fee) + b"\xff" + account(delegate or public_key)


def withdrawal(public_key):
    return begin(DELEGATION, public_key, 1) + b"\0"


def operation(*contents):
    """The message to be signed."""
    return b"\x03" + filler("branch", 32) + b"".join(contents)
