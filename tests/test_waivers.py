"""What a sender says about a finding: what it answers, and what it cannot."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from cchc_xlsx.finding import Finding, Severity
from cchc_xlsx.form import Form
from cchc_xlsx.submission import Reading, Submission
from cchc_xlsx.waivers import with_explanations

WARNING = Finding(
    rule="T10", severity=Severity.WARNING, message="…", codes=("VII.B.1.1", "VII.B.1.1.1")
)
ERROR = Finding(rule="P01", severity=Severity.ERROR, message="…", codes=("I.1.2", "I.1.1"))
BLANKS = Finding(rule="B01", severity=Severity.WARNING, message="…", codes=("I.2.1", "I.2.2"))
STRAY = Finding(rule="W06", severity=Severity.WARNING, message="…", cells=("Phụ lục!K9",))
TYPED = Finding(rule="G10", severity=Severity.WARNING, message="…", codes=("I.1.1",))


def explained(
    form: Form,
    finding: Finding,
    notes: Mapping[str, str] | None = None,
    answers: Mapping[str, str] | None = None,
) -> tuple[Finding, ...]:
    submission = Submission(file="a.xlsx", sha256="", notes=notes or {}, answers=answers or {})
    return with_explanations(form, Reading(submission, (finding,))).findings


@pytest.mark.parametrize(
    ("finding", "notes", "answers", "words", "is_open"),
    [
        (WARNING, {}, {}, "", True),
        (WARNING, {"I.1": "số 5"}, {}, "", True),  # another row's note
        (WARNING, {"VII.B.1.1.1": "gửi giấy"}, {}, "gửi giấy", False),
        (WARNING, {}, {WARNING.key: "gửi giấy"}, "gửi giấy", False),
        (WARNING, {}, {"T10|VII.B.1.1": "gửi giấy"}, "", True),  # given to less than this
        (ERROR, {"I.1.1": "đúng rồi"}, {}, "", True),  # a note says nothing of an error
        (ERROR, {}, {ERROR.key: "đúng rồi"}, "đúng rồi", True),  # kept, but no way out
        (BLANKS, {"I.2.1": "chưa có"}, {}, "", True),  # the other blank has no word
        (BLANKS, {"I.2.1": "a", "I.2.2": "b"}, {}, "I.2.1: a; I.2.2: b", False),
        (BLANKS, {}, {"B01|I.2.1|I.2.2|I.2.3": "chưa có"}, "chưa có", False),  # one filled since
        (STRAY, {}, {STRAY.key: "bảng phụ"}, "bảng phụ", False),
        (TYPED, {"I.1.1": "Kế hoạch số 4"}, {}, "", True),  # a note on the row, not on its typing
    ],
)
def test_an_explanation(
    form: Form,
    finding: Finding,
    notes: Mapping[str, str],
    answers: Mapping[str, str],
    words: str,
    is_open: bool,
) -> None:
    said = explained(form, finding, notes, answers)[0]
    assert (said.explained, said.is_open) == (words, is_open)


def test_an_answer_to_what_is_gone_is_told(form: Form) -> None:
    _, told = explained(form, WARNING, answers={"Q01|I.1": "đã sửa"})
    assert (told.rule, told.severity) == ("W16", Severity.INFO)
    assert "«đã sửa»" in told.message
