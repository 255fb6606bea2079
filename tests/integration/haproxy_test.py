"""HAProxy before two daemons, each with a device of its own and the same key: when one goes, the other
signs from the next check on.

Two devices with one seed are not kept from a double by this version; what is shown here is that the
balancer makes none out of a baker's honest requests.
"""

import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "proof"))

from common.checker import Checker, read_sign_log  # noqa: E402  (found through the line above)
from support import http_client  # noqa: E402
from support.case import BridgeCase, free_port  # noqa: E402
from support.payloads import attestation, preattestation  # noqa: E402
from support.waiting import PATIENCE, Stopwatch, eventually  # noqa: E402

HAPROXY = shutil.which("haproxy") or shutil.which("haproxy", path="/usr/sbin") or "haproxy"
CHECK_SECONDS = 0.5
# HAProxy waits for a second before it asks a server again; the rest is this machine's, which runs many
# tests at one time.
MARGIN = 3 * PATIENCE
CONFIGURATION = """
global
    log stdout format raw local0
defaults
    mode http
    log global
    timeout connect 5s
    timeout check 5s
    timeout client 10s
    timeout server 10s
listen signer
    bind 127.0.0.1:{port}
    balance first
    option httpchk GET /healthz
    option redispatch
    retries 3
    default-server check inter 500ms fall 1 rise 1 maxconn 16
    server one 127.0.0.1:{one}
    server two 127.0.0.1:{two}
"""


class TwoDaemons(BridgeCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="haproxy-")))
        self.devices = [self.device("--sign-log", str(self.folder / name)).set_up() for name in ("one", "two")]
        self.address = self.devices[0].address
        self.assertEqual(self.devices[1].address, self.address)
        self.daemons = [self.started(d.url, http=f"127.0.0.1:{free_port()}").wait_ready() for d in self.devices]
        self.given, self.level = [], 1000
        self.balance()

    def balance(self):
        self.port = free_port()
        path = self.folder / "haproxy.cfg"
        path.write_text(CONFIGURATION.format(port=self.port, one=self.daemons[0].port, two=self.daemons[1].port))
        self.log = self.folder / "haproxy.log"
        log = self.enterContext(open(self.log, "wb"))
        process = subprocess.Popen([HAPROXY, "-db", "-f", path], stdout=log, stderr=log)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        eventually(lambda: self.ask("GET", "/authorized_keys") == 200, 10, "HAProxy with a daemon")

    def ask(self, *request):
        try:
            return http_client.request(self.port, *request).status
        except OSError:
            return None

    def told(self, words):
        """How often HAProxy said this of a server."""
        return self.log.read_text().count(f"Server signer/{words}")

    def sign(self, message):
        """Whether there is a signature; it is verified at the end."""
        try:
            answer = http_client.request(
                self.port, "POST", f"/keys/{self.address}?version=3", http_client.sign_body(message)
            )
        except OSError:
            return False
        if answer.status == 200:
            self.given.append((message, answer.json()["signature"]))
        return answer.status == 200

    def bake(self, levels):
        """Each vote is asked for until it is there; the longest time that one took."""
        longest = 0
        for _ in range(levels):
            self.level += 1
            for message in (preattestation(self.level), attestation(self.level)):
                taken = Stopwatch()
                eventually(lambda m=message: self.sign(m), 10, "a signature", step=0.02)
                longest = max(longest, taken())
        return longest

    def signed_by(self, name):
        return [message for message, _ in read_sign_log(self.folder / name)]

    def assert_taken_over(self, name):
        """All goes to this one, after one check at the latest."""
        before = len(self.signed_by(name))
        self.assertLess(self.bake(10), CHECK_SECONDS + MARGIN)
        self.assertGreaterEqual(len(self.signed_by(name)) - before, 18)

    def assert_no_double(self):
        checker = Checker(self.devices[0].public_key)
        for name in ("one", "two"):
            for message, signature in read_sign_log(self.folder / name):
                checker.signed(message, signature)
        for message, text in self.given:
            checker.released(message, text)
        self.assertEqual(checker.faults(), [])
        self.assertEqual(checker.counts()["doubles inside the device"], 0)
        self.assertEqual(checker.counts()["released"], 2 * (self.level - 1000))
        # Only what was under way when the other went can have been asked for twice.
        self.assertLessEqual(len(set(self.signed_by("one")) & set(self.signed_by("two"))), 1)

    def test_a_daemon_that_is_killed_is_replaced_and_comes_back(self):
        self.bake(10)
        self.assertEqual((len(self.signed_by("one")), len(self.signed_by("two"))), (20, 0), "the first is first")
        self.daemons[0].kill()
        self.assert_taken_over("two")
        eventually(lambda: self.told("one is DOWN"), 10, "HAProxy has missed it")
        up = self.told("one is UP")
        self.daemons[0].start().wait_ready()
        eventually(lambda: self.told("one is UP") > up, 10, "HAProxy has seen it")
        self.assert_taken_over("one")
        self.assert_no_double()

    def test_a_daemon_that_is_killed_while_it_signs_is_replaced(self):
        self.bake(1)
        self.devices[0].fault("delay", ms=3000, instruction="SIGN")
        self.level += 1
        message = preattestation(self.level)
        connection = http_client.RawConnection(self.port)
        self.addCleanup(connection.close)
        target = f"/keys/{self.address}"
        connection.send(http_client.raw_request("POST", target, http_client.sign_body(message)))
        eventually(lambda: message in self.signed_by("one"), 5, "the first device signing")
        begun = Stopwatch()
        self.daemons[0].kill()
        self.assertIn(connection.response().status, (502, 503), "HAProxy does not ask again by itself")
        eventually(lambda: self.sign(message), 5, "the same vote from the other", step=0.02)
        self.assertLess(begun(), 2 * CHECK_SECONDS + MARGIN)
        self.assertTrue(self.sign(attestation(self.level)))
        self.assert_no_double()

    def test_a_daemon_whose_device_is_gone_is_replaced(self):
        self.bake(1)
        self.devices[0].control.post("/unplug")
        eventually(lambda: self.daemons[0].get("/healthz").status == 503, 5, "the device's absence")
        time.sleep(CHECK_SECONDS)
        self.assert_taken_over("two")
        self.assert_no_double()


if __name__ == "__main__":
    unittest.main()
