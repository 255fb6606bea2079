"""Messages that a baker asks to have signed, built from the protocol's published layouts.

Shares nothing with the daemon: a wrong idea of a layout must not be able to cancel itself out.
Every number is big-endian; `salt` makes two messages of one level and round differ.
"""

import hashlib
import struct

MAINNET = bytes.fromhex("7a06a770")
GHOSTNET = bytes.fromhex("af1864d9")

BLOCK, PREATTESTATION, ATTESTATION = 0x11, 0x12, 0x13
LEVEL_END = 0x40000000  # the device takes levels below this
MAX_DAL = 155  # the longest vote has 235 bytes


def filler(name, size, salt=0):
    """`size` bytes that depend on the name of the field and on the salt."""
    return hashlib.shake_256(f"{name} {salt}".encode()).digest(size)


def sized(content):
    """A field with its length in front, as the fitness is made of."""
    return struct.pack(">I", len(content)) + content


def fitness(level, round_, locked_round=None, predecessor_round=0):
    locked = b"" if locked_round is None else struct.pack(">i", locked_round)
    return (
        sized(b"\x02")
        + sized(struct.pack(">i", level))
        + sized(locked)
        + sized(struct.pack(">i", -predecessor_round - 1))
        + sized(struct.pack(">i", round_))
    )


def block(level, round_=0, *, chain=MAINNET, locked_round=None, seed_nonce=False, salt=0):
    """A block header: 198 bytes, 4 more with a locked round, 32 more with a seed nonce hash."""
    nonce_hash = b"\xff" + filler("seed nonce", 32, salt) if seed_nonce else b"\x00"
    return (
        bytes([BLOCK])
        + chain
        + struct.pack(">I", level)
        + b"\x15"  # proto level
        + filler("predecessor", 32, salt)
        + struct.pack(">q", 1_750_000_000 + level)
        + b"\x04"  # validation passes
        + filler("operations", 32, salt)
        + sized(fitness(level, round_, locked_round))
        + filler("context", 32, salt)
        + filler("payload", 32, salt)
        + struct.pack(">I", round_)
        + filler("proof of work", 8, salt)
        + nonce_hash
        + b"\x0a"  # per-block votes
    )


def vote(magic, operation, level, round_, chain, slot, salt, content=b""):
    return (
        bytes([magic])
        + chain
        + filler("branch", 32, salt)
        + bytes([operation])
        + struct.pack(">HII", slot, level, round_)
        + filler("block payload", 32, salt)
        + content
    )


def preattestation(level, round_=0, *, chain=MAINNET, slot=7, salt=0):
    return vote(PREATTESTATION, 0x14, level, round_, chain, slot, salt)


def attestation(level, round_=0, *, chain=MAINNET, slot=7, salt=0, dal=b""):
    """80 bytes, or with 1 to 155 bytes of DAL content 81 to 235."""
    return vote(ATTESTATION, 0x17 if dal else 0x15, level, round_, chain, slot, salt, dal)


def tz4_vote(magic, operation, level, round_=0, *, chain=MAINNET, salt=0):
    """The form without a slot that tz4 keys sign: 78 bytes."""
    return (
        bytes([magic])
        + chain
        + filler("branch", 32, salt)
        + bytes([operation])
        + struct.pack(">II", level, round_)
        + filler("block payload", 32, salt)
    )


KINDS = {"block": block, "preattestation": preattestation, "attestation": attestation}


def digest(message):
    """What the key signs."""
    return hashlib.blake2b(message, digest_size=32).digest()
