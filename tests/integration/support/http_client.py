"""HTTP from two sides: whole requests for most tests, raw bytes for the wire's own."""

import http.client
import json
import socket


class Response:
    """A complete answer, its body kept as it came."""

    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    def json(self):
        return json.loads(self.body)

    @property
    def message(self):
        """The text of the error array; ValueError when the body is no such array."""
        errors = self.json()
        if not isinstance(errors, list) or len(errors) != 1:
            raise ValueError(f"no error array: {self.body!r}")
        if sorted(errors[0]) != ["id", "kind", "msg"]:
            raise ValueError(f"members of the error: {sorted(errors[0])}")
        if (errors[0]["kind"], errors[0]["id"]) != ("temporary", "failure"):
            raise ValueError(f"kind and id of the error: {errors[0]}")
        return errors[0]["msg"]

    def __repr__(self):
        return f"<{self.status} {self.body[:300]!r}>"


def request(port, method, target, body=None, headers=None, timeout=20):
    """One request on a fresh connection, as octez-client does it."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        chunked = headers is not None and headers.get("transfer-encoding") == "chunked"
        connection.request(method, target, body, headers or {}, encode_chunked=chunked)
        answer = connection.getresponse()
        return Response(answer.status, answer.headers, answer.read())
    finally:
        connection.close()


def sign_body(message, *, upper=False, end="\n"):
    text = message.hex()
    return f'"{text.upper() if upper else text}"{end}'.encode()


class RawConnection:
    """A connection on which every byte is the test's own; with an SSLContext, within TLS. To the
    daemon, `source` is the client's machine."""

    def __init__(self, port, timeout=20, tls=None, source="127.0.0.1"):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout, (source, 0))
        if tls is not None:
            self.socket = tls.wrap_socket(self.socket, server_hostname="127.0.0.1")
        self.file = self.socket.makefile("rb")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def send(self, data):
        self.socket.sendall(data)

    def finish_sending(self):
        """Half-closes: says that nothing more will come, and goes on listening."""
        self.socket.shutdown(socket.SHUT_WR)

    def response(self, has_body=True):
        """The next answer; None when the server closed instead."""
        status_line = self.file.readline()
        if not status_line:
            return None
        headers = http.client.parse_headers(self.file)
        size = int(headers.get("content-length", 0)) if has_body else 0
        return Response(int(status_line.split()[1]), headers, self.file.read(size))

    def closed(self):
        """Whether the server ends the connection without a further byte (waits for it)."""
        try:
            return self.file.read(1) == b""
        except ConnectionResetError:
            return True

    def close(self):
        self.file.close()
        self.socket.close()


def raw_request(method, target, body=b"", headers=()):
    lines = [f"{method} {target} HTTP/1.1", "host: 127.0.0.1", *headers]
    if body:
        lines.append(f"content-length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body
