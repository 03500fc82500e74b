"""Lines of a consolidated workbook that cannot be used, told by the reason."""

from __future__ import annotations

from collections.abc import Iterator

from cchc_xlsx.finding import Finding
from cchc_xlsx.reading_rules import LOST_LINES

AGAIN = "Tổng hợp lại từ các tệp báo cáo, rồi dùng tệp mới."
"""What helps where a consolidated workbook is damaged."""


class Faults:
    """What cannot be used, gathered by the reason, so that a reason is told once."""

    def __init__(self) -> None:
        self._cells: dict[tuple[str, str], list[str]] = {}

    def add(self, reason: str, cell: str) -> None:
        """`reason` is a Vietnamese clause that follows «n dòng»."""
        self._cells.setdefault((reason, cell.rpartition("!")[0]), []).append(cell)

    def findings(self) -> Iterator[Finding]:
        """A finding for each reason and sheet."""
        for (reason, sheet), cells in self._cells.items():
            yield LOST_LINES.finding(
                f"Trang {sheet} có {len(cells)} dòng {reason}; không dùng được.",
                AGAIN,
                cells=cells,
            )
