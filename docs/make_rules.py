"""Writes `docs/quy-tac.md`: every check with an example that breaks it.

Run ``python docs/make_rules.py`` after a change to the rules or to the tables `broken.toml` and
`faults.toml` of `samples`.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

from cchc_xlsx.catalogue import Check, catalogue
from cchc_xlsx.checks import check
from cchc_xlsx.finding import SEVERITY_WORDS, Severity
from cchc_xlsx.form import Form
from cchc_xlsx.form_file import load_form
from cchc_xlsx.submission import in_words
from samples.broken import Example, examples
from samples.faults import INBOX, Fault, faults

PAGE = Path(__file__).parent / "quy-tac.md"

CLASSES = {
    "G": "Từng ô số liệu",
    "T": "Tổng số và các dòng chi tiết",
    "P": "Một phần không lớn hơn toàn bộ",
    "Q": "Tỷ lệ và các số để tính tỷ lệ",
    "X": "Số liệu giữa các phần",
    "C": "Câu trả lời kéo theo",
    "B": "Ô để trống",
    "N": "Số liệu và lời ghi chú",
    "W": "Tệp",
    "H": "Trang Thông tin",
    "M": "Cả đợt báo cáo, tổng hợp",
}

EDIT_RULE = ("Mã", "Mức độ", "Kiểm tra", "Nội dung", "Ví dụ vi phạm", "Câu được báo")
OTHER_CHECK = ("Mã", "Mức độ", "Nội dung", "Ví dụ vi phạm", "Câu được báo")

INTRODUCTION = """\
# Quy tắc kiểm tra

*Trang này do `python docs/make_rules.py` tạo từ định nghĩa biểu mẫu; không sửa tay.*

Lỗi phải sửa. Cảnh báo cần xem lại: nếu số đúng thì giải thích ở cột Ghi chú. Lưu ý chỉ để biết. \
Quy tắc ghi «trong tệp» được kiểm tra ngay khi nhập, ở cột Kiểm tra và trang Kiểm tra của biểu \
mẫu; quy tắc ghi «khi nhận» được kiểm tra ở nơi tổng hợp, vì Excel không đọc được lời ghi chú \
hoặc vì cần nhiều tệp. Quy tắc thử nghiệm chỉ là lưu ý cho đến phiên bản sau của biểu mẫu.

Ví dụ nêu cách sửa một tệp không có vấn đề gì để vi phạm đúng quy tắc đó, và câu được báo. Các \
số liệu là giả định.

Mã lấy từ danh mục quy tắc gốc của biểu mẫu. Những mã đã đổi nội dung hoặc mức độ, đã gộp hoặc bỏ: \
xem [Khác với danh mục gốc](#khác-với-danh-mục-gốc) và [Mã không dùng](#mã-không-dùng). Các mã G10 \
đến G12, T11, H06, H07, W05 trở đi và M06 trở đi không có trong danh mục.

Lời ghi chú được đọc theo cách viết của văn bản hành chính: số, ký hiệu, ngày; «03 chuyên trang»; \
«bãi bỏ 01 TTHC». Không nhận ra: văn bản không ghi số, ký hiệu; số lượng viết bằng chữ («hai văn \
bản»); cách viết tắt riêng của cơ quan; văn bản thứ hai trở đi trong một danh sách bị thay thế. \
Điều gì không chắc thì không hỏi.
"""


def page(form: Form) -> str:
    """The whole page."""
    parts = [
        INTRODUCTION,
        *_counts(form),
        *_classes(form),
        *_changed(form),
        *_withdrawn(form),
    ]
    return "\n".join(parts) + "\n"


def _class(check: Check) -> str:
    return check.id[0]


def _by_class(form: Form) -> list[tuple[str, list[Check]]]:
    order = list(CLASSES)
    checks = sorted(catalogue(form), key=lambda each: order.index(_class(each)))
    return [(letter, list(group)) for letter, group in groupby(checks, key=_class)]


def _table(headings: Iterable[str], rows: Iterable[Iterable[object]]) -> Iterator[str]:
    columns = list(headings)
    yield _line(columns)
    yield _line("---" for _ in columns)
    yield from map(_line, rows)
    yield ""


def _line(cells: Iterable[object]) -> str:
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"


def _counts(form: Form) -> Iterator[str]:
    yield "## Số quy tắc\n"
    rows, total = [], Counter[Severity]()
    for letter, checks in _by_class(form):
        counts = Counter(each.severity for each in checks)
        total += counts
        rows.append((f"{letter}: {CLASSES[letter]}", *_numbers(counts)))
    rows.append(("Cộng", *_numbers(total)))
    yield from _table(("Loại", *SEVERITY_WORDS.values(), "Cộng"), rows)


def _numbers(counts: Counter[Severity]) -> tuple[int, ...]:
    return (*(counts[severity] for severity in SEVERITY_WORDS), counts.total())


def _classes(form: Form) -> Iterator[str]:
    by_rule = {example.rule: example for example in examples(form)}
    by_check = {fault.rule: fault for fault in faults()}
    for letter, checks in _by_class(form):
        yield f"## {letter}: {CLASSES[letter]}\n"
        own = [each for each in checks if each.rules]
        if own:
            yield from _table(EDIT_RULE, [_edit_rule(form, each, by_rule[each.id]) for each in own])
        others = [each for each in checks if not each.rules]
        if others:
            yield "Kiểm tra khi nhận tệp; cách xử lý: [hướng dẫn, mục 2.6](huong-dan.md).\n"
            rows = [_other(form, each, by_check[each.id]) for each in others]
            yield from _table(OTHER_CHECK, rows)


def _edit_rule(form: Form, rule: Check, example: Example) -> tuple[str, ...]:
    trial = " (thử nghiệm)" if rule.trial else ""
    where = "trong tệp" if rule.is_live else "khi nhận"
    severity = SEVERITY_WORDS[rule.severity] + trial
    return (rule.id, severity, where, rule.meaning, _changes(example), _message(form, example))


def _other(form: Form, check: Check, fault: Fault) -> tuple[str, ...]:
    said = "" if fault.test else _said(form, fault)
    return check.id, SEVERITY_WORDS[check.severity], check.meaning, fault.words, said


def _said(form: Form, fault: Fault) -> str:
    """What is said about the files of an example, wherever they are made."""
    with TemporaryDirectory() as folder:
        found = fault.findings(form, Path(folder))
        message = next(each.message for each in found if each.rule == fault.rule)
        return message.replace(f"{Path(folder) / INBOX}{os.sep}", "")


def _changes(example: Example) -> str:
    figures = [f"{code} = {in_words(value)}" for code, value in example.figures.items()]
    before = [f"{code} kỳ trước = {in_words(value)}" for code, value in example.previous.items()]
    notes = [f"Ghi chú {code}: {f'«{note}»' if note else '(trống)'}"
             for code, note in example.notes.items()]  # fmt: skip
    return "; ".join((*figures, *before, *notes))


def _message(form: Form, example: Example) -> str:
    (found,) = check(form, [example.submission], example.before)
    return next(each.message for each in found if each.rule == example.rule)


def _changed(form: Form) -> Iterator[str]:
    yield "## Khác với danh mục gốc\n"
    changed = {fault.rule: fault.changed for fault in faults()}
    rows = [
        (each.id, SEVERITY_WORDS[each.severity], each.changed or changed.get(each.id, ""))
        for _, checks in _by_class(form)
        for each in checks
    ]
    yield from _table(("Mã", "Mức độ", "Thay đổi và lý do"), (row for row in rows if row[2]))


def _withdrawn(form: Form) -> Iterator[str]:
    yield "## Mã không dùng\n"
    rows = ((each.id, each.into, each.reason) for each in form.withdrawn)
    yield from _table(("Mã", "Xem", "Lý do"), rows)


if __name__ == "__main__":
    PAGE.write_text(page(load_form()), encoding="utf-8")
    print(PAGE.name)
