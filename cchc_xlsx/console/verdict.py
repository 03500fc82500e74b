"""A batch of files in one line each: the verdict, who has sent, what was corrected."""

from __future__ import annotations

from cchc_xlsx.batch import Batch
from cchc_xlsx.finding import Severity
from cchc_xlsx.submission import Status
from cchc_xlsx.vietnamese import some_of

MOST_NAMES = 40
"""Of units or files in one line; all stand in `Tình hình nộp`."""


def verdict(batch: Batch) -> str:
    """One line on everything."""
    counts = {status: len(batch.with_status(status)) for status in Status}
    left_out = counts[Status.REJECTED] + counts[Status.SUPERSEDED]
    files = (
        f"{len(batch.submissions)} tệp: {counts[Status.ACCEPTED]} đã nhận, {left_out} không dùng"
    )
    missing = f"; {len(batch.missing_units)} cơ quan chưa nộp" if batch.roster else ""
    errors, warnings = batch.count(Severity.ERROR), batch.count(Severity.WARNING)
    outcome = "CÓ LỖI" if errors else "KHÔNG CÓ LỖI"
    explained = f" ({batch.explained} đã được giải thích)" if batch.explained else ""
    return f"{outcome}. {files}{missing}. {errors} lỗi, {warnings} cảnh báo{explained}."


def attendance(batch: Batch) -> str:
    """Who has sent, who has not, who is unknown, and which files are of another period."""
    sent = len(batch.roster) - len(batch.missing_units)
    lists = {
        "chưa nộp": ([unit.code for unit in batch.missing_units], "cơ quan khác"),
        "ngoài danh sách": (batch.unknown_units, "cơ quan khác"),
        "khác kỳ": ([each.file for each in batch.of_another_period], "tệp khác"),
    }
    told = (
        f"{what}: {some_of(names, MOST_NAMES, others)}"
        for what, (names, others) in lists.items()
        if names
    )
    return "; ".join((f"Đã nộp {sent}/{len(batch.roster)} cơ quan", *told)) + "."


def adjustment(batch: Batch) -> str:
    """How many figures were corrected, and how many rows of corrections were not applied."""
    refused = sum(not each.adjustment for each in batch.adjusting or ())
    left = f"; {refused} dòng điều chỉnh chưa áp dụng được, xem M15" if refused else ""
    return f"Đã điều chỉnh {batch.adjusted} số liệu{left}."
