"""A finding: the one record in which every fault of the data is told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How grave a finding is. The values are those of the JSON output."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for the gravest, so that sorting by it puts the worst first."""
        return _RANKS[self]


_RANKS = {severity: rank for rank, severity in enumerate(Severity)}

SEVERITY_WORDS = {Severity.ERROR: "Lỗi", Severity.WARNING: "Cảnh báo", Severity.INFO: "Lưu ý"}


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One fault: where it is, which rule found it, what is wrong and how to mend it.

    `file` is the path as it was given or found, `unit` the code of the reporting unit (empty
    while unknown), `cells` are addresses such as ``Phụ lục!E7``; `message` and `hint` are
    Vietnamese sentences for the person who has to mend the workbook. `explained` is what the
    sender says about it; an explained warning has been answered, an explained error still counts.
    `weight`, from 0 to 1, is the largest share that the figures have in what is consolidated; 1
    where one of them cannot be read.
    """

    rule: str
    severity: Severity
    message: str
    hint: str = ""
    file: str = ""
    unit: str = ""
    codes: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()
    explained: str = ""
    weight: float = 0.0

    @property
    def key(self) -> str:
        """What it is about, the same each time a workbook is checked: ``T10|VII.B.1.1|…``."""
        return "|".join((self.rule, *(self.codes or self.cells or (self.message,))))

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something about it."""
        is_answered = self.severity is Severity.WARNING and bool(self.explained)
        return self.severity is not Severity.INFO and not is_answered


def cells_in_words(cells: Iterable[str]) -> str:
    """Addresses with each sheet named once: ``Phụ lục!E14, E15; Thông tin!C6``."""
    by_sheet: dict[str, list[str]] = {}
    for cell in cells:
        sheet, _, place = cell.rpartition("!")
        by_sheet.setdefault(sheet, []).append(place)
    return "; ".join(f"{sheet}!{', '.join(places)}" for sheet, places in by_sheet.items())


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """Sort by severity, then by weight; for the rest the order of discovery stays."""
    return sorted(findings, key=lambda finding: (finding.severity.rank, -finding.weight))
