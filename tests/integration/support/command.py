"""Runs a built program to its end."""

import os
import subprocess

from .places import program
from .waiting import PATIENCE


def run(name, *arguments, seconds=30, env=None, stdin=subprocess.DEVNULL, user=None):
    """A CompletedProcess with text; the program has no terminal."""
    return subprocess.run(
        [str(program(name)), *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=seconds * PATIENCE,
        check=False,
        env=os.environ | (env or {}),
        stdin=stdin,
        user=user,
    )
