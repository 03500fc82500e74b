"""What a rolled-up workbook carries along, held against the figures that it shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cchc_xlsx.figures import Fill
from cchc_xlsx.finding import Finding
from cchc_xlsx.form import spans_in_words
from cchc_xlsx.reading_rules import PARTS_OUTDATED, WINDOW_MISSING
from cchc_xlsx.rollup import RollUp


def standing(rollup: RollUp, fill: Fill) -> Mapping[str, tuple[float, ...]]:
    """The parts of the figures that are still as they were rolled up."""
    return {code: rollup.parts[code] for code in rollup.parts if _stands(rollup, fill, code)}


def _stands(rollup: RollUp, fill: Fill, code: str) -> bool:
    return fill.values.get(code) == rollup.figures[code] and code not in fill.unreadable


def carried_findings(rollup: RollUp, fill: Fill, cells: Mapping[str, str]) -> Iterator[Finding]:
    """What was lost or changed since it was rolled up, and what it never held."""
    if not rollup.is_sound:
        yield PARTS_OUTDATED.finding(
            "Tệp tổng hợp từ cấp dưới, nhưng phần ẩn đi kèm số liệu đã mất hoặc đã bị sửa. Mỗi số "
            "liệu được tính như số của một cơ quan, tỷ lệ tổng hợp vì thế có thể sai.",
            "Đề nghị gửi lại đúng tệp do phần mềm tạo ra, hoặc tổng hợp lại ở cấp dưới.",
        )
    yield from _outdated(rollup, fill, cells)
    if rollup.uncovered:
        yield WINDOW_MISSING.finding(
            f"Số liệu tổng hợp trong tệp chưa gồm thời gian {spans_in_words(rollup.uncovered)} của "
            "ít nhất một cơ quan cấp dưới.",
            "Bổ sung báo cáo còn thiếu ở cấp dưới rồi tổng hợp lại, hoặc ghi rõ khi sử dụng.",
        )


def _outdated(rollup: RollUp, fill: Fill, cells: Mapping[str, str]) -> Iterator[Finding]:
    """One finding for all that was changed."""
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
