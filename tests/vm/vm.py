"""Boots the guest under QEMU and plugs USB devices into it.

    with Guest(folder, accelerator="tcg") as guest:
        guest.run("uname -r").stdout
        with RedirDevice(guest, port=emulator.redir_port, usb_port="1") as device:
            ...

Disks are throw-away overlays: what the guest writes lives until QEMU ends, also across reboots.
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
KERNEL_OPTIONS = (
    "console=ttyS0 quiet loglevel=4 panic=-1 mitigations=off audit=0 nowatchdog"
    " random.trust_cpu=on systemd.show_status=false net.ifnames=0"
)


class Guest:
    """One running guest. `folder` comes from build-guest, `payload` is a tar file that the guest
    sees as /dev/vdb."""

    def __init__(self, folder, payload=None, accelerator="tcg", nice=0):
        self.folder = pathlib.Path(folder)
        self.payload = payload
        self.accelerator = accelerator
        self.nice = nice
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
        begin = time.monotonic()
        self.work = pathlib.Path(tempfile.mkdtemp(prefix="vm-"))
        self.process = subprocess.Popen(
            ["nice", "-n", str(self.nice), *self._command()],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )
        self.qmp = self._connected(lambda: Qmp(self.work / "qmp.sock"))
        self.agent = self._connected(lambda: AgentClient(self.work / "agent.sock"))
        self._wait_for_agent(seconds)
        self.boot_seconds = time.monotonic() - begin
        return self

    def reboot(self, seconds=BOOT_SECONDS):
        """An orderly reboot from inside; gives the seconds until the agent is there again."""
        begin = time.monotonic()
        self.agent.start("systemctl reboot", 60)
        self._wait_for_agent(seconds)
        return time.monotonic() - begin

    def stop(self):
        """As a power cut: nothing of the guest is kept."""
        for connection in (self.agent, self.qmp):
            if connection is not None:
                connection.close()
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process.stderr.close()
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

    def _wait_for_agent(self, seconds):
        try:
            self.agent.wait_for_hello(seconds)
        except GuestError as error:
            raise GuestError(f"{error}; the guest's console says:\n{self.console[-6000:]}") from None

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
        drives = [f"file={self.folder}/root.ext4,if=none,id=root,format=raw,snapshot=on",
                  *([f"file={self.payload},if=none,id=payload,format=raw,readonly=on"] if self.payload else [])]
        disks = [f"virtio-blk-pci,drive={'payload' if index else 'root'}" for index in range(len(drives))]
        return [
            QEMU, "-nodefaults", "-no-user-config", "-display", "none", "-vga", "none",
            "-machine", f"q35,accel={self.accelerator},usb=off,smbus=off,sata=off",
            "-cpu", "max" if self.accelerator == "tcg" else "host", "-smp", "2", "-m", "1024",
            "-kernel", f"{self.folder}/vmlinux", "-initrd", f"{self.folder}/initrd",
            "-append", KERNEL_OPTIONS,
            "-serial", f"file:{self.work}/console.log",
            "-qmp", f"unix:{self.work}/qmp.sock,server=on,wait=off",
            *[item for drive in drives for item in ("-drive", drive)],
            *[item for disk in disks for item in ("-device", disk)],
            "-device", "virtio-serial-pci",
            "-chardev", f"socket,id=agent,path={self.work}/agent.sock,server=on,wait=off",
            "-device", "virtserialport,chardev=agent,name=ledger-bridge.agent",
            "-device", "qemu-xhci,id=usb,p2=4,p3=4",
        ]
