"""Reads from the bytes themselves what place a message takes: nobody's word for it is believed."""

import collections
import hashlib
import struct

Place = collections.namedtuple("Place", "chain kind level round")

BLOCK, PREATTESTATION, ATTESTATION = 0x11, 0x12, 0x13
FITNESS_AT, VOTE_AT = 83, 40


def place(message):
    """Where a block, preattestation or attestation stands. ValueError for everything else."""
    try:
        kind, chain = message[0], message[1:5]
        if kind == BLOCK:
            size = struct.unpack_from(">I", message, FITNESS_AT)[0]
            level = struct.unpack_from(">I", message, 5)[0]
            round_ = struct.unpack_from(">I", message, FITNESS_AT + size)[0]
        elif kind in (PREATTESTATION, ATTESTATION):
            level, round_ = struct.unpack_from(">II", message, VOTE_AT)
        else:
            raise ValueError(f"not a message that is signed here: {message[:5].hex()}")
    except (IndexError, struct.error) as error:
        raise ValueError(f"too short: {message.hex()}") from error
    return Place(chain, kind, level, round_)


def digest(message):
    return hashlib.blake2b(message, digest_size=32).digest()
