"""The cells most likely wrong, of many submissions: here, or by other processes."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future

from cchc_xlsx.batch.reading import BatchReader
from cchc_xlsx.form import Form
from cchc_xlsx.previous import Previous
from cchc_xlsx.submission import Reading, Suspect
from cchc_xlsx.suspects import breaks_hard_rules, suspects, with_found
from cchc_xlsx.workers import HERE, in_order, submitted, unpacked

SEVERAL = 8
"""Submissions from which on the start of other processes is won back: one takes as long as 3."""

_SIZE = 2**14
"""Bytes of a reading, roughly."""


def with_all_suspects(
    reader: BatchReader, readings: Sequence[Reading], previous: Previous
) -> list[Reading]:
    """The same; those that break hard rules with the cells most likely wrong."""
    form = reader.form
    asked = [each for each in readings if each.is_accepted and breaks_hard_rules(form, each)]
    executor = reader.workers.elsewhere(pays=len(asked) >= SEVERAL) if asked else None

    def submit(reading: Reading) -> Future[tuple[Suspect, ...]]:
        own = previous.of_unit(reading.submission.unit_code)
        if executor:
            return submitted(executor, suspects_elsewhere, reader.one.packed_form, reading, own)
        return submitted(HERE, suspects, form, reading, own)

    def told(reading: Reading, future: Future[tuple[Suspect, ...]]) -> tuple[Suspect, ...]:
        try:
            return future.result()
        except Exception:  # whatever an executor of somebody else's may raise
            return suspects(form, reading, previous)

    found = {
        reading.submission.file: with_found(reading, told(reading, future))
        for reading, future in in_order(asked, submit, lambda _: _SIZE)
    }
    return [found.get(each.submission.file, each) for each in readings]


def suspects_elsewhere(
    packed_form: bytes, reading: Reading, previous: Previous
) -> tuple[Suspect, ...]:
    """`suspects.suspects` in any process; the form as `workers.packed` has it."""
    form: Form = unpacked(packed_form)
    return suspects(form, reading, previous)
