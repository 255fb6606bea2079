"""A USB device that a process on the host serves, plugged into a guest.

    device = RedirDevice(guest, "a", port=emulator.redir_port)
    device.plug("1")      # a port of the guest's xHCI controller, "1" to "4"
    device.unplug()
    device.plug("2")      # the same device on another port

plug() and unplug() pull the cable at the guest's side. The other side may also end the connection:
QEMU then detaches the device, tries again each second, and attaches what is served then.
"""

CONTROLLER = "usb"  # its name on QEMU's command line, see vm.py
RECONNECT_SECONDS = 1  # the shortest that QEMU knows


class RedirDevice:
    def __init__(self, guest, name, port):
        self.guest = guest
        self.name = name
        self.port = port
        self.times = 0
        self.usb_port = None

    @property
    def plugged(self):
        return self.usb_port is not None

    def plug(self, usb_port):
        """Returns when QEMU has the device; the guest finds it some time later."""
        self.times += 1  # QEMU may still be letting go of the last one
        self.guest.qmp.command("chardev-add", id=f"{self._id}-cable", backend=self._cable())
        self.guest.qmp.command(
            "device_add", driver="usb-redir", id=self._id, chardev=f"{self._id}-cable",
            bus=f"{CONTROLLER}.0", port=usb_port,
        )
        self.usb_port = usb_port

    def unplug(self):
        """The connection to the other side ends with the device."""
        self.guest.qmp.command("device_del", id=self._id)
        self.usb_port = None

    @property
    def _id(self):
        return f"{self.name}-{self.times}"

    def _cable(self):
        address = {"type": "inet", "data": {"host": "127.0.0.1", "port": str(self.port)}}
        return {"type": "socket", "data": {"addr": address, "server": False, "reconnect": RECONNECT_SECONDS}}
