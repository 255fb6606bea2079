"""A stand-in for a node's RPC."""

import contextlib
import http.server
import json
import threading
import time

MAINNET = "NetXdQprcVkpaWU"
SECONDS = 30


class Node:
    """Answers every GET with what it was given, or what `body` gives if it is a function, and keeps
    the paths. `tls`: a context of a server."""

    def __init__(self, status=200, body="", headers=(), delay=None, port=0, tls=None):
        self.paths = []
        node = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                node.paths.append(self.path)
                if delay is not None:
                    delay.wait(SECONDS)
                    return
                text = (body() if callable(body) else body).encode()
                self.send_response(status)
                for name, value in headers:
                    self.send_header(name, value)
                self.send_header("content-length", str(len(text)))
                self.end_headers()
                with contextlib.suppress(ConnectionError):  # who asks stops at his limit
                    self.wfile.write(text)

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_):
                pass  # a client that does not like the certificate

        self.server = Server(("127.0.0.1", port), Handler)
        if tls is not None:
            self.server.socket = tls.wrap_socket(self.server.socket, server_side=True)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,))
        self.thread.start()
        scheme = "http" if tls is None else "https"
        self.url = f"{scheme}://127.0.0.1:{self.server.server_port}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


def head(level, chain=MAINNET, timestamp=None, **more):
    """A node whose chain is at this level; its last block was made now unless that is said."""

    def body():
        made = timestamp or time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        return json.dumps({"level": level, "chain_id": chain, "proto": 1, "timestamp": made})

    return Node(body=body, **more)
