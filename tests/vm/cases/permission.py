"""Nobody but root and the service's group can open the device."""

import json

TITLE = "5 permission: the group may open the nodes, another user may not"
GROUP = "ledger-bridge"
NODES = """
port=$(grep -l 2c97 /sys/bus/usb/devices/*/idVendor); port=${port%/idVendor}
printf '/dev/bus/usb/%03d/%03d\\n' $(cat $port/busnum) $(cat $port/devnum)
ls -d /dev/hidraw* 2>/dev/null || true
"""
OPENER = "import os, sys; os.close(os.open(sys.argv[1], os.O_RDWR))"


def run(bench, report):
    nodes = bench.guest.run(NODES).stdout.split()
    kinds = "the USB node" + (" and a hidraw node" if bench.backend == "hidraw" else "")
    report.check(len(nodes) == (2 if bench.backend == "hidraw" else 1), f"there are {kinds}: {nodes}")
    for node in nodes:
        access = bench.guest.run(f"stat -c '%U:%G %a' {node}").stdout.strip()
        report.check(access == f"root:{GROUP} 660", f"{node} is {access}")
        refused = opened_as(bench, node, "--reuid nobody --regid nogroup --clear-groups")
        report.check("PermissionError" in refused, f"nobody is refused {node}")
        allowed = opened_as(bench, node, f"--reuid nobody --regid nogroup --groups {GROUP}")
        report.check(allowed == "", f"the group {GROUP} may open {node} {allowed}")
    user = bench.guest.run("ps -o user:32= -C ledger-bridged").stdout.strip()
    report.check(user == GROUP, f"the daemon runs as {user}")


def opened_as(bench, node, identity):
    """What Python says about opening the node; nothing when it could."""
    done = bench.guest.run(f"cd / && setpriv {identity} python3 -c {json.dumps(OPENER)} {node}", check=False)
    return done.stderr.strip()
