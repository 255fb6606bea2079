"""A daemon with its devices, and a baker's way to it."""

import pathlib
import tempfile

from common.checker import Checker, read_sign_log
from common.openssl import PublicKey
from support import base58
from support.case import free_port
from support.certificates import Certificates
from support.daemon import Daemon
from support.device import Device
from support.payloads import digest
from support.waiting import eventually

from .baker import LATE, QUEUED, KeyQueue
from .wire import HttpWire, SocketWire, tcp_connect, tls_connect

FIRST_LEVEL = 1000
# Each a device of its own. 23 ms: a tenth of what a Nano S Plus takes for these curves.
LATENCY = ("--latency", "nano-s-plus", "--speed", "10")
SEEDS = ((), ("--seed", "legal winner thank year wave sausage worth useful legal winner thank yellow"))

IN_TIME = "came in time"


def only_slow(faults):
    """Nothing else is wrong than what a machine that was busy for a second does as well."""
    return all(fault.endswith((LATE, QUEUED, IN_TIME)) for fault in faults)


class Rig:
    """`transport`: http, https, tcp or unix; `keys`: how many, each on a device of its own."""

    def __init__(self, transport, curve, keys=1):
        self.transport = transport
        self.folder = tempfile.TemporaryDirectory(prefix="baker-")
        self.devices = [self._device(number, curve) for number in range(keys)]
        others = [word for device in self.devices[1:] for word in ("--device", device.url)]
        self.daemon = Daemon(self.devices[0].url, *others, *self._listener()).start()
        self.connection = self._connection()
        self.queues = []

    def _device(self, number, curve):
        log = str(self._sign_log(number))
        device = Device(*LATENCY, *SEEDS[number], "--sign-log", log, port=free_port())
        return device.set_up(curve, level=FIRST_LEVEL - 1)

    def _sign_log(self, number):
        return pathlib.Path(self.folder.name, f"sign-log-{number}")

    def _listener(self):
        return {
            "http": (),
            "https": self._tls() if self.transport == "https" else (),
            "tcp": ("--tcp", "127.0.0.1:0"),
            "unix": ("--unix", f"{self.folder.name}/signer.sock"),
        }[self.transport]

    def _tls(self):
        certificates = Certificates(self.folder.name)
        certificate, key = certificates.issue("server")
        self.tls_context = certificates.client_context()
        return ("--https", "127.0.0.1:0", "--tls-certificate", str(certificate), "--tls-key", str(key))

    def _connection(self):
        """What makes a wire of this transport."""
        if self.transport == "http":
            port = self.daemon.port
            return lambda: HttpWire(tcp_connect(port), f"127.0.0.1:{port}")
        kind, place = self.daemon.ready_line().removeprefix("listening ").split()
        assert kind == self.transport, kind
        host, _, port = place.rpartition(":")
        if kind == "https":
            return lambda: HttpWire(tls_connect(int(port), self.tls_context), place)
        return lambda: SocketWire((host, int(port)) if kind == "tcp" else place)

    def look_up(self):
        """What a baker does first: asks for the public key of each address."""
        for device in self.devices:
            wire = self.connection()
            eventually(lambda d=device: self.daemon.get(f"/statusz/{d.address}").status == 200, 10, "ready")
            found = wire.public_key(device.address)
            assert base58.key_hash(found) == device.address == base58.key_hash(device.public_key)
            key = PublicKey(found)
            self.queues.append(KeyQueue(wire, device.address, lambda m, t, k=key: self._verifies(k, m, t)))

    @staticmethod
    def _verifies(key, message, text):
        kind, raw = base58.decode(text)
        return kind == key.signature_kind and key.verifies(digest(message), raw)

    def faults(self, expected):
        """Sentences; none when each key had all it should have, in order, once, of its device."""
        return [fault for number in range(len(self.queues)) for fault in self._faults_of(number, expected)]

    def _faults_of(self, number, expected):
        queue, checker = self.queues[number], Checker(self.devices[number].public_key)
        signed = list(read_sign_log(self._sign_log(number)))
        for message, signature in signed:
            checker.signed(message, signature)
        for message, text in queue.given:
            checker.released(message, text)
        faults = queue.missed + checker.faults()
        asked = [message for message in expected if message not in queue.cancelled]
        if queue.asked != asked:
            faults.append("the baker did not ask for what it should")
        if [message for message, _ in signed] != asked:
            faults.append(f"the device signed {len(signed)} of {len(asked)}, or in another order")
        if len(queue.given) != len(expected):
            faults.append(f"{len(queue.given)} of {len(expected)} signatures {IN_TIME}")
        if queue.wire.retries:
            faults.append(f"{queue.wire.retries} requests had to be repeated")
        return faults

    def close(self):
        for queue in self.queues:
            queue.finish()
        self.daemon.close()
        for device in self.devices:
            device.stop()
        self.folder.cleanup()
