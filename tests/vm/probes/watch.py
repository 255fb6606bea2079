"""Writes down, with the guest's monotonic clock, when the kernel's devices and /healthz change.

    watch.py FILE

One JSON object a line: {"t", "pid"} first, then {"t", "action", "subsystem", "name", "product"}
for the kernel's events of USB devices and hidraw nodes, and {"t", "status", "reasons"} whenever
/healthz answers differently; status 0 while nobody answers. Ends by SIGTERM.
"""

import http.client
import json
import os
import socket
import sys
import threading
import time

HOST, PORT = "127.0.0.1", 6732
NETLINK_KOBJECT_UEVENT = 15  # Python has no name for it
KERNEL_EVENTS = 1  # the netlink group of the kernel itself; udev's events come later
POLL_SECONDS = 0.01
ANSWER_SECONDS = 5


class Health:
    def __init__(self):
        self.connection = http.client.HTTPConnection(HOST, PORT, timeout=ANSWER_SECONDS)

    def ask(self):
        """(status, reasons)"""
        for _ in range(2):  # a connection that was idle for long may have been closed
            try:
                self.connection.request("GET", "/healthz")
                answer = self.connection.getresponse()
                return answer.status, json.loads(answer.read())["reasons"]
            except (OSError, http.client.HTTPException):
                self.connection.close()
        return 0, []


def event_of(datagram):
    """The kernel's event as a record; None for devices of no interest here."""
    pairs = (part.split("=", 1) for part in datagram.decode(errors="replace").split("\0") if "=" in part)
    values = dict(pairs)
    subsystem = values.get("SUBSYSTEM")
    if subsystem != "hidraw" and values.get("DEVTYPE") != "usb_device":
        return None
    name = values.get("DEVNAME") or values.get("DEVPATH", "").rsplit("/", 1)[-1]
    return {"action": values.get("ACTION"), "subsystem": subsystem, "name": name,
            "product": values.get("PRODUCT", "")}


class Writer:
    """Writes each record at once: whoever reads wants to know now."""

    def __init__(self, file):
        self.file = file
        self.lock = threading.Lock()

    def write(self, **record):
        with self.lock:
            self.file.write(json.dumps({"t": time.monotonic(), **record}) + "\n")
            self.file.flush()


def follow_devices(writer):
    events = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_KOBJECT_UEVENT)
    events.bind((0, KERNEL_EVENTS))
    while True:
        event = event_of(events.recv(65536))
        if event:
            writer.write(**event)


def follow_health(writer):
    health, last = Health(), None
    while True:
        now = health.ask()
        if now != last:
            last = now
            writer.write(status=now[0], reasons=now[1])
        time.sleep(POLL_SECONDS)


def main():
    with open(sys.argv[1], "w", encoding="utf-8") as file:
        writer = Writer(file)
        writer.write(pid=os.getpid())
        threading.Thread(target=follow_devices, args=(writer,), daemon=True).start()
        follow_health(writer)


main()
