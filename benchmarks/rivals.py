"""What the library is measured against: what somebody would write without it."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path

APPENDIX, HEADING_ROW = "Phụ lục", 6
"""The sheet with the figures, and how many rows stand above its headings."""


def ordinary_script(folder: Path, output: Path) -> None:
    """The ordinary script: a loop over `pandas.read_excel`, all frames together, `to_excel`.

    It checks nothing, totals nothing, and loses what is not where it should be.
    """
    import pandas as pd

    warnings.simplefilter("ignore", FutureWarning)
    frames = []
    for path in sorted(folder.glob("*.xlsx")):
        frame = pd.read_excel(path, sheet_name=APPENDIX, skiprows=HEADING_ROW, usecols="A:F")
        frame["Tệp"] = path.name
        frames.append(frame)
    pd.concat(frames).to_excel(output, index=False)


def bare_loop(folder: Path) -> int:
    """A bare loop of python-calamine over all sheets, one thread: the number of rows read."""
    from python_calamine import CalamineWorkbook

    rows = 0
    for path in sorted(folder.glob("*.xlsx")):
        with path.open("rb") as file:
            book = CalamineWorkbook.from_filelike(file)
            for name in book.sheet_names:
                rows += len(book.get_sheet_by_name(name).to_python())
    return rows


if __name__ == "__main__":
    ordinary_script(Path(sys.argv[1]), Path(sys.argv[2]))
