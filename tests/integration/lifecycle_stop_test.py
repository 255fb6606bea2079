"""How the daemon tells its service manager, logs, stops, and comes back after a crash."""

import json
import re
import signal
import socket
import sqlite3
import tempfile
import threading
import time
import unittest

from support import http_client
from support.case import BridgeCase
from support.certificates import Certificates
from support.payloads import attestation, block, preattestation
from support.waiting import Stopwatch, eventually


class ServiceManager(BridgeCase):
    def setUp(self):
        self.bridge = self.daemon()
        path = self.bridge.folder / "notify"
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(self.socket.close)
        self.socket.bind(str(path))
        self.socket.settimeout(10)
        self.bridge.env = {"NOTIFY_SOCKET": str(path)}

    def words(self):
        return self.socket.recv(4096).decode().split("\n")

    def test_is_told_of_ready_and_stopping(self):
        self.bridge.start()
        self.assertIn("READY=1", self.words())
        self.bridge.terminate()
        self.assertIn("STOPPING=1", self.words())
        self.assertEqual(self.bridge.wait(), 0)

    def test_is_told_of_ready_without_a_listener(self):
        self.bridge.http = "none"
        self.bridge.launch()
        self.assertIn("READY=1", self.words())
        self.assertEqual(self.bridge.stop(), 0)


class Stop(BridgeCase):
    def test_idle_daemon_stops_at_once(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(signal=number):
                _, daemon = self.pair("--sign-deadline", "30s")  # for as long it would wait for answers
                time_taken = Stopwatch()
                daemon.process.send_signal(number)
                self.assertEqual(daemon.wait(), 0)
                self.assertLess(time_taken(), 10)
                self.assertFalse(daemon.admin_socket.exists(), "the socket is removed")

    def test_daemon_with_idle_connections_stops_at_once(self):
        _, daemon = self.pair("--sign-deadline", "30s")
        with http_client.RawConnection(daemon.port) as idle:
            idle.send(http_client.raw_request("GET", "/healthz"))
            self.assertEqual(idle.response().status, 200)
            time_taken = Stopwatch()
            self.assertEqual(daemon.stop(), 0)
            self.assertLess(time_taken(), 10)
            self.assertTrue(idle.closed())

    def test_half_requests_do_not_hold_up_the_stop_and_what_is_in_work_is_answered(self):
        certificates = Certificates(self.enterContext(tempfile.TemporaryDirectory(prefix="stop-")))
        certificate, key = certificates.issue("server")
        device, daemon = self.pair(
            *("--sign-deadline", "30s", "--header-timeout", "30s", "--tcp", "127.0.0.1:0"),
            *("--https", "127.0.0.1:0", "--tls-certificate", str(certificate), "--tls-key", str(key)))
        https, tcp = (int(daemon.ready_line().rpartition(":")[2]) for _ in range(2))
        halves = ((daemon.port, b"GET /healthz HT"), (https, b"\x16\x03"), (tcp, b"\0"),
                  (daemon.port, b"POST /keys/x HTTP/1.1\r\ncontent-length: 9\r\n\r\nx"))
        for port, start in halves:
            self.enterContext(http_client.RawConnection(port)).send(start)
        device.fault("delay", ms=300, instruction="SIGN")
        answers = []
        asking = threading.Thread(target=lambda: answers.append(daemon.sign(device.address, block(101))))
        asking.start()
        eventually(lambda: device.signatures() == 1, 5, "signing")
        time_taken = Stopwatch()
        self.assertEqual(daemon.stop(), 0)
        self.assertLess(time_taken(), 4.5)  # half bodies and half messages had 5 seconds, the others 30
        asking.join()
        self.assert_signed(answers[0], device.public_key, block(101))

    def test_signature_under_way_is_delivered(self):
        device, daemon = self.pair()
        message = block(101)
        device.fault("delay", ms=1500, instruction="SIGN")
        answers = []
        asking = threading.Thread(
            target=lambda: answers.append(daemon.sign(device.address, message))
        )
        asking.start()
        eventually(lambda: device.signatures() == 1, 5, "signing")
        self.assertEqual(daemon.stop(), 0)
        asking.join()
        self.assert_signed(answers[0], device.public_key, message)

    def test_new_connections_are_refused_while_a_signature_is_under_way(self):
        device, daemon = self.pair("--sign-deadline", "20s")
        device.fault("delay", ms=7000, instruction="SIGN")  # more than the wait below, on every machine
        asking = threading.Thread(target=lambda: daemon.sign(device.address, block(101)))
        asking.start()
        eventually(lambda: device.signatures() == 1, 5, "signing")
        daemon.terminate()
        eventually(lambda: not self.accepts(daemon.port), 2, "closed for new connections")
        self.assertEqual(daemon.wait(), 0)
        asking.join()

    @staticmethod
    def accepts(port):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            return False
        return True

    def test_signature_that_takes_too_long_is_answered_and_the_daemon_stops(self):
        device, daemon = self.pair("--sign-deadline", "1s")
        device.fault("drop", instruction="SIGN")
        answers = []
        asking = threading.Thread(
            target=lambda: answers.append(daemon.sign(device.address, block(101)))
        )
        asking.start()
        eventually(lambda: device.state()["main"]["level"] == 101, 5, "signing")
        time_taken = Stopwatch()
        self.assertEqual(daemon.stop(), 0)
        self.assertLess(time_taken(), 8)  # the device is given 15
        asking.join()
        self.assert_error(answers[0], 503)


def stored_signatures(daemon):
    file = sqlite3.connect(f"file:{daemon.state_dir}/watermarks.sqlite?mode=ro", uri=True)
    try:
        return file.execute("SELECT count(signature) FROM mark").fetchone()[0]
    finally:
        file.close()


class Crash(BridgeCase):
    """After kill -9 the marks are there: the same bytes get the same signature, a double none."""

    def test_marks_and_signatures_survive(self):
        device, daemon = self.pair()
        messages = [block(101), preattestation(101), attestation(101)]
        answers = [daemon.sign(device.address, message) for message in messages]
        for message, answer in zip(messages, answers):
            self.assert_signed(answer, device.public_key, message)
        # Its durability may lag: a second question is answered by memory alone.
        eventually(lambda: stored_signatures(daemon) == 3, 10, "all are on the disk")
        daemon.kill()
        daemon.start().wait_ready()
        signed = device.signatures()
        for message, answer in zip(messages, answers):
            again = daemon.sign(device.address, message)
            self.assertEqual((again.status, again.body), (200, answer.body))
        self.assertEqual(device.signatures(), signed, "no device was asked")
        for build in (block, preattestation, attestation):
            double = daemon.sign(device.address, build(101, salt=1))
            self.assert_error(double, 409, "already signed with different data")
        self.assert_signed(daemon.sign(device.address, block(102)), device.public_key, block(102))

    def test_crash_at_random_moments_of_signing_makes_no_double(self):
        device, daemon = self.pair()
        level = 200
        for attempt in range(8):
            device.fault("delay", ms=40, instruction="SIGN")
            message = block(level + attempt)
            asking = threading.Thread(target=self.ask_and_forget, args=(daemon, device, message))
            asking.start()
            time.sleep(0.01 * attempt)
            daemon.kill()
            asking.join()
            daemon.start().wait_ready()
            signed = device.state()["main"]["level"] == level + attempt
            double = daemon.sign(device.address, block(level + attempt, salt=1))
            if signed:
                self.assert_error(double, 409)
            else:
                self.assertIn(double.status, (200, 409))
        self.assert_signed(daemon.sign(device.address, block(300)), device.public_key, block(300))

    @staticmethod
    def ask_and_forget(daemon, device, message):
        try:
            daemon.sign(device.address, message)
        except OSError:
            pass  # the daemon was killed: that is the test
        except http_client.http.client.HTTPException:
            pass

    def test_key_is_served_from_the_store_without_the_device(self):
        device, daemon = self.pair("--allow-list-known-keys")
        message = block(101)
        answer = daemon.sign(device.address, message)
        eventually(lambda: daemon.log_lines("signed block"), 5, "log")
        self.assertEqual(daemon.stop(), 0)
        device.stop()
        daemon.start().wait_reason("absent")
        key = daemon.get(f"/keys/{device.address}")
        self.assert_exactly(key, {"public_key": device.public_key})
        self.assert_exactly(daemon.get("/known_keys"), {"known_keys": [device.address]})
        again = daemon.sign(device.address, message)
        self.assertEqual(again.body, answer.body, "a stored signature needs no device")
        self.assert_error(daemon.sign(device.address, block(102)), 503)
        self.assert_error(daemon.sign(device.address, block(101, salt=1)), 409)


class Log(BridgeCase):
    def test_one_line_for_each_signature_with_everything_in_it(self):
        device, daemon = self.pair(curve="P-256")
        for message in (block(101), preattestation(101, 3), attestation(102, 1)):
            self.assertEqual(daemon.sign(device.address, message).status, 200)
            self.assertEqual(daemon.sign(device.address, message).status, 200)  # stored: no line
        lines = daemon.wait_lines(" info ", "signed", count=3)
        expected = [("block", 101, 0), ("preattestation", 101, 3), ("attestation", 102, 1)]
        for line, (kind, level, round_) in zip(lines, expected):
            self.assertRegex(
                line,
                rf"signed {kind} level {level} round {round_} key {device.address} "
                r"chain mainnet device \d+\.\d ms total \d+\.\d ms$",
            )

    def test_each_change_of_state_is_logged_once(self):
        device, daemon = self.pair()
        device.control.post("/lock")
        daemon.wait_reason("locked")
        time.sleep(2.5)  # several looks at the locked device
        device.control.post("/unlock")
        daemon.wait_ready()
        device.control.post("/unplug")
        daemon.wait_reason("absent")
        time.sleep(2.5)
        device.control.post("/plug")
        daemon.wait_ready()
        daemon.wait_lines("device tcp://", " is ready", count=3)
        states = re.findall(r"device tcp://127\.0\.0\.1:\d+ is (\w+)", daemon.log())
        repeated = [a for a, b in zip(states, states[1:]) if a == b]
        self.assertEqual(repeated, [], daemon.log())
        self.assertEqual(states.count("locked"), 1, states)
        self.assertEqual(states.count("absent"), 1, states)

    def test_json_lines(self):
        device, daemon = self.pair("--log-format", "json")
        daemon.sign(device.address, block(101))
        daemon.stop()
        lines = [json.loads(line) for line in daemon.log().splitlines()]
        self.assertTrue(any("signed block" in line["message"] for line in lines))
        for line in lines:
            self.assertEqual(sorted(line), ["level", "logger", "message", "time"])

    def test_log_level_silences(self):
        device, daemon = self.pair("--log-level", "off")
        daemon.sign(device.address, block(101))
        daemon.stop()
        self.assertEqual(daemon.log(), "")


if __name__ == "__main__":
    unittest.main()
