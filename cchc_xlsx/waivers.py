"""What the sender says about a finding: in the note of its row, or on the sheet `Ý kiến`.

An explanation answers a warning; an error keeps counting whatever is said about it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from cchc_xlsx.finding import Finding, Severity
from cchc_xlsx.form import Form
from cchc_xlsx.reading_rules import ANSWERED, BLANKS
from cchc_xlsx.submission import Reading


def with_explanations(form: Form, reading: Reading) -> Reading:
    """The same, the findings with what the sender says about them.

    What was answered to something that is no finding any more is told in a finding of its own.
    """
    submission = reading.submission
    rules = {rule.id for rule in form.rules} | {BLANKS.id}
    used: set[str] = set()

    def explained(finding: Finding) -> Finding:
        keys = [key for key in submission.answers if _answers(key, finding)]
        used.update(keys)
        said = [submission.answers[key] for key in keys]
        if finding.severity is Severity.WARNING and finding.rule in rules:
            said += _notes(finding, submission.notes)
        return replace(finding, explained="; ".join(dict.fromkeys(said)))

    findings = tuple(explained(finding) for finding in reading.findings)
    left = {key: said for key, said in submission.answers.items() if key not in used}
    answered = [
        ANSWERED.finding(f"Trả lời ở trang Ý kiến về «{key}»: «{said}».")
        for key, said in left.items()
    ]
    return replace(reading, findings=findings).with_findings(answered).about_its_file()


def _answers(key: str, finding: Finding) -> bool:
    """Whether an answer was given to this finding, or to one that was about these rows and more."""
    rule, *about = key.split("|")
    left = finding.codes or finding.cells
    return rule == finding.rule and bool(left) and set(left) <= set(about)


def _notes(finding: Finding, notes: Mapping[str, str]) -> list[str]:
    """The notes of the rows it is about: of one at least, and of all where each is a question."""
    enough: Callable[[Iterable[bool]], bool] = all if finding.rule == BLANKS.id else any
    is_noted = enough(code in notes for code in finding.codes)
    noted = [code for code in finding.codes if code in notes] if is_noted else []
    return [notes[code] if len(noted) == 1 else f"{code}: {notes[code]}" for code in noted]
