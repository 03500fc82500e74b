"""The words of the live checks, and a formula with its true value."""

from __future__ import annotations

from dataclasses import dataclass

from cchc_xlsx.finding import Severity

HOLDS = "Đạt"
UNTOLD = "Chưa đủ số liệu"
BROKEN = {Severity.ERROR: "SAI", Severity.WARNING: "XEM LẠI", Severity.INFO: "LƯU Ý"}
NOT_ENTERED = "Chưa nhập"


@dataclass(frozen=True)
class Cell:
    """A formula and its true value."""

    formula: str
    value: float | str
