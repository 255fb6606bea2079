#!/usr/bin/env python3
"""How much of the parsers the stored inputs reach, in regions as clang counts them.

    tests/fuzz/coverage.py               builds, runs every corpus, writes coverage.txt; a minute or two
    tests/fuzz/coverage.py --read-only   only that coverage.txt is whole, that every parser is above the limit,
                                         and that none of them was changed since it was measured

Needs clang-14 and llvm-14. Exit code 1 when a parser is below LEAST percent.
"""

import hashlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(__file__).resolve().parents[2]
BUILD = SOURCE / "build" / "regions"
REPORT = SOURCE / "tests/fuzz/coverage.txt"
LEAST = 97.0
PARSERS = {
    "frame": ["driver/frame.cpp"],
    "response": ["apdu/answers.cpp", "apdu/signature.cpp"],
    "base58": ["apdu/base58.cpp", "apdu/keys.cpp", "apdu/types.cpp"],
    "derivation_path": ["apdu/derivation_path.cpp"],
    "names": ["driver/device_name.cpp", "driver/report_descriptor.cpp", "driver/uevent.cpp", "apdu/ledger_uri.cpp", "apdu/curve.cpp",
              "daemon/config/values.cpp", "daemon/config/listen_address.cpp"],
    "payload": ["daemon/floor/payload.cpp", "daemon/floor/fields.cpp"],
    "manager": ["daemon/floor/manager_fields.cpp", "daemon/floor/reveal.cpp", "daemon/floor/delegation.cpp"],
    "store_rows": ["daemon/floor/store_rows.cpp"],
    "marker": [],  # see OTHERS
    "interchange": ["daemon/floor/interchange.cpp", "daemon/floor/interchange_values.cpp",
                    "daemon/floor/foreign_marks.cpp", "daemon/floor/json_fields.cpp"],
    "config": ["daemon/config/config.cpp", "daemon/config/config_file.cpp", "daemon/config/command_line.cpp", "daemon/config/options.cpp",
               "daemon/config/option_setters.cpp", "daemon/config/policy_tables.cpp"],
    "http": ["daemon/http/sign_body.cpp", "daemon/http/routes.cpp", "daemon/http/http_wire.cpp"],
    "socket": ["daemon/socket/socket_message.cpp"],
    "authorized_keys": ["daemon/authorized_keys.cpp"],
    "octez_wallet": ["tools/ledgerctl/octez_wallet.cpp"],
    "signatory": ["tools/ledgerctl/yaml_text.cpp", "tools/ledgerctl/yaml_section.cpp", "tools/ledgerctl/signatory_config.cpp",
                  "tools/ledgerctl/signatory_vaults.cpp", "tools/ledgerctl/signatory_policies.cpp"],
    "node": ["daemon/node/node_url.cpp", "daemon/node/node_head.cpp"],
    "admin": ["daemon/admin/admin_protocol.cpp", "daemon/admin/request.cpp"],
}
# Told and not checked: most of what is not reached are sockets, files and clocks that fail.
OTHERS = ["daemon/http/http_connection.cpp", "daemon/floor/marker.cpp"]


SEEDS = {"signatory": SOURCE / "tests/data/signatory"}  # of the others in corpus/


def run(*command, **more):
    return subprocess.run([str(word) for word in command], check=True, cwd=SOURCE, **more)


def build():
    run("cmake", "--preset", "regions", stdout=subprocess.DEVNULL)
    targets = [f"fuzz_{name}" for name in PARSERS]
    run("cmake", "--build", BUILD, "-j", os.cpu_count(), "--target", *targets, stdout=subprocess.DEVNULL)


def measure():
    """{file: (regions, of them reached)} over all targets together."""
    programs = [BUILD / "tests" / f"fuzz_{name}" for name in PARSERS]
    with tempfile.TemporaryDirectory() as folder:
        for name, program in zip(PARSERS, programs):
            profile = pathlib.Path(folder, f"{name}.profraw")
            seeds = SEEDS.get(name, SOURCE / "tests/fuzz/corpus" / name)
            run(program, seeds, env=os.environ | {"LLVM_PROFILE_FILE": str(profile)}, stdout=subprocess.DEVNULL)
        merged = pathlib.Path(folder, "all.profdata")
        run("llvm-profdata-14", "merge", "-o", merged, *pathlib.Path(folder).glob("*.profraw"))
        objects = [word for program in programs[1:] for word in ("-object", program)]
        exported = run("llvm-cov-14", "export", "--summary-only", f"-instr-profile={merged}", programs[0], *objects, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)  # it warns that each has a main()
    counts = {}
    for file in json.loads(exported.stdout)["data"][0]["files"]:
        regions = file["summary"]["regions"]
        counts[str(pathlib.Path(file["filename"]).resolve().relative_to(SOURCE))] = (regions["count"], regions["covered"])
    return counts


def state_of(file):
    """Another one for every change of the file."""
    return hashlib.sha256((SOURCE / file).read_bytes()).hexdigest()[:12]


def report(counts):
    lines = ["# Regions of each parser that the stored inputs reach; written by tests/fuzz/coverage.py.",
             "# The last word of a line is the beginning of the file's SHA-256."]
    named = [(file, f"({name})") for name, files in PARSERS.items() for file in files]
    for file, remark in named + [(file, "(not checked)") for file in OTHERS]:
        regions, reached = counts[file]
        lines.append(f"{100 * reached / regions:6.2f} % {reached:4} of {regions:4}  {file}  {remark}  {state_of(file)}")
    return "\n".join(lines) + "\n"


def below(text):
    """What is wrong with a report."""
    rows = [line.split("  ")[-3:] + [line.split("%")[0]] for line in text.splitlines() if "%" in line]
    shares = {file: float(share) for file, _, _, share in rows}
    missing = [file for files in PARSERS.values() for file in files if file not in shares]
    gone = [file for file in shares if not (SOURCE / file).exists()]
    changed = [file for file, _, state, _ in rows if file not in gone + OTHERS and state != state_of(file)]
    return [f"{file}: not measured" for file in missing] + [f"{file}: is no more" for file in gone] + [
        f"{file}: was changed since it was measured; run tests/fuzz/coverage.py" for file in changed] + [
        f"{file}: {share} %, below {LEAST} %" for file, share in shares.items() if share < LEAST and file not in OTHERS]


def main():
    if "--read-only" not in sys.argv:
        if "--built" not in sys.argv:
            build()
        REPORT.write_text(report(measure()))
    text = REPORT.read_text()
    faults = below(text)
    print(text + "\n".join(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
