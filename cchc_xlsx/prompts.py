"""What Excel says when staff enter a cell, and when they type something it refuses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cchc_xlsx.excel_limits import LONGEST_PROMPT, LONGEST_PROMPT_TITLE
from cchc_xlsx.form import Indicator, Kind, Measure


@dataclass(frozen=True)
class Prompt:
    """The input message and the stop message of one cell."""

    title: str
    text: str
    stop_title: str
    stop_text: str

    def faults(self) -> Iterator[str]:
        """What of it Excel would not take, in Vietnamese."""
        limits = (
            (self.title, LONGEST_PROMPT_TITLE),
            (self.stop_title, LONGEST_PROMPT_TITLE),
            (self.text, LONGEST_PROMPT),
            (self.stop_text, LONGEST_PROMPT),
        )
        for text, limit in limits:
            if len(text) > limit:
                yield (
                    f"thông báo của ô dài {len(text)} ký tự, Excel chỉ nhận {limit}: «{text[:40]}…»"
                )


def meanings(measure: Measure) -> str:
    """The codes of a code list with their meaning: ``1 = Có; 0 = Không``."""
    return "; ".join(f"{code} = {meaning}" for code, meaning in measure.choices.items())


def what_to_type(measure: Measure) -> str:
    """What a cell of this measure takes, as a clause: ``số nguyên từ 0 trở lên``."""
    if measure.kind is Kind.COUNT:
        return "số nguyên từ 0 trở lên"
    if measure.kind is Kind.PERCENT:
        return "số từ 0 đến 100"
    return f"một trong các mã: {meanings(measure)}"


def prompt_for(indicator: Indicator) -> Prompt:
    """The two messages for the cell of a row that takes a value."""
    measure = indicator.measure
    assert measure is not None, f"{indicator.code} takes no value"
    blank_or_zero = "Không phát sinh thì nhập 0; chưa có số liệu thì để trống."
    if measure.kind is Kind.COUNT:
        title = f"Đơn vị tính: {measure.noun}"
        text = (
            f"Nhập số nguyên, không dấu chấm, không chữ. Ví dụ: {measure.example}. {blank_or_zero}"
        )
    elif measure.kind is Kind.PERCENT:
        title = "Đơn vị tính: %"
        text = (
            "Nhập số từ 0 đến 100, không gõ dấu %. "
            f"Ví dụ: {measure.example} nghĩa là {measure.example}%. Chưa có số liệu thì để trống."
        )
    else:
        title = "Chọn một mã"
        text = f"Chọn mã trong danh sách: {meanings(measure)}. Ví dụ: {measure.example}."
    if indicator.formula:
        text += " Ô có sẵn công thức gợi ý, có thể nhập số đè lên."
    return Prompt(
        title=title,
        text=text,
        stop_title="Số liệu chưa đúng",
        stop_text=(
            f"Ô này (đơn vị tính: {measure.noun}) chỉ nhận {what_to_type(measure)}. "
            f"Ví dụ: {measure.example}. Bấm Retry (Thử lại) để nhập lại, Cancel (Hủy) để bỏ."
        ),
    )
