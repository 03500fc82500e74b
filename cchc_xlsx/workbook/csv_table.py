"""The cells of a table in a CSV file: texts, all of them."""

from __future__ import annotations

import csv
import io

from cchc_xlsx.workbook.builder import WorkbookBuilder
from cchc_xlsx.workbook.cells import SheetCells, text_cell
from cchc_xlsx.workbook.package import NotAWorkbook


def read_csv(data: bytes) -> SheetCells:
    """Read a table separated by commas, semicolons or tabs, as its first line tells.

    Raises `NotAWorkbook` for what is not UTF-8 or holds more than a workbook may.
    """
    try:
        text = data.decode("utf-8-sig")
        first = text.splitlines()[0] if text else ""
        rows = list(csv.reader(io.StringIO(text), delimiter=max(",;\t", key=first.count)))
    except UnicodeDecodeError as error:
        raise NotAWorkbook("tệp CSV phải lưu ở dạng UTF-8") from error
    except csv.Error as error:
        raise NotAWorkbook("tệp CSV bị hỏng") from error
    builder = WorkbookBuilder()
    sheet = builder.sheet("CSV")
    for at, row in enumerate(rows, start=1):
        for column, content in enumerate(row, start=1):
            sheet.put(at, column, text_cell(content))
    return sheet.built()
