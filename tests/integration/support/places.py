"""Where the built programs and the test data are."""

import os
import pathlib

SOURCE = pathlib.Path(__file__).resolve().parents[3]
DATA = SOURCE / "tests" / "data"


def program(name):
    """A built program; the folder comes from ctest in BRIDGE_BIN."""
    folder = pathlib.Path(os.environ.get("BRIDGE_BIN", SOURCE / "build" / "bin"))
    path = folder / name
    if not path.exists():
        raise RuntimeError(f"{path} is not built; build it, or set BRIDGE_BIN to the folder of the programs")
    return path
