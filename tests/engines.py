"""The spreadsheet programs that calculate our workbooks anew: two, independent of each other.

No machine of ours has Excel. LibreOffice (C++) and IronCalc (Rust) each load the workbook, forget
the results that are stored in it, calculate and save it; where both agree with the reader, no
formula rests on the habits of one program.

One fault of IronCalc 0.9.1 is known: ``OR`` and ``AND`` end with the first operand that decides,
so that ``OR(TRUE,1/0)`` is TRUE where Excel and LibreOffice have #DIV/0!. No rule of the form comes
near it; `Engine.stops_early` says so where expressions are drawn at random.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import ironcalc

from tests import office


@dataclass(frozen=True)
class Engine:
    """A program that calculates; `recalculate` is given files and the folder of its results."""

    name: str
    recalculate: Callable[[Sequence[Path], Path], list[Path]]
    stops_early: bool = False
    """Whether ``OR`` and ``AND`` overlook an error behind the operand that decides."""


def _with_ironcalc(files: Sequence[Path], outdir: Path) -> list[Path]:
    outdir.mkdir(parents=True, exist_ok=True)
    outputs = [outdir / file.name for file in files]
    for file, output in zip(files, outputs, strict=True):
        model = ironcalc.load_from_xlsx(str(file))
        model.evaluate()
        model.save_to_xlsx(str(output))
    return outputs


LIBREOFFICE = Engine("LibreOffice", office.recalculate)
IRONCALC = Engine("IronCalc", _with_ironcalc, stops_early=True)
