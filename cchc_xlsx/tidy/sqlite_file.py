"""All tables in one SQLite database, with their keys and a view that reads by itself."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing

from cchc_xlsx.tidy.tables import Cell, Column, Row, Table, Type

_TYPES = {
    Type.TEXT: "TEXT",
    Type.INTEGER: "INTEGER",
    Type.NUMBER: "REAL",  # a column of integers would divide 1 by 2 and get 0
    Type.TEXTS: "TEXT",  # as a JSON array, which json_each reads
}

_VIEW = """
CREATE VIEW labelled_data AS
SELECT data.*, units.name AS unit_name, section.label AS section_label, indicators.label,
       indicators.noun, indicators.kind, indicators.position
FROM data
JOIN units ON units.code = data.unit
JOIN indicators ON indicators.code = data.code
JOIN indicators AS section ON section.code = indicators.section
"""


def sqlite_file(tables: Mapping[Table, Sequence[Row]]) -> bytes:
    """The database: a table each, and the view ``labelled_data``."""
    # In memory first: an error of the disk is then like that of any other file.
    with closing(sqlite3.connect(":memory:")) as database:
        for table, rows in tables.items():
            database.execute(_definition(table))
            marks = ", ".join("?" * len(table.columns))
            written = ([_written(cell) for cell in row] for row in rows)
            database.executemany(f"INSERT INTO {_quoted(table.name)} VALUES ({marks})", written)
        database.execute(_VIEW)
        database.commit()
        return database.serialize()


def _definition(table: Table) -> str:
    parts = [_column(column) for column in table.columns]
    if table.key:
        parts.append(f"PRIMARY KEY ({', '.join(map(_quoted, table.key))})")
    return f"CREATE TABLE {_quoted(table.name)} ({', '.join(parts)})"


def _column(column: Column) -> str:
    definition = f"{_quoted(column.name)} {_TYPES[column.type]}"
    if column.refers_to:
        table, key = map(_quoted, column.refers_to)
        definition += f" REFERENCES {table} ({key})"
    return definition


def _quoted(name: str) -> str:
    return f'"{name}"'


def _written(cell: Cell) -> Cell:
    return json.dumps(cell, ensure_ascii=False) if isinstance(cell, tuple) else cell
