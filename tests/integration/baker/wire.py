"""How octez-client's library gets a signature: two requests, each over http on a connection of its
own, both over a socket on one. No connection is used again, and nothing is asked twice but for
status 502 and for the eight seconds of a socket."""

import http.client
import json
import socket
import time

from support.socket_client import SocketClient

ATTEMPTS_AT_502 = 10
SOCKET_SECONDS = 8.0  # the library's limit for each read from a socket; http has none
SOCKET_ATTEMPTS = 4
FOREVER_SECONDS = 60  # a test must end
ACCEPT = "application/json;q=1,application/bson;q=0.100,application/octet-stream;q=0.200"


class Failed(Exception):
    """There is no signature, and the library does not ask again."""


class HttpWire:
    """`connect()` gives a new connection; a TLS one makes it https. `retries` counts what should
    not be necessary."""

    def __init__(self, connect, host):
        self.connect, self.host = connect, host
        self.retries = 0

    def public_key(self, address):
        return self._asked("GET", f"/keys/{address}", "public_key")

    def sign(self, address, message):
        """The text of the signature."""
        self._member(self._retried("GET", "/authorized_keys"), None)
        return self._asked("POST", f"/keys/{address}?version=3", "signature", message)

    def _asked(self, method, target, member, message=None):
        return self._member(self._retried(method, target, message), member)

    def _retried(self, method, target, message=None):
        """502 is asked again: at once, then after 0.1 s, 0.2 s ... 0.8 s; the tenth is final."""
        for attempt in range(ATTEMPTS_AT_502):
            status, content = self._once(method, target, message)
            if status != 502:
                return status, content
            self.retries += 1
            time.sleep(attempt / 10 if attempt < ATTEMPTS_AT_502 - 1 else 0)
        return status, content

    def _once(self, method, target, message):
        try:
            with self.connect() as connection:
                connection.settimeout(FOREVER_SECONDS)
                connection.sendall(self._request(method, target, message))
                answer = http.client.HTTPResponse(connection, method=method)
                answer.begin()
                return answer.status, answer.read()
        except (OSError, http.client.HTTPException) as error:
            raise Failed(f"{method} {target}: {error!r}") from error

    def _request(self, method, target, message):
        head = f"{method} {target} HTTP/1.1\r\nhost: {self.host}\r\naccept: {ACCEPT}\r\n"
        head += "user-agent: ocaml-cohttp/6.0\r\n"
        if message is None:
            return (head + "\r\n").encode()
        body = f'"{message.hex()}"\n'
        head += "content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n"
        return f"{head}{len(body):x}\r\n{body}\r\n0\r\n\r\n".encode()

    @staticmethod
    def _member(answer, member):
        """The library's decoder takes this one member and no other."""
        status, content = answer
        try:
            value = json.loads(content) if status == 200 else None
        except ValueError as error:
            raise Failed(f"{content!r}: {error}") from error
        if value is None or list(value) != ([member] if member else []):
            raise Failed(f"{status} {content!r}")
        return value[member] if member else None


class SocketWire:
    """`place`: (host, port), or the path of a socket file."""

    def __init__(self, place, seconds=SOCKET_SECONDS):
        self.place, self.seconds = place, seconds
        self.retries = 0

    def public_key(self, address):
        return self._retried(lambda client: client.public_key(address))

    def sign(self, address, message):
        return self._retried(lambda client: self._sign(client, address, message))

    @staticmethod
    def _sign(client, address, message):
        client.authorized_keys()
        return client.sign(address, message)

    def _retried(self, operation):
        """Who hears nothing for eight seconds connects and asks again, three times at most."""
        for _ in range(SOCKET_ATTEMPTS):
            try:
                with SocketClient(self.place) as client:
                    client.socket.settimeout(self.seconds)
                    return operation(client)
            except TimeoutError:
                self.retries += 1
            except Exception as error:
                raise Failed(repr(error)) from error
        raise Failed(f"no answer, {SOCKET_ATTEMPTS} times")


def tcp_connect(port):
    return lambda: socket.create_connection(("127.0.0.1", port), FOREVER_SECONDS)


def tls_connect(port, context):
    return lambda: context.wrap_socket(tcp_connect(port)(), server_hostname="127.0.0.1")
