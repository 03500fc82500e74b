"""Many submissions checked, and the cells most likely wrong: here, or by other processes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from typing import NamedTuple

from cchc_xlsx.batch.reading import BatchReader
from cchc_xlsx.changes import check_changes
from cchc_xlsx.checks import check
from cchc_xlsx.finding import Finding
from cchc_xlsx.form import Form
from cchc_xlsx.previous import Previous
from cchc_xlsx.submission import Reading, Suspect
from cchc_xlsx.workers import HERE, in_order, submitted, unpacked

MANY = 300
"""Submissions from which on the start of other processes is won back."""

TOGETHER = 100
"""Of one piece of work: the form's rules take nearly as long for one as for so many."""

_SIZE = 2**14
"""Bytes of a reading, roughly."""


class Told(NamedTuple):
    """What there is to be said of a submission."""

    findings: tuple[Finding, ...]
    suspects: tuple[Suspect, ...]


def with_checks(
    reader: BatchReader, readings: Sequence[Reading], previous: Previous
) -> list[Reading]:
    """The same; accepted ones with all that their figures and notes give to say."""
    told = _all_told(reader, [each for each in readings if each.is_accepted], previous)

    def checked(reading: Reading) -> Reading:
        findings, found = next(told)
        return reading.with_findings(findings).with_suspects(found)

    return [checked(each) if each.is_accepted else each for each in readings]


def _all_told(
    reader: BatchReader, accepted: Sequence[Reading], previous: Previous
) -> Iterator[Told]:
    """What is to be said of each, in their order."""
    form = reader.form
    executor = reader.workers.elsewhere(pays=len(accepted) >= MANY) if accepted else None
    pieces = (accepted[at : at + TOGETHER] for at in range(0, len(accepted), TOGETHER))

    def submit(piece: Sequence[Reading]) -> Future[list[Told]]:
        own = previous.of_units(each.submission.unit_code for each in piece)
        if executor:
            return submitted(executor, told_elsewhere, reader.one.packed_form, piece, own)
        return submitted(HERE, tell, form, piece, own)

    for piece, future in in_order(pieces, submit, lambda piece: _SIZE * len(piece)):
        try:
            told = [each for each, _ in zip(future.result(), piece, strict=True)]
        except Exception:  # whatever an executor of somebody else's may raise
            told = tell(form, piece, previous)
        yield from told


def tell(form: Form, readings: Sequence[Reading], previous: Previous) -> list[Told]:
    """What the rules and earlier periods have to say of each, and which cells they make suspect."""
    found = check(form, [each.submission for each in readings], previous)
    told: list[Told] = []
    for reading, own in zip(readings, found, strict=True):
        findings = (*own, *check_changes(form, reading.submission, previous))
        told.append(Told(findings, _suspects(form, reading.with_findings(findings), previous)))
    return told


def _suspects(form: Form, reading: Reading, previous: Previous) -> tuple[Suspect, ...]:
    """The cells most likely wrong; none where every hard rule holds."""
    if not reading.breaks_any(form.hard_rules):
        return ()
    # Imported here: few submissions break hard rules.
    from cchc_xlsx.suspects import suspects

    return suspects(form, reading, previous)


def told_elsewhere(
    packed_form: bytes, readings: Sequence[Reading], previous: Previous
) -> list[Told]:
    """`tell` in any process; the form as `workers.packed` has it."""
    form: Form = unpacked(packed_form)
    return tell(form, readings, previous)
