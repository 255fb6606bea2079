"""Boots the guest under QEMU and plugs USB devices into it.

    with Guest(folder, accelerator="tcg") as guest:
        guest.run("uname -r").stdout
        with RedirDevice(guest, port=emulator.redir_port, usb_port="1") as device:
            ...

The root disk is a throw-away copy: what the guest writes lives until stop(), also across reboots.
"""

import pathlib
import shlex
import shutil
import subprocess
import tempfile
import time

from agent_client import AgentClient, GuestError
from qmp import Qmp, QmpError

QEMU = "qemu-system-x86_64"
BOOT_SECONDS = 180  # on a busy machine without hardware virtualisation
SOCKET_SECONDS = 20
SHUTDOWN_SECONDS = 120
KERNEL_OPTIONS = (
    "console=ttyS0 quiet loglevel=4 panic=-1 mitigations=off audit=0 apparmor=0 nowatchdog"
    " tsc=reliable no_timer_check random.trust_cpu=on cryptomgr.notests net.ifnames=0"
    " systemd.show_status=false"
)
# How fast its TSC counts a guest must find out while it boots, which goes wrong on a busy machine:
# its clock then runs several times too fast.
CLOCK = {"tcg": " clocksource=acpi_pm", "kvm": ""}


class Guest:
    """One running guest. `folder` comes from build-guest, `payload` is a tar file that the guest
    sees as /dev/vdb."""

    def __init__(self, folder, payload=None, accelerator="tcg"):
        self.folder = pathlib.Path(folder)
        self.payload = payload
        self.accelerator = accelerator
        self.work = None
        self.process = None
        self.qmp = None
        self.agent = None
        self.boot_seconds = None

    def __enter__(self):
        try:
            return self.start()
        except BaseException:
            self.stop()
            raise

    def __exit__(self, *_):
        self.stop()

    @property
    def console(self):
        """What the kernel said on the serial line so far."""
        path = self.work / "console.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def start(self, seconds=BOOT_SECONDS):
        self.work = pathlib.Path(tempfile.mkdtemp(prefix="vm-"))
        copy = ["cp", "--sparse=always", "--reflink=auto"]
        subprocess.run([*copy, self.folder / "root.ext4", self.work / "root.ext4"], check=True)
        self.boot_seconds = self._boot(seconds)
        return self

    def reboot(self, plug=lambda: None, seconds=BOOT_SECONDS):
        """An orderly shutdown from inside, then a cold start; gives the seconds from the start to
        the agent. `plug` is called in between, for the devices that are in when the machine starts:
        QEMU begins anew, because a machine that is only reset is twice as slow without KVM."""
        self.agent.start("systemctl reboot", SHUTDOWN_SECONDS)
        self.process.wait(SHUTDOWN_SECONDS)
        self._end()
        return self._boot(seconds, plug)

    def stop(self):
        """As a power cut: nothing of the guest is kept."""
        self._end()
        if self.work is not None:
            shutil.rmtree(self.work, ignore_errors=True)

    def start_command(self, text, timeout=30, stdin=b""):
        """A command that goes on while the test does other things; wait() on the result."""
        return self.agent.start(text, timeout, stdin)

    def run(self, text, timeout=30, stdin=b"", check=True):
        """Runs shell text as root. With `check` everything but status 0 is an error."""
        done = self.start_command(text, timeout, stdin).wait()
        if check and done.status != 0:
            raise GuestError(f"in the guest: {text}\n{done}")
        return done

    def clock(self):
        """The guest's monotonic clock, as probes in it use it for their records."""
        return self.agent.clock()

    def put_file(self, path, content, mode=0o644):
        self.run(f"install -D -m {mode:o} /dev/stdin {shlex.quote(path)}", stdin=content)

    def get_file(self, path):
        """Text; what is no UTF-8 in it is replaced."""
        return self.run(f"cat {shlex.quote(path)}").stdout

    def _boot(self, seconds, plug=lambda: None):
        begin = time.monotonic()
        self.process = subprocess.Popen(
            self._command(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        self.qmp = self._connected(lambda: Qmp(self.work / "qmp.sock"))
        self.agent = self._connected(lambda: AgentClient(self.work / "agent.sock"))
        plug()
        self.qmp.command("cont")
        self._wait_for_agent(seconds)
        return time.monotonic() - begin

    def _wait_for_agent(self, seconds):
        try:
            self.agent.wait_for_hello(seconds)
        except GuestError as error:
            raise GuestError(f"{error}; the guest's console says:\n{self.console[-3000:]}") from None

    def _end(self):
        for connection in (self.agent, self.qmp):
            if connection is not None:
                connection.close()
        self.agent = self.qmp = None
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process.stderr.close()
            self.process = None

    def _connected(self, connect):
        deadline = time.monotonic() + SOCKET_SECONDS
        while True:
            try:
                return connect()
            except OSError:
                if self.process.poll() is not None:
                    raise QmpError(self.process.stderr.read().decode(errors="replace")) from None
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.02)

    def _command(self):
        payload = [
            "-drive", f"file={self.payload},if=none,id=payload,format=raw,readonly=on",
            "-device", "virtio-blk-pci,drive=payload",
        ]
        return [
            QEMU, "-nodefaults", "-no-user-config", "-display", "none", "-vga", "none",
            "-S", "-no-reboot",  # started by `cont`; a reboot inside ends the process
            "-machine", f"q35,accel={self.accelerator},usb=off,smbus=off,sata=off",
            "-cpu", "max" if self.accelerator == "tcg" else "host", "-smp", "2", "-m", "1024",
            "-kernel", f"{self.folder}/vmlinux", "-initrd", f"{self.folder}/initrd",
            "-append", KERNEL_OPTIONS + CLOCK[self.accelerator],
            "-serial", f"file:{self.work}/console.log",
            "-qmp", f"unix:{self.work}/qmp.sock,server=on,wait=off",
            "-drive", f"file={self.work}/root.ext4,if=none,id=root,format=raw,cache=unsafe",
            "-device", "virtio-blk-pci,drive=root",
            *(payload if self.payload else []),
            "-device", "virtio-serial-pci",
            "-chardev", f"socket,id=agent,path={self.work}/agent.sock,server=on,wait=off",
            "-device", "virtserialport,chardev=agent,name=ledger-bridge.agent",
            "-device", "qemu-xhci,id=usb,p2=4,p3=4",
        ]
