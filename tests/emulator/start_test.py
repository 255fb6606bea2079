#!/usr/bin/env python3
"""ledger-emulator's command line, its ready lines and its NVRAM file."""

import pathlib
import signal
import socket
import subprocess
import tempfile
import unittest

import process_case
from process_case import QUIT, attestation, run, select, setup, sign, start


class Start(unittest.TestCase):
    def test_prints_one_line_a_port(self):
        process = subprocess.Popen([process_case.BINARY, "--apdu-port", "0", "--control-port", "0"],
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
                          ["--apdu-port", "99999"], ["--redir-port", "x"], ["--nvram", "/no/such/f"],
                          ["--sign-log", "/no/such/f"]):
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


class SignLog(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = pathlib.Path(folder.name, "signatures")

    def lines(self):
        return [tuple(bytes.fromhex(part) for part in line.split())
                for line in self.file.read_text().splitlines()]

    def test_has_what_was_signed_and_nothing_else(self):
        with start("--confirm", "accept", "--sign-log", str(self.file)) as emulator:
            with emulator.host() as host:
                host.exchange(setup(100))
                host.exchange(select())
                first = host.exchange(sign(101))[0]
                self.assertNotEqual(host.exchange(sign(101))[1], 0x9000)
                with_hash = bytes([0x80, 0x0F]) + sign(102)[2:]
                second = host.exchange(with_hash)[0]
            self.assertEqual(
                self.lines(), [(attestation(101), first), (attestation(102), second[32:])])

    def test_has_a_signature_whose_answer_was_lost_and_survives_a_kill(self):
        with start("--confirm", "accept", "--sign-log", str(self.file)) as emulator:
            with emulator.host() as host:
                host.exchange(setup(100))
                host.exchange(select())
                emulator.control.post("/fault", {"kind": "disconnect", "instruction": "SIGN"})
                with self.assertRaises(ConnectionError):
                    host.exchange(sign(101))
            emulator.restart(crash=True)
            with emulator.host() as host:
                host.exchange(setup(101))
                host.exchange(select())
                host.exchange(sign(102))
            self.assertEqual([line[0] for line in self.lines()], [attestation(101), attestation(102)])


class Nvram(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = pathlib.Path(folder.name, "nvram.json")

    def emulator(self):
        return start("--confirm", "accept", "--nvram", str(self.file))

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


if __name__ == "__main__":
    process_case.main()
