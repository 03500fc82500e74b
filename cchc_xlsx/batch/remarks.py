"""What there is to say about no file in particular."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cchc_xlsx.batch.result import Batch
from cchc_xlsx.finding import Finding
from cchc_xlsx.intake import PassedOver, Why
from cchc_xlsx.previous import Previous
from cchc_xlsx.reading_rules import (
    NO_PREVIOUS_FIGURES,
    NOT_SENT,
    OWN_OUTPUT,
    PASSED_OVER,
    PREVIOUS_UNUSABLE,
    SKIPPED,
)
from cchc_xlsx.vietnamese import some_of


def not_adjusted(batch: Batch) -> Iterator[Finding]:
    """The faults of the rows of corrections; those that were applied are told with their file."""
    return (each.finding for each in batch.adjusting or () if not each.adjustment)


def passed_over(files: Sequence[PassedOver]) -> Iterator[Finding]:
    """The files that were not read, by the reason."""
    by_reason = {why: [each.name for each in files if each.why is why] for why in Why}
    if skipped := by_reason[Why.MAY_BE_A_REPORT]:
        yield SKIPPED.finding(
            f"Bỏ qua {len(skipped)} tệp không đọc được trực tiếp: {_files(skipped)}.",
            "Nếu là báo cáo: đề nghị gửi đúng tệp biểu mẫu, định dạng .xlsx.",
        )
    if own := by_reason[Why.OWN_OUTPUT]:
        yield OWN_OUTPUT.finding(f"Bỏ qua {len(own)} tệp tổng hợp của phần mềm: {_files(own)}.")
    for why, what in ((Why.NO_TABLE, "không phải bảng tính"), (Why.HIDDEN, "tạm hoặc ẩn")):
        if names := by_reason[why]:
            yield PASSED_OVER.finding(f"Bỏ qua {len(names)} tệp {what}: {_files(names)}.")


def not_sent(batch: Batch) -> list[Finding]:
    """The units of the roster whose figures are missing."""
    sent = {code.casefold() for each in batch.submissions for code in each.units}
    return [
        NOT_SENT.finding(
            f"{unit.name} ({unit.code}) chưa nộp báo cáo"
            + (": tệp đã gửi không dùng được." if unit.code.casefold() in sent else "."),
            "Nhắc cơ quan gửi tệp, hoặc gửi lại tệp đã sửa.",
            unit=unit.code,
        )
        for unit in batch.missing_units
    ]


def not_compared(previous: Previous, alone: Sequence[str]) -> Iterator[Finding]:
    """What of the earlier periods could not be used; `alone` are the units that have none."""
    if files := previous.unusable:
        yield PREVIOUS_UNUSABLE.finding(
            f"Không dùng được {len(files)} tệp của kỳ trước: {_files(files)}.",
            "Chạy check với các tệp này để xem vì sao.",
        )
    if previous and alone:
        yield NO_PREVIOUS_FIGURES.finding(
            f"Không có số liệu kỳ trước của {len(alone)} cơ quan: {some_of(alone, _MOST_NAMES)}."
        )


_MOST_NAMES = 20


def _files(names: Sequence[str]) -> str:
    return some_of(names, _MOST_NAMES, "tệp nữa")
