"""A host of a USB device that is served by the usbredir protocol, as QEMU's usb-redir is one.

    with UsbHost(emulator.redir_port) as usb:
        usb.enumerate()
        usb.product_id                       # 0x5011
        usb.open()                           # asks for reports, as an open hidraw node does
        data, status = usb.exchange(bytes.fromhex("8000000000"))

Only what a HID device needs; written from the protocol's document, not from its library.
"""

import collections
import socket
import struct
import time

HELLO, CONNECT, DISCONNECT, RESET, INTERFACES, ENDPOINTS = range(6)
SET_CONFIGURATION, GET_CONFIGURATION, CONFIGURATION = 6, 7, 8
SET_ALTERNATE, GET_ALTERNATE, ALTERNATE = 9, 10, 11
START_RECEIVING, STOP_RECEIVING, RECEIVING = 15, 16, 17
CANCEL = 21
CONTROL, BULK, ISO, INTERRUPT = 100, 101, 102, 103

SUCCESS, CANCELLED, INVALID, IO_ERROR, STALL = range(5)

# Capabilities: version in the connect packet, filter, packet sizes of endpoints, 64-bit ids.
WIDE_IDS = 1 << 5
CAPABILITIES = 1 << 1 | 1 << 2 | 1 << 4 | WIDE_IDS

REPORT_SIZE = 64
APDU_TAG = 0x05
ANSWER_SECONDS = 20

Packet = collections.namedtuple("Packet", "type id body")
Endpoint = collections.namedtuple("Endpoint", "type interval interface size")


class Stalled(Exception):
    """The device refused a request."""


class Gone(ConnectionError):
    """The device left, or the connection ended."""


def reports_of(channel, apdu):
    """The HID reports of one command."""
    rest = struct.pack(">H", len(apdu)) + apdu
    reports = []
    while rest or not reports:
        head = struct.pack(">HBH", channel, APDU_TAG, len(reports))
        reports.append((head + rest[: REPORT_SIZE - 5]).ljust(REPORT_SIZE, b"\0"))
        rest = rest[REPORT_SIZE - 5:]
    return reports


class UsbHost:
    """One connection, and at most one device on it."""

    def __init__(self, port, channel=0x0101, timeout=ANSWER_SECONDS):
        self.channel = channel
        self.timeout = timeout
        self.next_id = 1
        self.wide_ids = False
        self.received = b""
        self.reports = collections.deque()  # came in while something else was awaited
        self.in_endpoint = self.out_endpoint = None
        self.forget_device()
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=timeout)
        self.send(HELLO, b"usb host of the tests".ljust(64, b"\0") + struct.pack("<I", CAPABILITIES))

    # Packets.

    def send(self, kind, body=b"", id=0):
        ids = struct.pack("<Q" if self.wide_ids else "<I", id)
        self.socket.settimeout(self.timeout)
        self.socket.sendall(struct.pack("<II", kind, len(body)) + ids + body)

    def packet(self, timeout=None):
        """The next packet; what it says of the device is taken over."""
        deadline = time.monotonic() + (self.timeout if timeout is None else timeout)
        head = 16 if self.wide_ids else 12
        self._fill(head, deadline)
        kind, size = struct.unpack_from("<II", self.received)
        self._fill(head + size, deadline)
        id = int.from_bytes(self.received[8:head], "little")
        packet = Packet(kind, id, self.received[head: head + size])
        self.received = self.received[head + size:]
        self._note(packet)
        return packet

    def _fill(self, size, deadline):
        while len(self.received) < size:
            self.socket.settimeout(max(deadline - time.monotonic(), 0.001))
            piece = self.socket.recv(65536)
            if not piece:
                raise Gone("the connection ended")
            self.received += piece

    def _note(self, packet):
        if packet.type == HELLO:
            common = struct.unpack_from("<I", packet.body, 64)[0] & CAPABILITIES
            self.wide_ids = bool(common & WIDE_IDS)
        elif packet.type == INTERFACES:
            count = struct.unpack_from("<I", packet.body)[0]
            columns = [packet.body[4 + 32 * row: 4 + 32 * row + count] for row in range(4)]
            self.interfaces = list(zip(*columns))  # number, class, subclass, protocol
        elif packet.type == ENDPOINTS:
            sizes = struct.unpack_from("<32H", packet.body, 96)
            rows = zip(packet.body[:32], packet.body[32:64], packet.body[64:96], sizes)
            self.endpoints = {row & 15 | (row & 16) << 3: Endpoint(*values)
                              for row, values in enumerate(rows) if values[0] != 255}
        elif packet.type == CONNECT:
            (self.speed, *self.device_class, self.vendor_id, self.product_id,
             self.release) = struct.unpack("<BBBBHHH", packet.body)
        elif packet.type == DISCONNECT:
            self.forget_device()

    def forget_device(self):
        self.product_id = self.vendor_id = self.speed = self.release = None
        self.reports.clear()

    def wait_for(self, kind, id=None, timeout=None):
        """The next packet of this type, and with this id. Reports that come meanwhile are kept."""
        deadline = time.monotonic() + (self.timeout if timeout is None else timeout)
        while True:
            packet = self.packet(max(deadline - time.monotonic(), 0.001))
            if packet.type == kind and id in (None, packet.id):
                return packet
            if packet.type == DISCONNECT:
                raise Gone("the device left")
            if packet.type == INTERRUPT and packet.body[0] & 0x80:
                self.reports.append(packet.body[4:])

    def ask(self, kind, body, answer):
        """Sends a request and gives the body of the answer to it."""
        id, self.next_id = self.next_id, self.next_id + 1
        self.send(kind, body, id)
        return self.wait_for(answer, id).body

    # The device.

    def wait_for_device(self, timeout=None):
        if self.product_id is None:
            self.wait_for(CONNECT, timeout=timeout)
        return self.product_id

    def wait_until_gone(self, timeout=None):
        """Until the device has left the port; the connection stays."""
        if self.product_id is not None:
            self.wait_for(DISCONNECT, timeout=timeout)

    def control(self, request_type, request, value=0, index=0, length=0):
        """Endpoint 0. Raises Stalled."""
        endpoint = request_type & 0x80
        body = struct.pack("<BBBBHHH", endpoint, request, request_type, 0, value, index, length)
        body += b"" if endpoint else bytes(length)
        answer = self.ask(CONTROL, body, CONTROL)
        status, transferred = answer[3], struct.unpack_from("<H", answer, 8)[0]
        if status == STALL:
            raise Stalled(f"{request_type:02x} {request:02x} {value:04x}")
        data = answer[10:]
        if status != SUCCESS or (endpoint and transferred != len(data)):
            raise AssertionError(f"control answer {answer.hex()}")
        return data

    def descriptor(self, type, index=0, length=255, language=0):
        return self.control(0x80, 6, type << 8 | index, language, length)

    def report_descriptor(self, length=255):
        return self.control(0x81, 6, 0x2200, 0, length)

    def string(self, index):
        raw = self.descriptor(3, index, language=0x0409)
        return raw[2: raw[0]].decode("utf-16-le")

    def set_configuration(self, value):
        """(status, configuration that is set now)"""
        return tuple(self.ask(SET_CONFIGURATION, bytes([value]), CONFIGURATION))

    def enumerate(self):
        """What a kernel does before it shows the device to anybody."""
        self.wait_for_device()
        self.send(RESET)
        self.descriptor(1, length=8)
        self.descriptor(1, length=18)
        self.descriptor(2, length=struct.unpack_from("<H", self.descriptor(2, length=9), 2)[0])
        if self.set_configuration(1) != (SUCCESS, 1):
            raise AssertionError("the device does not take its configuration")
        self.control(0x21, 10)  # SET_IDLE
        self.report_descriptor()
        addresses = [address for address in self.endpoints if address & 15]
        self.in_endpoint = next(address for address in addresses if address & 0x80)
        self.out_endpoint = next(address for address in addresses if not address & 0x80)
        return self

    # Reports.

    def open(self):
        """Begins to ask for reports, as a kernel does while the node is open."""
        return self.ask(START_RECEIVING, bytes([self.in_endpoint]), RECEIVING)[0]

    def shut(self):
        return self.ask(STOP_RECEIVING, bytes([self.in_endpoint]), RECEIVING)[0]

    def post(self, report):
        """Sends a report and gives its id; the device's word that it has it comes later."""
        id, self.next_id = self.next_id, self.next_id + 1
        self.send(INTERRUPT, struct.pack("<BBH", self.out_endpoint, 0, len(report)) + report, id)
        return id

    def write(self, report, timeout=None):
        """Sends a report and waits until the device has it; gives the status."""
        return self.wait_for(INTERRUPT, self.post(report), timeout).body[1]

    def read(self, timeout=None):
        """The next report. Raises TimeoutError, or Gone."""
        if not self.reports:
            deadline = time.monotonic() + (self.timeout if timeout is None else timeout)
            while not self.reports:
                packet = self.packet(max(deadline - time.monotonic(), 0.001))
                if packet.type == DISCONNECT:
                    raise Gone("the device left")
                if packet.type == INTERRUPT and packet.body[0] & 0x80:
                    self.reports.append(packet.body[4:])
        return self.reports.popleft()

    def is_silent(self, seconds):
        try:
            self.read(seconds)
        except TimeoutError:
            return True
        return False

    def send_apdu(self, apdu, channel=None):
        for report in reports_of(self.channel if channel is None else channel, apdu):
            if self.write(report) != SUCCESS:
                raise AssertionError("the device does not take a report")

    def receive_apdu(self, timeout=None, channel=None):
        """(data, status word) out of the reports; everything about their form is checked."""
        size, answer, sequence = None, b"", 0
        while size is None or len(answer) < size:
            report = self.read(timeout)
            wanted = (self.channel if channel is None else channel, APDU_TAG, sequence)
            if len(report) != REPORT_SIZE or struct.unpack_from(">HBH", report) != wanted:
                raise AssertionError(f"report {report.hex()}, wanted {wanted}")
            payload = report[5:]
            if size is None:
                size, payload = struct.unpack_from(">H", payload)[0], payload[2:]
            if any(payload[size - len(answer):]):
                raise AssertionError(f"the last report is not padded with zeros: {report.hex()}")
            answer += payload[: size - len(answer)]
            sequence += 1
        return answer[:-2], struct.unpack(">H", answer[-2:])[0]

    def exchange(self, apdu, timeout=None):
        self.send_apdu(apdu)
        return self.receive_apdu(timeout)

    def close(self):
        """Pulls the cable at the host's side."""
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
