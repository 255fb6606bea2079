#!/usr/bin/env python3
"""The emulated USB device comes and goes: its port, its cable, its apps."""

import socket
import subprocess
import time
import unittest

import process_case
from process_case import APP_INFO, QUIT, VERSION, run, sign
from support.usbredir import Gone, UsbHost, reports_of
from usb_case import BAKING, DASHBOARD, SILENCE, WALLET, UsbRunning

OPEN_BAKING = bytes.fromhex("e0d800000c") + b"Tezos Baking"


class Start(unittest.TestCase):
    def test_prints_the_third_line_only_when_asked(self):
        for more, lines in (([], 2), (["--redir-port", "0"], 3)):
            process = subprocess.Popen(
                [process_case.BINARY, "--apdu-port", "0", "--control-port", "0", *more],
                stdout=subprocess.PIPE, text=True)
            printed = [process.stdout.readline() for _ in range(lines)]
            process.terminate()
            self.assertEqual(process.wait(10), 0)
            self.assertEqual(process.stdout.read(), "")
            process.stdout.close()
            self.assertRegex("".join(printed[2:]), r"^(redir 127\.0\.0\.1:[1-9]\d*\n)?$")

    def test_taken_port_exits_1(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = str(taken.getsockname()[1])
            code, output, error = run(
                "--apdu-port", "0", "--control-port", "0", "--redir-port", port)
        self.assertEqual((code, output), (1, ""))
        self.assertRegex(error, r"^error: .*" + port + r".*; .+\n$")


class Cable(UsbRunning):
    def test_unplug_ends_the_connection_and_refuses_new_ones(self):
        usb = self.usb()
        self.control.post("/unplug")
        with self.assertRaises(ConnectionError):
            usb.exchange(VERSION)
        with self.assertRaises(ConnectionRefusedError):
            UsbHost(self.emulator.redir_port)
        self.assertFalse(self.control.state()["plugged"])
        self.control.post("/plug")
        self.assertEqual(self.usb().exchange(VERSION)[1], 0x9000)

    def test_unplug_and_plug_may_be_repeated(self):
        for _ in range(10):
            self.control.post("/unplug")
            self.control.post("/plug")
            with UsbHost(self.emulator.redir_port) as usb:
                usb.enumerate().open()
                self.assertEqual(usb.exchange(VERSION)[1], 0x9000)

    def test_a_host_that_ends_the_connection_has_unplugged_the_device(self):
        usb = self.ready_usb()
        usb.write(reports_of(1, sign(101))[0])
        usb.close()
        again = self.usb()
        self.assertEqual(again.exchange(sign(102))[1], 0x9000, "RAM stays, half a command does not")

    def test_an_answer_on_its_way_is_lost_with_the_connection(self):
        usb = self.ready_usb()
        self.control.post("/fault", {"kind": "delay", "ms": 300, "instruction": "SIGN"})
        usb.send_apdu(sign(101))
        usb.close()
        again = self.usb()
        self.assertEqual(again.exchange(VERSION)[0].hex(), "01020501")
        self.assertTrue(again.is_silent(0.4))
        self.assertEqual(self.main_level(), 101)

    def test_one_host_at_a_time_over_both_wires(self):
        usb = self.usb()
        with self.emulator.host() as host:
            host.send(VERSION)
            self.assertTrue(host.is_silent(SILENCE))
            usb.close()
            self.assertEqual(host.receive()[1], 0x9000)
            waiting = UsbHost(self.emulator.redir_port)
            self.addCleanup(waiting.close)
            with self.assertRaises(TimeoutError):
                waiting.wait_for_device(SILENCE)
        waiting.enumerate().open()
        self.assertEqual(waiting.exchange(VERSION)[1], 0x9000)

    def test_the_apdu_port_has_the_same_device(self):
        usb = self.ready_usb()
        usb.exchange(sign(101))
        usb.close()
        with self.emulator.host() as host:
            self.assertEqual(host.exchange(sign(101)), (b"", 0x6A80))


class Apps(UsbRunning):
    def open_app(self, name):
        self.control.post("/open-app", {"name": name})

    def test_each_app_has_its_product_id(self):
        usb = self.usb()
        for name, product in (("BOLOS", DASHBOARD), ("Tezos Wallet (XTZ)", WALLET),
                              ("Tezos Baking", BAKING)):
            self.open_app(name)
            usb.wait_until_gone()
            self.assertEqual(self.reopened(usb), product)
            info = usb.exchange(APP_INFO)[0]
            self.assertEqual(info[2: 2 + info[1]].decode(), name)

    def test_opening_the_app_that_is_open_changes_nothing(self):
        usb = self.usb()
        self.open_app("Tezos Baking")
        self.assertEqual(usb.exchange(VERSION)[1], 0x9000)

    def test_the_device_is_away_for_a_moment(self):
        usb = self.usb()
        begin = time.monotonic()
        self.open_app("BOLOS")
        usb.wait_until_gone()
        usb.wait_for_device()
        self.assertGreaterEqual(time.monotonic() - begin, 0.3)

    def test_quit_and_open_are_answered_before_the_device_leaves(self):
        usb = self.usb()
        self.assertEqual(usb.exchange(QUIT), (b"", 0x9000))
        usb.wait_until_gone()
        self.assertEqual(self.reopened(usb), DASHBOARD)
        self.assertEqual(usb.exchange(OPEN_BAKING), (b"", 0x9000))
        usb.wait_until_gone()
        self.assertEqual(self.reopened(usb), BAKING)

    def test_commands_to_a_device_that_is_leaving_are_lost(self):
        usb = self.usb()
        usb.exchange(QUIT)
        usb.post(reports_of(usb.channel, APP_INFO)[0])
        with self.assertRaises(Gone):
            usb.receive_apdu()
        self.assertEqual(self.reopened(usb), DASHBOARD)
        self.assertTrue(usb.is_silent(SILENCE))

    def test_apps_that_change_while_the_device_is_away(self):
        usb = self.usb()
        for name in ("BOLOS", "Tezos Baking", "Tezos Wallet (XTZ)"):
            self.open_app(name)
        usb.wait_until_gone()
        while usb.wait_for_device() != WALLET:
            usb.wait_until_gone()  # on a busy machine each app may have been shown
        self.assertEqual(self.reopened(usb), WALLET)

    def test_an_app_opened_without_a_host_is_shown_to_the_next_one(self):
        self.open_app("BOLOS")
        self.assertEqual(self.plugged().product_id, DASHBOARD)

    def test_a_late_answer_to_quit_holds_the_device_back(self):
        usb = self.usb()
        self.control.post("/fault", {"kind": "delay", "ms": 200})
        usb.send_apdu(QUIT)
        self.assertEqual(usb.receive_apdu(), (b"", 0x9000))
        usb.wait_until_gone()
        self.assertEqual(self.reopened(usb), DASHBOARD)

    def test_power_cycle_comes_back_as_the_app_it_names(self):
        usb = self.ready_usb()
        self.control.post("/power-cycle", {"app": "BOLOS"})
        usb.wait_until_gone()
        self.assertEqual(self.reopened(usb), DASHBOARD)

    def test_commands_from_before_a_power_cycle_are_lost(self):
        usb = self.ready_usb()
        self.control.post("/fault", {"kind": "delay", "ms": 60000, "instruction": "SIGN"})
        usb.send_apdu(sign(101))
        usb.send_apdu(QUIT)
        self.control.post("/power-cycle")
        usb.wait_until_gone()
        self.assertEqual(self.reopened(usb), BAKING)
        self.assertEqual(usb.exchange(VERSION)[0].hex(), "01020501")
        self.assertTrue(usb.is_silent(SILENCE))
        self.assertEqual(self.control.state()["app"], "Tezos Baking")

    def test_the_apdu_port_does_not_notice(self):
        with self.emulator.host() as host:
            self.open_app("BOLOS")
            self.assertEqual(host.exchange(VERSION)[1], 0x6E00)


if __name__ == "__main__":
    process_case.main()
