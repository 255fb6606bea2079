"""Counts HID reports on the wire while a command runs, through the kernel's USB monitor: neither
the daemon nor hidapi is asked.

    count_reports.py COMMAND ARGUMENT...      the command's output, then {"out": n, "in": n}

A report out counts when it is handed over, a report in when it has arrived with its data.
"""

import json
import os
import select
import struct
import subprocess
import sys
import threading

HEADER = struct.Struct("=QBBBBHccqiiII8s")  # the 48 bytes that read() gives before the data
INTERRUPT = 1
DIRECTION_IN = 0x80
REPORT = 64
ASK_SECONDS = 0.1


def count(counts, ended):
    monitor = os.open("/dev/usbmon0", os.O_RDONLY | os.O_NONBLOCK)
    while not ended.is_set():
        if select.select([monitor], [], [], ASK_SECONDS)[0]:
            take(counts, os.read(monitor, HEADER.size + REPORT))


def take(counts, record):
    _, kind, transfer, endpoint, *_, status, length, _, _ = HEADER.unpack_from(record)
    if transfer != INTERRUPT or length != REPORT:
        return
    if endpoint & DIRECTION_IN:
        counts["in"] += kind == ord("C") and status == 0
    else:
        counts["out"] += kind == ord("S")


def main():
    counts, ended = {"out": 0, "in": 0}, threading.Event()
    counter = threading.Thread(target=count, args=(counts, ended))
    counter.start()
    status = subprocess.run(sys.argv[1:], check=False).returncode
    ended.set()
    counter.join()
    print(json.dumps(counts))
    sys.exit(status)


main()
