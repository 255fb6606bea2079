"""Follows what probes/watch.py writes down in the guest."""

import json
import time

FILE = "/run/watch.jsonl"
ASK_SECONDS = 0.2  # the records carry the guest's own time: asking seldom costs no precision


class NotSeen(AssertionError):
    """What was waited for did not happen in time."""


class Watch:
    """Runs within a `with` block. Times are those of the guest's monotonic clock."""

    def __init__(self, guest, probes):
        self.guest = guest
        self.probes = probes

    def __enter__(self):
        self.guest.run(f"rm -f {FILE}")
        self.guest.run(f"python3 {self.probes}/watch.py {FILE} </dev/null >/dev/null 2>&1 &")
        self.wait(lambda record: "status" in record, 20, "the watch itself")
        return self

    def __exit__(self, *_):
        self.guest.run(f"kill $(head -1 {FILE} | jq .pid)", check=False)

    def records(self):
        text = self.guest.run(f"cat {FILE} 2>/dev/null", check=False).stdout
        return [json.loads(line) for line in text.splitlines(True) if line.endswith("\n")]

    def now(self):
        return self.guest.clock()

    def wait(self, wanted, seconds, what, after=0.0):
        """The first record after that time for which `wanted` is true."""
        deadline = time.monotonic() + seconds
        while True:
            records = [record for record in self.records() if record["t"] > after]
            for record in records:
                if wanted(record):
                    return record
            if time.monotonic() > deadline:
                raise NotSeen(f"{what}: not within {seconds} s; seen: {records[-8:]}")
            time.sleep(ASK_SECONDS)

    def plugged(self, after, seconds=20):
        """When the kernel had a hidraw node."""
        def is_new_node(record):
            return record.get("subsystem") == "hidraw" and record["action"] == "add"
        return self.wait(is_new_node, seconds, "a hidraw node", after)["t"]

    def unplugged(self, after, seconds=20):
        """When the kernel saw the device go."""
        def is_gone(record):
            return record.get("subsystem") == "usb" and record["action"] == "remove"
        return self.wait(is_gone, seconds, "the end of the USB device", after)["t"]

    def ready(self, after, seconds=30):
        """When /healthz said 200."""
        return self.wait(lambda record: record.get("status") == 200, seconds, "ready", after)["t"]

    def not_ready(self, after, seconds=30, reason=None):
        """When /healthz said 503, for that reason if one is given."""
        def is_refusal(record):
            return record.get("status") == 503 and (reason is None or reason in record["reasons"])
        return self.wait(is_refusal, seconds, f"not ready ({reason})", after)["t"]
