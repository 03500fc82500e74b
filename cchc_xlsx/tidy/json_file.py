"""All tables in one JSON document."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from cchc_xlsx import __version__
from cchc_xlsx.tidy.tables import Row, Table

SCHEMA = 1


def json_file(tables: Mapping[Table, Sequence[Row]]) -> bytes:
    """Each table under its name as a list of objects."""
    document = {"schema": SCHEMA, "version": __version__} | {
        table.name: [dict(zip(_names(table), row, strict=True)) for row in rows]
        for table, rows in tables.items()
    }
    return json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False).encode()


def _names(table: Table) -> list[str]:
    return [column.name for column in table.columns]
