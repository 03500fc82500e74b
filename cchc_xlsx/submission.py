"""What one file turned out to hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from cchc_xlsx.figures import Fill
from cchc_xlsx.form import Period
from cchc_xlsx.roster import ReportingUnit


class Status(StrEnum):
    """What became of a file."""

    ACCEPTED = "accepted"
    SUPERSEDED = "superseded"
    REJECTED = "rejected"


@dataclass(frozen=True, kw_only=True)
class Submission:
    """A filled workbook as it was read.

    `fill` has a number, or None for a blank, for every code that takes a value; `cells` has the
    address of each (``Phụ lục!E14``); `info` has the answers of `Thông tin` by the name of the
    question. A rejected file has no unit, no period and no figures that can be relied on.
    """

    file: str
    sha256: str
    status: Status = Status.ACCEPTED
    unit: ReportingUnit | None = None
    period: Period | None = None
    fill: Fill = field(default_factory=lambda: Fill({}))
    notes: Mapping[str, str] = field(default_factory=dict)
    info: Mapping[str, str] = field(default_factory=dict)
    cells: Mapping[str, str] = field(default_factory=dict)

    @property
    def unit_code(self) -> str:
        """The code of the reporting unit; empty while unknown."""
        return self.unit.code if self.unit else ""

    @property
    def content(self) -> tuple[object, ...]:
        """What makes two submissions the same: figures, unreadable cells, notes, answers."""
        blank_free = {code: value for code, value in self.fill.values.items() if value is not None}
        return blank_free, self.fill.unreadable, dict(self.notes), dict(self.info)
