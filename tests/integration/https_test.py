"""Signatures within TLS: by Python, curl and openssl, and from clients that mean it badly."""

import http.client
import pathlib
import socket
import ssl
import subprocess
import tempfile
import unittest

from support import command, http_client
from support.case import NOBODY, BridgeCase
from support.certificates import Certificates
from support.device import in_parallel
from support.payloads import attestation, block
from support.waiting import Stopwatch, eventually


class HttpsCase(BridgeCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="bridge-tls-")
        self.addCleanup(folder.cleanup)
        self.certificates = Certificates(folder.name)
        self.certificate, self.key = self.certificates.issue("server")
        self.options = ["--https", "127.0.0.1:0", "--tls-certificate", str(self.certificate),
                        "--tls-key", str(self.key), "--log-level", "debug"]

    def serve(self, *options):
        self.bridge = self.started(NOBODY, *self.options, *options)
        self.port = self.https_port(self.bridge)

    def https_port(self, bridge):
        kind, place = bridge.ready_line().removeprefix("listening ").split()
        self.assertEqual(kind, "https")
        return int(place.split(":")[1])

    def connect(self, pair=None):
        """A TLS connection."""
        context = self.certificates.client_context(pair)
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=20)
        tls = context.wrap_socket(plain, server_hostname="127.0.0.1")
        self.addCleanup(tls.close)
        return tls

    def request(self, method, target, body=None, headers=None, pair=None):
        context = self.certificates.client_context(pair)
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=20, context=context)
        chunked = bool(headers)
        connection.request(method, target, body, headers or {}, encode_chunked=chunked)
        answer = connection.getresponse()
        response = http_client.Response(answer.status, answer.headers, answer.read())
        connection.close()
        return response

    def s_client(self, *words):
        """The status and words of openssl s_client, which asks for one page."""
        return subprocess.run(
            ["openssl", "s_client", "-connect", f"127.0.0.1:{self.port}", "-CAfile",
             str(self.certificates.ca), "-verify_return_error", "-ign_eof", *words],
            input="GET /healthz HTTP/1.1\r\nconnection: close\r\n\r\n",
            capture_output=True, text=True, timeout=30, check=False)

    def assert_serves(self, pair=None):
        self.assertEqual(self.request("GET", "/authorized_keys", pair=pair).status, 200)


class Serving(HttpsCase):
    def setUp(self):
        super().setUp()
        self.device_, self.bridge = self.pair(*self.options)
        self.port = self.https_port(self.bridge)

    def sign(self, message):
        headers = {"content-type": "application/json", "transfer-encoding": "chunked"}
        target = f"/keys/{self.device_.address}?version=3"
        return self.request("POST", target, [http_client.sign_body(message)], headers)

    def test_a_signature_is_that_of_the_other_listener(self):
        message = block(101)
        answer = self.sign(message)
        self.assert_signed(answer, self.device_.public_key, message)
        self.assertEqual(self.bridge.sign(self.device_.address, message).body, answer.body)
        self.assert_error(self.sign(block(101, salt=1)), 409, "already signed with different data")
        self.assertEqual(self.device_.signatures(), 1)

    def test_several_at_once(self):
        messages = [attestation(level) for level in range(101, 109)]
        answers = in_parallel([lambda m=m: self.sign(m) for m in messages])
        for message, answer in zip(messages, answers):
            if answer.status == 200:
                self.assert_signed(answer, self.device_.public_key, message)
            else:  # a higher level came first
                self.assert_error(answer, 409)
        self.assertEqual(answers[-1].status, 200)

    def test_a_request_cut_off_is_no_request(self):
        body = http_client.sign_body(block(102))
        whole = http_client.raw_request("POST", f"/keys/{self.device_.address}", body)
        for size in (10, len(whole) - len(body), len(whole) - 1):
            tls = self.connect()
            tls.sendall(whole[:size])
            tls.shutdown(socket.SHUT_RDWR)  # without the words that end TLS
            tls.close()
        # Asked for after the others: were one of them taken for whole, it would be signed first.
        self.assert_signed(self.sign(block(101)), self.device_.public_key, block(101))
        self.assertEqual(self.device_.signatures(), 1)
        self.assertEqual(self.device_.marks()[0], (101, 0))

    def test_curl(self):
        done = subprocess.run(
            ["curl", "-sS", "--cacert", str(self.certificates.ca), f"https://127.0.0.1:{self.port}/healthz"],
            capture_output=True, text=True, timeout=30, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn('"ready":true', done.stdout)


class Protocol(HttpsCase):
    def test_versions_and_ciphers(self):
        self.serve()
        for version in ("-tls1_2", "-tls1_3"):
            with self.subTest(version=version):
                done = self.s_client(version)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertIn("HTTP/1.1 503", done.stdout)
                self.assertIn("Compression: NONE", done.stdout)
        weak = "@SECLEVEL=0"
        for words in (["-tls1_1", "-cipher", f"ALL:{weak}"], ["-tls1", "-cipher", f"ALL:{weak}"],
                      ["-tls1_2", "-cipher", f"ECDHE-ECDSA-AES128-SHA256:{weak}"]):
            with self.subTest(words=words):
                done = self.s_client(*words)
                self.assertNotEqual(done.returncode, 0, done.stdout)
                self.assertNotIn("HTTP/1.1", done.stdout)
                self.assertIn("alert", done.stderr, "the server refused, not the client")
        self.assert_serves()

    def test_connections_are_ended_as_tls_wants(self):
        """recv() raises when the end comes without a close_notify."""
        self.serve("--idle-timeout", "1s")
        asked_to = self.connect()
        asked_to.sendall(b"GET /healthz HTTP/1.1\r\nconnection: close\r\n\r\n")
        idle = self.connect()
        for tls in (asked_to, idle):
            tls.suppress_ragged_eofs = False
            while tls.recv(4096):
                pass

    def test_requests_one_after_the_other_and_pipelined(self):
        self.serve()
        tls = self.connect()
        file = tls.makefile("rb")
        for count in (1, 3, 1):
            tls.sendall(http_client.raw_request("GET", "/healthz") * count)
            for _ in range(count):
                self.assertIn(b" 503 ", file.readline())
                size = int(http.client.parse_headers(file)["content-length"])
                self.assertEqual(len(file.read(size)), size)

    def test_plain_http_and_garbage_are_closed_with_one_line(self):
        self.serve()
        for number, words in enumerate((b"GET / HTTP/1.1\r\n\r\n", b"\0" * 500, b"\x16\x03\x01\xff\xff" * 99), 1):
            with http_client.RawConnection(self.port) as raw:
                raw.send(words)
                self.assertNotIn(b"HTTP", raw.file.read())
            eventually(lambda n=number: len(self.bridge.log_lines("no TLS with a client")) == n, 10, "its line")
        self.assert_serves()

    def test_a_handshake_has_its_time(self):
        self.serve("--header-timeout", "500ms")
        with http_client.RawConnection(self.port) as slow:
            time_taken = Stopwatch()
            slow.send(b"\x16\x03\x01")
            self.assertTrue(slow.closed())
            self.assertLess(time_taken(), 5)
        self.bridge.wait_lines("no TLS with a client", "too long", count=1)

    def test_connections_that_begin_no_handshake_make_room(self):
        self.serve("--connection-limit", "30", "--header-timeout", "60s")
        of_another = ("127.0.0.2", 0)
        silent = [socket.create_connection(("127.0.0.1", self.port), 20, of_another) for _ in range(30)]
        self.addCleanup(lambda: [one.close() for one in silent])
        for _ in range(3):
            self.assertEqual(self.request("GET", "/authorized_keys").status, 200)
        self.assertEqual(silent[0].recv(1), b"", "the longest silent made room")
        self.assertEqual(self.bridge.get("/healthz").status, 503, "the other listener goes on")

    def test_stops_at_once_with_idle_connections(self):
        self.serve("--sign-deadline", "30s")  # for as long it would wait for answers
        self.connect()
        time_taken = Stopwatch()
        self.assertEqual(self.bridge.stop(), 0)
        self.assertLess(time_taken(), 10)


class ClientCertificates(HttpsCase):
    def setUp(self):
        super().setUp()
        self.friend = self.certificates.issue("friend")
        self.certificates.make_ca("other")
        self.stranger = self.certificates.issue("stranger", ca="other")
        self.serve("--tls-client-ca", str(self.certificates.ca))

    def test_only_one_of_our_ca_is_served(self):
        self.assert_serves(self.friend)
        for pair in (None, self.stranger):
            with self.subTest(pair=pair), self.assertRaises((ssl.SSLError, ConnectionError)):
                self.request("GET", "/healthz", pair=pair)
        self.assert_serves(self.friend)

    def test_a_resumed_session_is_served(self):
        context = self.certificates.client_context(self.friend)
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        session = None
        for resumed in (False, True):
            plain = socket.create_connection(("127.0.0.1", self.port), timeout=20)
            with context.wrap_socket(plain, server_hostname="127.0.0.1", session=session) as tls:
                self.assertEqual(tls.session_reused, resumed)
                tls.sendall(http_client.raw_request("GET", "/healthz"))
                self.assertIn(b" 503 ", tls.recv(100))
                session = tls.session


class Files(HttpsCase):
    def refused(self, *words):
        daemon = self.daemon(NOBODY, *self.options)
        self.assert_usage_error(command.run("ledger-bridged", *daemon.command()[1:]), *words)

    def test_what_cannot_be_used_stops_the_start(self):
        self.key.chmod(0o644)
        self.refused("open to every user", str(self.key), "chmod o=")
        _, other = self.certificates.issue("other")
        self.options[5] = str(other)
        self.refused("does not belong to the certificate", str(other))
        self.options[3] = str(pathlib.Path(self.certificates.folder, "nothing"))
        self.refused("cannot be used", "nothing: No such file")

    def test_an_expired_certificate_is_served_with_a_warning(self):
        self.certificates.issue("server", days=-1)
        self.serve()
        eventually(lambda: len(self.bridge.log_lines("warning", "has expired")) == 1, 5, "the warning")


if __name__ == "__main__":
    unittest.main()
