"""CSV that spreadsheet programs take for what it is: texts and numbers, never formulas."""

from __future__ import annotations

import csv
import io

ENCODING = "utf-8-sig"
"""With a byte order mark, without which Excel takes it for another code."""

_GUARDED = tuple("=+-@'\t\r")
"""Excel takes a text that begins with one of these for a formula, even from a CSV file.

The apostrophe is among them so that every guard can be told from a text's own.
"""


def guarded(text: str) -> str:
    """A text that no program takes for a formula."""
    return f"'{text}" if text.startswith(_GUARDED) else text


def unguarded(text: str) -> str:
    """The text that was guarded."""
    return text[1:] if text.startswith("'") else text


END = "\r\n"
"""Ends a line."""


def csv_fields(*texts: str) -> str:
    """Texts as some of the fields of a line."""
    line = io.StringIO()
    # A field that holds a part of what ends a line is quoted, so that the writer has to know it.
    # The empty field after them keeps a single empty text from being quoted.
    csv.writer(line, lineterminator=END).writerow([*map(guarded, texts), ""])
    return line.getvalue().removesuffix(f",{END}")
