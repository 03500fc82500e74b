"""Reads very many mutated files and says whether anything happened that never may.

Run ``python benchmarks/soak.py --files 2000 --seed 20223``. The same seed makes the same files.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent


def main() -> int:
    """Soak, print a table, and return 1 when one of the counts is not 0."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=20223)
    parser.add_argument("--first", type=int, default=0, help="number of the first file")
    arguments = parser.parse_args()
    sys.path.insert(0, str(ROOT))  # the files are made by the tests' own modules
    from tests.soaking import soak

    began = time.monotonic()
    found = soak(arguments.seed, range(arguments.first, arguments.first + arguments.files))
    print(f"{'seed':40} {arguments.seed}")
    print(found.table())
    print(f"{'all, s':40} {time.monotonic() - began:.0f}")
    return 1 if found.failed else 0


if __name__ == "__main__":
    sys.exit(main())
