#!/usr/bin/env python3
"""What the real udev makes of our rules, for every model, on devices that umockdev shows.

It stands for `udevadm verify`, which Debian 12 does not have: a rule with a fault in it does
nothing, and that is what is looked for. udev reads rules from fixed places, so the test runs with
a /run/udev and an /etc/group of its own; for that it must be root. tests/vm has the rest: a real
kernel, a real node, systemd.
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
RULES = ROOT / "udev" / "70-ledger-bridge.rules"
GROUP_ID = 4711
INSIDE = "BRIDGE_UDEV_RULES_TEST"
SKIPPED = 77

# Written down apart from the table: product ids of the models, open and in their bootloaders.
OURS = ["1011", "4011", "5011", "5001", "6011", "7011", "8011", "9011",
        "0001", "0004", "0005", "0006", "0007", "0008"]
OTHERS = [("2c97", "f011"), ("2c97", "0000"), ("2c97", "0002"), ("046d", "5011"), ("1d6b", "0002")]

# What a user may have found on the net; ours is the last word all the same.
LATER_RULES = """\
SUBSYSTEM=="hidraw", MODE="0666"
SUBSYSTEM=="usb", ENV{DEVTYPE}=="usb_device", MODE="0666"
"""


def node(path, name, major, more):
    """udev looks at rights only where the device has numbers, as a true node does."""
    return (f"P: {path}\nN: {name}\nE: MAJOR={major}\nE: MINOR=3\nA: dev={major}:3\\n\n"
            f"{more}\n")


def recording(vendor, product):
    """One device in umockdev's form, and the places of its two nodes."""
    device = "/devices/pci0/usb1/1-3"
    interface = f"{device}/1-3:1.0"
    hid = f"{interface}/0003:{vendor.upper()}:{product.upper()}.0001"
    hidraw = f"{hid}/hidraw/hidraw3"
    usb = (f"E: DEVTYPE=usb_device\nE: SUBSYSTEM=usb\nA: idVendor={vendor}\\n\n"
           f"A: idProduct={product}\\n\nA: power/control=auto\\n\n")
    text = (node(device, "bus/usb/001/003", 189, usb)
            + f"P: {interface}\nE: DEVTYPE=usb_interface\nE: SUBSYSTEM=usb\n\n"
            + f"P: {hid}\nE: SUBSYSTEM=hid\n\n"
            + node(hidraw, "hidraw3", 240, "E: SUBSYSTEM=hidraw\n"))
    return text, [f"/sys{device}", f"/sys{hidraw}"]


def udev_says(vendor, product, action="add"):
    """udev's words for the usb_device node and for the hidraw node."""
    text, places = recording(vendor, product)
    with tempfile.NamedTemporaryFile("w", suffix=".umockdev") as file:
        file.write(text)
        file.flush()
        return [subprocess.run(
            ["umockdev-run", f"--device={file.name}", "--",
             "udevadm", "test", f"--action={action}", place],
            capture_output=True, text=True, check=False, timeout=60) for place in places]


def ours(said):
    return [line for line in said.stderr.splitlines() if "/run/udev/rules.d/" in line]


def last(pattern, output):
    found = re.findall(pattern, output)
    return found[-1] if found else None


class Rules(unittest.TestCase):
    def test_give_every_model_to_the_group_and_start_the_daemon(self):
        for product in OURS:
            usb, hidraw = udev_says("2c97", product)
            for said in (usb, hidraw):
                with self.subTest(product=product, output=ours(said)):
                    self.assertEqual(last(r" MODE (\d+)", said.stderr), "0660")
                    self.assertEqual(last(r" GROUP (\d+)", said.stderr), str(GROUP_ID))
            self.assertIn("SYSTEMD_WANTS=ledger-bridged.service\n", usb.stdout)
            self.assertIn("TAGS=:systemd:\n", usb.stdout)
            # It comes again whenever a program with the libusb backend lets go.
            self.assertNotIn("SYSTEMD_WANTS", hidraw.stdout)

    def test_keep_the_device_awake(self):
        usb, _ = udev_says("2c97", "5011")
        self.assertRegex(usb.stderr, r"power/control' writing 'on'")

    def test_touch_no_other_device(self):
        for vendor, product in OTHERS:
            for said in udev_says(vendor, product):
                with self.subTest(vendor=vendor, product=product, output=ours(said)):
                    self.assertEqual(last(r" MODE (\d+)", said.stderr), "0666")
                    self.assertIsNone(last(r" GROUP (\d+)", said.stderr))
                    self.assertNotIn("SYSTEMD_WANTS", said.stdout)

    def test_do_nothing_when_a_device_goes(self):
        for said in udev_says("2c97", "5011", "remove"):
            self.assertNotIn(RULES.name + ":", said.stderr)

    def test_are_read_without_a_complaint(self):
        complaint = re.compile(re.escape(RULES.name) + r":\d+ .*(ignor|invalid|unknown|fail)", re.I)
        for said in udev_says("2c97", "5011"):
            self.assertIn(f"Reading rules file: /run/udev/rules.d/{RULES.name}", said.stderr)
            self.assertNotRegex(said.stderr, complaint)


def mount(*arguments):
    subprocess.run(["mount", *arguments], check=True)


def prepare():
    """In a mount name space of our own: nothing of this is seen by the machine's own udev."""
    pathlib.Path("/run/udev").mkdir(exist_ok=True)
    mount("-t", "tmpfs", "none", "/run/udev")
    places = pathlib.Path("/run/udev/rules.d")
    places.mkdir()
    (places / RULES.name).write_text(RULES.read_text())
    (places / "99-open-to-all.rules").write_text(LATER_RULES)
    lines = [line for line in pathlib.Path("/etc/group").read_text().splitlines()
             if not line.startswith("ledger-bridge:")]
    group = pathlib.Path("/run/udev/group")
    group.write_text("\n".join([*lines, f"ledger-bridge:x:{GROUP_ID}:"]) + "\n")
    mount("--bind", str(group), "/etc/group")


def main():
    if os.environ.get(INSIDE):
        prepare()
        unittest.main()
    may = os.geteuid() == 0 and subprocess.run(
        ["unshare", "--mount", "true"], capture_output=True, check=False).returncode == 0
    if not may:
        print("skipped: this test needs root and a mount name space of its own")
        sys.exit(SKIPPED)
    os.environ[INSIDE] = "1"
    os.execvp("unshare", ["unshare", "--mount", sys.executable, __file__, *sys.argv[1:]])


main()
