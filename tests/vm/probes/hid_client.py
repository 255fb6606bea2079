"""Another program that talks to the same Ledger, through hidapi and with a channel of its own.

    hid_client.py hidraw|libusb VENDOR:PRODUCT SECONDS

Asks for the version of the app again and again. Prints {"opened", "asked", "answered", "wrong",
"foreign", "error"}: `wrong` are answers on its own channel that are no answer to its question,
`foreign` reports of other channels.
"""

import ctypes
import json
import os
import sys
import time

LIBRARIES = {"hidraw": "libhidapi-hidraw.so.0", "libusb": "libhidapi-libusb.so.0"}
VERSION = bytes.fromhex("8000000000")
ANSWER_MS = 1000
REPORT = 64
VERSION_ANSWER = 6  # class, major, minor, patch, status word


def load(backend):
    library = ctypes.CDLL(LIBRARIES[backend])
    library.hid_open.restype = ctypes.c_void_p
    library.hid_open.argtypes = [ctypes.c_ushort, ctypes.c_ushort, ctypes.c_wchar_p]
    library.hid_write.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t]
    library.hid_read_timeout.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_int]
    return library


class Client:
    def __init__(self, library, device):
        self.library = library
        self.device = device
        self.channel = os.urandom(2)
        self.counts = {"opened": True, "asked": 0, "answered": 0, "wrong": 0, "foreign": 0, "error": ""}

    def ask(self):
        """False when the device is gone."""
        frame = self.channel + b"\x05\0\0" + len(VERSION).to_bytes(2, "big") + VERSION
        self.counts["asked"] += 1
        report = b"\0" + frame.ljust(REPORT, b"\0")
        if self.library.hid_write(self.device, report, len(report)) < 0:
            self.counts["error"] = "write failed"
            return False
        return self.listen(time.monotonic() + ANSWER_MS / 1000)

    def listen(self, deadline):
        buffer = ctypes.create_string_buffer(REPORT)
        while (left := int((deadline - time.monotonic()) * 1000)) > 0:
            size = self.library.hid_read_timeout(self.device, buffer, REPORT, left)
            if size < 0:
                self.counts["error"] = "read failed"
                return False
            if size > 0 and buffer.raw[:2] == self.channel:
                self.judge(buffer.raw)
                return True
            self.counts["foreign"] += size > 0
        return True

    def judge(self, report):
        fits = report[2:7] == b"\x05\0\0" + VERSION_ANSWER.to_bytes(2, "big")
        fits = fits and report[7 + 4 : 7 + 6] == b"\x90\0"
        self.counts["answered" if fits else "wrong"] += 1


def main():
    backend, product, seconds = sys.argv[1:]
    library = load(backend)
    vendor, number = (int(part, 16) for part in product.split(":"))
    device = library.hid_open(vendor, number, None)
    if not device:
        print(json.dumps({"opened": False}))
        return
    client = Client(library, device)
    end = time.monotonic() + float(seconds)
    while time.monotonic() < end and client.ask():
        pass
    print(json.dumps(client.counts))


main()
