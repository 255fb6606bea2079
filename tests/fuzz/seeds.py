#!/usr/bin/env python3
"""Writes the seed inputs in corpus/ from the vectors and recordings in tests/data.

Run it in this folder after a change of those; nothing runs it at build time.
"""

import hashlib
import json
import pathlib

HERE = pathlib.Path(__file__).resolve().parent
DATA = HERE.parent / "data"
VECTORS = json.loads((DATA / "signer_vectors.json").read_text())


def write(target, data):
    """One file named by its content, so that equal seeds are one."""
    folder = HERE / "corpus" / target
    folder.mkdir(parents=True, exist_ok=True)
    name = hashlib.sha256(data).hexdigest()[:16]
    (folder / name).write_bytes(data)


def frames():
    hid = VECTORS["hid"]
    for name in ("reports_select", "reports_data", "rsp_select_reports", "rsp_data_reports"):
        write("frame", bytes.fromhex("".join(hid[name])))
    write("frame", bytes.fromhex(hid["apdu_data"]))


def responses():
    """The first answer of each shape: instruction, status word, length, first byte."""
    seen = set()
    for path in sorted((DATA / "transcripts").glob("*.json")):
        for entry in json.loads(path.read_text()):
            if entry.get("sw") is None or "apdu" not in entry:
                continue
            answer = entry["response"]
            shape = (entry["apdu"][:4], entry["sw"], len(answer), answer[:2])
            if shape not in seen:
                seen.add(shape)
                write("response", bytes.fromhex(answer + entry["sw"]))


def texts():
    texts = ["NetXdQprcVkpaWU", "NetXnHfVqm9iesp", "mainnet", "any", "tz4EECtMxAuJ",
             "ledger://masculine-pig-stupendous-dugong/P-256/0h/0h"]
    for key in VECTORS["keys"].values():
        texts += [key["pk"], key["pkh"]]
    texts += ["tz2Q3U8EbGayZzK2Vwap5JQJFmJEbwURe77o", "tz3Y2TkhTYG6MfPsijGfHFqBYrLCfwYb6HRB"]
    texts += [VECTORS["sign"]["edsig"], VECTORS["sign"]["sig"]]
    for text in texts:
        write("base58", text.encode())


def paths():
    for text in ("44h/1729h/0h/0h", "44'/1729'", "0", "2147483647h/1/2/3/4/5/6/7/8/9", "44h//0"):
        write("derivation_path", text.encode())
    write("derivation_path", bytes.fromhex(VECTORS["hid"]["apdu_select"])[5:])
    write("derivation_path", bytes.fromhex("0180000000ff"))


if __name__ == "__main__":
    frames()
    responses()
    texts()
    paths()
