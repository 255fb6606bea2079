"""The TCP wire of a device, read strictly. What breaks a rule is a WireError.

Command: length (4), APDU. Answer: length of the data (4), data, status word (2).
"""

import struct
import time

from support.waiting import PATIENCE

WHOLE_SECONDS = 5 * PATIENCE  # the rest of a frame is there at once, or it was never sent; the machine may be busy
CLASSES = (0x80, 0xB0, 0xE0)
HEAD = 5  # CLA INS P1 P2 Lc
SIGNS = (0x04, 0x0F)
MESSAGE_PACKET = 0x81


class WireError(Exception):
    """What the daemon must never do to its device."""


def receive_command(connection):
    """The next APDU; b"" when the daemon has ended the connection between two of them."""
    connection.settimeout(None)
    first = _some(connection, 4)
    if not first:
        return b""
    end = time.monotonic() + WHOLE_SECONDS
    size = struct.unpack(">I", first + _rest(connection, 4 - len(first), end))[0]
    if not HEAD <= size <= HEAD + 255:
        raise WireError(f"an APDU of {size} bytes")
    command = _rest(connection, size, end)
    if command[0] not in CLASSES or command[4] != size - HEAD:
        raise WireError(f"no APDU: {command.hex()}")
    return command


def receive_answer(device):
    """Data and status word; ConnectionError when the device has gone."""
    size = struct.unpack(">I", _all(device, 4))[0]
    return _all(device, size + 2)


def command_frame(command):
    return struct.pack(">I", len(command)) + command


def answer_frame(answer):
    return struct.pack(">I", len(answer) - 2) + answer


def is_signing(command):
    return command[0] == 0x80 and command[1] in SIGNS and command[2] == MESSAGE_PACKET


def _some(connection, size):
    try:
        return connection.recv(size)
    except ConnectionError:
        return b""


def _rest(connection, size, end):
    data = b""
    while len(data) < size:
        connection.settimeout(max(end - time.monotonic(), 0.001))
        try:
            piece = _some(connection, size - len(data))
        except TimeoutError:
            piece = b""
        if not piece:
            raise WireError(f"half an APDU: {size - len(data)} bytes are missing")
        data += piece
    return data


def _all(device, size):
    data = b""
    while len(data) < size:
        piece = device.recv(size - len(data))
        if not piece:
            raise ConnectionResetError("the device ended the connection")
        data += piece
    return data
