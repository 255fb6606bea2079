"""HTTP byte by byte: framing, keep-alive, order, limits, and clients that misbehave."""

import time
import unittest

from support.case import NOBODY, BridgeCase
from support.http_client import RawConnection, raw_request, sign_body
from support.payloads import attestation, block, preattestation
from support.waiting import Stopwatch, eventually


def chunks(data, size):
    pieces = [data[i : i + size] for i in range(0, len(data), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


class WireCase(BridgeCase):
    options = ()

    def setUp(self):
        self.device_, self.bridge = self.pair(*self.options)

    def connect(self, source="127.0.0.1"):
        connection = RawConnection(self.bridge.port, source=source)
        self.addCleanup(connection.close)
        return connection

    def sign_request(self, message, *headers):
        target = f"/keys/{self.device_.address}?version=3"
        return raw_request("POST", target, sign_body(message), headers)

    def chunked_request(self, message, size):
        target = f"/keys/{self.device_.address}?version=3"
        head = raw_request("POST", target, headers=["transfer-encoding: chunked"])
        return head + chunks(sign_body(message), size)

    def assert_signed_as(self, answer, message):
        return self.assert_signed(answer, self.device_.public_key, message)

    def assert_still_serves(self):
        self.assertEqual(self.bridge.get("/healthz").status, 200)


class Framing(WireCase):
    def test_chunked_bodies_of_every_granularity(self):
        for level, size in enumerate((1, 7, 163, 10_000), 101):
            connection = self.connect()
            connection.send(self.chunked_request(block(level), size))
            self.assert_signed_as(connection.response(), block(level))

    def test_chunk_extensions_and_trailers(self):
        head = raw_request(
            "POST", f"/keys/{self.device_.address}", headers=["transfer-encoding: chunked"]
        )
        body = sign_body(block(101))
        connection = self.connect()
        connection.send(head + b"%x;a=b\r\n%s\r\n0\r\nx-trailer: 1\r\n\r\n" % (len(body), body))
        self.assert_signed_as(connection.response(), block(101))

    def test_request_in_single_bytes(self):
        connection = self.connect()
        for byte in self.sign_request(block(101)):
            connection.send(bytes([byte]))
        self.assert_signed_as(connection.response(), block(101))

    def test_expect_continue(self):
        body = sign_body(block(101))
        connection = self.connect()
        head = raw_request(
            "POST",
            f"/keys/{self.device_.address}",
            headers=["expect: 100-continue", f"content-length: {len(body)}"],
        )
        connection.send(head)
        self.assertEqual(connection.file.readline(), b"HTTP/1.1 100 Continue\r\n")
        self.assertEqual(connection.file.readline(), b"\r\n")
        connection.send(body)
        self.assert_signed_as(connection.response(), block(101))


class KeepAlive(WireCase):
    def test_connection_stays_open_and_says_so(self):
        connection = self.connect()
        for level in (101, 102, 103):
            connection.send(self.sign_request(block(level)))
            self.assert_signed_as(connection.response(), block(level))

    def test_connection_close_is_honoured(self):
        connection = self.connect()
        connection.send(self.sign_request(block(101), "connection: close"))
        answer = connection.response()
        self.assert_signed_as(answer, block(101))
        self.assertEqual(answer.headers["connection"], "close")
        self.assertTrue(connection.closed())

    def test_http_1_0_closes_unless_asked_not_to(self):
        request = self.sign_request(block(101)).replace(b"HTTP/1.1", b"HTTP/1.0")
        connection = self.connect()
        connection.send(request)
        self.assert_signed_as(connection.response(), block(101))
        self.assertTrue(connection.closed())

    def test_errors_keep_the_connection_open(self):
        connection = self.connect()
        connection.send(raw_request("GET", "/nothing"))
        self.assert_error(connection.response(), 404)
        connection.send(self.sign_request(b"\x04"))
        self.assert_error(connection.response(), 403)
        connection.send(self.sign_request(block(101)))
        self.assert_signed_as(connection.response(), block(101))

    def test_pipelined_requests_are_answered_in_order(self):
        messages = [build(101) for build in (block, preattestation, attestation)]
        requests = []
        for message in messages:
            requests += [self.sign_request(message), raw_request("GET", "/authorized_keys")]
        self.device_.fault("delay", ms=200, instruction="SIGN")
        connection = self.connect()
        connection.send(b"".join(requests) + raw_request("GET", "/nothing"))
        for message in messages:
            self.assert_signed_as(connection.response(), message)
            self.assert_exactly(connection.response(), {})
        self.assert_error(connection.response(), 404)

    def test_half_closed_client_gets_its_answer(self):
        self.device_.fault("delay", ms=200, instruction="SIGN")
        connection = self.connect()
        connection.send(self.sign_request(block(101)))
        connection.finish_sending()
        self.assert_signed_as(connection.response(), block(101))
        self.assertTrue(connection.closed())

    def test_client_that_goes_away_before_its_answer_harms_nobody(self):
        self.device_.fault("delay", ms=300, instruction="SIGN")
        connection = RawConnection(self.bridge.port)
        connection.send(self.sign_request(block(101)))
        eventually(lambda: self.device_.signatures() == 1, 5, "signing")
        connection.close()
        answer = self.bridge.sign(self.device_.address, block(101))
        self.assert_signed_as(answer, block(101))
        self.assertEqual(self.device_.signatures(), 1)


class Limits(WireCase):
    def test_header_too_large(self):
        for header in (["x-filler: " + "x" * 9000], [f"x-{n}: {'y' * 90}" for n in range(100)]):
            connection = self.connect()
            connection.send(raw_request("GET", "/healthz", headers=header))
            self.assert_error(connection.response(), 431)
            self.assertTrue(connection.closed())
        connection = self.connect()
        connection.send(raw_request("GET", "/" + "a" * 9000))
        self.assert_error(connection.response(), 431)

    def test_header_just_within_the_limit(self):
        connection = self.connect()
        connection.send(raw_request("GET", "/healthz", headers=["x-filler: " + "x" * 8000]))
        self.assertEqual(connection.response().status, 200)

    def test_chunked_body_too_large(self):
        connection = self.connect()
        head = raw_request("POST", f"/keys/{self.device_.address}", headers=["transfer-encoding: chunked"])
        connection.send(head + chunks(b'"' + b"00" * 40_000 + b'"', 8000))
        self.assert_error(connection.response(), 413)

    def test_announced_body_too_large_is_refused_before_it_is_sent(self):
        connection = self.connect()
        headers = ["content-length: 1000000000"]
        connection.send(raw_request("POST", f"/keys/{self.device_.address}", headers=headers))
        self.assert_error(connection.response(), 413)


class HeaderTime(WireCase):
    options = ("--header-timeout", "300ms")

    def test_slow_header_is_cut_off(self):
        connection = self.connect()
        connection.send(b"GET /healthz HTTP/1.1\r\nhost")
        time_taken = Stopwatch()
        self.assert_error(connection.response(), 408)
        self.assertTrue(connection.closed())
        self.assertLess(time_taken(), 4)  # of the five that it has by default


class IdleTime(WireCase):
    options = ("--idle-timeout", "1s")

    def test_silent_connections_are_closed_without_a_word(self):
        time_taken = Stopwatch()
        connection = self.connect()
        self.assertIsNone(connection.response())
        self.assertGreater(time_taken(), 0.5)


class ConnectionLimit(WireCase):
    options = ("--connection-limit", "8")

    def test_one_beyond_the_limit_takes_the_place_of_the_longest_silent_and_others_live_on(self):
        held = [self.connect(f"127.0.0.{2 + number % 2}") for number in range(8)]
        for connection in (*held[1:], held[0]):
            connection.send(raw_request("GET", "/healthz"))
            self.assertEqual(connection.response().status, 200)
        surplus = self.connect()
        surplus.send(raw_request("GET", "/healthz"))
        self.assertEqual(surplus.response().status, 200)
        self.assertTrue(held[1].closed())
        for level, connection in enumerate((held[0], *held[2:]), 101):
            connection.send(self.sign_request(block(level)))
            self.assert_signed_as(connection.response(), block(level))


class ManyClients(WireCase):
    options = ("--header-timeout", "30s")

    def test_more_than_256_connections_and_the_bakers_signature_still_comes(self):
        baker = self.connect()
        baker.send(raw_request("GET", "/healthz"))
        self.assertEqual(baker.response().status, 200)
        crowd = [self.connect(f"127.0.0.{2 + number // 50}") for number in range(400)]
        baker.send(self.sign_request(block(101)))
        self.assert_signed_as(baker.response(), block(101))
        for connection in crowd:
            connection.close()
        eventually(lambda: self.bridge.get("/healthz").status == 200, 5, "room again")

    def test_half_requests_do_not_hold_up_others(self):
        for number in range(100):
            self.connect(f"127.0.0.{2 + number % 2}").send(b"POST /keys/")
        time_taken = Stopwatch()
        answer = self.bridge.sign(self.device_.address, block(101))
        taken = time_taken()
        self.assert_signed_as(answer, block(101))
        self.assertLess(taken, 10)  # of the thirty that the others may take

    def test_clients_that_never_read_do_not_hold_up_others(self):
        lazy = [self.connect() for _ in range(20)]
        for connection in lazy:
            connection.socket.setblocking(False)
            self.send_what_fits(connection, raw_request("GET", "/metrics") * 500)
        time.sleep(0.2)
        self.assert_still_serves()
        answer = self.bridge.sign(self.device_.address, block(101))
        self.assert_signed_as(answer, block(101))

    @staticmethod
    def send_what_fits(connection, data):
        try:
            while data:
                data = data[connection.socket.send(data) :]
        except BlockingIOError:
            pass


class NoDevice(BridgeCase):
    def test_keys_are_unavailable_and_not_unknown_before_any_device_was_there(self):
        daemon = self.started(NOBODY)
        daemon.wait_reason("absent")  # for a moment after its start it is still opening
        key = "tz1RVYaHiobUKXMfJ47F7Rjxx5tu3LC35WSA"
        self.assert_error(daemon.get(f"/keys/{key}"), 503)
        self.assert_error(daemon.sign(key, block(101)), 503)
        status = daemon.get(f"/statusz/{key}")
        self.assertEqual((status.status, status.json()["reasons"]), (503, ["absent"]))


if __name__ == "__main__":
    unittest.main()
