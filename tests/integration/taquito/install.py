"""Installs Taquito, as package-lock.json pins it, into a folder of the build.

    install.py NPM SOURCE_FOLDER BUILD_FOLDER

Does nothing when that very lock file is installed there already, so that a rerun needs no network.
"""

import pathlib
import shutil
import subprocess
import sys

FILES = ("package.json", "package-lock.json", "signer.mjs")
INSTALLED = "installed-lock.json"  # written last: what npm ci has completed


def main(npm, source, build):
    source, build = pathlib.Path(source), pathlib.Path(build)
    build.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        shutil.copyfile(source / name, build / name)
    lock, installed = build / "package-lock.json", build / INSTALLED
    if installed.exists() and installed.read_bytes() == lock.read_bytes():
        return 0
    installed.unlink(missing_ok=True)
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    code = subprocess.run(command, cwd=build, check=False).returncode
    if code == 0:
        shutil.copyfile(lock, installed)
    return code


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
