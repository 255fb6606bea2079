"""Several addresses at each listener, IPv4 and IPv6 beside each other."""

import socket
import sys
import unittest

from https_test import HttpsCase
from support import verify
from support.case import NOBODY, free_port
from support.payloads import attestation, block
from support.socket_client import SocketClient


def ipv6():
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return True
    except OSError as error:
        print(f"skipped: no IPv6 on this machine ({error})", file=sys.stderr)
        return False


IPV6 = ipv6()


class Addresses(HttpsCase):
    def places(self, bridge, *expected):
        """(host, port) of each ready line; `expected`: "http 127.0.0.1"."""
        found = []
        for start in expected:
            line = bridge.ready_line()
            self.assertTrue(line.startswith(f"listening {start}:"), line)
            host, _, port = line.split()[2].rpartition(":")
            found.append((host.strip("[]"), int(port)))
        return found

    def assert_answers(self, place):
        with socket.create_connection(place, 20) as client:
            client.sendall(b"GET /authorized_keys HTTP/1.1\r\n\r\n")
            self.assertIn(b" 200 ", client.recv(100))

    def test_each_listener_has_as_many_as_are_given(self):
        bridge = self.daemon(NOBODY, *self.options, "--http", "127.0.0.2:0", "--https", "127.0.0.1:0",
                             "--tcp", "127.0.0.1:0", "--tcp", "127.0.0.2:0").launch()
        http1, http2, https1, https2, tcp1, tcp2 = self.places(
            bridge, "http 127.0.0.1", "http 127.0.0.2", "https 127.0.0.1", "https 127.0.0.1",
            "tcp 127.0.0.1", "tcp 127.0.0.2")
        for place in (http1, http2):
            self.assert_answers(place)
        for self.port in (https1[1], https2[1]):
            self.assertEqual(self.request("GET", "/authorized_keys").status, 200)
        for place in (tcp1, tcp2):
            with SocketClient(place) as client:
                self.assertIsNone(client.authorized_keys())
        self.assertEqual(bridge.stop(), 0)

    def test_a_list_in_the_file(self):
        file = self.certificates.folder / "bridge.toml"
        file.write_text('tcp = ["127.0.0.1:0", "127.0.0.2:0"]\n')
        bridge = self.daemon(NOBODY, "--config", str(file)).launch()
        self.places(bridge, "http 127.0.0.1", "tcp 127.0.0.1", "tcp 127.0.0.2")

    @unittest.skipUnless(IPV6, "no IPv6 on this machine")
    def test_ipv4_and_ipv6_beside_each_other(self):
        device, bridge = self.pair("--http", "[::1]:0", "--tcp", "127.0.0.1:0", "--tcp", "[::1]:0")
        http6, tcp4, tcp6 = self.places(bridge, "http [::1]", "tcp 127.0.0.1", "tcp [::1]")
        self.assert_answers(http6)
        for place, message in ((tcp4, block(101)), (tcp6, attestation(101))):
            with SocketClient(place) as client:
                signature = client.sign(device.address, message)
            self.assertTrue(verify.verifies(device.public_key, message, signature))
        self.assertEqual(device.signatures(), 2)

    @unittest.skipUnless(IPV6, "no IPv6 on this machine")
    def test_every_address_of_both_kinds_at_one_port(self):
        port = free_port()
        first = self.daemon(NOBODY, "--allow-remote", http=f"[::]:{port}").launch()
        self.places(first, "http [::]")
        with self.assertRaises(OSError):
            socket.create_connection(("127.0.0.1", port), 5)
        self.assertEqual(first.stop(), 0)
        both = ("--http", f"0.0.0.0:{port}")
        bridge = self.daemon(NOBODY, "--allow-remote", *both, http=f"[::]:{port}").launch()
        self.places(bridge, "http [::]", "http 0.0.0.0")
        for host in ("::1", "127.0.0.1"):
            self.assert_answers((host, port))


if __name__ == "__main__":
    unittest.main()
