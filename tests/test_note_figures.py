"""What rules may ask of a note: the question, the note, and the answer side by side."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cchc_xlsx.checks import check
from cchc_xlsx.errors import ExpressionError
from cchc_xlsx.expression import NOTE_FUNCTIONS, Figures, spelled
from cchc_xlsx.figures import Fill, tabulate
from cchc_xlsx.form import Form
from cchc_xlsx.note_figures import note_fill, notes_of
from cchc_xlsx.rule_parser import parse
from cchc_xlsx.submission import Submission

TWO = "Công văn số 47/SMA-VP ngày 13/7/2022; 08/SMA-VP ngày 17/02/2022"

ANSWERS = [
    ("documents([I.1.3])", TWO, 2),
    ("documents([I.1.3])", "", 0),
    ("documents([I.1.3])", f"Công văn số 52/SMA-VP (thay thế {TWO})", 2),
    ("outside([I.1.3])", TWO, 1),
    ("outside([I.1.3])", f"Công văn số 47/SMA-VP; bãi bỏ Công văn {TWO[-24:]}", 0),
    ("outside([I.1.3])", "Công văn số 47/SMA-VP", 0),
    ("listed([I.3.4])", "03 chuyên trang trên báo; 01 chuyên mục truyền hình", 4),
    ("listed([I.3.4])", "Đăng 03 tin; 02 bài", None),
    ("listed([I.3.4])", "", None),
    ("places([IV.7.2])", "Trần Đề, Mỹ Xuyên, TPST, Long Phú", 4),
    ("places([IV.7.2])", "theo kế hoạch", None),
    ('counted([III.4.3.1], "bãi bỏ")', "Bãi bỏ 02 TTHC lĩnh vực khoáng sản", 2),
    ('counted([III.4.3.1], "bãi bỏ")', "công bố 02 TTHC", 0),
    ('said([VI.5], "chưa được phê duyệt phương án tự chủ")',
     "Các đơn vị chưa được phê duyệt phương án tự chủ", 1),
    ('said([VI.5], "chưa được phê duyệt phương án tự chủ")', "đã được phê duyệt", 0),
    ("noted([V.2.2])", "Quyết định số 5/QĐ-SMA", 1),
    ("noted([V.2.2])", "…", 0),
]  # fmt: skip


def asked(form: Form, question: str, note: str, **changes: object) -> Figures:
    """The answer as figures: of a form that asks nothing else."""
    expression = parse(question)
    (code,) = expression.codes
    rule = replace(form.rules[0], check=expression)
    asking = replace(form, rules=(rule,))
    period = form.period("2022-Q3")
    submission = Submission(file="", sha256="", period=period, notes={code: note})
    submission = replace(submission, **changes)  # type: ignore[arg-type]
    told = note_fill(asking, submission, notes_of(submission))
    return tabulate(asking, [submission.fill], notes=[told])


@pytest.mark.parametrize(("question", "note", "answer"), ANSWERS)
def test_what_a_note_tells(form: Form, question: str, note: str, answer: float | None) -> None:
    (value,) = parse(question).over(asked(form, question, note))
    assert value == answer or (answer is None and value != value)


@pytest.mark.parametrize("code", ["III.4.1", "III.4.2", "III.4.3", "III.4.3.1", "III.4.3.2"])
def test_what_was_abolished_may_be_told_in_any_row_of_the_item(form: Form, code: str) -> None:
    def told(abolished: float) -> list[str]:
        submission = Submission(
            file="",
            sha256="",
            fill=Fill({"III.4.2": abolished}),
            notes={code: "Công bố 05 TTHC, bãi bỏ 02 TTHC lĩnh vực khoáng sản"},
        )
        (found,) = check(form, [submission])
        return [each.message for each in found if each.rule == "N07"]

    (message,) = told(1)
    assert message.endswith("Đọc được ở cột Ghi chú: bãi bỏ 2.")
    assert told(2) == []


def test_every_function_is_answered() -> None:
    assert {question.partition("(")[0] for question, *_ in ANSWERS} == set(NOTE_FUNCTIONS)


@pytest.mark.parametrize("changes", [{"leaves": ("H99.01",)}, {"sources": (None,)}])
def test_notes_of_several_tell_nothing(form: Form, changes: dict[str, object]) -> None:
    (value,) = parse(ANSWERS[0][0]).over(asked(form, ANSWERS[0][0], TWO, **changes))
    assert value != value


def test_a_question_is_spelled_as_it_is_written() -> None:
    for question, *_ in ANSWERS:
        (name,) = parse(question).names
        assert spelled(name) == question


def test_excel_cannot_answer() -> None:
    assert not parse("[I.1] > 0 => noted([I.1])").is_live
    assert parse("[I.1] > 0 => filled([I.1])").is_live


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("documents(3)", "documents() chỉ nhận mã chỉ tiêu [mã]"),
        ("documents(prev([I.1]))", "documents() chỉ đọc ghi chú của kỳ này"),
        ("counted([I.1])", "cần «,»"),
        ("counted([I.1], 3)", 'counted() cần lời phải tìm, ví dụ "bãi bỏ"'),
        ('counted([I.1], " ")', 'counted() cần lời phải tìm, ví dụ "bãi bỏ"'),
        ('noted([I.1], "x")', "cần «)»"),
        ('nz(noted([I.1]))', "nz() chỉ nhận mã chỉ tiêu [mã]"),
        ('"bãi bỏ" = 3', "cần một số, một mã chỉ tiêu [mã] hoặc một hàm"),
    ],
)  # fmt: skip
def test_a_question_that_is_none(text: str, fault: str) -> None:
    with pytest.raises(ExpressionError) as error:
        parse(text)
    assert fault in str(error.value)
