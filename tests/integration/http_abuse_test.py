"""Every request of tests/data/http_abuse.json, at once and in two parts, while another client is served."""

import os
import random
import sys
import tempfile
import unittest

from support.abuse import Abuse
from support.case import BridgeCase
from support.certificates import Certificates
from support.http_client import RawConnection, raw_request, sign_body
from support.payloads import block

SEED = int(os.environ.get("BRIDGE_SEED") or random.randrange(1 << 30))
LAST = raw_request("GET", "/authorized_keys", headers=["connection: close"])
REFUSED = (400, 413, 431)  # which of them can depend on how much of a request is there


class HttpAbuse(BridgeCase):
    tls = None

    def setUp(self):
        self.serve()
        self.known = block(101)
        self.given = self.bridge.sign(self.device_.address, self.known)
        self.assert_signed(self.given, self.device_.public_key, self.known)
        self.abuse = Abuse(self.device_.address, self.known, never=block(102))
        self.good = self.connect()

    def serve(self):
        self.device_, self.bridge = self.pair()
        self.port = self.bridge.port

    def connection(self):
        return RawConnection(self.port, tls=self.tls)

    def connect(self):
        connection = self.connection()
        self.addCleanup(connection.close)
        return connection

    def tearDown(self):
        """Nobody was harmed: the daemon signs, and logs no error."""
        self.assert_signed(self.bridge.sign(self.device_.address, block(103)), self.device_.public_key, block(103))
        self.assertEqual(self.device_.signatures(), 2)
        self.assertEqual([line for line in self.bridge.log_lines() if "error" in line or "critical" in line], [])
        self.assertEqual(self.bridge.stop(), 0)

    def serve_the_good_client(self):
        self.good.send(raw_request("POST", f"/keys/{self.device_.address}", sign_body(self.known)))
        answer = self.good.response()
        self.assertEqual((answer.status, answer.body), (200, self.given.body))

    def answers_to(self, case, parts):
        """(statuses, how it ended): the good client is served after each part."""
        with self.connection() as connection:
            for part in parts:
                self.send(connection, part)
                self.serve_the_good_client()
            if case.get("half_close"):
                connection.finish_sending()
            statuses = self.statuses(connection, len(case["status"]))
            if case["end"] == "open":
                self.send(connection, LAST)
            rest = self.rest(connection)
            end = "open" if rest.startswith(b"HTTP/1.1 200 OK\r\n") and rest.endswith(b"\r\n\r\n{}\n") else "closed"
            self.assertEqual(rest.count(b"HTTP/1."), 1 if end == "open" else 0, rest)
            return statuses, end

    @staticmethod
    def send(connection, data):
        try:
            connection.send(data)
        except OSError:
            pass  # it was refused already

    @staticmethod
    def statuses(connection, count):
        found = []
        while len(found) < count and (answer := connection.response()) is not None:
            found.append(answer.status)
        return found

    @staticmethod
    def rest(connection):
        try:
            return connection.file.read()
        except ConnectionResetError:
            return b""

    def cases(self):
        return self.abuse.cases

    def check_all(self, parts_of, same):
        for case in self.cases():
            with self.subTest(case["name"], source=case["source"]):
                statuses, end = self.answers_to(case, parts_of(self.abuse.bytes_of(case)))
                self.assertEqual((same(statuses), end), (same(case["status"]), case["end"]))
                self.assertEqual(self.device_.signatures(), 1)

    def test_sent_at_once(self):
        self.check_all(lambda data: [data], list)

    def test_sent_in_two_parts(self):
        print(f"seed {SEED}", file=sys.stderr)
        dice = random.Random(SEED)

        def two_parts(data):
            cut = dice.randrange(len(data) + 1)
            return [data[:cut], data[cut:]]

        self.check_all(two_parts, lambda statuses: ["refused" if s in REFUSED else s for s in statuses])

    def test_the_list_is_one(self):
        names = [case["name"] for case in self.abuse.cases]
        self.assertGreaterEqual(len(names), 150)
        self.assertEqual(len(names), len(set(names)))
        for case in self.abuse.cases:
            self.assertTrue(case["source"] and case["end"] in ("open", "closed"), case)


class HttpsAbuse(HttpAbuse):
    """The same within TLS, where a client cannot close its half alone."""

    def serve(self):
        certificates = Certificates(self.enterContext(tempfile.TemporaryDirectory(prefix="abuse-")))
        certificate, key = certificates.issue("server")
        self.tls = certificates.client_context()
        pair = ("--tls-certificate", str(certificate), "--tls-key", str(key))
        self.device_, self.bridge = self.pair("--https", "127.0.0.1:0", *pair)
        self.port = int(self.bridge.ready_line().rpartition(":")[2])

    def cases(self):
        return [case for case in self.abuse.cases if not case.get("half_close")]


if __name__ == "__main__":
    unittest.main()
