"""Decides whether the guest can run with hardware virtualisation.

/dev/kvm may be there, open, and yet hang any guest: only a guest that boots proves that it works.
The verdict is kept until the host starts again.
"""

import os
import pathlib
import subprocess

from agent_client import GuestError
from qmp import QmpError
from vm import Guest

PROBE_SECONDS = 20
KVM = "/dev/kvm"


def choose(guest_folder, cache_folder):
    """"kvm" or "tcg"."""
    if not os.access(KVM, os.R_OK | os.W_OK):
        return "tcg"
    boot = pathlib.Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    cache = pathlib.Path(cache_folder) / "accelerator"
    known = cache.read_text(encoding="ascii").split() if cache.exists() else []
    if known[:1] != [boot]:
        known = [boot, "kvm" if boots_with_kvm(guest_folder) else "tcg"]
        cache.write_text(" ".join(known), encoding="ascii")
    return known[1]


def boots_with_kvm(guest_folder):
    guest = Guest(guest_folder, accelerator="kvm")
    try:
        guest.start(PROBE_SECONDS)
        return True
    except (GuestError, QmpError, OSError, subprocess.SubprocessError):
        return False
    finally:
        guest.stop()
