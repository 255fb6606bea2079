"""octez-signer's socket protocol, over TCP and over a socket file, by a client of its own."""

import contextlib
import os
import pathlib
import socket
import stat
import struct
import tempfile
import unittest

from support import socket_client, verify
from support.case import NOBODY, BridgeCase
from support.payloads import attestation, block, preattestation
from support.socket_client import Refused, SocketClient, sign_request
from support.waiting import Stopwatch, eventually


class SocketsCase(BridgeCase):
    def listeners(self, *options):
        """A device with its daemon, which listens in every way; the places of the two sockets."""
        self.folder = tempfile.TemporaryDirectory(prefix="bridge-sockets-")
        self.addCleanup(self.folder.cleanup)
        self.path = f"{self.folder.name}/signer.sock"
        self.device_, self.bridge = self.pair("--tcp", "127.0.0.1:0", "--unix", self.path, *options)
        kind, address = self.bridge.ready_line().removeprefix("listening ").split()
        self.assertEqual(kind, "tcp")
        self.assertEqual(self.bridge.ready_line(), f"listening unix {self.path}")
        host, port = address.split(":")
        return (host, int(port)), self.path

    def client(self, place):
        client = SocketClient(place)
        self.addCleanup(client.socket.close)
        return client


class SocketRequests(SocketsCase):
    def test_signs_for_a_client_of_either_socket(self):
        for level, place in enumerate(self.listeners(), 101):
            with self.subTest(place=place):
                for message in (block(level), preattestation(level), attestation(level)):
                    client = self.client(place)
                    self.assertIsNone(client.authorized_keys())
                    signature = client.sign(self.device_.address, message)
                    self.assertTrue(verify.verifies(self.device_.public_key, message, signature))
                    self.assertEqual(client.public_key(self.device_.address), self.device_.public_key)

    def test_the_same_bytes_get_the_same_signature_over_every_listener(self):
        message = block(101)
        first = self.client(self.listeners()[0]).sign(self.device_.address, message)
        self.assertEqual(self.client(self.path).sign(self.device_.address, message), first)
        self.assertEqual(self.bridge.sign(self.device_.address, message).json()["signature"], first)
        self.assertEqual(self.device_.signatures(), 1)

    def test_a_double_is_refused_whichever_way_it_comes(self):
        places = self.listeners()
        self.assertEqual(self.bridge.sign(self.device_.address, block(101)).status, 200)
        for place in places:
            with self.assertRaises(Refused) as refused:
                self.client(place).sign(self.device_.address, block(101, salt=1))
            self.assertIn("already signed with different data", refused.exception.message)
        self.assertEqual(self.device_.signatures(), 1)

    def test_an_error_is_the_one_that_http_gives(self):
        place = self.listeners()[0]
        over_http = self.bridge.sign(self.device_.address, b"\x04" + bytes(40))
        with self.assertRaises(Refused) as refused:
            self.client(place).sign(self.device_.address, b"\x04" + bytes(40))
        self.assertEqual(refused.exception.errors, over_http.json())
        self.assertIn("magic byte 0x04 not allowed", refused.exception.message)

    def test_keys_that_are_not_here_are_refused_and_the_connection_goes_on(self):
        client = self.client(self.listeners()[0])
        stranger = "tz1KqTpEZ7Yob7QbPE4Hy4Wo8fHG8LhKxZSx"
        for ask in (lambda: client.public_key(stranger), lambda: client.sign(stranger, block(101))):
            with self.assertRaises(Refused) as refused:
                ask()
            self.assertIn("no keys for the source contract", refused.exception.message)
        self.assertEqual(client.public_key(self.device_.address), self.device_.public_key)

    def test_lists_keys_where_that_is_allowed(self):
        client = self.client(self.listeners()[0])
        with self.assertRaises(Refused) as refused:
            client.known_keys()
        self.assertIn("List known keys request not allowed", refused.exception.message)
        client = self.client(self.listeners("--allow-list-known-keys")[0])
        self.assertEqual(client.known_keys(), [self.device_.address])

    def test_what_the_device_cannot_do_is_refused_by_name(self):
        client = self.client(self.listeners()[0])
        key = socket_client.binary_key_hash(self.device_.address)
        for tag, rest, words in (
            (socket_client.NONCE, bytes(4), "deterministic nonces"),
            (socket_client.NONCE_HASH, bytes(4), "deterministic nonces"),
            (socket_client.POSSESSION, bytes(1), "Request to prove possession is not allowed"),
        ):
            with self.assertRaises(Refused) as refused:
                client.ask(bytes([tag]) + key + rest)
            self.assertIn(words, refused.exception.message)
        self.assertEqual(client.ask(bytes([socket_client.SUPPORTS_NONCES]) + key), b"\0")
        with self.assertRaises(Refused) as refused:
            client.ask(bytes([socket_client.SIGN, 3, 3]) + bytes(30))
        self.assertIn("tz4", refused.exception.message)


class SocketConnections(SocketsCase):
    def test_a_request_may_come_byte_by_byte(self):
        client = self.client(self.listeners()[0])
        request = sign_request(self.device_.address, block(101))
        for byte in struct.pack(">H", len(request)) + request:
            client.socket.sendall(bytes([byte]))
        self.assertEqual(len(client.reply()), 64)

    def test_requests_sent_at_once_are_answered_in_order(self):
        client = self.client(self.listeners()[0])
        messages = [block(101), preattestation(101), attestation(101)]
        for message in messages:
            client.send(sign_request(self.device_.address, message))
        client.send(bytes([socket_client.AUTHORIZED_KEYS]))
        for message in messages:
            signature = socket_client.base58.encode("edsig", client.reply())
            self.assertTrue(verify.verifies(self.device_.public_key, message, signature))
        self.assertEqual(client.reply(), b"\0")

    def test_what_is_no_request_gets_an_error(self):
        place = self.listeners()[0]
        for request in (b"", b"\x09", b"\x00", bytes([socket_client.KNOWN_KEYS, 0]), b"\xff" * 0xFFFF):
            with self.subTest(request=request[:4]), self.assertRaises(Refused):
                self.client(place).ask(request)

    def test_a_client_that_stops_in_the_middle_is_let_go(self):
        place = self.listeners()[0]
        client = self.client(place)
        taken = Stopwatch()
        client.socket.sendall(b"\x00\x6a\x00")
        with self.assertRaises(ConnectionError):
            client.receive(1)
        self.assertTrue(4 < taken() < 15, taken())

    def test_a_silent_client_is_let_go_and_disturbs_nobody(self):
        place = self.listeners("--idle-timeout", "1s")[0]
        silent = self.client(place)
        signature = self.client(place).sign(self.device_.address, block(101))
        self.assertTrue(verify.verifies(self.device_.public_key, block(101), signature))
        with self.assertRaises(ConnectionError):
            silent.receive(1)

    def test_who_reads_no_replies_is_let_go_and_delays_nobody(self):
        places = self.listeners()
        before = self.memory()
        lazy = [self.never_reads(place) for place in places for _ in range(10)]
        for level, place in enumerate(places, 101):
            taken = Stopwatch()
            signature = self.client(place).sign(self.device_.address, block(level))
            self.assertLess(taken(), 6)  # the others are let go after ten
            self.assertTrue(verify.verifies(self.device_.public_key, block(level), signature))
        self.assertLess(self.memory() - before, 20 << 20)
        # Over TCP the system keeps megabytes of replies, and takes its time over them.
        local = [one for one in lazy if one.family == socket.AF_UNIX]
        eventually(lambda: all(self.ended(one) for one in local), 25, "their ends", step=0.2)

    def never_reads(self, place):
        """A client with room for few replies, whose requests have more than daemon and system keep."""
        one = socket.socket(socket.AF_UNIX if isinstance(place, str) else socket.AF_INET)
        self.addCleanup(one.close)
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        one.connect(place)
        one.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            one.sendall(struct.pack(">HB", 1, socket_client.KNOWN_KEYS) * 30_000)
        return one

    @staticmethod
    def ended(one):
        """Whether the daemon closed it, found out without reading."""
        try:
            one.send(b"\0")
        except BlockingIOError:
            return False
        except OSError:
            return True
        return False

    def memory(self):
        """Of the daemon, in bytes."""
        status = pathlib.Path(f"/proc/{self.bridge.process.pid}/status").read_text()
        return 1024 * int(status.partition("VmRSS:")[2].split()[0])

    def test_who_has_said_that_nothing_follows_gets_his_reply(self):
        for place, level in zip(self.listeners(), (101, 102)):
            with self.subTest(place=place):
                self.device_.fault("delay", instruction="SIGN", ms=500)
                client = self.client(place)
                client.send(sign_request(self.device_.address, block(level)))
                client.socket.shutdown(socket.SHUT_WR)
                signature = socket_client.base58.encode("edsig", client.reply())
                self.assertTrue(verify.verifies(self.device_.public_key, block(level), signature))
                with self.assertRaises(ConnectionError):
                    client.receive(1)

    def test_half_a_request_and_the_end_is_no_request(self):
        places = self.listeners()
        request = sign_request(self.device_.address, block(101))
        whole = struct.pack(">H", len(request)) + request
        for place in places:
            for size in (0, 1, 2, 3, len(whole) - 1):
                with self.subTest(place=place, size=size):
                    client = self.client(place)
                    client.socket.sendall(whole[:size])
                    client.socket.shutdown(socket.SHUT_WR)
                    taken = Stopwatch()
                    with self.assertRaises(ConnectionError):
                        client.receive(1)
                    self.assertLess(taken(), 4)  # of the five that a request may take
        self.assertEqual(self.device_.signatures(), 0)

    def test_one_connection_too_many_is_closed_and_later_ones_are_served(self):
        place = self.listeners("--connection-limit", "2", "--sign-deadline", "20s")[0]
        self.device_.fault("delay", instruction="SIGN", ms=5000)
        held = [self.client(place), self.client(place)]
        held[0].send(sign_request(self.device_.address, block(101)))
        eventually(lambda: self.device_.signatures() == 1, 5, "one request at the device")
        held[1].send(sign_request(self.device_.address, preattestation(101)))
        eventually(lambda: "queue_length 1\n" in self.bridge.get("/metrics").body.decode(), 5, "the other waits")
        with self.assertRaises(ConnectionError):
            self.client(place).authorized_keys()
        self.assertEqual({len(client.reply()) for client in held}, {64})
        self.assertTrue(self.is_served(place))

    def is_served(self, place):
        with SocketClient(place) as client:
            try:
                return client.authorized_keys() is None
            except ConnectionError:
                return False

    def test_a_slow_signature_is_given_to_whoever_asks_for_the_same_bytes_again(self):
        place = self.listeners("--sign-deadline", "1s")[0]
        self.device_.fault("delay", instruction="SIGN", ms=2500)
        message = block(101)
        with self.assertRaises(Refused) as refused:
            self.client(place).sign(self.device_.address, message)
        self.assertIn("sign-deadline", refused.exception.message)
        signature = eventually(lambda: self.signed(place, message), 5, "the late signature")
        self.assertTrue(verify.verifies(self.device_.public_key, message, signature))
        self.assertEqual(self.device_.signatures(), 1)

    def signed(self, place, message):
        try:
            with SocketClient(place) as client:
                return client.sign(self.device_.address, message)
        except Refused:
            return None

    def test_at_the_end_what_is_under_way_is_answered(self):
        place = self.listeners()[0]
        self.device_.fault("delay", instruction="SIGN", ms=700)
        idle, client = self.client(place), self.client(place)
        idle.authorized_keys()
        client.send(sign_request(self.device_.address, block(101)))
        eventually(lambda: self.device_.signatures() == 1, 5, "the request at the device", step=0.02)
        self.bridge.terminate()
        self.assertEqual(len(client.reply()), 64)
        for one in (idle, client):
            with self.assertRaises(ConnectionError):
                one.receive(1)
        self.assertEqual(self.bridge.wait(), 0)
        self.assertFalse(os.path.exists(self.path), "the socket file is removed")


class SocketFile(SocketsCase):
    def unix_daemon(self, path):
        return self.daemon(NOBODY, "--unix", str(path))

    def test_is_for_user_and_group(self):
        self.listeners()
        self.assertEqual(stat.S_IMODE(os.stat(self.path).st_mode), 0o660)

    def test_folders_that_are_made_for_it_are_for_the_group_too(self):
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="bridge-sockets-")))
        there = folder / "there"
        there.mkdir(0o700)
        path = there / "made" / "made as well" / "signer.sock"
        daemon = self.unix_daemon(path).launch()
        self.assertIn("listening http", daemon.ready_line())
        self.assertEqual(daemon.ready_line(), f"listening unix {path}")
        modes = [stat.S_IMODE(os.stat(one).st_mode) for one in (there, path.parents[1], path.parents[0], path)]
        self.assertEqual([f"{mode:o}" for mode in modes], ["700", "750", "750", "660"])

    def test_one_that_a_killed_daemon_left_is_replaced(self):
        self.listeners()
        self.bridge.kill()
        self.assertTrue(os.path.exists(self.path))
        self.bridge.start()
        self.bridge.ready_line()
        self.assertIsNone(self.client(self.path).authorized_keys())

    def test_one_that_somebody_listens_on_is_left_to_him(self):
        self.listeners()
        second = self.unix_daemon(self.path).launch()
        self.assertEqual(second.wait(), 1)
        self.assertIn("cannot listen", second.log())
        self.assertIsNone(self.client(self.path).authorized_keys())

    def test_a_file_that_is_no_socket_is_left_alone(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "notes")
            path.write_text("keep")
            daemon = self.unix_daemon(path).launch()
            self.assertEqual(daemon.wait(), 1)
            self.assertEqual(path.read_text(), "keep")

    def test_a_path_that_no_socket_can_have_is_an_error(self):
        daemon = self.unix_daemon("/tmp/" + "x" * 120).launch()
        self.assertEqual(daemon.wait(), 1)
        self.assertIn("cannot listen", daemon.log())

    def test_a_tcp_port_in_use_is_an_error(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            daemon = self.daemon(NOBODY, "--tcp", f"127.0.0.1:{taken.getsockname()[1]}").launch()
            self.assertEqual(daemon.wait(), 1)
        self.assertIn("cannot listen", daemon.log())


if __name__ == "__main__":
    unittest.main()
