#!/usr/bin/env python3
"""ledger-emulator's APDU port: framing, one host at a time, endurance."""

import os
import socket
import struct

import process_case
from process_case import APP_INFO, MARKS, QUIT, VERSION, Running, select, setup, sign


class ApduPort(Running):
    def test_second_host_waits_for_the_first(self):
        first, second = self.host(), self.host()
        self.assertEqual(first.exchange(VERSION)[1], 0x9000)
        second.send(VERSION)
        self.assertTrue(second.is_silent(0.1))
        first.close()
        self.assertEqual(second.receive()[0].hex(), "01020501")

    def test_commands_may_come_in_pieces_and_in_a_row(self):
        host = self.host()
        for byte in struct.pack(">I", len(VERSION)) + VERSION:
            host.socket.sendall(bytes([byte]))
        self.assertEqual(host.receive()[1], 0x9000)
        host.socket.sendall((struct.pack(">I", len(VERSION)) + VERSION) * 50)
        self.assertEqual([host.receive()[1] for _ in range(50)], [0x9000] * 50)

    def test_lengths_are_taken_as_they_come(self):
        host = self.host()
        self.assertEqual(host.exchange(b""), (b"", 0x6C00))
        self.assertEqual(host.exchange(b"\x80"), (b"", 0x6C00))
        self.assertEqual(host.exchange(bytes(65535)), (b"", 0x6C00))
        self.assertEqual(host.exchange(VERSION)[1], 0x9000)

    def test_absurd_length_ends_the_connection(self):
        for length in (65536, 0xFFFFFFFF):
            with self.emulator.host() as host:
                host.socket.sendall(struct.pack(">I", length) + b"garbage")
                with self.assertRaises(ConnectionError):
                    host.receive()
        self.assertEqual(self.host().exchange(VERSION)[1], 0x9000)

    def test_hosts_that_leave_in_the_middle_harm_nobody(self):
        for piece in (b"", b"\x00", b"\x00\x00\x00\x05", b"\x00\x00\x00\x05\x80\x00", os.urandom(3)):
            with self.emulator.host() as host:
                host.socket.sendall(piece)
        with self.emulator.host() as host:
            host.send(VERSION)
        self.assertEqual(self.host().exchange(MARKS)[0], bytes(20))

    def test_host_that_never_reads_is_not_served_without_bound(self):
        with self.emulator.host() as deaf:
            deaf.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            deaf.socket.settimeout(0.5)
            sent = 0
            frame = (struct.pack(">I", 5) + bytes.fromhex("8009000000")) * 1000
            try:
                while sent < 64 * 1024 * 1024:
                    sent += deaf.socket.send(frame)
            except TimeoutError:
                pass
            self.assertLess(sent, 64 * 1024 * 1024)
        self.assertEqual(self.host().exchange(VERSION)[1], 0x9000)

    def test_random_bytes_never_end_the_process(self):
        for _ in range(30):
            with self.emulator.host() as host:
                host.socket.sendall(os.urandom(200))
        host = self.host()
        for _ in range(300):
            answer = host.exchange(b"\x80" + os.urandom(1 + ord(os.urandom(1)) % 60))
            self.assertGreaterEqual(answer[1], 0x5515)
            self.assertTrue(self.emulator.running())

    def test_hundreds_of_signatures_on_every_curve(self):
        for curve in range(4):
            host = self.host()
            host.exchange(setup(1000, curve))
            host.exchange(select(curve))
            for level in range(1001, 1301):
                signature, status = host.exchange(sign(level))
                self.assertEqual(status, 0x9000)
                if curve in (1, 2):
                    self.assertEqual(signature[0] & 0xFE, 0x30)
                    self.assertEqual(signature[1], len(signature) - 2)
                else:
                    self.assertEqual(len(signature), 64)
            host.close()
        self.assertEqual(self.control.state()["signatures"], 1200)

    def test_quit_leads_to_the_dashboard_on_the_same_connection(self):
        host = self.host()
        self.assertEqual(host.exchange(QUIT), (b"", 0x9000))
        self.assertEqual(host.exchange(APP_INFO)[0][2:7], b"BOLOS")
        self.assertEqual(host.exchange(VERSION)[1], 0x6E00)
        name = b"Tezos Baking"
        host.exchange(bytes.fromhex("e0d80000") + bytes([len(name)]) + name)
        self.assertEqual(host.exchange(VERSION)[1], 0x9000)


if __name__ == "__main__":
    process_case.main()
