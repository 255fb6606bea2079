"""Disks that are full, broken or slow, under the daemon's state directory alone."""

import os
import pathlib
import subprocess


class FaultyDisk:
    """Every write of the daemon to its state directory does what the plan of the moment says."""

    def __init__(self, daemon):
        self.plan_file = daemon.folder / "plan"
        daemon.env |= {
            "LD_PRELOAD": os.environ["BRIDGE_DISK_FAULTS"],
            "DISK_FAULT_DIR": str(daemon.state_dir),
            "DISK_FAULT_PLAN": str(self.plan_file),
            # The sanitizers want to be loaded first, but do without.
            "ASAN_OPTIONS": "verify_asan_link_order=0:" + os.environ.get("ASAN_OPTIONS", ""),
        }

    def plan(self, text):
        self.plan_file.write_text(text)

    def heal(self):
        self.plan("")


class SmallDisk:
    """A file system in memory of a few hundred KiB, mounted at this folder."""

    def __init__(self, folder, size="512k"):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(mode=0o700)
        self.filler = self.folder / "filler"
        mount = ["mount", "-t", "tmpfs", "-o", f"size={size},mode=0700", "none", str(folder)]
        self.mounted = subprocess.run(mount, capture_output=True, check=False).returncode == 0

    def fill(self):
        with open(self.filler, "wb", buffering=0) as file:
            for size in (4096, 1):
                try:
                    while file.write(b"x" * size):
                        pass
                except OSError:
                    continue

    def free(self):
        self.filler.unlink()

    def unmount(self):
        if self.mounted:
            subprocess.run(["umount", "-l", str(self.folder)], check=True)
            self.mounted = False
