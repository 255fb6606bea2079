#!/usr/bin/env python3
"""Writes the seed inputs in corpus/ from the vectors and recordings in tests/data.

Run it in this folder after a change of those; nothing runs it at build time.
"""

import hashlib
import json
import pathlib
import struct
import sys

HERE = pathlib.Path(__file__).resolve().parent
DATA = HERE.parent / "data"
sys.path.insert(0, str(HERE.parent / "integration"))

from support import operations, payloads  # noqa: E402

VECTORS = json.loads((DATA / "signer_vectors.json").read_text())
KEY, ADDRESS = (VECTORS["keys"]["auth"][name] for name in ("pk", "pkh"))
CHAIN = "NetXdQprcVkpaWU"


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
    whole = report(0, b"\0\2\x90\0")
    for reports in ([whole, whole], [report(1, b"\0\2\x90\0")], [report(0, b"\0\1\x90")], [report(0, b"\0\2\x90\0", tag=6), whole],
                    [report(0, b"\0\xff" + bytes(57)), report(1, bytes(59)), report(3, bytes(59))], [report(0, b"", channel=7), whole]):
        write("frame", b"".join(reports))


def report(sequence, payload, tag=5, channel=0x0101):
    return (struct.pack(">HBH", channel, tag, sequence) + payload).ljust(64, b"\0")


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
    path = bytes.fromhex("048000002c800006c18000000080000000")
    for curve in (4, 9):
        write("response", bytes([curve]) + path + b"\x90\0")
    one = b"\2\1\1"
    for r, s in ((b"\2\x22" + b"\1" * 34, one), (b"\2\2\0\0", one), (b"\3\1\1", one), (one, b"\2\0"), (b"\2\x21\0" + b"\xff" * 32, one), (one, one), (one, one + b"\0"), (one, b"\2\5\1")):
        for tag in (0x30, 0x31, 0x32):
            write("response", bytes(32) + bytes([tag, len(r + s)]) + r + s + b"\x90\0")
    for key in (b"\4" + b"\1" * 64, b"\2" + b"\xff" * 32, b"\2" + bytes(31), b"\3" + bytes(32), b"", b"\4" * 9):
        write("response", bytes([len(key)]) + key + b"\x90\0")


def base58check(data):
    """Of any prefix with any payload."""
    whole = data + hashlib.sha256(hashlib.sha256(data).digest()).digest()[:4]
    number, text = int.from_bytes(whole, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"[digit] + text
    return text


def texts():
    texts = ["NetXdQprcVkpaWU", "NetXnHfVqm9iesp", "mainnet", "any", "tz4EECtMxAuJ",
             "ledger://masculine-pig-stupendous-dugong/P-256/0h/0h"]
    for key in VECTORS["keys"].values():
        texts += [key["pk"], key["pkh"]]
    texts += ["tz2Q3U8EbGayZzK2Vwap5JQJFmJEbwURe77o", "tz3Y2TkhTYG6MfPsijGfHFqBYrLCfwYb6HRB"]
    texts += [VECTORS["sign"]["edsig"], VECTORS["sign"]["sig"]]
    texts += [text[:-1] + "1" for text in (ADDRESS, KEY, VECTORS["sign"]["edsig"])] + [ADDRESS[:-1], ADDRESS + "1", "tz1O", "tz5", "BLpk", "1" + ADDRESS]
    texts += [base58check(bytes.fromhex(prefix) + payload) for prefix, payload in (
        ("575200", b"\1\2\3\4"), ("575201", b"\1\2\3\4"), ("0d0f25d9", b"\xff" * 32), ("03fee256", b"\5" * 33), ("03b28b7f", b"\5" * 33), ("06a1a6", bytes(20)))]
    for text in texts:
        write("base58", text.encode())


def paths():
    for text in ("44h/1729h/0h/0h", "44'/1729'", "0", "2147483647h/1/2/3/4/5/6/7/8/9", "44h//0"):
        write("derivation_path", text.encode())
    write("derivation_path", bytes.fromhex(VECTORS["hid"]["apdu_select"])[5:])
    write("derivation_path", bytes.fromhex("0180000000ff"))


def messages():
    for build in payloads.KINDS.values():
        write("payload", build(1000, 1))
        write("payload", build(payloads.LEVEL_END))
        write("payload", build(1000)[:-1])
        write("payload", build(1000) + b"x")
    for short in ("", "04", "11", "1100000001", "12" + "00" * 8):
        write("payload", bytes.fromhex(short))
    write("payload", payloads.block(1000, 2, locked_round=1))
    write("payload", payloads.block(1000, 2, locked_round=1, seed_nonce=True))
    write("payload", payloads.block(1000, 2, seed_nonce=True))
    for size in (1, payloads.MAX_DAL, payloads.MAX_DAL + 1):
        write("payload", payloads.attestation(1000, dal=bytes(size)))
    write("payload", payloads.tz4_vote(0x12, 0x28, 1000))
    write("payload", payloads.tz4_vote(0x13, 0x29, 1000))
    write("payload", payloads.tz4_vote(0x13, 0x33, 1000))


def manager_operations():
    """Each reading of a reveal or a delegation to its end, and each thing that ends it before."""
    for key in (key["pk"] for key in VECTORS["keys"].values() if key["pk"][:4] in operations.KIND_OF):
        reveal, delegation = operations.reveal(key), operations.delegation(key)
        good = [operations.operation(*parts) for parts in ((reveal,), (delegation,), (reveal, delegation), (reveal, b"\0"))]
        more = ((reveal, b"\0", delegation), (reveal, reveal), (delegation, delegation), (delegation, b"\x6c"), (b"\x6c",), (operations.withdrawal(key),),
                (reveal[:-1] + b"\1",), (reveal, b"\x6c"), (reveal, operations.withdrawal(key)))
        for message in [*good, *(operations.operation(*parts) for parts in more), *(message[:-1] for message in good), good[0][:20]]:
            write("manager", message)
        head, rest = delegation[:22], delegation[26:]
        for numbers in ("ffffffffffffffffff01", "ffffffffffffffffff02", "ffffffffffffffff7f", "8000", "00", "ffffffffffffffffffff01"):
            write("manager", operations.operation(head, bytes.fromhex(numbers), b"\1\1\1", rest))
            write("manager", operations.operation(head, b"\1\1\1", bytes.fromhex(numbers), rest))
        for delegate in (b"\xfe" + rest[1:], b"\xff\3" + rest[2:], b"\xff\4" + rest[2:], b"\xff\1" + rest[2:], b"\xff"):
            write("manager", operations.operation(delegation[:26], delegate))


def head(first, *fields):
    return "\r\n".join([first, "host: 127.0.0.1", *fields, "", ""])


def http():
    block = f'"{payloads.block(1000).hex()}"'
    chunked = f"{len(block):x}\r\n{block}\r\n0\r\n\r\n"
    sign = f"POST /keys/{ADDRESS}?version=3&authentication=sig HTTP/1.1"
    for path in ("/", "/authorized_keys", "/known_keys", "/healthz", "/metrics", f"/statusz/{ADDRESS}", f"/keys/{ADDRESS}",
                 f"/bls_prove_possession/{ADDRESS}", "/nothing", "/a/b", "/a/b/c", "/%6beys/%zz", "/keys/%4", "http://x/keys/tz1?a",
                 "https://x", "//keys//tz1", "/silent", "/broken"):
        write("http", head(f"GET {path} HTTP/1.1").encode())
    bodies = [block, f" {block}\n", '"0"', '"zz"', '""', "{}", '"00', '"\\u0030\\u0031"', "", '"0\0"', '"' + "00" * 200 + '"']
    for body in bodies:
        write("http", (head(sign, f"content-length: {len(body)}") + body).encode())
    write("http", (head(sign, "transfer-encoding: chunked") + chunked).encode())
    for fields in (["transfer-encoding: chunked", "content-length: 3"], ["transfer-encoding: gzip, chunked"], ["content-length: 3", "content-length: 4"],
                   ["content-length: x"], ["expect: 100-continue", "content-length: 4"], ["connection: close"], ["x: " + "y" * 600],
                   ["transfer-encoding: chunked", "transfer-encoding: chunked"], ["no colon"], ["content-length: 99999"]):
        write("http", (head(sign, *fields) + '"00"').encode())
    for method in ("HEAD", "OPTIONS", "PUT", "DELETE", "BREW"):
        write("http", (head(f"{method} /keys/{ADDRESS} HTTP/1.1") + head("GET / HTTP/1.0")).encode())
    write("http", head("OPTIONS * HTTP/1.1").encode())
    write("http", head("POST /healthz HTTP/1.1", "content-length: 0").encode())
    write("http", head(f"POST /keys/{ADDRESS}?authentication=a&authentication=b HTTP/1.1", "content-length: 0").encode())
    write("http", head(f"POST /keys/{ADDRESS}?authentication=%q HTTP/1.1", "content-length: 0").encode())
    write("http", (head("POST / HTTP/1.0", "transfer-encoding: chunked") + chunked).encode())
    for fields in (("host: a", "host: b"), ("host: a/b",), ("host:",), ("host: [::1]:6732",)):
        write("http", "\r\n".join(["GET / HTTP/1.1", *fields, "", ""]).encode())
    for target in ("healthz", "*", "?a", "ftp://a/", "HTTP://a/healthz"):
        write("http", head(f"GET {target} HTTP/1.1").encode())
    write("http", b"nonsense\r\n\r\n")
    write("http", b"GET / HTTP/1.1\r\nhost")


def configurations():
    example = (HERE.parents[1] / "daemon/config/config.example.toml").read_text()
    write("config", example.encode())
    write("config", "\n".join(line[2:] if line.startswith("# ") and " = " in line else "" for line in example.splitlines()).encode())
    for line in ('device = ["usb", "usb:@/dev/hidraw0", "tcp://[::1]:9999"]', "device = []", "device = [1]", 'http = "none"', 'http = "0.0.0.0:1"',
                 'http = "0.0.0.0:1"\nallow-remote = true', 'magic-bytes = [17, 18]', 'magic-bytes = "0x11, 0x12"', 'magic-bytes = [4]', "magic-bytes = []",
                 'chain = ["mainnet", "NetXnHfVqm9iesp"]', 'chain = ["any"]', 'chain = ["x"]', 'sign-deadline = "1s"', 'sign-deadline = 4', "allow-remote = 1",
                 'max-level-jump = 5', 'max-level-jump = "5"', 'store = "etcd"', 'store = "x"', 'usb-backend = "libusb"', 'usb-backend = "x"', 'state-dir = ""',
                 'log-level = "debug"', 'log-level = "loud"', 'log-format = "json"', 'log-format = "x"', "unknown = 1", "= 1", "[table]", 'body-limit = "1KiB"', "body-limit = 1024",
                 'body-limit = [1]', 'body-limit = true', 'magic-bytes = true', 'http = ["x"]', 'device = "usb:a-b-c-d"', 'device = "x"', 'http = "x"', 'state-dir = "/tmp"', 'admin-socket = "/x"', 'tcp = "127.0.0.1:7732"', 'unix = "/x"',
                 'require-authentication = true\nauthorized-keys = "/x"', 'require-authentication = true', 'authorized-keys = "/x"', 'header-limit = "1KiB"', 'tcp = "0.0.0.0:1"'):
        write("config", line.encode())
    for line in ('https = "127.0.0.1:6733"', 'https = "127.0.0.1:6733"\ntls-certificate = "/x"\ntls-key = "/y"', 'tls-client-ca = "/x"', 'https = "0.0.0.0:1"\ntls-certificate = "/x"\ntls-key = "/y"\ntls-client-ca = "/z"',
                 'tls-key = ""', 'deterministic-nonces = true', 'allow-list-known-keys = true', 'client-connection-limit = 0', 'client-queue-limit = 4', 'client-queue-limit = 0',
                 'node = "http://127.0.0.1:8732"', 'node = "127.0.0.1:8732"', 'node = ""', 'node = "http://"', 'path-prefix = "/signer"', 'path-prefix = "signer"',
                 'path-prefix = "/"', 'path-prefix = ""', 'reconnect-grace = "1s"', 'block-time = "8s"', 'audit-keep = 9', 'open-app = true', 'chain = [""]'):
        write("config", line.encode())
    policies()
    for words in (["--help"], ["--version"], ["--device", "usb", "--device", "tcp://a:1"], ["--http", "none", "--http", "none"], ["--unknown"], ["--config"], ["--http"], ["--max-level-jump"],
                  ["--config=x", "--config=y"], ["--sign-deadline=1s", "--sign-deadline=2s"], ["--node=", "--chain="], ["--first-start"], ["--adopt-state"], ["--first-start", "--adopt-state"], ["--allow-remote"],
                  ["--http=[::1]:0", "--magic-bytes=0x11", "--sign-deadline=1s"], ["--http", "127.0.0.1:0", "word"]):
        write("config", "\n".join(words).encode())


def policies():
    sure = f'require-authentication = true\nauthorized-keys = "/x"\nmagic-bytes = [3, 17, 18, 19]\ntcp = "127.0.0.1:0"\nunix = "/x"\n'
    certificates = 'https = "127.0.0.1:0"\ntls-certificate = "/x"\ntls-key = "/y"\ntls-client-ca = "/z"\n'
    one, digest = f'[[policy]]\nkey = "{ADDRESS}"\n', "ab" * 32
    clients = (ADDRESS, "http", "https", "tcp", "unix", f"sha256:{digest}", f"certificate:{digest}", "nobody", "tz1")
    for lines in ("", 'kinds = ["attestation", "preattestation"]', 'kinds = ["block", "block"]', "kinds = []", 'kinds = ["none"]', 'kinds = ["x"]', 'kinds = ["reveal"]',
                  "magic-bytes = [17]", "magic-bytes = [4]", 'kinds = ["block"]\nmagic-bytes = [17]', 'chains = ["mainnet"]', 'chains = ["any"]', 'chains = ["x"]', "dal = false",
                  "dal = 1", 'other = "x"', 'kinds = "block"', *(f'clients = ["{client}"]' for client in clients)):
        for listeners in ("", sure, sure + certificates):
            write("config", (listeners + one + lines).encode())
    write("config", (one + one).encode())
    for key in ('key = "*"', 'key = "x"', "key = 1", 'kinds = ["block"]', 'key = ["*"]'):
        write("config", f"[[policy]]\n{key}".encode())
    for text in ("policy = 1", "policy = [1]", "[policy]", 'http = "none"\n' + one + 'clients = ["http"]'):
        write("config", text.encode())
    write("config", f'magic-bytes = [17]\n{one}kinds = ["attestation"]'.encode())


def column(value):
    """As the target reads it: type, size, bytes; and as the checksum has it."""
    if value is None:
        return b"\0\0", b""
    if isinstance(value, int):
        return b"\1\x08" + struct.pack(">q", value), str(value).encode()
    raw = value.encode() if isinstance(value, str) else value
    return (b"\2" if isinstance(value, str) else b"\3") + bytes([len(raw)]) + raw, raw


def row(table, values, spoil=None):
    """With its checksum over length (4) and text or bytes of each column; `spoil` puts another value into one."""
    summed = hashlib.blake2b(b"".join(struct.pack(">I", len(raw)) + raw for _, raw in map(column, values)), digest_size=32).digest()
    columns = [*values, summed]
    if spoil:
        columns[spoil[0]] = spoil[1]
    write("store_rows", bytes([table]) + b"".join(wire for wire, _ in map(column, columns)))


def rows():
    now = 1_750_000_000_000_000
    tables = [
        [ADDRESS, CHAIN, "block", 1000, 1, bytes(32), bytes(64), now],
        ["masculine-pig-stupendous-dugong", "ed25519", "44h/1729h/0h/0h", KEY, CHAIN, 1, 2, 3, 4, now],
        ["masculine-pig-stupendous-dugong", ADDRESS, "only", CHAIN, 1000, "the device", now],
    ]
    for table, values in enumerate(tables):
        row(table, values)
        for at in range(len(values) + 1):
            for other in (None, "x", b"x", 1 << 62, -1):
                row(table, values, (at, other))
    audit = [now, ADDRESS, CHAIN, "block", 1000, 1, bytes(32), "sign", "", "usb"]
    for at in range(len(audit) + 1):
        for other in (None, "x", b"x", 1 << 62, -1) if at < len(audit) else (None,):
            columns = audit[:at] + [other] + audit[at + 1:] if at < len(audit) else audit
            write("store_rows", b"\3" + b"".join(column(value)[0] for value in columns))
    for kind in ("preattestation", "attestation"):
        row(0, [ADDRESS, CHAIN, kind, 1000, 1, bytes(32), None, now])
    for scope in ("all", "all_but"):
        row(2, ["x", ADDRESS, scope, CHAIN, 1000, "the device", now])


def markers():
    def line(floor, writes):
        text = f"ledger-bridge floor {floor} writes {writes:020}"
        return f"{text} sum {hashlib.blake2b(text.encode(), digest_size=32).hexdigest()[:16]}\n"

    name = "0123456789abcdef" * 2
    for text in (line(name, 7) + line(name, 8), line(name, 8) + line(name, 7), line(name, 7)[:-5] + "\n" + line(name, 8), line(name, 2**64 - 1), line(name, 7).replace("7", "8"), ""):
        write("marker", text.encode())


def admin():
    whole = {"command": "setup", "device": "tcp://x:1", "curve": "ed25519", "path": "44h/1729h/0h/0h", "chain": "mainnet", "level": 5, "test_level": 0,
             "head": {"level": 4, "chain": CHAIN, "age": 6}, "force_lower": True, "key": ADDRESS, "operation": "03ff"}
    requests = [whole, {"command": "status"}, {}, [], {"command": 1}, {"command": "x", "unknown": 1}, [1], 1, "x"]
    requests += [whole | {"operation": text} for text in ("", "0", "zz")]
    requests += [whole | {name: value} for name in whole for value in (None, "x", 1 << 40, -1, {}, [1])]
    requests += [whole | {"head": head} for head in ({"level": 4}, {"chain": CHAIN}, {"level": -1, "chain": CHAIN}, {"level": 4, "chain": "x"}, {"level": 4, "chain": CHAIN, "age": -1}, {"level": 4, "chain": CHAIN})]
    error = {"id": "x", "message": "y (z); w", "exit_code": 4}
    answers = [{"event": 1}, {"result": {}}, {"error": error}, {"error": {}}, {"error": 1}, {"neither": 1}]
    answers += [{"error": error | {"exit_code": code}} for code in (0, 7, -1, "x")] + [{"error": {"message": "y"}}, {"error": {"message": 1}}]
    for line in requests + answers:
        write("admin", json.dumps(line).encode())
    write("admin", b"{")


def sockets():
    for data in (data for name, data in VECTORS["socket"].items() if name.startswith("req_")):
        write("socket", bytes.fromhex(data)[2:])
    key = bytes([0]) + bytes(20)
    for tag in range(9):
        write("socket", bytes([tag]))
        for size in (64, 65, 96):
            write("socket", bytes([tag]) + key + b"\0\0\0\1x" + bytes(size))
    for kind in (1, 2, 3, 4):
        write("socket", bytes([0, kind]) + bytes(20) + b"\0\0\0\1x")
        write("socket", bytes([1, kind]) + bytes(20))
    write("socket", b"")
    write("socket", b"\0" + key + b"\0\0\0\1")
    write("socket", b"\0" + key + b"\0\0\0\1xyz")


def authorized_keys():
    for text in (KEY, f"# nobody\n\n {KEY} # me\n", "", "#", "edpk", f"{KEY}\nx", "[]", "[", "[1]", "[{}]", '[{"value":1}]', '[{"value":"x"}]',
                 json.dumps([{"name": "me", "value": KEY}, {"name": "you", "value": KEY}])):
        write("authorized_keys", text.encode())


def wallets():
    """octez-signer's secret_keys, public_key_hashs, public_keys, authorized_keys and watermarks of blocks."""
    uri = "ledger://masculine-pig-stupendous-dugong/ed25519/0h/0h"

    def entries(value, name="baker"):
        return json.dumps([{"name": name, "value": value}])

    secrets, hashes = entries(uri), entries(ADDRESS)
    keys, clients = entries({"locator": uri, "key": KEY}), json.dumps([{"name": "a", "value": KEY}])
    for files in ((secrets,), (secrets, hashes), (secrets, hashes, keys), (secrets, hashes, keys, clients), (secrets, hashes, entries("unencrypted:" + KEY)),
                  (secrets, hashes, entries({"locator": uri})), (secrets, hashes, entries({"locator": uri, "key": "edpk"})), (secrets, hashes, entries(uri)),
                  (secrets, entries("tz1KqTpEZ7Yob7QbPE4Hy4Wo8fHG8LhKxZSx"), keys), (secrets, entries(5), "[]"), (secrets, "{}"), (secrets, "[]", "[1]"),
                  *((secrets, entries(other["pkh"]), keys) for other in VECTORS["keys"].values()), (secrets, hashes, keys, clients, "{}"),
                  (secrets, hashes, keys, "[]"), (secrets, hashes, keys, KEY), (entries("unencrypted:edsk"), hashes), (entries("no URI"),), (entries(7),), (entries("ledger://a-b"),),
                  (json.dumps(json.loads(secrets) * 2),), (json.dumps(json.loads(secrets) + [{"name": "hot", "value": "unencrypted:edsk"}]),),
                  (entries(uri, 'a\n"]\n# \x7f\x01'), entries("tz1\x7f\n", 'a\n"]\n# \x7f\x01')), (json.dumps([{"name": "\ud800", "value": uri}]),), ("",), ("[",)):
        write("octez_wallet", "\0".join(files).encode())
    write("octez_wallet", entries(uri, "caf\u00e9").encode("latin-1"))


def nodes():
    for url in ("http://node", "https://node:8732/a/b/", "http://[::1]:8732/x", "http://[::1]", "http://", "http://:80",
                "ftp://node", "http://node:0", "http://node:65536", "http://node:8a", "http://node:", "http://user@node",
                "http://node/?x", "http://no de", "https://node:443"):
        write("node", url.encode())
    whole = {"level": 5, "chain_id": CHAIN, "timestamp": "2026-01-01T00:00:00Z"}
    for change in ({}, {"level": -1}, {"level": "5"}, {"level": 2**30}, {"level": 2**70}, {"chain_id": "any"}, {"chain_id": 7},
                   {"chain_id": "NetXoops"}, {"timestamp": "yesterday"}, {"timestamp": 5}, {"timestamp": "9999-12-31T23:59:59Z"},
                   {"timestamp": "0000-01-01T00:00:00Z"}):
        write("node", json.dumps(whole | change).encode())
    for text in ("", "{", "[]", "{}", '{"level":5}', json.dumps({"level": 5, "chain_id": CHAIN})):
        write("node", text.encode())


def names():
    path = "/devices/pci0/usb1/1-1/1-1.2/1-1.2:1.0/0003:2C97:5011.0001/hidraw/hidraw0"
    for text in ("usb", "usb:masculine-pig-stupendous-dugong", "usb:@/dev/hidraw0", "usb:@", "usb:a--b-c", "tcp://127.0.0.1:9999", "tcp://[::1]:1", "tcp://::1:1", "tcp://x", "tcp://x:0", "x",
                 f"ledger://{ADDRESS}/ed25519/0h/0h", "ledger://a-b-c-d/P-256/0h/0", "ledger://a-b-c-d", "ledger://a-b-c-d/0h", "ledger://a-b-c-d/0", "ledger://a-b", "ledger://a-b-c-d/bip25519", "ledger://a-b-c-d/x",
                 "ledger://a-b-c-d/ed/", "127.0.0.1:6732", "[::1]:0", "[fe80::1]:1", "localhost:1", "host:x", ":1", "[x]:1", "5", "0x10", "64KiB", "1MiB", "9B", "9999999999999MiB", "500ms", "1h", "2h", "0s", "7x", "0005",
                 "1073741824", "ed", "p256", "secp256r1", "secp256k1", base58check(bytes.fromhex("57520001020304")), "bip32-ed25519", "mainnet", "any", "ghostnet", CHAIN,
                 f"add\nhidraw\n{path}\n", f"remove\nhidraw\n{path}\n", f"change\nhidraw\n{path}\n", "add\nusb\n/devices/usb1/1-1\n2c97/5011/201", "add\nusb\n/devices/usb1/1-1\n1d6b/2/1", "add\nhidraw\n/x\n", "add\nusb\n/x\n2c97/1"):
        write("names", text.encode())
    for descriptor in ("06a0ff0901a1010903150026ff007508954081080904150026ff00750895409108c0", "fe0201aabb06a0ff", "0501", "07a0ff0000", "06a0", "fe"):
        write("names", bytes.fromhex(descriptor))


def interchanges():
    for vector in json.loads((DATA / "interchange" / "vectors.json").read_text()):
        for file in vector["files"]:
            if "json" in file:
                write("interchange", json.dumps(file["json"], separators=(",", ":")).encode())
    for text in ("", "{", "[1]", "1", '{"a":1,"a":2}', '{"a":{"b":1,"b":2},"a":3}', '{"format":"' + 90 * "x" + '"}', '{"format":[' + 50 * "1," + "1]}",
                 '{"format":null}', '{"' + CHAIN + '":{"' + ADDRESS + '":{"level":"' + 90 * "9" + '"}}}'):
        write("interchange", text.encode())


if __name__ == "__main__":
    messages()
    manager_operations()
    http()
    configurations()
    rows()
    markers()
    admin()
    nodes()
    sockets()
    authorized_keys()
    wallets()
    names()
    frames()
    responses()
    texts()
    paths()
    interchanges()
