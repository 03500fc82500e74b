"""What the notes of a submission tell, as figures that rules name: `Form.note_figures`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

import numpy as np

from cchc_xlsx.expression import Numbers, parts_of
from cchc_xlsx.figures import NO_FILL, Fill
from cchc_xlsx.form import Form, Period, Rule
from cchc_xlsx.notes import (
    Note,
    Reference,
    count_after,
    leading_counts,
    listed_names,
    read_note,
    says,
)
from cchc_xlsx.submission import Submission
from cchc_xlsx.vietnamese import format_date

Answer = Callable[[Note, Period | None, str], float | None]
"""A note, the period it is of and the words to look for → a number; None if it tells none."""


def _issued(note: Note) -> list[Reference]:
    """The documents, but for those that another one replaces."""
    return [each for each in note.references if not each.is_replaced]


def _outside(note: Note, period: Period | None) -> list[Reference]:
    """The documents that were issued before or after the period."""
    if period is None:
        return []
    return [
        each
        for each in _issued(note)
        if each.date and not period.begins <= each.date <= period.ends
    ]


def _listed(note: str) -> float | None:
    """The counts of a list added up, where its numbers are nothing else."""
    counts = leading_counts(note)
    is_all = len(counts) == len(re.findall(r"[0-9][0-9.]*", note))
    return float(sum(counts)) if counts and is_all else None


_ANSWERS: Mapping[str, Answer] = {
    "documents": lambda note, period, words: float(len(_issued(note))),
    "outside": lambda note, period, words: float(len(_outside(note, period))),
    "listed": lambda note, period, words: _listed(note.text),
    "places": lambda note, period, words: float(len(listed_names(note.text))) or None,
    "counted": lambda note, period, words: float(count_after(note.text, words) or 0),
    "said": lambda note, period, words: float(says(note.text, words)),
    "noted": lambda note, period, words: float(any(letter.isalpha() for letter in note.text)),
}
"""How each of `expression.NOTE_FUNCTIONS` is answered."""


Notes = Mapping[str, Note]
"""The notes of a submission, by the code of their row."""


def notes_of(submission: Submission) -> Notes:
    """The notes of a submission, taken apart."""
    return {code: read_note(text) for code, text in submission.notes.items()}


def note_fill(form: Form, submission: Submission, notes: Notes) -> Fill:
    """What the notes of a submission tell, by the names of `Form.note_figures`.

    Nothing where the notes of several units or periods stand together.
    """
    if submission.leaves or submission.sources:
        return NO_FILL

    asked, period = form.questions_to_notes, submission.period
    told = _without_note(form.note_figures).copy()
    for code, note in notes.items():
        for at, function, words in asked.get(code, ()):
            answer = _ANSWERS[function](note, period, words)
            told[at] = np.nan if answer is None else answer
    return Fill.of(form.note_figures, told)


_NO_NOTE = read_note("")


@lru_cache(maxsize=10)  # for each form once
def _without_note(names: tuple[str, ...]) -> Numbers:
    """What is answered where there is no note, by the place of the question."""
    asked = (parts_of(name) for name in names)
    answers = [_ANSWERS[function](_NO_NOTE, None, words) for function, _, words in asked]
    return np.array(answers, dtype=np.float64)


_RECOGNISED: Mapping[str, Callable[[Note, Period | None, str], list[str]]] = {
    "documents": lambda note, period, words: [_in_words(each) for each in _issued(note)],
    "outside": lambda note, period, words: [_in_words(each) for each in _outside(note, period)],
    "listed": lambda note, period, words: [str(count) for count in leading_counts(note.text)],
    "places": lambda note, period, words: list(listed_names(note.text)),
    "counted": lambda note, period, words: _counted(note.text, words),
}
"""What can be shown of how an answer was reached."""


def _counted(note: str, words: str) -> list[str]:
    count = count_after(note, words)
    return [] if count is None else [f"{words} {count}"]


def _in_words(reference: Reference) -> str:
    day = reference.date
    return f"{reference.id} ({format_date(day.day, day.month, day.year)})" if day else reference.id


def recognised(rule: Rule, submission: Submission, notes: Notes) -> str:
    """What was recognised in the notes that a rule is about: a sentence, or nothing."""
    found: list[str] = []
    for name in () if rule.check.is_live else rule.check.names:
        function, code, words = parts_of(name)
        if function in _RECOGNISED:
            note = notes.get(code, _NO_NOTE)
            found += _RECOGNISED[function](note, submission.period, words)
    return f" Đọc được ở cột Ghi chú: {'; '.join(found)}." if found else ""
