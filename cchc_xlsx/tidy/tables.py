"""The tables of an export: the data, and beside it what its codes mean and where it came from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import get_type_hints

from cchc_xlsx.catalogue import catalogue
from cchc_xlsx.consolidate import Consolidation, Line
from cchc_xlsx.form import Form, Indicator, Level
from cchc_xlsx.json_output import figure

Cell = str | int | float | tuple[str, ...] | None
"""None where nothing is known; the texts of a note or a hint are empty where there is none."""

Row = tuple[Cell, ...]


class Type(Enum):
    """What stands in a column."""

    TEXT = auto()
    INTEGER = auto()
    NUMBER = auto()
    TEXTS = auto()


@dataclass(frozen=True)
class Column:
    """A column; `refers_to` is the table and its key that every value but None is found in."""

    name: str
    type: Type = Type.TEXT
    refers_to: tuple[str, str] | None = None


@dataclass(frozen=True)
class Table:
    """A table: its columns, the names of those that tell its rows apart, and how it is filled."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    fill: Callable[[Consolidation], Iterator[Row]]


# --- how each table is filled ---------------------------------------------------------------


def _data(merged: Consolidation) -> Iterator[Row]:
    for line in merged.lines():
        yield tuple(figure(cell) if isinstance(cell, float) else cell for cell in line)


def _notes(merged: Consolidation) -> Iterator[Row]:
    """Every note: also those of headings and of rows left blank, which no line of data holds."""
    for each in merged.submissions:
        for code, note in each.notes.items():
            yield (each.unit_code, each.period.id if each.period else None, code, note, each.file)


def _indicators(merged: Consolidation) -> Iterator[Row]:
    for position, (section, row) in enumerate(_with_sections(merged.form), start=1):
        kind, noun = (row.measure.kind.value, row.measure.noun) if row.measure else (None, None)
        yield (
            *(row.code, position, section, row.level.value, row.stt, row.label, row.printed_unit),
            *(kind, noun, row.aggregate.value, row.of, row.basis.value, row.caution),
        )


def _with_sections(form: Form) -> Iterator[tuple[str, Indicator]]:
    section = form.indicators[0].code
    for row in form.indicators:
        section = row.code if row.level is Level.SECTION else section
        yield section, row


def _units(merged: Consolidation) -> Iterator[Row]:
    """The units of the roster, under its names, and all others that sent something."""
    sent = (each.unit for each in merged.batch.submissions if each.unit)
    known = {unit.code: unit for unit in (*sent, *merged.batch.roster)}
    for unit in known.values():
        yield (unit.code, unit.name, unit.parent or None)


def _submissions(merged: Consolidation) -> Iterator[Row]:
    """Every file, also those that no data was taken from."""
    for each in merged.batch.submissions:
        period = each.period.id if each.period else None
        yield (each.file, each.sha256, each.unit_code or None, period, each.status.value)


def _rules(merged: Consolidation) -> Iterator[Row]:
    """One row an id, so that joining to the findings doubles none."""
    for each in catalogue(merged.form):
        texts = (each.check or None, each.message or None, each.hint or None)
        yield (each.id, each.severity.value, *texts, each.meaning, each.codes)


def _findings(merged: Consolidation) -> Iterator[Row]:
    for each in merged.batch.findings:
        about = (each.file or None, each.unit or None)
        said = (each.codes, each.cells, each.message, each.hint, each.explained)
        yield (*about, each.rule, each.severity.value, *said)


# --- the tables -----------------------------------------------------------------------------

_UNIT = Column("unit", refers_to=("units", "code"))
_CODE = Column("code", refers_to=("indicators", "code"))
_FILE = Column("file", refers_to=("submissions", "file"))
_PERIOD = Column("period")


def _texts(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name) for name in names)


def _columns_of_data() -> tuple[Column, ...]:
    """The columns of `Line`, whatever it has beyond those that others rely on."""
    known = {column.name: column for column in (_UNIT, _CODE, _FILE)}
    types = get_type_hints(Line)
    return tuple(
        known.get(name, Column(name, Type.TEXT if types[name] is str else Type.NUMBER))
        for name in Line._fields
    )


DATA = Table("data", _columns_of_data(), ("unit", "period", "code"), _data)

TABLES = (
    DATA,
    Table(
        "notes",
        (_UNIT, _PERIOD, _CODE, Column("note"), _FILE),
        ("unit", "period", "code"),
        _notes,
    ),
    Table(
        "indicators",
        (
            Column("code"),
            Column("position", Type.INTEGER),
            Column("section", refers_to=("indicators", "code")),
            *_texts("level", "stt", "label", "printed_unit", "kind", "noun", "aggregate"),
            Column("of", Type.TEXTS),
            *_texts("basis", "caution"),
        ),
        ("code",),
        _indicators,
    ),
    Table("units", _texts("code", "name", "parent"), ("code",), _units),
    Table(
        "submissions",
        (*_texts("file", "sha256"), _UNIT, _PERIOD, Column("status")),
        ("file",),
        _submissions,
    ),
    Table(
        "rules",
        (
            *_texts("id", "severity", "expression", "message", "hint", "reason"),
            Column("codes", Type.TEXTS),
        ),
        ("id",),
        _rules,
    ),
    Table(
        "findings",
        (
            *(_FILE, _UNIT, Column("rule", refers_to=("rules", "id")), Column("severity")),
            *(Column("codes", Type.TEXTS), Column("cells", Type.TEXTS)),
            *_texts("message", "hint", "explained"),
        ),
        (),
        _findings,
    ),
)
"""The data first. Names of tables and columns are what scripts may rely on."""
