#!/usr/bin/env python3
"""Plays one recording of the real app against ledger-emulator and reports every difference.

    replay.py --emulator build/dev/bin/ledger-emulator tests/data/transcripts/c_double_2.5.1.json

The release comes from the file name. Everything in a recording is played: exchanges, what the
person saw and pressed, restarts, the setting, silence. Exit 0 without a difference, else 1.
"""

import argparse
import json
import pathlib
import re
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from support.emulator import Emulator  # noqa: E402

SILENCE_SECONDS = 0.1

# No BLS library is packaged, so the emulator answers P2 = 4 with 6b00 in both releases, where
# release 2.5.1 has keys.
LEFT_OUT = {
    ("2.5.1", "GET_PUBLIC_KEY P2=4 44'/1729'/0'/0'"),
    ("2.5.1", "GET_PUBLIC_KEY root P2=4"),
    ("2.5.1", "PROMPT_PUBLIC_KEY accept P2=4"),
    ("2.5.1", "HMAC bls 'hello' fresh, no key authorised"),
    ("2.5.1", "HMAC bls again"),
}

WIPED = re.compile(r"fresh|wiped|factory|lost|without NVRAM|not kept|no NVRAM", re.IGNORECASE)


class Replay:
    def __init__(self, binary, recording):
        self.release = re.search(r"_(\d+\.\d+\.\d+)$", recording.stem).group(1)
        self.entries = json.loads(recording.read_text())
        self.differences = []
        self.played = 0
        self.folder = tempfile.TemporaryDirectory()
        nvram = pathlib.Path(self.folder.name) / "nvram.json"
        self.emulator = Emulator(binary, "--app-version", self.release, "--nvram", str(nvram))
        self.host = self.emulator.host()

    def run(self):
        for entry in self.entries:
            if (self.release, entry["name"]) in LEFT_OUT:
                continue
            self.played += 1
            try:
                self.event(entry) if "event" in entry else self.exchange(entry)
            except (OSError, AssertionError) as error:
                self.differ(entry, "to be played", repr(error))
                break
        return not self.differences

    def close(self):
        self.host.close()
        if self.emulator.stop() != 0:
            self.differences.append("the emulator did not end with exit code 0")
        self.folder.cleanup()

    def differ(self, entry, expected, got):
        self.differences.append(
            f"{entry['name']}\n  apdu     {entry.get('apdu', '-')}\n"
            f"  expected {expected}\n  got      {got}")

    def compare(self, entry, expected, got):
        if expected != got:
            self.differ(entry, expected, got)

    # Exchanges

    def exchange(self, entry):
        self.host.send(bytes.fromhex(entry["apdu"]))
        if entry["sw"] is None:
            return
        user = entry.get("user")
        if user in ("accept", "reject"):
            prompt = self.emulator.control.wait_for_prompt()
            self.compare(entry, entry["screens"], self.seen(prompt, user))
            self.emulator.control.post("/" + user)
        self.answer(entry)
        if user == "no prompt":
            self.compare(entry, None, self.emulator.control.state()["prompt"])

    def answer(self, entry):
        data, status = self.host.receive()
        self.compare(entry, f"{entry['response']} {entry['sw']}", f"{data.hex()} {status:04x}")

    @staticmethod
    def seen(prompt, user):
        """Who rejects never gets to the last screen."""
        return prompt["screens"] if user == "accept" else prompt["screens"][:-1]

    # Events

    def event(self, entry):
        kind = entry["event"]
        if kind == "restart":
            self.restart(entry["note"])
        elif kind == "late answer":
            self.answer(entry)
        elif kind.startswith("no answer"):
            if not self.host.is_silent(SILENCE_SECONDS):
                self.differ(entry, "no answer", "an answer")
        elif kind == "ui":
            self.user_interface(entry)
        else:
            self.differ(entry, "an event that this player knows", kind)

    def user_interface(self, entry):
        name, control = entry["name"], self.emulator.control
        if name == "screen":
            self.compare(entry, entry["note"], control.wait_for_prompt()["screens"][0])
        elif name in ("user accepts", "user rejects"):
            user = name.split()[1].removesuffix("s")
            screens = " -> ".join(self.seen(control.wait_for_prompt(), user))
            self.compare(entry, entry["note"], screens)
            control.post("/" + user)
        elif name.startswith("device locked"):
            control.post("/lock")
        elif name == "unlocked":
            control.post("/unlock")
        elif name == "TCP client closes and reconnects":
            self.reconnect()
        elif name.startswith("toggled the High Watermark"):
            self.toggle(entry)
        else:
            self.differ(entry, "an event that this player knows", name)

    def toggle(self, entry):
        """The note is the walk through the menu: home screens, the setting before and after."""
        state = self.emulator.control.state()
        before, after = re.findall(r"High Watermark \| (Enabled|Disabled)", entry["note"])
        mark = re.search(r"High Watermark \| (\d+) (\d+)", entry["note"]).groups()
        shown = tuple(str(state["main"][part]) for part in ("level", "round"))
        self.compare(entry, (before, mark), ("Enabled" if state["hwm_enabled"] else "Disabled", shown))
        self.emulator.control.post("/hwm-setting", {"enabled": after == "Enabled"})

    def restart(self, note):
        """Flash survives unless the note says otherwise. The three ways to lose power must not
        differ, so both that keep flash are used."""
        if WIPED.search(note):
            self.emulator.control.post("/power-cycle", {"factory": True})
        elif note:
            self.emulator.restart(crash=True)
        else:
            self.emulator.control.post("/power-cycle")
        self.reconnect()

    def reconnect(self):
        self.host.close()
        self.host = self.emulator.host()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--emulator", required=True)
    parser.add_argument("recording", type=pathlib.Path)
    arguments = parser.parse_args()
    replay = Replay(arguments.emulator, arguments.recording)
    try:
        replay.run()
    finally:
        replay.close()
    for difference in replay.differences:
        print(difference)
    print(f"{arguments.recording.stem}: {replay.played} of {len(replay.entries)} entries played, "
          f"{len(replay.differences)} differences")
    return 1 if replay.differences else 0


if __name__ == "__main__":
    sys.exit(main())
