"""Listens to the points of ledger-bridged-crash and of the shim, and decides what happens there."""

import collections
import pathlib
import socket
import struct
import threading


class Gate:
    """`arm([(name, nth, action)])`: at the nth time from now that a thread is at that point, `action(pid)`
    runs while the thread waits. Every other thread goes on."""

    def __init__(self, path):
        self.path = pathlib.Path(path)
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(path))
        self.listener.listen(64)
        self.lock = threading.Condition()
        self.armed, self.counts = {}, collections.Counter()
        self.under_way = 0  # actions
        self.seen = collections.Counter()
        threading.Thread(target=self._accept, daemon=True).start()

    def arm(self, faults):
        with self.lock:
            self.armed = {(name, nth): action for name, nth, action in faults}
            self.counts.clear()

    def disarm(self):
        """What was armed and has not happened; what has begun to happen ends first."""
        with self.lock:
            left, self.armed = self.armed, {}
            self.lock.wait_for(lambda: self.under_way == 0)
            return left

    def close(self):
        self.listener.close()

    def _accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        try:
            peer = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
            pid = struct.unpack("iii", peer)[0]
            with connection, connection.makefile("rb") as lines:
                for line in lines:
                    self._hit(line.decode().strip(), pid)
                    connection.sendall(b".")
        except OSError:
            pass  # the process was killed

    def _hit(self, name, pid):
        with self.lock:
            self.seen[name] += 1
            self.counts[name] += 1
            action = self.armed.pop((name, self.counts[name]), None)
            self.under_way += action is not None
        if action is not None:
            try:
                action(pid)
            finally:
                with self.lock:
                    self.under_way -= 1
                    self.lock.notify_all()
