"""Listeners that the service manager opened before the daemon was there."""

import os
import socket
import sys
import unittest

from https_test import HttpsCase
from support.case import NOBODY
from support.socket_client import SocketClient
from support.waiting import eventually

# Puts the descriptors given as arguments in their places, and becomes the daemon.
LAUNCHER = """
import os, sys
count = int(sys.argv[1])
given = [os.dup2(int(fd), 100 + i) for i, fd in enumerate(sys.argv[2:2 + count])]
for place, fd in enumerate(given):
    os.dup2(fd, 3 + place, inheritable=True)  # a service manager begins with 3
os.environ.update(LISTEN_FDS=str(count), LISTEN_PID=str(os.getpid()))
os.execv(sys.argv[2 + count], sys.argv[2 + count:])
"""


class Activation(HttpsCase):
    def listener(self, family=socket.AF_INET, kind=socket.SOCK_STREAM, place=("127.0.0.1", 0)):
        one = socket.socket(family, kind)
        self.addCleanup(one.close)
        one.bind(place)
        if kind == socket.SOCK_STREAM:
            one.listen(10)
        return one

    def started_with(self, sockets, *options):
        """A daemon, launched, which gets these: {name: socket}; "http+" is another of the name http."""
        daemon = self.daemon(NOBODY, *options)
        whole, daemon.descriptors = daemon.command(), [one.fileno() for one in sockets.values()]
        words = [str(len(sockets)), *map(str, daemon.descriptors), *whole]
        daemon.command = lambda: [sys.executable, "-c", LAUNCHER, *words]
        daemon.env = {"LISTEN_FDNAMES": ":".join(name.rstrip("+") for name in sockets)}
        return daemon.launch()

    def test_each_name_takes_the_place_of_its_option(self):
        path = str(self.certificates.folder / "signer.sock")
        sockets = {"http": self.listener(), "tcp": self.listener(), "https": self.listener(),
                   "unix": self.listener(socket.AF_UNIX, place=path)}
        bridge = self.started_with(sockets, *self.options)
        ports = {name: one.getsockname()[1] for name, one in sockets.items() if name != "unix"}
        self.assertEqual([bridge.ready_line() for _ in range(4)],
                         [f"listening http 127.0.0.1:{ports['http']}", f"listening https 127.0.0.1:{ports['https']}",
                          f"listening tcp 127.0.0.1:{ports['tcp']}", f"listening unix {path}"])
        bridge.port, self.port = ports["http"], ports["https"]
        self.assertEqual(bridge.get("/healthz").status, 503)
        self.assert_serves()
        for place in (("127.0.0.1", ports["tcp"]), path):
            with SocketClient(place) as client:
                self.assertIsNone(client.authorized_keys())
        self.assertEqual(bridge.stop(), 0)
        self.assertTrue(os.path.exists(path), "the file is the service manager's")

    def refused(self, sockets, *words):
        daemon = self.started_with(sockets)
        self.assertEqual(daemon.wait(), 2)
        for word in words:
            self.assertIn(word, daemon.log())
        self.assertFalse(daemon.state_dir.exists())

    def test_a_socket_of_another_kind_or_name_is_refused(self):
        path = str(self.certificates.folder / "other.sock")
        local = self.listener(socket.AF_UNIX, place=path)
        unbound = socket.socket()
        self.addCleanup(unbound.close)
        words = ("handed over cannot be used", "FileDescriptorName=")
        self.refused({"http": local}, "'http': it does not listen on TCP", *words)
        self.refused({"https": self.listener(kind=socket.SOCK_DGRAM)}, "'https'", *words)
        self.refused({"tcp": unbound}, "'tcp'", *words)
        self.refused({"unix": self.listener()}, "'unix': it does not listen on a socket file", *words)
        self.refused({"unix": self.listener(socket.AF_UNIX, place=b"\0" + path.encode())}, "no path", *words)
        self.refused({"bogus": self.listener()}, "'bogus'", *words)

    def test_a_name_may_come_more_than_once_with_addresses_of_both_kinds(self):
        sockets = {"http": self.listener(), "tcp": self.listener(),
                   "http+": self.listener(socket.AF_INET6, place=("::1", 0)),
                   "tcp+": self.listener(socket.AF_INET6, place=("::1", 0))}
        bridge = self.started_with(sockets)
        ports = {name: one.getsockname()[1] for name, one in sockets.items()}
        self.assertEqual([bridge.ready_line() for _ in range(4)],
                         [f"listening http 127.0.0.1:{ports['http']}", f"listening http [::1]:{ports['http+']}",
                          f"listening tcp 127.0.0.1:{ports['tcp']}", f"listening tcp [::1]:{ports['tcp+']}"])
        for place in (("127.0.0.1", ports["http"]), ("::1", ports["http+"])):
            with socket.create_connection(place, 20) as client:
                client.sendall(b"GET /healthz HTTP/1.1\r\n\r\n")
                self.assertIn(b" 503 ", client.recv(100))
        for place in (("127.0.0.1", ports["tcp"]), ("::1", ports["tcp+"])):
            with SocketClient(place) as client:
                self.assertIsNone(client.authorized_keys())

    def test_each_of_a_name_is_checked_and_unix_comes_once(self):
        self.refused({"http": self.listener(), "http+": self.listener(place=("0.0.0.0", 0))}, "http", "allow-remote")
        paths = [str(self.certificates.folder / f"{number}.sock") for number in range(2)]
        local = [self.listener(socket.AF_UNIX, place=path) for path in paths]
        self.refused({"unix": local[0], "unix+": local[1]}, "'unix': there are two of that name")

    def test_its_address_is_checked_like_the_options(self):
        self.refused({"http": self.listener(place=("0.0.0.0", 0))}, "http", "allow-remote")
        self.refused({"https": self.listener()}, "tls-certificate")

    def test_ipv6(self):
        one = self.listener(socket.AF_INET6, place=("::1", 0))
        bridge = self.started_with({"http": one})
        self.assertEqual(bridge.ready_line(), f"listening http [::1]:{one.getsockname()[1]}")
        with socket.create_connection(one.getsockname()[:2]) as client:
            client.sendall(b"GET /healthz HTTP/1.1\r\n\r\n")
            self.assertIn(b" 503 ", client.recv(100))


class SystemdSocketActivate(HttpsCase):
    def test_serves_whoever_waited(self):
        daemon = self.daemon(NOBODY)
        whole = daemon.command()
        path = self.certificates.folder / "waiting.sock"
        daemon.command = lambda: ["systemd-socket-activate", "--fdname=unix", f"--listen={path}", *whole]
        daemon.launch()
        with eventually(lambda: self.connected(path), 10, "systemd listens") as client:
            self.assertIsNone(client.authorized_keys())

    @staticmethod
    def connected(path):
        try:
            return SocketClient(str(path))
        except OSError:  # the file may be there before anybody listens
            return None


if __name__ == "__main__":
    unittest.main()
