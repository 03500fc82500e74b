"""What a sender says about a finding: what it answers, and what it cannot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from cchc_xlsx.figures import Fill
from cchc_xlsx.finding import Finding, Severity
from cchc_xlsx.form import Form
from cchc_xlsx.submission import Answer, Reading, Submission
from cchc_xlsx.waivers import asked_about, with_explanations

WARNING = Finding(
    rule="T10", severity=Severity.WARNING, message="…", codes=("VII.B.1.1", "VII.B.1.1.1")
)
ERROR = Finding(rule="P01", severity=Severity.ERROR, message="…", codes=("I.1.2", "I.1.1"))
BLANKS = Finding(rule="B01", severity=Severity.WARNING, message="…", codes=("I.2.1", "I.2.2"))
STRAY = Finding(rule="W06", severity=Severity.WARNING, message="…", cells=("Phụ lục!K9",))
NAMELESS = Finding(rule="H07", severity=Severity.WARNING, message="…")
TYPED = Finding(rule="G10", severity=Severity.WARNING, message="…", codes=("I.1.1",))


def explained(
    form: Form,
    finding: Finding,
    notes: Mapping[str, str] | None = None,
    answers: Mapping[str, str] | None = None,
) -> tuple[Finding, ...]:
    nothing = Submission(file="a.xlsx", sha256="", notes=notes or {})
    figures = asked_about(nothing, finding).removeprefix(finding.key)
    given = tuple(Answer(key + figures, "…", text) for key, text in (answers or {}).items())
    submission = replace(nothing, answers=given)
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
        (WARNING, {"VII.B.1.1": "."}, {}, "", True),  # says nothing
        (NAMELESS, {}, {NAMELESS.key: "Sở Mẫu A"}, "Sở Mẫu A", False),  # about no cell
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


def test_an_answer_holds_for_the_figures_it_was_given_to(form: Form) -> None:
    """The total and the difference, which the message tells, are the same both times."""
    before, after = (
        Submission(file="a.xlsx", sha256="", fill=Fill({"VII.B.1.1": 9.0, "VII.B.1.1.1": part}))
        for part in (4.0, 5.0)
    )
    answer = Answer(asked_about(before, WARNING), WARNING.message, "gửi giấy")
    same, changed = (
        with_explanations(form, Reading(replace(each, answers=(answer,)), (WARNING,))).findings
        for each in (before, after)
    )
    assert not same[0].is_open
    assert changed[0].is_open
    assert "«gửi giấy»" in changed[1].message


def test_two_answers_to_one_finding_are_both_kept(form: Form) -> None:
    empty = Submission(file="a.xlsx", sha256="")
    key = asked_about(empty, STRAY)
    submission = replace(empty, answers=(Answer(key, "…", "một"), Answer(key, "…", "hai")))
    (said,) = with_explanations(form, Reading(submission, (STRAY,))).findings
    assert said.explained == "một; hai"


@pytest.mark.parametrize("note", [".", "12", '="Chưa "&"có"', "#N/A"])
def test_what_says_nothing_explains_nothing(form: Form, note: str) -> None:
    assert explained(form, WARNING, notes={"VII.B.1.1": note})[0].is_open
