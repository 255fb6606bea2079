#!/usr/bin/env python3
"""The emulated USB device misbehaves on request, and endures hosts that do."""

import os
import socket
import struct
import time

import process_case
from process_case import PATH, VERSION, command, select, setup, sign
from support import usbredir
from support.usbredir import Gone, UsbHost, reports_of
from usb_case import SILENCE, UsbRunning

GIT = bytes.fromhex("8009000000")


class Faults(UsbRunning):
    def fault(self, kind, **more):
        self.control.post("/fault", {"kind": kind, "instruction": "SIGN", **more})

    def test_delayed_answer_comes_late(self):
        usb = self.ready_usb()
        self.fault("delay", ms=200)
        begin = time.monotonic()
        self.assertEqual(usb.exchange(sign(101))[1], 0x9000)
        self.assertGreaterEqual(time.monotonic() - begin, 0.2)

    def test_dropped_answer_has_moved_the_mark(self):
        usb = self.ready_usb()
        self.fault("drop")
        usb.send_apdu(sign(101))
        self.assertTrue(usb.is_silent(SILENCE))
        self.assertEqual(usb.exchange(sign(101)), (b"", 0x6A80))

    def test_corrupt_answer_differs_in_one_bit(self):
        usb = self.ready_usb()
        self.fault("corrupt")
        wrong = usb.exchange(sign(101))[0]
        usb.exchange(setup(100))
        usb.exchange(select())
        right = usb.exchange(sign(101))[0]
        self.assertEqual(sum(bin(a ^ b).count("1") for a, b in zip(wrong, right)), 1)

    def test_cut_ends_the_connection_before_the_last_report(self):
        usb = self.ready_usb()
        self.fault("cut")
        usb.send_apdu(sign(101))
        self.assertEqual(usb.read()[3:5], b"\0\0")
        with self.assertRaises(Gone):
            usb.read()
        self.assertEqual(self.main_level(), 101)
        self.assertEqual(self.usb().exchange(VERSION)[1], 0x9000)

    def test_cut_of_a_single_report_leaves_nothing(self):
        usb = self.ready_usb()
        self.fault("cut")
        usb.send_apdu(sign(1))
        with self.assertRaises(Gone):
            usb.read()

    def test_disconnected_answer_has_moved_the_mark(self):
        usb = self.ready_usb()
        self.fault("disconnect")
        with self.assertRaises(Gone):
            for report in reports_of(1, sign(101)):
                usb.post(report)
            usb.read()
        self.assertEqual(self.main_level(), 101)
        self.assertEqual(self.usb().exchange(sign(102))[1], 0x9000)

    def test_connection_ends_between_the_reports_of_a_command(self):
        usb = self.ready_usb()
        self.fault("between-reports")
        apdus = self.control.state()["apdus"]
        with self.assertRaises(ConnectionError):
            usb.exchange(sign(101))
        self.assertEqual((self.main_level(), self.control.state()["apdus"]), (100, apdus))
        self.assertEqual(self.usb().exchange(sign(101))[1], 0x9000)

    def test_between_reports_counts_them_and_keeps_to_its_instruction(self):
        usb = self.ready_usb()
        self.fault("between-reports", reports=2, instruction="HMAC")
        self.assertEqual(usb.exchange(sign(101))[1], 0x9000)
        self.assertEqual(usb.exchange(command(0x0E, 0, 0, PATH + bytes(50)))[1], 0x9000)
        first, second, _ = reports_of(1, command(0x0E, 0, 0, PATH + bytes(100)))
        self.assertEqual(usb.write(first), usbredir.SUCCESS)
        with self.assertRaises(ConnectionError):
            usb.write(second)
            usb.read()

    def test_between_reports_does_not_concern_the_apdu_port(self):
        with self.emulator.host() as host:
            host.exchange(setup(100))
            host.exchange(select())
            self.fault("between-reports")
            self.assertEqual(host.exchange(sign(101))[1], 0x9000)


class Robustness(UsbRunning):
    def raw(self):
        connection = socket.create_connection(("127.0.0.1", self.emulator.redir_port), timeout=10)
        self.addCleanup(connection.close)
        return connection

    def test_garbage_ends_the_connection_and_not_the_process(self):
        hello = struct.pack("<III", 0, 68, 0) + bytes(64) + struct.pack("<I", 0x7E)
        for sent in (b"", b"\0" * 7, hello[:40], os.urandom(100), hello + os.urandom(500),
                     hello + b"\xff" * 64, struct.pack("<III", 0, 0xFFFFFFFF, 0) + bytes(500),
                     hello + struct.pack("<IIQ", 100, 0x7FFFFFFF, 1) + bytes(100)):
            with self.raw() as connection:
                connection.sendall(sent)
        self.assertEqual(self.usb().exchange(VERSION)[1], 0x9000)

    def test_random_packets_never_end_the_process(self):
        for _ in range(200):
            usb = UsbHost(self.emulator.redir_port)
            try:
                usb.wait_for_device()
                for _ in range(5):
                    kind = int.from_bytes(os.urandom(1), "big") % 104
                    usb.send(kind, os.urandom(int.from_bytes(os.urandom(1), "big") % 80))
            except ConnectionError:
                pass
            finally:
                usb.close()
        self.assertEqual(self.usb().exchange(VERSION)[1], 0x9000)

    def test_transfers_for_endpoints_of_other_kinds_end_the_connection(self):
        bulk = struct.pack("<BBHIH", 0x03, 0, 0, 0, 0)
        for kind, body in ((usbredir.BULK, bulk), (12, b"\x03\x01\x01")):
            usb = self.plugged()
            usb.send(kind, body, 1)
            with self.assertRaises(Gone):
                usb.packet()

    def test_reports_of_any_size_and_content_are_survived(self):
        usb = self.usb()
        for size in (0, 1, 4, 5, 6, 63, 64, 65, 1000):
            usb.write(os.urandom(size))
        for _ in range(300):
            usb.write(b"\x01\x01\x05\0" + os.urandom(60))
        usb.enumerate().open()
        self.assertEqual(usb.exchange(VERSION)[1], 0x9000)

    def test_a_device_with_many_answers_waiting_takes_no_more_commands(self):
        usb = self.usb()
        usb.shut()
        sent = 0
        with self.assertRaises(TimeoutError):
            while sent < 500:
                usb.write(reports_of(1, GIT)[0], timeout=0.3)
                sent += 1
        usb.open()
        for _ in range(sent):
            self.assertEqual(usb.receive_apdu(channel=1)[1], 0x9000)

    def test_a_cancelled_report_is_not_taken(self):
        usb = self.ready_usb()
        self.control.post("/fault", {"kind": "delay", "ms": 300, "count": 20})
        ids = [usb.post(reports_of(1, GIT)[0]) for _ in range(30)]
        usb.send(usbredir.CANCEL, id=ids[-1])
        self.assertEqual(usb.wait_for(usbredir.INTERRUPT, ids[-1]).body[1], usbredir.CANCELLED)

    def test_a_host_that_asks_and_never_reads_is_not_served_without_bound(self):
        usb = self.usb()
        usb.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        ask = struct.pack("<BBBBHHH", 0x80, 6, 0x80, 0, 0x0200, 0, 255)
        packet = struct.pack("<IIQ", usbredir.CONTROL, len(ask), 1) + ask
        usb.socket.settimeout(0.5)
        sent = 0
        with self.assertRaises(TimeoutError):
            while sent < 64 * 1024 * 1024:
                sent += usb.socket.send(packet * 1000)
        usb.close()
        self.assertEqual(self.usb().exchange(VERSION)[1], 0x9000)

    def test_a_host_that_floods_a_busy_device_with_reports_is_dropped(self):
        usb = self.ready_usb()
        self.control.post("/fault", {"kind": "delay", "ms": 60000, "instruction": "SIGN"})
        usb.send_apdu(sign(101))
        with self.assertRaises(ConnectionError):
            for _ in range(1000):
                usb.post(reports_of(1, VERSION)[0])
            while True:
                usb.packet(5)
        self.assertEqual(self.usb().exchange(VERSION)[1], 0x9000)


if __name__ == "__main__":
    process_case.main()
