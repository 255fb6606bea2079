#!/usr/bin/env python3
"""The built ledger-emulator as a process: its ports, its files, its endurance."""

import argparse
import http.client
import os
import pathlib
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from support.emulator import Emulator, Host  # noqa: E402

BINARY = None

MAINNET = 0x7A06A770
PATH = bytes.fromhex("048000002c800006c18000000080000000")
VERSION = bytes.fromhex("8000000000")
QUIT = bytes.fromhex("b0a7000000")
APP_INFO = bytes.fromhex("b001000000")
MARKS = bytes.fromhex("800b000000")


def command(ins, p1, p2, data=b""):
    return bytes([0x80, ins, p1, p2, len(data)]) + data


def setup(level, curve=0):
    return command(0x0A, 0, curve, struct.pack(">III", MAINNET, level, 0) + PATH)


def select(curve=0):
    return command(0x04, 0, curve, PATH)


def attestation(level, round_=0):
    return (b"\x13" + struct.pack(">I", MAINNET) + b"\xb4" * 32 + b"\x15\x00\x07"
            + struct.pack(">II", level, round_) + b"\xb1" * 32)


def sign(level, round_=0):
    return command(0x04, 0x81, 0, attestation(level, round_))


def run(*arguments):
    """(exit code, standard output, standard error) of a run that ends by itself."""
    done = subprocess.run([BINARY, *arguments], capture_output=True, text=True, timeout=20)
    return done.returncode, done.stdout, done.stderr


class Running(unittest.TestCase):
    arguments = ("--confirm", "accept")

    def setUp(self):
        self.emulator = Emulator(BINARY, *self.arguments)
        self.addCleanup(self.check_end)
        self.control = self.emulator.control

    def check_end(self):
        """Whatever a test did, the process still runs, and ends when asked."""
        self.assertTrue(self.emulator.running())
        self.assertEqual(self.emulator.stop(), 0)

    def host(self):
        host = self.emulator.host()
        self.addCleanup(host.close)
        return host

    def ready_host(self, level=100):
        host = self.host()
        self.assertEqual(host.exchange(setup(level))[1], 0x9000)
        self.assertEqual(host.exchange(select())[1], 0x9000)
        return host

    def main_level(self):
        return self.control.state()["main"]["level"]


class Start(unittest.TestCase):
    def test_prints_one_line_a_port(self):
        process = subprocess.Popen([BINARY, "--apdu-port", "0", "--control-port", "0"],
                                   stdout=subprocess.PIPE, text=True)
        lines = [process.stdout.readline(), process.stdout.readline()]
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(10), 0)
        self.assertEqual(process.stdout.read(), "")
        process.stdout.close()
        self.assertRegex(lines[0], r"^apdu 127\.0\.0\.1:[1-9]\d*\n$")
        self.assertRegex(lines[1], r"^control 127\.0\.0\.1:[1-9]\d*\n$")

    def test_help_and_version_exit_0(self):
        self.assertEqual(run("--help")[0], 0)
        code, output, _ = run("--version")
        self.assertEqual(code, 0)
        self.assertRegex(output, r"^ledger-emulator \d+\.\d+\.\d+\n$")

    def test_wrong_usage_exits_2_with_one_sentence(self):
        for arguments in (["--colour"], ["--app-version", "9"], ["--seed", "x"], ["stray"],
                          ["--apdu-port", "99999"], ["--redir-port", "x"], ["--nvram", "/no/such/f"]):
            code, output, error = run(*arguments)
            self.assertEqual((code, output), (2, ""), arguments)
            self.assertRegex(error, r"^error: .+ \(.+\); .+\n$", arguments)

    def test_taken_port_exits_1(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = str(taken.getsockname()[1])
            for name in ("--apdu-port", "--control-port"):
                other = "--control-port" if name == "--apdu-port" else "--apdu-port"
                code, _, error = run(name, port, other, "0")
                self.assertEqual(code, 1)
                self.assertRegex(error, r"^error: .*" + port + r".*; .+\n$")

    def test_damaged_nvram_exits_2_and_stays(self):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder, "nvram")
            file.write_text("{}")
            code, _, error = run("--nvram", str(file), "--apdu-port", "0", "--control-port", "0")
            self.assertEqual(code, 2)
            self.assertIn(str(file), error)
            self.assertEqual(file.read_text(), "{}")


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


class Prompts(Running):
    arguments = ()

    def test_answer_goes_to_the_connection_that_is_there(self):
        with self.emulator.host() as first:
            first.send(setup(100))
            self.control.wait_for_prompt()
        second = self.host()
        second.send(VERSION)
        self.assertTrue(second.is_silent(0.1))
        self.control.post("/accept")
        self.assertEqual(second.receive()[1], 0x9000)
        self.assertTrue(second.is_silent(0.1), "the dropped command is never answered")

    def test_answer_waits_for_the_next_connection(self):
        with self.emulator.host() as first:
            first.send(setup(100))
            self.control.wait_for_prompt()
        self.control.post("/accept")
        self.assertEqual(self.main_level(), 100)
        self.assertEqual(len(self.host().receive()[0]), 34)

    def test_prompt_survives_the_cable_but_its_answer_does_not(self):
        host = self.host()
        host.send(setup(100))
        self.control.wait_for_prompt()
        self.control.post("/unplug")
        self.control.post("/accept")
        self.control.post("/plug")
        again = self.host()
        self.assertTrue(again.is_silent(0.1))
        self.assertEqual(again.exchange(MARKS)[0][:4], struct.pack(">I", 100))

    def test_power_cycle_ends_the_connection_of_a_host_that_waits(self):
        host = self.host()
        host.send(setup(100))
        self.control.wait_for_prompt()
        self.control.post("/power-cycle")
        with self.assertRaises(ConnectionError):
            host.receive()
        self.assertEqual(self.main_level(), 0)


class Cable(Running):
    def test_unplug_ends_the_connection_and_refuses_new_ones(self):
        host, waiting = self.host(), self.host()
        host.exchange(VERSION)
        self.control.post("/unplug")
        for gone in (host, waiting):
            with self.assertRaises(ConnectionError):
                gone.exchange(VERSION)
        with self.assertRaises(ConnectionRefusedError):
            Host(self.emulator.apdu_port)
        self.control.post("/plug")
        self.assertEqual(self.host().exchange(VERSION)[1], 0x9000)

    def test_unplug_and_plug_may_be_repeated(self):
        for _ in range(20):
            self.control.post("/unplug")
            self.control.post("/unplug")
            self.control.post("/plug")
            self.control.post("/plug")
            with self.emulator.host() as host:
                self.assertEqual(host.exchange(VERSION)[1], 0x9000)

    def test_power_cycle_of_an_idle_device_keeps_the_connection(self):
        host = self.ready_host()
        self.control.post("/power-cycle")
        self.assertEqual(host.exchange(sign(101))[1], 0x917E)


class Faults(Running):
    def fault(self, kind, **more):
        self.control.post("/fault", {"kind": kind, "instruction": "SIGN", **more})

    def test_dropped_signature_has_moved_the_mark(self):
        host = self.ready_host()
        self.fault("drop")
        host.send(sign(101))
        self.assertTrue(host.is_silent(0.1))
        self.assertEqual(self.main_level(), 101)
        self.assertEqual(host.exchange(sign(101)), (b"", 0x6A80))

    def test_disconnected_signature_has_moved_the_mark(self):
        host = self.ready_host()
        self.fault("disconnect")
        host.send(sign(101))
        with self.assertRaises(ConnectionError):
            host.receive()
        self.assertEqual(self.main_level(), 101)
        self.assertEqual(self.host().exchange(VERSION)[1], 0x9000)

    def test_delayed_answer_comes_late_and_others_wait_for_it(self):
        host = self.ready_host()
        self.fault("delay", ms=200)
        begin = time.monotonic()
        host.send(sign(101))
        host.send(VERSION)
        self.assertEqual(len(host.receive()[0]), 64)
        self.assertGreaterEqual(time.monotonic() - begin, 0.2)
        self.assertEqual(host.receive()[0].hex(), "01020501")

    def test_delayed_answer_finds_the_next_host(self):
        host = self.ready_host()
        self.fault("delay", ms=150)
        host.send(sign(101))
        host.close()
        self.assertEqual(len(self.host().receive()[0]), 64)

    def test_delayed_answer_is_lost_with_the_cable(self):
        host = self.ready_host()
        self.fault("delay", ms=100)
        host.send(sign(101))
        deadline = time.monotonic() + 5
        while self.main_level() != 101 and time.monotonic() < deadline:
            pass
        self.control.post("/unplug")
        self.control.post("/plug")
        self.assertTrue(self.host().is_silent(0.2))

    def test_cut_and_corrupt_answers_keep_the_frame(self):
        host = self.ready_host()
        self.fault("cut")
        self.assertEqual(len(host.exchange(sign(101))[0]), 32)
        self.fault("corrupt")
        wrong = host.exchange(sign(102))[0]
        host.exchange(setup(100))
        host.exchange(select())
        right = host.exchange(sign(102))[0]
        self.assertEqual(len(wrong), 64)
        self.assertEqual(sum(bin(a ^ b).count("1") for a, b in zip(wrong, right)), 1)

    def test_torn_answer_ends_the_connection(self):
        host = self.ready_host()
        self.fault("cut")
        with self.assertRaises(ConnectionError):
            host.exchange(sign(1))
        self.assertEqual(self.host().exchange(VERSION)[1], 0x9000)

    def test_count_and_instruction_are_kept_to(self):
        host = self.ready_host()
        self.fault("drop", count=2)
        self.assertEqual(host.exchange(VERSION)[1], 0x9000)
        self.assertEqual(host.exchange(select())[1], 0x9000)
        for level in (101, 102):
            host.send(sign(level))
            self.assertTrue(host.is_silent(0.05))
        self.assertEqual(host.exchange(sign(103))[1], 0x9000)


class Speed(Running):
    arguments = ("--confirm", "accept", "--latency", "nano-s-plus")

    def test_only_signatures_take_their_time(self):
        host = self.host()
        begin = time.monotonic()
        host.exchange(setup(100, 1))
        host.exchange(select(1))
        host.exchange(sign(50))
        self.assertLess(time.monotonic() - begin, 0.2)
        begin = time.monotonic()
        self.assertEqual(host.exchange(sign(101))[1], 0x9000)
        self.assertGreater(time.monotonic() - begin, 0.2)
        self.assertLess(time.monotonic() - begin, 0.4)


class Nvram(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = pathlib.Path(folder.name, "nvram.json")

    def emulator(self):
        return Emulator(BINARY, "--confirm", "accept", "--nvram", str(self.file))

    def test_every_answered_signature_survives_a_kill(self):
        level = 100
        with self.emulator() as emulator:
            with emulator.host() as host:
                host.exchange(setup(level))
            for _ in range(10):
                with emulator.host() as host:
                    host.exchange(select())
                    for _ in range(5):
                        level += 1
                        self.assertEqual(host.exchange(sign(level))[1], 0x9000)
                    emulator.kill()
                emulator.start()
                self.assertEqual(emulator.control.state()["main"]["level"], level)

    def test_disabled_setting_survives_and_its_marks_do_not(self):
        with self.emulator() as emulator:
            with emulator.host() as host:
                host.exchange(setup(100))
                emulator.control.post("/hwm-setting", {"enabled": False})
                host.exchange(select())
                host.exchange(sign(150))
            emulator.restart(crash=False)
            state = emulator.control.state()
            self.assertEqual((state["main"]["level"], state["hwm_enabled"]), (100, False))
            with emulator.host() as host:
                host.exchange(select())
                host.exchange(sign(160))
                host.exchange(QUIT)
            emulator.restart()
            self.assertEqual(emulator.control.state()["main"]["level"], 160)

    def test_factory_state_reaches_the_file(self):
        with self.emulator() as emulator:
            with emulator.host() as host:
                host.exchange(setup(100))
            emulator.control.post("/power-cycle", {"factory": True})
            emulator.restart()
            self.assertEqual(emulator.control.state()["authorized"], None)

    def test_failing_disk_is_reported_and_does_not_stop_the_device(self):
        with self.emulator() as emulator, emulator.host() as host:
            host.exchange(setup(100))
            self.file.unlink()
            self.file.mkdir()
            host.exchange(select())
            self.assertEqual(host.exchange(sign(101))[1], 0x9000)
            self.file.rmdir()
            self.assertEqual(host.exchange(sign(102))[1], 0x9000)
            emulator.restart()
            self.assertEqual(emulator.control.state()["main"]["level"], 102)


class ControlPort(Running):
    def raw(self, sent):
        """What the port answers to these bytes, until it closes."""
        with socket.create_connection(("127.0.0.1", self.control.port), timeout=10) as connection:
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
            answer = b""
            while piece := connection.recv(4096):
                answer += piece
            return answer

    def test_bad_bodies_are_400_and_change_nothing(self):
        for body in (b"{", b"[]", b"null", b"\xff\xfe", b'{"x":1}', b"{}" * 2):
            for path in ("/lock", "/power-cycle", "/fault", "/hwm-setting", "/open-app"):
                self.assertEqual(self.control.request("POST", path, body)[0], 400, (path, body))
        self.assertFalse(self.control.state()["locked"])

    def test_unknown_requests_are_404(self):
        for method, path in (("GET", "/"), ("GET", "/lock"), ("POST", "/state"), ("PUT", "/lock"),
                             ("POST", "/" + "x" * 3000), ("OPTIONS", "/state")):
            self.assertEqual(self.control.request(method, path)[0], 404, (method, path))

    def test_wrong_state_is_409(self):
        self.assertEqual(self.control.request("POST", "/accept")[0], 409)
        self.control.post("/open-app", {"name": "BOLOS"})
        self.assertEqual(self.control.request("POST", "/hwm-setting", {"enabled": True})[0], 409)

    def test_one_connection_carries_many_requests(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.control.port, timeout=10)
        self.addCleanup(connection.close)
        for _ in range(20):
            connection.request("GET", "/state")
            answer = connection.getresponse()
            answer.read()
            self.assertEqual((answer.status, answer.getheader("content-type")),
                             (200, "application/json"))

    def test_what_is_no_http_gets_400_or_the_end(self):
        for sent in (b"garbage\r\n\r\n", b"POST /lock HTTP/1.1\r\nContent-Length: x\r\n\r\n",
                     b"GET /state HTTP/1.1\r\nX: " + b"y" * 20000 + b"\r\n\r\n", os.urandom(500)):
            answer = self.raw(sent)
            self.assertTrue(answer == b"" or answer.startswith(b"HTTP/1.1 400"), answer[:100])
        for sent in (b"", b"GET", b"POST /lock HTTP/1.1\r\nContent-Length: 10\r\n\r\n{"):
            self.raw(sent)
        self.assertFalse(self.control.state()["locked"])

    def test_large_body_is_400(self):
        self.assertEqual(self.control.request("POST", "/lock", b" " * 60000)[0], 400)
        answer = self.raw(b"POST /lock HTTP/1.1\r\nContent-Length: 1000000\r\n\r\n")
        self.assertTrue(answer.startswith(b"HTTP/1.1 400"), answer[:100])

    def test_apdu_port_lives_while_control_clients_hang(self):
        with socket.create_connection(("127.0.0.1", self.control.port)) as hanging:
            hanging.sendall(b"GET /state HTT")
            self.assertEqual(self.host().exchange(VERSION)[1], 0x9000)
            self.assertEqual(self.control.state()["apdus"], 1)


def main():
    global BINARY
    parser = argparse.ArgumentParser()
    parser.add_argument("--emulator", required=True)
    arguments, rest = parser.parse_known_args()
    BINARY = arguments.emulator
    unittest.main(argv=[sys.argv[0], *rest])


if __name__ == "__main__":
    main()
