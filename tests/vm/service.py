"""The installed daemon in the guest: its unit, its configuration, its answers, and the tools."""

import json
import shlex

UNIT = "ledger-bridged.service"
URL = "http://127.0.0.1:6732"
CONFIGURATION = "/etc/ledger-bridge/ledger-bridged.toml"
SIGN_SECONDS = 4.0  # the daemon's own deadline for a request


class Answer:
    """What came back for a request; status 0 when the connection ended without an answer."""

    def __init__(self, status, body, seconds):
        self.status = status
        self.body = body
        self.seconds = seconds

    @property
    def signature(self):
        return json.loads(self.body)["signature"] if self.status == 200 else None

    def __repr__(self):
        return f"<{self.status} {self.body[:300]} after {self.seconds:.3f} s>"


class PendingAnswer:
    """A request under way in the guest."""

    def __init__(self, running):
        self.running = running

    def wait(self):
        done = self.running.wait()
        body, _, last = done.stdout.rpartition("\n")
        status, seconds = last.split()
        return Answer(int(status), body, float(seconds))


class Service:
    def __init__(self, guest, probes):
        self.guest = guest
        self.probes = probes

    def configure(self, **options):
        """Writes the configuration; restart() makes it count. An empty one is the default."""
        lines = [f"{name.replace('_', '-')} = {json.dumps(value)}\n" for name, value in options.items()]
        self.guest.put_file(CONFIGURATION, "".join(lines).encode())

    def systemctl(self, *words):
        return self.guest.run(shlex.join(["systemctl", *words, UNIT]), timeout=60)

    def restart(self):
        self.systemctl("restart")

    def stop(self):
        self.systemctl("stop")

    def property(self, name):
        return self.systemctl("show", "--value", "-p", name).stdout.strip()

    def active(self):
        return self.property("ActiveState") == "active"

    def kill(self):
        """kill -9 of the daemon itself."""
        self.systemctl("kill", "--kill-whom=main", "--signal=KILL")

    def journal(self, lines=40):
        return self.guest.run(f"journalctl -q -o cat -n {lines} -u {UNIT}", check=False).stdout

    def journal_of_this_run(self):
        """What the process that runs now has said."""
        command = f"journalctl -q -o cat _SYSTEMD_INVOCATION_ID={self.property('InvocationID')}"
        return self.guest.run(command, check=False).stdout

    def request(self, target, *, body=None, seconds=15):
        """Starts a request; wait() on what it gives."""
        command = ["curl", "-s", "-m", str(seconds), "-w", "\n%{http_code} %{time_total}"]
        command += ["--data-binary", "@-"] if body is not None else []
        stdin = b"" if body is None else body
        return PendingAnswer(self.guest.start_command(shlex.join([*command, URL + target]), seconds + 5, stdin))

    def health(self):
        """(status, reasons)"""
        answer = self.request("/healthz").wait()
        return answer.status, json.loads(answer.body)["reasons"] if answer.body else []

    def health_warnings(self):
        return json.loads(self.request("/healthz").wait().body).get("warnings", [])

    def foreign_reports(self):
        """How many reports of another program it has counted since it was started."""
        for line in self.request("/metrics").wait().body.splitlines():
            name, _, value = line.rpartition(" ")
            if name.endswith("foreign_reports_total") and not name.startswith("#"):
                return float(value)
        raise AssertionError("no such metric")

    def start_sign(self, address, message):
        return self.request(f"/keys/{address}", body=json.dumps(message.hex()).encode())

    def sign(self, address, message):
        return self.start_sign(address, message).wait()

    def sign_all(self, address, messages, seconds=60):
        """One after the other, on one connection of one client; their answers in order."""
        return self.start_sign_all(address, messages, seconds)()

    def start_sign_all(self, address, messages, seconds=60):
        """As sign_all(), in the background: call what it gives for the answers."""
        running = self.guest.start_command(self._signer(address), seconds, hex_lines(messages))
        return lambda: [answer_of(line) for line in running.wait().stdout.splitlines()]

    def count_reports(self, address, messages, seconds=60):
        """As sign_all(): the answers, and the HID reports that this took ({"out", "in"})."""
        counter = f"python3 {self.probes}/count_reports.py {self._signer(address)}"
        done = self.guest.run(f"modprobe usbmon && {counter}", seconds, hex_lines(messages))
        *lines, counts = done.stdout.splitlines()
        return [answer_of(line) for line in lines], json.loads(counts)

    def tool(self, *words, seconds=60):
        """Runs one of our commands and gives its JSON; an exit code other than 0 is an error."""
        done = self.guest.run(shlex.join([*words, "--json"]), timeout=seconds)
        return json.loads(done.stdout)

    def setup(self, level, curve="ed25519", chain="ghostnet", device=None):
        """Authorises a key; its public key as text."""
        words = ["setup-ledger", "--chain", chain, "--level", str(level), "--curve", curve, "--yes"]
        return self.tool(*words, *(["--device", device] if device else []))["public_key"]

    def _signer(self, address):
        return f"python3 {self.probes}/sign.py {address}"


def hex_lines(messages):
    return "".join(message.hex() + "\n" for message in messages).encode()


def answer_of(line):
    """A line of probes/sign.py."""
    record = json.loads(line)
    return Answer(record["status"], record["body"], record["ms"] / 1000)
