"""Another signer's installation, which is taken over and only read."""

import os
import subprocess
import sys

from .moving import Moving
from .payloads import attestation, block, preattestation
from .places import SOURCE, program

sys.path.insert(0, str(SOURCE / "tests" / "vm"))
from readme import Readme  # noqa: E402  (found through the line above)

NAME = "masculine-pig-stupendous-dugong"
SECRET = "edskSECRET"  # stands in their files and is never shown


class TakingOver(Moving):
    def setUp(self):
        super().setUp()
        self.base = self.bridge.folder / "theirs"
        self.base.mkdir()
        self.output = self.bridge.folder / "taken.toml"

    def whole(self):
        """What follows the word import."""
        raise NotImplementedError

    def put(self, name, content):
        path = self.base / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content)

    def theirs(self):
        return {path: (path.is_file() and path.read_bytes(), path.stat().st_mtime_ns,
                       path.stat().st_mode)
                for path in [self.base, *self.base.rglob("*")] if path.exists()}

    def take(self, *words):
        before = self.theirs()
        done = self.ledgerctl("import", *self.whole(), "--device", self.device_.url, *words)
        self.assertEqual(self.theirs(), before)
        self.assertNotIn(SECRET, done.stdout + done.stderr)
        return done

    def taken(self, *words):
        done = self.take(*words)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done

    def serve_as_written(self):
        """A daemon with that configuration alone; its state directory stands in it."""
        bridge = self.daemon(None, "--config", str(self.output))
        bridge.state_dir = self.bridge.state_dir
        self.bridge = bridge
        bridge.start().wait_ready()

    def assert_refused_and_nothing_written(self, *words, code=1, options=()):
        before, there = self.marks(), sorted(self.bridge.folder.iterdir())
        self.assert_failed(self.take("--output", self.output, *options), code, *words)
        self.assertEqual((self.marks(), sorted(self.bridge.folder.iterdir())), (before, there))

    def assert_guarded(self, level):
        self.assert_error(self.sign(block(level - 1)), 409, "below high watermark")
        self.assert_error(self.sign(block(level)), 409)
        self.assert_error(self.sign(preattestation(level)), 409)
        self.assert_error(self.sign(attestation(level)), 409)
        self.signs(block(level + 1), preattestation(level + 1), attestation(level + 1))

    def run_block(self, words, *places):
        """The README's block with these words, its (place there, place here) replaced."""
        environment = os.environ | {
            "PATH": f"{program('ledgerctl').parent}:{os.environ['PATH']}",
            "STATE_DIRECTORY": str(self.bridge.state_dir),
            "RUNTIME_DIRECTORY": str(self.bridge.admin_socket.parent)}
        for line in Readme("Coming from another signer").block_with(words):
            for there, here in places:
                self.assertTrue(words not in line or there in line, line)
                line = line.replace(there, str(here))
            line = line.replace("/etc/ledger-bridge/ledger-bridged.toml", str(self.output))
            done = subprocess.run(line, shell=True, env=environment, capture_output=True, text=True,
                                  stdin=subprocess.DEVNULL, timeout=30, check=False)
            self.assertEqual(done.returncode, 0, f"{line}\n{done.stderr}")
