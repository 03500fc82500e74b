"""What the notes of a submission tell, as figures that rules name: `Form.note_figures`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from cchc_xlsx.expression import parts_of
from cchc_xlsx.figures import NO_FILL, Fill
from cchc_xlsx.form import Form, Period, Rule
from cchc_xlsx.notes import (
    Reference,
    count_after,
    leading_counts,
    listed_names,
    references,
    says,
)
from cchc_xlsx.submission import Submission
from cchc_xlsx.vietnamese import format_date

Answer = Callable[[str, Period | None, str], float | None]
"""A note, the period it is of and the words to look for → a number; None if it tells none."""


def _issued(note: str) -> list[Reference]:
    """The documents, but for those that another one replaces."""
    return [each for each in references(note) if not each.is_replaced]


def _outside(note: str, period: Period | None) -> list[Reference]:
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
    "listed": lambda note, period, words: _listed(note),
    "places": lambda note, period, words: float(len(listed_names(note))) or None,
    "counted": lambda note, period, words: float(count_after(note, words) or 0),
    "said": lambda note, period, words: float(says(note, words)),
    "noted": lambda note, period, words: float(any(letter.isalpha() for letter in note)),
}
"""How each of `expression.NOTE_FUNCTIONS` is answered."""


def note_fill(form: Form, submission: Submission) -> Fill:
    """What the notes of a submission tell, by the names of `Form.note_figures`.

    Nothing where the notes of several units or periods stand together.
    """
    if submission.leaves or submission.sources:
        return NO_FILL

    def answer(name: str) -> float | None:
        function, code, words = parts_of(name)
        return _ANSWERS[function](submission.notes.get(code, ""), submission.period, words)

    return Fill({name: answer(name) for name in form.note_figures})


_RECOGNISED: Mapping[str, Callable[[str, Period | None, str], list[str]]] = {
    "documents": lambda note, period, words: [_in_words(each) for each in _issued(note)],
    "outside": lambda note, period, words: [_in_words(each) for each in _outside(note, period)],
    "listed": lambda note, period, words: [str(count) for count in leading_counts(note)],
    "places": lambda note, period, words: list(listed_names(note)),
    "counted": lambda note, period, words: _counted(note, words),
}
"""What can be shown of how an answer was reached."""


def _counted(note: str, words: str) -> list[str]:
    count = count_after(note, words)
    return [] if count is None else [f"{words} {count}"]


def _in_words(reference: Reference) -> str:
    day = reference.date
    return f"{reference.id} ({format_date(day.day, day.month, day.year)})" if day else reference.id


def recognised(rule: Rule, submission: Submission) -> str:
    """What was recognised in the notes that a rule is about: a sentence, or nothing."""
    found: list[str] = []
    for name in rule.check.names:
        function, code, words = parts_of(name)
        if function in _RECOGNISED:
            note = submission.notes.get(code, "")
            found += _RECOGNISED[function](note, submission.period, words)
    return f" Đọc được ở cột Ghi chú: {'; '.join(found)}." if found else ""
