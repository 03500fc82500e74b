"""A table as Parquet, typed."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

from cchc_xlsx.tidy.tables import Row, Table, Type


def parquet_file(tables: Mapping[Table, Sequence[Row]]) -> bytes:
    """One table, its columns typed even where it is empty; several texts of a cell as a list."""
    # Imported here: it is slow, and only this format needs it.
    import pyarrow as pa
    from pyarrow import parquet

    types = {
        Type.TEXT: pa.string(),
        Type.INTEGER: pa.int64(),
        Type.NUMBER: pa.float64(),
        Type.TEXTS: pa.list_(pa.string()),
    }
    ((table, rows),) = tables.items()
    columns = {
        column.name: pa.array([row[at] for row in rows], types[column.type])
        for at, column in enumerate(table.columns)
    }
    content = io.BytesIO()
    parquet.write_table(pa.table(columns), content)
    return content.getvalue()
