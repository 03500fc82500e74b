"""What openpyxl drops or changes when it saves a workbook, put back from the original.

Without the results stored with its formulas a file shows blanks wherever nothing recalculates it:
in Protected View, in a preview, and in LibreOffice, which trusts what is stored.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from xml.sax.saxutils import escape

from openpyxl import load_workbook

_FORMULA = re.compile(
    r'<c r="([A-Z]+[0-9]+)"([^>]*?)(?: t="\w+")?>'
    r"(<f(?:[^>/]|/(?!>))*>[^<]*</f>|<f[^>]*/>)<v ?/></c>"
)
"""A cell with a formula as openpyxl writes it."""

_PROPERTIES = "docProps/core.xml"
"""Who saved the workbook and when: still its sender, until somebody fills it again."""


def preserved(saved: bytes, original: bytes) -> bytes:
    """`saved` by openpyxl, with the formulas' results and the properties of the `original`."""
    results = _results(original)
    parts = _parts_by_sheet(saved)
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(original)) as sent,
        zipfile.ZipFile(io.BytesIO(saved)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for info in old.infolist():
            content = old.read(info)
            if sheet := parts.get(info.filename):
                content = _filled(content.decode(), results.get(sheet, {})).encode()
            elif info.filename == _PROPERTIES and _PROPERTIES in sent.namelist():
                content = sent.read(_PROPERTIES)
            new.writestr(info, content)
    return buffer.getvalue()


def _results(original: bytes) -> Mapping[str, Mapping[str, object]]:
    book = load_workbook(io.BytesIO(original), data_only=True, read_only=True)
    return {
        sheet.title: {
            cell.coordinate: cell.value
            for row in sheet.iter_rows()
            for cell in row
            if cell.value is not None
        }
        for sheet in book.worksheets
    }


def _parts_by_sheet(saved: bytes) -> dict[str, str]:
    """The sheet in each part; openpyxl numbers them in their order, those of charts apart."""
    sheets = load_workbook(io.BytesIO(saved), read_only=True).worksheets
    return {f"xl/worksheets/sheet{at}.xml": each.title for at, each in enumerate(sheets, start=1)}


def _filled(xml: str, results: Mapping[str, object]) -> str:
    def with_result(match: re.Match[str]) -> str:
        place, attributes, formula = match.groups()
        result = results.get(place)
        kind, text = _stored(result)
        return f'<c r="{place}"{attributes}{kind}>{formula}{text}</c>'

    return _FORMULA.sub(with_result, xml)


def _stored(result: object) -> tuple[str, str]:
    """The attribute that tells the type, and the element that holds the result."""
    match result:
        case bool():
            return ' t="b"', f"<v>{int(result)}</v>"
        case int() | float():
            return "", f"<v>{result!r}</v>"
        case str() if result.startswith("#"):
            return ' t="e"', f"<v>{escape(result)}</v>"
        case str():
            return ' t="str"', f"<v>{escape(result)}</v>"
    # What is no number and no text was stored as an empty text.
    return ' t="str"', "<v></v>"
