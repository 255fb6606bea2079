"""Whoever opens connections without end keeps nobody out at any listener: no other client, and no other
program of the same machine unless each connection has a request in work."""

import contextlib
import os
import socket
import ssl
import struct
import tempfile
import time
import unittest

from support import socket_client
from support.case import BridgeCase
from support.certificates import Certificates
from support.http_client import RawConnection, raw_request, sign_body
from support.device import in_parallel
from support.payloads import attestation, block, preattestation
from support.waiting import eventually

MOST, ALL, REFUSALS = 5, 12, 32
BY_DEFAULT = 64
IN_WORK = 10  # seconds that the device takes
GREEDY, BAKER = "127.0.0.2", "127.0.0.3"  # two machines, as far as the daemon can tell
HERE = "127.0.0.1"
PAGE = raw_request("GET", "/authorized_keys")
AUTHORIZED_KEYS = bytes([0, 1, socket_client.AUTHORIZED_KEYS])
SERVED = (b"HTTP/1.1 200", b"\x00\x02\x00\x00")
CLOSED = b""


class LimitCase(BridgeCase):
    limits = ()

    def setUp(self):
        certificates = Certificates(self.enterContext(tempfile.TemporaryDirectory(prefix="limit-")))
        certificate, key = certificates.issue("server")
        self.tls = certificates.client_context()
        https = ("--https", "127.0.0.1:0", "--tls-certificate", str(certificate), "--tls-key", str(key))
        self.places = dict(self.start(*https, *self.limits))

    def start(self, *options):
        folder = self.enterContext(tempfile.TemporaryDirectory(prefix="limit-"))
        os.chmod(folder, 0o711)
        path = f"{folder}/signer.sock"
        self.device_, self.bridge = self.pair("--tcp", "127.0.0.1:0", "--unix", path, *options)
        yield "http", self.bridge.port
        for name in ("https", "tcp"):
            yield name, int(self.bridge.ready_line().rpartition(":")[2])
        yield "unix", path

    def open(self, name, client):
        if name == "unix":
            with as_user(client):
                connection = socket.socket(socket.AF_UNIX)
                self.addCleanup(connection.close)
                connection.settimeout(20)
                connection.connect(self.places[name])
            return connection
        connection = socket.create_connection(("127.0.0.1", self.places[name]), 20, (client, 0))
        self.addCleanup(connection.close)
        return connection

    def within_tls(self, name, connection):
        if name == "https":
            connection = self.tls.wrap_socket(connection, server_hostname="127.0.0.1")
            self.addCleanup(connection.close)
        return connection

    def ask(self, name, connection, request=None):
        """(the connection, the first bytes of the answer: CLOSED when it was)."""
        page = PAGE if name.startswith("http") else AUTHORIZED_KEYS
        try:
            connection = self.within_tls(name, connection)
            connection.sendall(request or page)
            return connection, connection.recv(12)
        except (ConnectionError, ssl.SSLError):
            return connection, CLOSED

    def sign_request(self, name, message):
        if name.startswith("http"):
            return raw_request("POST", f"/keys/{self.device_.address}", sign_body(message))
        request = socket_client.sign_request(self.device_.address, message)
        return struct.pack(">H", len(request)) + request

    def assert_signature(self, name, answer):
        self.assertEqual(answer[:12] if name.startswith("http") else answer[:3],
                         b"HTTP/1.1 200" if name.startswith("http") else b"\x00\x41\x00")

    def assert_served(self, name, client):
        connection, answer = self.ask(name, self.open(name, client))
        self.assertIn(answer, SERVED)
        return connection

    def answer(self, name, client):
        """To one request on a connection that ends with it."""
        connection = self.open(name, client)
        try:
            return self.ask(name, connection)[1]
        finally:
            connection.close()

    def assert_page(self, connection):
        connection.send(PAGE)
        self.assertEqual(connection.response().status, 200)


class ClientLimit(LimitCase):
    limits = ("--connection-limit", str(ALL), "--client-connection-limit", str(MOST), "--sign-deadline", "30s")

    def in_work(self, name, client):
        """As many connections as the client may have, each with a request that the device has not answered."""
        self.device_.fault("delay", ms=1000 * IN_WORK, instruction="SIGN")
        messages = [build(level) for level in (101, 102) for build in (block, preattestation, attestation)]
        held = []
        for number, message in enumerate(messages[:MOST]):
            held.append(self.within_tls(name, self.open(name, client)))
            held[-1].sendall(self.sign_request(name, message))
            eventually(lambda n=number: self.in_queue() == n, 5, "the request in work")
            if number == 0:
                eventually(lambda: self.device_.signatures() == 1, 5, "the request at the device")
        return held

    def in_queue(self):
        lines = self.bridge.get("/metrics").body.decode().splitlines()
        return next(int(float(line.split()[1])) for line in lines if line.startswith("ledger_bridge_queue_length "))

    def assert_all_signed(self, name, held):
        for connection in held:
            connection.settimeout(20)
            self.assert_signature(name, connection.recv(12))

    def check(self, name, greedy, baker, refused):
        held = self.in_work(name, greedy)
        silent = [self.open(name, greedy) for _ in range(3 * REFUSALS)]  # more than are told anything
        self.assert_served(name, baker)
        for connection in silent:
            connection.close()
        eventually(lambda: self.answer(name, greedy) == refused, IN_WORK, "told why not")
        self.assert_all_signed(name, held)
        self.assert_served(name, greedy)

    def test_over_http(self):
        self.check("http", GREEDY, BAKER, b"HTTP/1.1 503")

    def test_over_https(self):
        self.check("https", GREEDY, BAKER, b"HTTP/1.1 503")

    def test_over_tcp(self):
        self.check("tcp", GREEDY, BAKER, CLOSED)

    @unittest.skipUnless(os.geteuid() == 0, "only root can be several users")
    def test_over_a_socket_file_it_is_a_user(self):
        self.check("unix", 65534, 0, CLOSED)

    def test_it_is_told_which_limit_it_met(self):
        held = self.in_work("http", GREEDY)
        connection = self.open("http", GREEDY)
        answer = b"".join(iter(lambda: connection.recv(4096), CLOSED))
        self.assertIn(f"{len(held)} of {GREEDY}".encode(), answer)
        self.assertIn(b"client-connection-limit", answer)

    def test_a_crowd_of_several_addresses_keeps_no_baker_out(self):
        """A program has all of 127.0.0.0/8. Of two that have taken all places, whoever has more makes room."""
        for name in ("http", "https", "tcp"):
            few, many = "127.0.0.4", ("127.0.0.5", "127.0.0.6")
            patient = [self.assert_served(name, few) for _ in range(ALL - 2 * MOST)]
            for client in many:
                for _ in range(2 * MOST):
                    self.open(name, client)
            self.assert_served(name, BAKER)
            page = PAGE if name.startswith("http") else AUTHORIZED_KEYS
            for connection in patient:
                connection.sendall(page)
                self.assertNotEqual(connection.recv(1), CLOSED)

    def test_a_baker_misses_nothing_beside_it(self):
        for level in range(101, 121):
            for _ in range(20):
                self.open("http", GREEDY)
            self.assert_signed(
                self.bridge.sign(self.device_.address, block(level)), self.device_.public_key, block(level)
            )


class SilentNeighbours(LimitCase):
    """Programs of the baker's own machine: to the daemon they are the baker."""

    def check(self, name, client, message):
        for _ in range(BY_DEFAULT):
            self.open(name, client)
        self.assert_signature(name, self.ask(name, self.open(name, client), self.sign_request(name, message))[1])

    def test_over_http(self):
        self.check("http", HERE, block(101))

    def test_over_https(self):
        self.check("https", HERE, block(101))

    def test_over_tcp(self):
        self.check("tcp", HERE, block(101))

    def test_over_a_socket_file(self):
        self.check("unix", os.geteuid(), block(101))

    def test_half_a_request_is_silent_too(self):
        halves = {"http": (b"POST /keys/", PAGE.replace(b"GET", b"POST")[:-2] + b"content-length: 9\r\n\r\nx"),
                  "https": (b"\x16\x03",), "tcp": (b"\0",)}
        for level, (name, starts) in enumerate(halves.items(), 101):
            for start in starts:
                for _ in range(BY_DEFAULT):
                    self.open(name, HERE).sendall(start)
                self.check(name, HERE, block(level))

    def test_the_one_that_was_silent_longest_goes(self):
        first, second = (self.enterContext(RawConnection(self.bridge.port)) for _ in range(2))
        for connection in (first, second, first):  # so the second is silent for longer
            self.assert_page(connection)
        for _ in range(BY_DEFAULT - 1):
            self.open("http", HERE)
        self.assertTrue(second.closed())
        self.assert_page(first)

    def test_many_bakers_at_once_beside_them(self):
        for _ in range(3 * BY_DEFAULT):
            self.open("http", HERE)
        ask = lambda: self.bridge.get("/authorized_keys")
        answer, *others = in_parallel([lambda: self.bridge.sign(self.device_.address, block(101)), *[ask] * 20])
        self.assert_signed(answer, self.device_.public_key, block(101))
        self.assertEqual({other.status for other in others}, {200})


class LazyNeighbours(LimitCase):
    limits = ("--client-connection-limit", str(MOST))

    def test_who_reads_no_answers_keeps_no_baker_out(self):
        for _ in range(MOST):
            lazy = self.open("http", HERE)
            lazy.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            lazy.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                lazy.sendall(raw_request("GET", "/metrics") * 1000)
        time.sleep(1)  # they are given what they take
        self.assert_signed(self.bridge.sign(self.device_.address, block(101)), self.device_.public_key, block(101))


@contextlib.contextmanager
def as_user(user):
    os.seteuid(user)
    try:
        yield
    finally:
        os.seteuid(0)


if __name__ == "__main__":
    unittest.main()
