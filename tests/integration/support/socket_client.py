"""The client's side of octez-signer's socket protocol: frames, requests, replies."""

import socket
import struct

from . import base58

SECONDS = 20
KIND_TAGS = {"tz1": 0, "tz2": 1, "tz3": 2}
KEY_KINDS = ("edpk", "sppk", "p2pk")
SIGNATURE_KINDS = {"tz1": "edsig", "tz2": "spsig1", "tz3": "p2sig"}
SIGN, PUBLIC_KEY, AUTHORIZED_KEYS, NONCE, NONCE_HASH, SUPPORTS_NONCES, KNOWN_KEYS, POSSESSION = range(8)


class Refused(Exception):
    """The reply was an error; its documents are in `errors`."""

    def __init__(self, errors):
        super().__init__(errors)
        self.errors = errors

    @property
    def message(self):
        (error,) = self.errors
        return error["msg"]


def binary_key_hash(address):
    kind, data = base58.decode(address)
    return bytes([KIND_TAGS[kind]]) + data


def text_key_hash(binary):
    return base58.encode(list(KIND_TAGS)[binary[0]], binary[1:])


def sign_request(address, message, signature=b""):
    return bytes([SIGN]) + binary_key_hash(address) + struct.pack(">I", len(message)) + message + signature


def bson_texts(document):
    """The members of a BSON document that has nothing but strings."""
    (size,) = struct.unpack_from("<i", document)
    assert size == len(document) and document[-1] == 0, document
    members, place = {}, 4
    while place < size - 1:
        assert document[place] == 2, document
        end = document.index(b"\0", place + 1)
        name, place = document[place + 1 : end].decode(), end + 1
        (length,) = struct.unpack_from("<i", document, place)
        members[name] = document[place + 4 : place + 4 + length - 1].decode()
        place += 4 + length
    return members


def errors_of(content):
    (size,) = struct.unpack_from(">I", content)
    assert size == len(content) - 4, content
    errors, place = [], 4
    while place < len(content):
        (length,) = struct.unpack_from(">I", content, place)
        errors.append(bson_texts(content[place + 4 : place + 4 + length]))
        place += 4 + length
    return errors


class SocketClient:
    """One connection, to (host, port) or to the path of a socket file."""

    def __init__(self, place):
        self.socket = socket.socket(self.family(place), socket.SOCK_STREAM)
        self.socket.settimeout(SECONDS)
        self.socket.connect(place)

    @staticmethod
    def family(place):
        if isinstance(place, str):
            return socket.AF_UNIX
        return socket.AF_INET6 if ":" in place[0] else socket.AF_INET

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, request):
        self.socket.sendall(struct.pack(">H", len(request)) + request)

    def receive(self, size):
        """Exactly so many bytes; ConnectionError when the daemon ends it before."""
        data = b""
        while len(data) < size:
            part = self.socket.recv(size - len(data))
            if not part:
                raise ConnectionError("ended")
            data += part
        return data

    def reply(self):
        """What follows the byte for success; Refused for an error."""
        (size,) = struct.unpack(">H", self.receive(2))
        reply = self.receive(size)
        if reply[0] == 1:
            raise Refused(errors_of(reply[1:]))
        assert reply[0] == 0, reply
        return reply[1:]

    def ask(self, request):
        self.send(request)
        return self.reply()

    def sign(self, address, message, signature=b""):
        """The signature's text."""
        raw = self.ask(sign_request(address, message, signature))
        return base58.encode(SIGNATURE_KINDS[address[:3]], raw)

    def public_key(self, address):
        reply = self.ask(bytes([PUBLIC_KEY]) + binary_key_hash(address))
        return base58.encode(KEY_KINDS[reply[0]], reply[1:])

    def known_keys(self):
        return self.key_hashes(self.ask(bytes([KNOWN_KEYS])))

    def authorized_keys(self):
        """None when nobody is asked who he is."""
        reply = self.ask(bytes([AUTHORIZED_KEYS]))
        return self.key_hashes(reply[1:]) if reply[0] else None

    @staticmethod
    def key_hashes(content):
        (size,) = struct.unpack_from(">I", content)
        assert size == len(content) - 4 and size % 21 == 0, content
        return [text_key_hash(content[place : place + 21]) for place in range(4, len(content), 21)]
