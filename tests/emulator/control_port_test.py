#!/usr/bin/env python3
"""ledger-emulator's control port against clients that err."""

import contextlib
import http.client
import os
import socket

import process_case
from process_case import VERSION, Running


class ControlPort(Running):
    def raw(self, sent):
        """What the port answers to these bytes, until it closes."""
        with socket.create_connection(("127.0.0.1", self.control.port), timeout=10) as connection:
            connection.sendall(sent)
            with contextlib.suppress(OSError):  # it may have answered and gone already
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


if __name__ == "__main__":
    process_case.main()
