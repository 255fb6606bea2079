"""Every request of tests/data/http_abuse.json, at once and in two parts, while another client is served."""

import os
import random
import sys
import unittest

from support.abuse import Abuse
from support.case import BridgeCase
from support.http_client import RawConnection, raw_request, sign_body
from support.payloads import block

SEED = int(os.environ.get("BRIDGE_SEED") or random.randrange(1 << 30))
LAST = raw_request("GET", "/authorized_keys", headers=["connection: close"])
REFUSED = (400, 413, 431)  # which of them can depend on how much of a request is there


class HttpAbuse(BridgeCase):
    def setUp(self):
        self.device_, self.bridge = self.pair()
        self.known = block(101)
        self.given = self.bridge.sign(self.device_.address, self.known)
        self.assert_signed(self.given, self.device_.public_key, self.known)
        self.abuse = Abuse(self.device_.address, self.known, never=block(102))
        self.good = self.connect()

    def connect(self):
        connection = RawConnection(self.bridge.port)
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
        with RawConnection(self.bridge.port) as connection:
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
        except ConnectionError:
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

    def check_all(self, parts_of, same):
        for case in self.abuse.cases:
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


if __name__ == "__main__":
    unittest.main()
