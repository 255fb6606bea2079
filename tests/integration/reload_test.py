"""SIGHUP: certificates and options are exchanged while requests come, or nothing changes."""

import signal
import socket
import ssl
import threading
import unittest

from https_test import HttpsCase
from support import http_client
from support.case import NOBODY
from support.payloads import block
from support.waiting import eventually


class Reload(HttpsCase):
    def setUp(self):
        super().setUp()
        self.file = self.certificates.folder / "bridge.toml"
        self.write()
        self.options += ["--config", str(self.file)]

    def write(self, *lines):
        self.file.write_text("\n".join(lines))

    def reload(self, *words):
        """SIGHUP, and the line in the log with which it ends."""
        words = words or ("info", "reloaded")
        before = len(self.bridge.log_lines(*words))
        self.bridge.process.send_signal(signal.SIGHUP)
        eventually(lambda: len(self.bridge.log_lines(*words)) > before, 10, words)

    def shown(self):
        """Whose name the certificate has that is shown now, by an answered request."""
        with self.connect() as tls:
            tls.sendall(http_client.raw_request("GET", "/healthz"))
            self.assertIn(b"HTTP/1.1 ", tls.recv(4096))
            return dict(part[0] for part in tls.getpeercert()["subject"])["commonName"]

    def test_certificates_are_exchanged_under_load_without_a_failed_request(self):
        pairs = [self.certificates.issue(name) for name in ("first", "second")]
        self.serve()
        stop, seen, failures = threading.Event(), set(), []

        def ask():
            while not stop.is_set():
                try:
                    seen.add(self.shown())
                except Exception as error:  # whatever it is, a request failed
                    failures.append(error)

        askers = [threading.Thread(target=ask) for _ in range(3)]
        for asker in askers:
            asker.start()
        for number in range(10):
            self.certificates.install(pairs[number % 2], self.certificate, self.key)
            self.reload()
        eventually(lambda: {"first", "second"} <= seen, 10, "both were shown")
        stop.set()
        for asker in askers:
            asker.join()
        self.assertEqual(failures, [])
        self.assertEqual(self.shown(), "second")

    def test_an_open_connection_and_its_request_go_on(self):
        self.device_, self.bridge = self.pair(*self.options)
        self.port = self.https_port(self.bridge)
        self.device_.fault("delay", ms=1000, instruction="SIGN")
        body = http_client.sign_body(block(101))
        tls = self.connect()
        tls.sendall(http_client.raw_request("POST", f"/keys/{self.device_.address}", body))
        self.certificates.install(self.certificates.issue("next"), self.certificate, self.key)
        self.reload()
        self.assertIn(b"200 OK", tls.recv(4096))
        self.assertEqual(self.shown(), "next")

    def test_a_shorter_deadline_cuts_off_no_request_at_the_stop(self):
        self.device_, self.bridge = self.pair(*self.options)
        self.port = self.https_port(self.bridge)
        self.device_.fault("delay", ms=1500, instruction="SIGN")
        tls = self.connect()
        body = http_client.sign_body(block(101))
        tls.sendall(http_client.raw_request("POST", f"/keys/{self.device_.address}", body))
        eventually(lambda: self.device_.signatures() == 1, 10, "the device has the message")
        self.write('sign-deadline = "100ms"')
        self.reload()
        self.assertEqual(self.bridge.stop(), 0)
        self.assertIn(b"200 OK", tls.recv(4096))

    def test_a_client_ca_counts_for_sessions_that_would_be_resumed(self):
        self.certificates.make_ca("other")
        self.write(f'tls-client-ca = "{self.certificates.ca}"')
        self.serve()
        context = self.certificates.client_context(self.certificates.issue("friend"))
        context.maximum_version = ssl.TLSVersion.TLSv1_2

        def connect(session=None):
            plain = socket.create_connection(("127.0.0.1", self.port), timeout=20)
            return context.wrap_socket(plain, server_hostname="127.0.0.1", session=session)

        with connect() as tls:
            session = tls.session
        with connect(session) as tls:
            self.assertTrue(tls.session_reused)
        self.write(f'tls-client-ca = "{self.certificates.folder}/other.pem"')
        self.reload()
        with self.assertRaises((ssl.SSLError, ConnectionError)):
            connect(session)

    def client_ca(self, *names):
        (self.certificates.folder / "clients.pem").write_bytes(
            b"".join((self.certificates.folder / f"{name}.pem").read_bytes() for name in names))

    def ask(self, tls, message):
        tls.sendall(http_client.raw_request("POST", f"/keys/{self.device_.address}", http_client.sign_body(message)))

    def test_another_client_ca_ends_the_connections_of_those_before(self):
        self.certificates.make_ca("other")
        self.client_ca("ca")
        self.write(f'tls-client-ca = "{self.certificates.folder}/clients.pem"')
        self.device_, self.bridge = self.pair(*self.options, "--sign-deadline", "20s")
        self.port = self.https_port(self.bridge)
        old, new = self.certificates.issue("old"), self.certificates.issue("new", ca="other")
        idle, asking, half = (self.connect(old) for _ in range(3))
        for tls in (idle, asking, half):
            tls.sendall(http_client.raw_request("GET", "/healthz"))
            self.assertIn(b"200 OK", tls.recv(4096))
        self.device_.fault("delay", ms=6000, instruction="SIGN")
        half.sendall(b"POST /keys/")
        self.ask(asking, block(101))
        eventually(lambda: self.device_.signatures() == 1, 10, "the request in work")
        self.client_ca("other")
        self.reload()
        for tls in (idle, half):
            self.assertEqual(self.rest(tls), b"")
        answer = self.rest(asking)
        self.assertIn(b"200 OK", answer)
        self.assertIn(b"connection: close", answer.lower())
        with self.connect(new) as tls:
            self.ask(tls, block(102))
            self.assertIn(b"200 OK", tls.recv(4096))
        self.assertEqual(self.device_.signatures(), 2)

    def test_the_same_client_ca_ends_none(self):
        self.certificates.make_ca("other")
        self.client_ca("ca", "other")
        self.write(f'tls-client-ca = "{self.certificates.folder}/clients.pem"')
        self.serve()
        tls = self.connect(self.certificates.issue("friend"))
        self.client_ca("other", "ca")
        self.certificates.install(self.certificates.issue("next"), self.certificate, self.key)
        self.reload()
        tls.sendall(http_client.raw_request("GET", "/authorized_keys"))
        self.assertIn(b"200 OK", tls.recv(4096))

    @staticmethod
    def rest(tls):
        """What comes until the daemon ends it."""
        try:
            return b"".join(iter(lambda: tls.recv(4096), b""))
        except (ConnectionError, ssl.SSLError):
            return b""

    def test_what_cannot_be_used_changes_nothing(self):
        self.serve()
        before = self.shown()
        wrong = {'log-level = "info"\nbogus = 1': "unknown key 'bogus', line 2",
                 'allow-list-known-keys = true\nsign-deadline = "0s"': "sign-deadline"}
        for text, word in wrong.items():
            self.write(text)
            self.reload("error", "everything stays", word)
        self.write("allow-list-known-keys = true")
        _, other = self.certificates.issue("other")
        other.rename(self.key)
        self.reload("error", "everything stays", "does not belong to the certificate")
        self.assertEqual(self.bridge.get("/known_keys").status, 403)
        self.assertEqual(self.shown(), before)
        self.assertEqual(len(self.bridge.log_lines("error")), 3)

    def test_what_changed_is_in_the_log_and_holds(self):
        self.serve()
        self.assertEqual(self.bridge.get("/known_keys").status, 403)
        self.write("allow-list-known-keys = true")
        self.reload()
        self.assert_exactly(self.bridge.get("/known_keys"), {"known_keys": []})
        self.assertEqual(len(self.bridge.log_lines("info", "allow-list-known-keys is true")), 1)

    def test_nothing_is_taken_beside_what_needs_a_restart(self):
        self.serve()
        self.write("allow-list-known-keys = true", "queue-limit = 5", "max-level-jump = 7")
        self.reload("error", "everything stays", "(max-level-jump, queue-limit)", "restart")
        self.assertEqual(self.bridge.get("/known_keys").status, 403)
        self.assertEqual(self.bridge.log_lines("reloaded:"), [])

    def test_a_file_that_is_gone_changes_nothing(self):
        self.write("allow-list-known-keys = true")
        self.serve()
        self.file.unlink()
        self.reload("error", "everything stays", str(self.file))
        self.assertEqual(self.bridge.get("/known_keys").status, 200)

    def test_the_level_of_the_log(self):
        level = self.options.index("--log-level")
        del self.options[level : level + 2]
        self.serve()
        for lines, count in (((), 0), (('log-level = "debug"',), 1)):
            self.write(*lines)
            self.reload()
            with http_client.RawConnection(self.port) as raw:
                raw.send(b"garbage\r\n\r\n")
                self.assertNotIn(b"HTTP", raw.file.read())
            self.bridge.wait_lines("no TLS with a client", count=count)

    def test_the_service_manager_is_told(self):
        path = self.certificates.folder / "notify"
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.bind(str(path))
            manager.settimeout(10)
            self.bridge = self.daemon(NOBODY, *self.options, env={"NOTIFY_SOCKET": str(path)}).start()
            self.assertEqual(manager.recv(4096), b"READY=1")
            self.reload()
            self.assertEqual([manager.recv(4096) for _ in range(2)], [b"RELOADING=1", b"READY=1"])


if __name__ == "__main__":
    unittest.main()
