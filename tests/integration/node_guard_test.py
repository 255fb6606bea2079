"""--node: the first signature is held to a node's head, and no node that fails stops anybody."""

import json
import ssl
import sys
import tempfile
import threading
import time
import unittest

from support import command
from support.case import BridgeCase, free_port
from support.certificates import Certificates
from support.payloads import GHOSTNET, attestation, block
from support.places import SOURCE
from support.waiting import Stopwatch, eventually

sys.path.insert(0, str(SOURCE / "tests" / "support"))
from fake_node import head  # noqa: E402  (found through the line above)

HEAD = 10_000_000
ABSURD = 0x3FFF0000
GHOSTNET_ID = "NetXnHfVqm9iesp"
# So that what time adds to the limit stays small beside what is asked for.
ASKED_OFTEN = ["--block-time", "1s"]


class NodeCase(BridgeCase):
    def node(self, *arguments, **more):
        node = head(*arguments, **more)
        self.addCleanup(node.close)
        return node

    def start(self, url, *options, device=None, answers=True, **more):
        """Until the node has answered or failed, if it does: the daemon itself waits for a second."""
        self.device_ = device or self.device().set_up("ed25519", 100)
        self.bridge = self.started(self.device_.url, "--node", url, *options, **more).wait_ready()
        if answers:
            eventually(
                lambda: self.metric("node_up") == 1 or self.bridge.log_lines("no head"), 10, "the first look")

    def sign(self, message):
        return self.bridge.sign(self.device_.address, message)

    def signs(self, message):
        self.assert_signed(self.sign(message), self.device_.public_key, message)

    def refuses(self, message, *words):
        apdus = self.device_.signatures()
        self.assert_error(self.sign(message), 409, *words)
        self.assertEqual(self.device_.signatures(), apdus)

    def metric(self, name):
        for line in self.bridge.get("/metrics").body.decode().splitlines():
            if line.startswith(f"ledger_bridge_{name} "):
                return float(line.split()[1])
        return None

    def lost(self, *words):
        """One line in the log, and a warning with these words; each comes a moment after the look."""
        self.bridge.wait_lines("warn", "no head", *words, count=1)
        eventually(lambda: self.warns("node: ", *words), 10, f"a warning with {words}")
        self.assertEqual(self.metric("node_up"), 0)

    def warns(self, *words):
        warning = " ".join(self.bridge.health().get("warnings", []))
        return all(word in warning for word in words)


class Guard(NodeCase):
    def test_first_start_at_an_absurd_level_is_refused_and_names_the_head(self):
        node = self.node(HEAD)
        self.start(node.url)
        self.refuses(attestation(ABSURD), f"level {ABSURD} is above", f"node's head {HEAD}")
        self.refuses(block(HEAD + 50), f"node's head {HEAD}")
        self.signs(block(HEAD + 2))
        self.assertEqual(set(node.paths), {"/chains/main/blocks/head/header"})

    def test_a_node_that_falls_behind_stops_nobody_who_has_signed(self):
        self.start(self.node(HEAD).url)
        self.signs(block(HEAD + 1))
        self.signs(block(HEAD + 900))

    def test_it_is_told(self):
        node = self.node(HEAD)
        self.start(node.url)
        self.assertEqual((self.metric("node_up"), self.metric("node_head_level")), (1, HEAD))
        self.assertNotIn("warnings", self.bridge.health())
        done = command.run("ledgerctl", "status", "--admin-socket", self.bridge.admin_socket)
        self.assertIn(f"node: level {HEAD} of NetXdQprcVkpaWU", done.stdout)

    def test_without_the_option_nothing_is_said_of_a_node(self):
        self.device_, self.bridge = self.pair()
        self.assertNotIn("ledger_bridge_node", self.bridge.get("/metrics").body.decode())
        done = command.run("ledgerctl", "status", "--admin-socket", self.bridge.admin_socket, "--json")
        self.assertNotIn("node", json.loads(done.stdout))
        self.signs(attestation(ABSURD))


class NoHead(NodeCase):
    """Then it is as without a node: no guard before the first signature."""

    def test_a_node_that_is_down_does_not_block_and_is_told_once_each_way(self):
        port = free_port()
        self.start(f"http://127.0.0.1:{port}", *ASKED_OFTEN)
        self.signs(attestation(HEAD))
        eventually(lambda: self.bridge.log_lines("no head"), 10, "a line in the log")
        time.sleep(2.5)  # asked again meanwhile
        self.lost("cannot be reached")
        self.node(HEAD, port=port)
        eventually(lambda: self.bridge.log_lines("says again", f"level {HEAD}"), 10, "the other line")
        eventually(lambda: self.metric("node_up") == 1, 10, "the metric")
        eventually(lambda: "warnings" not in self.bridge.health(), 10, "the warning's end")

    def test_a_node_that_never_answers_holds_up_neither_start_nor_signature_nor_end(self):
        silent = threading.Event()
        self.addCleanup(silent.set)
        self.start(self.node(HEAD, delay=silent).url, answers=False)
        self.signs(attestation(ABSURD))
        taken = Stopwatch()
        self.assertEqual(self.bridge.stop(), 0)
        self.assertLess(taken(), 4)

    def test_a_node_of_another_chain_does_not_count(self):
        self.start(self.node(5, GHOSTNET_ID).url, *ASKED_OFTEN)
        self.signs(attestation(ABSURD))
        eventually(lambda: self.bridge.log_lines("no head"), 10, "a line in the log")
        self.lost("another chain", "ghostnet", "mainnet")

    def test_it_counts_for_its_own_chain_alone(self):
        device = self.device().set_up("ed25519", 100, 0)
        self.start(self.node(HEAD).url, "--chain", "ghostnet", device=device)
        self.signs(attestation(HEAD + 5000, chain=GHOSTNET))
        self.refuses(attestation(ABSURD), "node's head")

    def test_a_node_that_is_behind_does_not_count(self):
        self.start(self.node(5, timestamp="2026-01-01T00:00:00Z").url)
        self.signs(attestation(ABSURD))
        self.lost("behind")


class Address(NodeCase):
    def serve_tls(self):
        folder = tempfile.TemporaryDirectory(prefix="bridge-tls-")
        self.addCleanup(folder.cleanup)
        certificates = Certificates(folder.name)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*map(str, certificates.issue("node")))
        return self.node(HEAD, tls=context), certificates

    def test_https_by_an_authority_of_ones_own(self):
        node, certificates = self.serve_tls()
        self.start(node.url, env={"SSL_CERT_FILE": str(certificates.ca)})
        self.refuses(attestation(ABSURD), f"node's head {HEAD}")

    def test_https_by_nobody_known_is_no_head(self):
        node, _ = self.serve_tls()
        self.start(node.url)
        self.assertEqual(node.paths, [])
        self.signs(attestation(ABSURD))
        self.lost("cannot be reached", "certificate")

    def test_a_name_is_looked_up(self):
        node = self.node(HEAD)
        self.start(node.url.replace("127.0.0.1", "localhost"))
        self.refuses(attestation(ABSURD), f"node's head {HEAD}")

    def test_what_is_no_address_is_a_usage_error(self):
        for text in ("node:8732", "ftp://node", "http://", "http://u@node"):
            with self.subTest(text=text):
                done = command.run("ledger-bridged", "--node", text)
                self.assert_usage_error(done, "node", text)


if __name__ == "__main__":
    unittest.main()
