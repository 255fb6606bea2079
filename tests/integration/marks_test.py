"""Host mark, device mark and who is ahead: every place that shows them says the same."""

import re
import unittest

from support.moving import Moving
from support.payloads import GHOSTNET, attestation, block
from support.waiting import eventually

MAINNET, TESTNET = "NetXdQprcVkpaWU", "NetXnHfVqm9iesp"
GAUGE = re.compile(r'ledger_bridge_(\w+)\{chain="(\w+)",(device|key)="([^"]*)"\} (-?\d+)')
NAMES = ("host_mark_level", "host_mark_round", "device_mark_level", "device_mark_round", "marks_ahead")
AHEAD = {1: "device", -1: "host", 0: "neither"}
LINE = re.compile(r"(Net\w+): host level (\d+) round (\d+), device's (\w+) mark level (\d+) round (\d+), (.*)")
WORDS = {"the device is ahead": "device", "the host is ahead": "host", "level": "neither"}


def said(one):
    """(host, device, who is ahead) of a comparison in JSON."""
    return tuple(tuple(one[side][part] for part in ("level", "round")) for side in ("host", "device")) + (one["ahead"],)


class Marks(Moving):
    """Of one key on mainnet, under the device's main mark, and on Ghostnet, under its test mark."""

    def setUp(self):
        super().setUp()
        self.stop()
        self.bridge.options += ["--chain", "ghostnet"]
        self.restart()

    def json_page(self, target):
        return {one["chain"]: said(one) for one in self.bridge.get(target).json().get("marks", [])}

    def metrics(self):
        chains = {}
        for name, chain, *_, value in GAUGE.findall(self.bridge.get("/metrics").body.decode()):
            chains.setdefault(chain, {})[name] = int(value)
        for gauges in chains.values():
            self.assertEqual(sorted(gauges), sorted(NAMES))
        return {chain: tuple(tuple(gauges[f"{side}_mark_{part}"] for part in ("level", "round"))
                             for side in ("host", "device")) + (AHEAD[gauges["marks_ahead"]],)
                for chain, gauges in chains.items()}

    def status(self):
        (device,) = self.succeed("status")["devices"]
        return {one["chain"]: said(one) for one in device.get("comparison", [])}

    def status_for_people(self):
        done = self.ledgerctl("status")
        self.assertEqual(done.returncode, 0, done.stderr)
        return {chain: ((int(host), int(host_round)), (int(level), int(level_round)), WORDS[who])
                for chain, host, host_round, _, level, level_round, who in LINE.findall(done.stdout)}

    def assert_everywhere(self, **chains):
        expected = {{"mainnet": MAINNET, "ghostnet": TESTNET}[name]: marks for name, marks in chains.items()}
        eventually(lambda: self.json_page("/healthz") == expected, 5, f"{expected} in /healthz")
        self.assertEqual(self.json_page(f"/statusz/{self.address}"), expected)
        self.assertEqual(self.metrics(), expected)
        self.assertEqual(self.status(), expected)
        self.assertEqual(self.status_for_people(), expected)

    def test_nothing_was_signed(self):
        self.assert_everywhere()

    def test_level(self):
        self.signs(block(150, 1), block(70, chain=GHOSTNET))
        self.assert_everywhere(mainnet=((150, 1), (150, 1), "neither"), ghostnet=((70, 0), (70, 0), "neither"))

    def test_the_host_is_ahead_of_a_device_that_forgot(self):
        self.device_.control.post("/hwm-setting", {"enabled": False})
        self.signs(block(150, 1), attestation(70, 2, chain=GHOSTNET))
        self.device_.control.post("/power-cycle")
        self.assert_everywhere(mainnet=((150, 1), (100, 0), "host"), ghostnet=((70, 2), (0, 0), "host"))

    def test_the_device_is_ahead_where_it_signed_elsewhere(self):
        self.signs(block(150, 1), block(70, chain=GHOSTNET))
        self.stop()
        self.device_.set_up(level=160, test_level=70)
        self.restart()
        self.assert_everywhere(mainnet=((150, 1), (160, 0), "device"), ghostnet=((70, 0), (70, 0), "neither"))


if __name__ == "__main__":
    unittest.main()
