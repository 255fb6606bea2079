"""What the proofs share. Also makes `support`, the helpers of the integration tests, importable."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "integration"))
