"""The parts that a rolled-up workbook carries along, held against the figures that it shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cchc_xlsx.figures import Fill
from cchc_xlsx.finding import Finding
from cchc_xlsx.reading_rules import PARTS_OUTDATED
from cchc_xlsx.rollup import RollUp


def standing(rollup: RollUp, fill: Fill) -> Mapping[str, tuple[float, ...]]:
    """The parts of the figures that are still as they were rolled up."""
    return {code: rollup.parts[code] for code in rollup.parts if _stands(rollup, fill, code)}


def _stands(rollup: RollUp, fill: Fill, code: str) -> bool:
    return fill.values.get(code) == rollup.figures[code] and code not in fill.unreadable


def outdated(rollup: RollUp, fill: Fill, cells: Mapping[str, str]) -> Iterator[Finding]:
    """What was changed since it was rolled up: one finding for all of it."""
    codes = [code for code in rollup.parts if not _stands(rollup, fill, code)]
    if codes:
        yield PARTS_OUTDATED.finding(
            f"Tệp này tổng hợp từ {len(rollup.leaves)} cơ quan, nhưng {len(codes)} số liệu đã bị "
            f"sửa sau khi tổng hợp: {', '.join(codes)}. Mỗi số đã sửa được tính như số của một cơ "
            "quan.",
            "Sửa ở tệp của cơ quan cấp dưới rồi tổng hợp lại.",
            codes=codes,
            cells=[cells[code] for code in codes if code in cells],
        )
