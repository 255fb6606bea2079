"""--node: the level and the chain from a node's RPC, and everything that can be wrong with it."""

import json
import socket
import threading
import unittest

from programs import GHOSTNET, MAINNET, TZ1, Node, Tools, head


class NodeLevel(Tools):
    def test_one_above_the_head_and_the_nodes_chain(self):
        with head(1000, GHOSTNET) as node:
            result = self.succeed("setup-ledger", "--node", node.url)
        self.assertEqual(node.paths, ["/chains/main/blocks/head/header"])
        self.assertEqual(result["chain"], GHOSTNET)
        self.assertEqual(self.marks(), (1001, 0))

    def test_path_of_the_address_is_kept(self):
        with head(1000) as node:
            self.succeed("setup-ledger", "--node", node.url + "/mainnet/")
        self.assertEqual(node.paths, ["/mainnet/chains/main/blocks/head/header"])

    def test_floor_above_the_head(self):
        self.make_store((TZ1, "mainnet", 1005))
        with head(1000) as node:
            self.succeed("setup-ledger", "--curve", "ed25519", "--node", node.url)
        self.assertEqual(self.marks(), (1006, 0))

    def test_a_device_mark_above_the_head_is_brought_down_to_it(self):
        self.succeed("setup-ledger", "--level", 0x3fffffff)
        with head(1000) as node:
            result = self.succeed("reset-hwm", "--node", node.url)
        self.assertEqual(self.marks(), (1001, 0))
        self.assertIn("this lowers the device's main mark", result["notes"])

    def test_a_mark_above_the_head_is_a_mistake_and_the_danger_is_said(self):
        self.succeed("setup-ledger", "--level", 5000)
        self.refuse(5, "reset-hwm", "--level", 2000, saying="another signer")
        with head(1000) as node:
            result = self.succeed("reset-hwm", "--level", 2000, "--node", node.url)
        self.assertEqual(self.marks(), (2000, 0))
        self.assertIn("levels 2000 to 5000 again", " ".join(result["notes"]))

    def test_the_head_of_a_node_that_is_behind_shows_nothing(self):
        self.succeed("setup-ledger", "--level", 5000)
        for timestamp in ("2026-01-01T00:00:00Z", "2019-07-01T12:00:00Z"):
            with head(1000, timestamp=timestamp) as node:
                self.refuse(5, "reset-hwm", "--level", 2000, "--node", node.url)
                plan = self.succeed("reset-hwm", "--node", node.url)
            self.assertGreater(plan["new"]["main"]["level"], 5000)

    def test_a_timestamp_that_is_none_is_as_good_as_now(self):
        self.succeed("setup-ledger", "--level", 5000)
        with head(1000, timestamp="yesterday") as node:
            self.succeed("reset-hwm", "--node", node.url)
        self.assertEqual(self.marks(), (1001, 0))

    def test_given_level_wins(self):
        with head(1000) as node:
            self.succeed("setup-ledger", "--level", 5000, "--node", node.url)
        self.assertEqual(self.marks(), (5000, 0))

    def test_node_of_another_chain(self):
        with head(1000, GHOSTNET) as node:
            self.refuse(2, "setup-ledger", "--chain", "mainnet", "--node", node.url,
                        saying="ghostnet")
            self.succeed("setup-ledger", "--level", 5)
            self.refuse(2, "reset-hwm", "--node", node.url, saying="ghostnet")


class NodeErrors(Tools):
    def ask(self, node, code=1, saying=""):
        before = self.state()["apdus"]
        self.refuse(code, "setup-ledger", "--node", node, saying=saying)
        self.assertEqual(self.state()["apdus"], before)

    def test_answers_that_are_no_head(self):
        for body in ("", "{", "[]", "null", "5", "{}", '{"level":5}', '{"chain_id":"' + MAINNET + '"}',
                     json.dumps({"level": "5", "chain_id": MAINNET}),
                     json.dumps({"level": -5, "chain_id": MAINNET}),
                     json.dumps({"level": 1.5, "chain_id": MAINNET}),
                     json.dumps({"level": 0x40000000, "chain_id": MAINNET}),
                     json.dumps({"level": 2**70, "chain_id": MAINNET}),
                     json.dumps({"level": 5, "chain_id": 7}),
                     json.dumps({"level": 5, "chain_id": "NetXoops"}),
                     json.dumps({"level": 5, "chain_id": "any"}),
                     "<html>not found</html>", "x" * 2_000_000):
            with Node(body=body) as node:
                self.ask(node.url, saying="not understood")

    def test_statuses(self):
        for status in (400, 401, 404, 500, 502, 503):
            with Node(status=status, body="no") as node:
                self.ask(node.url, saying=f"HTTP status {status}")

    def test_redirection_is_named_and_not_followed(self):
        with head(1000) as elsewhere:
            target = elsewhere.url + "/x"
            with Node(status=302, headers=[("location", target)]) as node:
                self.ask(node.url, saying=target)
        self.assertEqual(elsewhere.paths, [])

    def test_control_characters_of_a_node_do_not_reach_the_terminal(self):
        with Node(status=301, headers=[("location", "http://x/\x1b[2J")]) as node:
            done = self.run_tool("setup-ledger", "--node", node.url)
        self.assertNotIn("\x1b", done.stderr)

    def test_unreachable(self):
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            self.ask(f"http://127.0.0.1:{unused.getsockname()[1]}", saying="cannot be reached")

    def test_a_node_that_breaks_off(self):
        broken = threading.Event()
        broken.set()
        with Node(delay=broken) as node:
            self.ask(node.url)

    def test_a_node_that_is_no_tls(self):
        with head(1000) as node:
            self.ask(node.url.replace("http://", "https://"))

    def test_a_node_that_never_answers(self):
        silent = threading.Event()
        with Node(delay=silent) as node:
            self.ask(node.url, code=6, saying="in time")
            silent.set()


if __name__ == "__main__":
    unittest.main()
