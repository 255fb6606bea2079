"""What the tests of the emulated USB device share: a host in whose port the device is."""

from process_case import Running, select, setup
from support import usbredir
from support.usbredir import UsbHost

BAKING, WALLET, DASHBOARD = 0x5011, 0x5001, 0x5015
SILENCE = 0.1  # seconds without a report that count as no answer


class UsbRunning(Running):
    def setUp(self):
        self.arguments = ("--redir-port", "0", *self.arguments)
        super().setUp()

    def plugged(self, **more):
        """A host in whose port the device is, and not enumerated."""
        usb = UsbHost(self.emulator.redir_port, **more)
        self.addCleanup(usb.close)
        usb.wait_for_device()
        return usb

    def usb(self, **more):
        """A host with an open node."""
        usb = self.plugged(**more).enumerate()
        self.assertEqual(usb.open(), usbredir.SUCCESS)
        return usb

    def ready_usb(self, level=100):
        usb = self.usb()
        self.assertEqual(usb.exchange(setup(level))[1], 0x9000)
        self.assertEqual(usb.exchange(select())[1], 0x9000)
        return usb

    def reopened(self, usb):
        """The device that came back, enumerated, its node open; gives its product id."""
        usb.wait_for_device()
        usb.enumerate().open()
        return usb.product_id
