"""Watermarks that go out of a floor and into it: a device with its daemon, and ledgerctl."""

import json

from . import command
from .case import BridgeCase

MAINNET = "NetXdQprcVkpaWU"
OTHER = "ab" * 32  # a digest of no message here


class Moving(BridgeCase):
    def setUp(self):
        self.device_, self.bridge = self.pair()
        self.address = self.device_.address
        self.marker = self.bridge.state_dir.with_name("state.marker")

    def sign(self, message):
        return self.bridge.sign(self.address, message)

    def signs(self, *messages):
        for message in messages:
            self.assert_signed(self.sign(message), self.device_.public_key, message)

    def stop(self):
        self.assertEqual(self.bridge.stop(), 0)

    def restart(self):
        self.bridge.start().wait_ready()

    def ledgerctl(self, *words, state_dir=None):
        return command.run("ledgerctl", *words, "--state-dir", state_dir or self.bridge.state_dir,
                           "--admin-socket", self.bridge.admin_socket)

    def succeed(self, *words, **more):
        """The JSON on standard output."""
        done = self.ledgerctl(*words, "--json", **more)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def marks(self, **more):
        """{(kind, level, round): digest} of an export; there is one chain and one key."""
        content = self.succeed("export", **more)
        return {(m["kind"], m["level"], m["round"]): m.get("digest") for m in content["marks"]}

    def mark(self, level, digest_=OTHER, kind="block", round_=0):
        mark = {"chain": MAINNET, "key": self.address, "kind": kind, "level": level,
                "round": round_, "digest": digest_, "time": 1_700_000_000_000_000}
        return mark if digest_ else {k: v for k, v in mark.items() if k != "digest"}

    def write(self, name, content):
        path = self.bridge.folder / name
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return path

    def file_of(self, *marks, name="marks.json"):
        return self.write(name, {"format": "ledger-bridge-watermarks", "version": 1,
                                 "marks": list(marks)})

    def export(self):
        path = self.bridge.folder / "export.json"
        self.succeed("export", "--output", path)
        return path
