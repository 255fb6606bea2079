"""Our .deb, the guest that fits it, and the disk that carries it in."""

import pathlib
import re
import subprocess
import tarfile

FOLDER = pathlib.Path(__file__).resolve().parent
BUILD_GUEST_SECONDS = 540


def build(build_folder):
    """Makes the .deb of what is in the build folder; builds what is missing there."""
    target = pathlib.Path(build_folder) / "vm" / "package"
    for old in target.glob("*.deb"):
        old.unlink()
    subprocess.run(
        ["cmake", "--build", str(build_folder), "--target", "programs", "man_pages"],
        stdout=subprocess.DEVNULL, check=True)
    command = ["cpack", "-G", "DEB", "--config", f"{build_folder}/CPackConfig.cmake", "-B", str(target)]
    done = subprocess.run(command, cwd=build_folder, capture_output=True, text=True, check=False)
    debs = list(target.glob("*.deb"))
    if done.returncode != 0 or len(debs) != 1:
        raise RuntimeError(f"no .deb: {done.stdout}{done.stderr}")
    return debs[0]


def dependencies(deb):
    """The names of the packages that it depends on; of alternatives the first."""
    field = subprocess.run(
        ["dpkg-deb", "-f", str(deb), "Depends"], capture_output=True, text=True, check=True).stdout
    names = (re.match(r"\s*([a-z0-9.+-]+)", part) for part in field.split(","))
    return sorted({name[1] for name in names if name})


def guest_for(deb, cache_folder):
    """The folder of the guest, built if no run before has built it."""
    done = subprocess.run(
        [FOLDER / "build-guest", cache_folder, *dependencies(deb)],
        stdout=subprocess.PIPE, text=True, check=True, timeout=BUILD_GUEST_SECONDS)
    return done.stdout.strip()


def pack_payload(deb, path):
    """A tar file that the guest reads as a disk: package.deb and the probes."""
    with tarfile.open(path, "w") as tar:
        tar.add(deb, "package.deb")
        for probe in sorted((FOLDER / "probes").glob("*.py")):
            tar.add(probe, f"probes/{probe.name}")
