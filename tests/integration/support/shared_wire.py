"""A device's wire that two programs use, as two programs can have one USB device open."""

import contextlib
import socket
import threading


class SharedWire:
    """Stands between a daemon and its device; the test asks the device questions of its own."""

    def __init__(self, device):
        self.device = device
        self.lock = threading.Lock()  # one question at a time, as the device has it
        self.host = None
        self.listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def url(self):
        return f"tcp://127.0.0.1:{self.listener.getsockname()[1]}"

    def close(self):
        self.listener.close()

    def exchange(self, command):
        """(data, status word), between two questions of the daemon."""
        with self.lock:
            return self.host.exchange(command)

    def _serve(self):
        while True:
            try:
                daemon, _ = self.listener.accept()
            except OSError:
                return
            with daemon, contextlib.suppress(OSError), self.device.host() as self.host:
                self._relay(daemon)

    def _relay(self, daemon):
        stream = daemon.makefile("rb")
        while size := stream.read(4):
            command = stream.read(int.from_bytes(size, "big"))
            data, status = self.exchange(command)
            daemon.sendall(len(data).to_bytes(4, "big") + data + status.to_bytes(2, "big"))
