"""Base58check as Tezos uses it: keys, key hashes and signatures to bytes and back."""

import hashlib

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"

# prefix of the text: (prefix of the bytes, size of the data)
PREFIXES = {
    "tz1": ("06a19f", 20),
    "tz2": ("06a1a1", 20),
    "tz3": ("06a1a4", 20),
    "tz4": ("06a1a6", 20),
    "edpk": ("0d0f25d9", 32),
    "sppk": ("03fee256", 33),
    "p2pk": ("03b28b7f", 33),
    "edsk": ("0d0f3a07", 32),
    "edsig": ("09f5cd8612", 64),
    "spsig1": ("0d7365133f", 64),
    "p2sig": ("36f02c34", 64),
}


def checksum(data):
    return hashlib.sha256(hashlib.sha256(data).digest()).digest()[:4]


def encode(kind, data):
    prefix, size = PREFIXES[kind]
    if len(data) != size:
        raise ValueError(f"{kind} has {size} bytes, not {len(data)}")
    whole = bytes.fromhex(prefix) + data
    number = int.from_bytes(whole + checksum(whole), "big")
    text = ""
    while number:
        number, digit = divmod(number, 58)
        text = ALPHABET[digit] + text
    return text


def decode(text):
    """(kind, data) of any text whose prefix is known; ValueError for everything else."""
    kind = max((p for p in PREFIXES if text.startswith(p)), key=len, default=None)
    if kind is None:
        raise ValueError(f"unknown prefix: {text}")
    prefix, size = PREFIXES[kind]
    number = 0
    for character in text:
        number = number * 58 + ALPHABET.index(character)
    whole = number.to_bytes(len(bytes.fromhex(prefix)) + size + 4, "big")
    if checksum(whole[:-4]) != whole[-4:] or whole[: len(prefix) // 2].hex() != prefix:
        raise ValueError(f"bad check sum: {text}")
    return kind, whole[len(prefix) // 2 : -4]


def key_hash(public_key):
    """The address of a public key: "edpk..." -> "tz1..."."""
    kind, data = decode(public_key)
    address = {"edpk": "tz1", "sppk": "tz2", "p2pk": "tz3"}[kind]
    return encode(address, hashlib.blake2b(data, digest_size=20).digest())
