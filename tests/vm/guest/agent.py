"""Runs commands in the guest for the tests outside, over a virtio serial port.

One JSON object a line in each direction. On start: {"hello": <boot id>}. Then for each
{"id": n, "run": "<shell text>", "timeout": seconds, "stdin": base64 or null}
one {"id": n, "status": exit code, "stdout": text, "stderr": text, "seconds": how long it took};
the status is null when the time was over and the command was ended. Commands run side by side.
{"id": n, "clock": true} is answered at once with {"id": n, "clock": the monotonic clock}.
"""

import base64
import glob
import json
import os
import signal
import subprocess
import threading
import time

PORTS = "/dev/vport*p*"  # the number before the p differs between kernels; there is only one


def run(text, timeout, stdin):
    """(exit code or None, standard output, standard error)"""
    process = subprocess.Popen(
        ["/bin/bash", "-c", text], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, start_new_session=True, cwd="/root",
    )
    try:
        out, err = process.communicate(stdin, timeout)
        return process.returncode, out, err
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        out, err = process.communicate()
        return None, out, err


class Agent:
    def __init__(self, port):
        self.port = port
        self.lock = threading.Lock()

    def send(self, message):
        line = json.dumps(message).encode() + b"\n"
        with self.lock:
            while line:
                line = line[os.write(self.port, line):]

    def answer(self, request):
        start = time.monotonic()
        stdin = base64.b64decode(request.get("stdin") or "")
        status, out, err = run(request["run"], request["timeout"], stdin)
        self.send({
            "id": request["id"], "status": status, "seconds": time.monotonic() - start,
            "stdout": out.decode(errors="replace"), "stderr": err.decode(errors="replace"),
        })

    def serve(self):
        received = b""
        while True:
            piece = os.read(self.port, 65536)
            if not piece:  # nobody is connected outside
                time.sleep(0.05)
                continue
            *lines, received = (received + piece).split(b"\n")
            for line in lines:
                self.take(json.loads(line))

    def take(self, request):
        if "clock" in request:
            self.send({"id": request["id"], "clock": time.monotonic()})
        else:
            threading.Thread(target=self.answer, args=(request,), daemon=True).start()


def opened():
    while True:
        for path in glob.glob(PORTS):
            return os.open(path, os.O_RDWR)
        time.sleep(0.02)


def main():
    agent = Agent(opened())
    with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
        agent.send({"hello": file.read().strip()})
    agent.serve()


main()
