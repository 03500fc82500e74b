"""What the sender says about a finding: in the note of its row, or on the sheet `Ý kiến`.

An explanation answers a warning; an error keeps counting whatever is said about it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from cchc_xlsx.finding import Finding, Severity
from cchc_xlsx.form import Form
from cchc_xlsx.reading_rules import ANSWERED, BLANKS, FALL, JUMP
from cchc_xlsx.submission import Answer, Reading, Submission


def with_explanations(form: Form, reading: Reading) -> Reading:
    """The same, the findings with what the sender says about them.

    What was answered to something that is no such finding any more is told in one of its own.
    """
    submission = reading.submission
    # A note does not explain what is odd about notes.
    rules = form.live_rules | {BLANKS.id, JUMP.id, FALL.id}

    def explained(finding: Finding) -> Finding:
        own = (each for each in submission.answers if _answers(submission, each, finding))
        said = [answer.text for answer in own if _says_something(answer.text)]
        if finding.severity is Severity.WARNING and finding.rule in rules:
            said += _notes(finding, submission.notes)
        return replace(finding, explained="; ".join(dict.fromkeys(said))) if said else finding

    findings = tuple(explained(finding) for finding in reading.findings)
    told = [
        ANSWERED.finding(f"Trả lời ở trang Ý kiến về «{answer.message}»: «{answer.text}».")
        for answer in settled(reading)
    ]
    return replace(reading, findings=findings).with_findings(told).about_its_file()


def asked_about(submission: Submission, finding: Finding) -> str:
    """What an answer belongs to: a finding, and the figures that it was about then."""
    figures = (submission.fill.values.get(code) for code in finding.codes)
    told = " ".join("" if figure is None else format(figure, ".15g") for figure in figures)
    return f"{finding.key}{_FIGURES}{told}"


_FIGURES = "#"


def _answers(submission: Submission, answer: Answer, finding: Finding) -> bool:
    """Whether an answer was given to this finding, with these figures.

    Blanks are told by section; an answer holds on when some of them have been filled since.
    """
    if finding.rule != BLANKS.id:
        is_same = answer.key == asked_about(submission, finding)
        return is_same and answer.message == finding.message
    rule, *about = answer.key.partition(_FIGURES)[0].split("|")
    return rule == finding.rule and set(finding.codes) <= set(about)


def settled(reading: Reading) -> tuple[Answer, ...]:
    """The answers to what is no such finding any more."""
    submission = reading.submission
    return tuple(
        answer
        for answer in submission.answers
        if not any(_answers(submission, answer, finding) for finding in reading.findings)
    )


def _notes(finding: Finding, notes: Mapping[str, str]) -> list[str]:
    """The notes of the rows it is about: of one at least, and of all where each is a question."""
    said = {code: notes[code] for code in finding.codes if _says_something(notes.get(code, ""))}
    enough: Callable[[Iterable[bool]], bool] = all if finding.rule == BLANKS.id else any
    if not enough(code in said for code in finding.codes):
        return []
    return [note if len(said) == 1 else f"{code}: {note}" for code, note in said.items()]


def _says_something(note: str) -> bool:
    return any(letter.isalpha() for letter in note) and not note.startswith(("=", "#"))
