"""Damaged with real programs, and what the reader makes of it: see the table in `damage.py`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from cchc_xlsx.finding import Finding, Severity
from cchc_xlsx.submission import Reading
from tests import uno_damage
from tests.damage import (
    DAMAGES,
    SAMPLE,
    Damage,
    OfficeSession,
    Program,
    Result,
    has_program,
    make,
    original,
    result,
    said_of_cells,
    says,
)


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("damage")


@pytest.fixture(scope="session")
def libreoffice() -> Iterator[OfficeSession]:
    """One office for the session, or for each worker of pytest-xdist."""
    with OfficeSession() as session:
        yield session


def _row(damage: Damage) -> object:
    markers = {Program.OFFICE: [pytest.mark.libreoffice], Program.LIBRARY: []}
    return pytest.param(
        damage, id=damage.id, marks=markers.get(damage.program, [pytest.mark.programs])
    )


@pytest.mark.parametrize("damage", [_row(damage) for damage in DAMAGES])
def test_nothing_is_lost_or_moved_and_the_reader_says_what_was_done(
    damage: Damage, folder: Path, request: pytest.FixtureRequest
) -> None:
    if not has_program(damage.program):
        pytest.skip(f"{damage.program} (or what drives it) is not installed")
    needs_office = damage.program is Program.OFFICE
    session = request.getfixturevalue("libreoffice") if needs_office else None
    read = result(damage, make(damage, folder, session))
    print(f"{damage.title}: {read.outcome} {' '.join(read.rules)}")
    faults = list(read.faults())
    assert not faults, "\n".join(faults)


def test_the_original_is_read_without_a_finding() -> None:
    undamaged = Damage(SAMPLE.stem, "Tệp gốc", DAMAGES[0].outcome)
    read = result(undamaged, SAMPLE)
    assert list(read.faults()) == []
    assert (len(original().figures), len(original().notes), read.rules) == (115, 33, ())


def test_a_figure_under_another_code_is_moved_and_lost() -> None:
    """What the table counts is counted: else a row with 0 lost would mean nothing."""
    undamaged = result(Damage(SAMPLE.stem, "Tệp gốc", DAMAGES[0].outcome), SAMPLE)
    submission = undamaged.reading.submission
    values = dict(submission.fill.values)
    values["I.1.1"], values["I.1.2"], values["I.1.3"] = values["I.1.2"], values["I.1.1"], None
    notes = {code: note for code, note in submission.notes.items() if code != "I.1"}
    changed = replace(submission, fill=replace(submission.fill, values=values), notes=notes)
    read = Result(undamaged.damage, Reading(changed))
    assert set(read.moved) == {"I.1.1", "I.1.2"}
    assert set(read.lost) == {"I.1.1", "I.1.2", "I.1.3"}
    assert set(read.lost_notes) == {"I.1"}


def test_every_damage_is_in_the_table_once() -> None:
    assert len({damage.id for damage in DAMAGES}) == len(DAMAGES)
    acts = {
        name
        for name, act in vars(uno_damage).items()
        if getattr(act, "__annotations__", {}) == uno_damage.saved_again.__annotations__
    }
    assert {damage.name for damage in DAMAGES if damage.program is Program.OFFICE} == acts


@pytest.mark.parametrize(
    ("cells", "message", "text", "named"),
    [
        (["P!E1"], "Ô chứa «72», …", "72", True),
        (["P!E1"], "Ô chứa «172», …", "72", False),
        (["P!E1"], "Ô chứa «72,5», …", "72", False),
        (["P!E1", "P!E12"], "P!E1 «5»; P!E12 «72»", "72", True),
        (["P!E1", "P!E12"], "Dòng 72 và các dòng khác.", "72", False),
    ],
)
def test_a_figure_is_named_only_with_its_cell(
    cells: list[str], message: str, text: str, named: bool
) -> None:
    finding = Finding(rule="W06", severity=Severity.WARNING, message=message, cells=tuple(cells))
    assert any(says(said, text) for _, said in said_of_cells(finding)) is named
