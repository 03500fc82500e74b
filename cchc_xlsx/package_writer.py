"""The parts of a workbook, written straight into its archive.

XlsxWriter writes each part to a temporary file, or keeps it in memory, and packs them all in the
end. Here a part is deflated as it is written: a large sheet needs neither.
"""

from __future__ import annotations

import shutil
from io import StringIO, TextIOWrapper
from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile

from xlsxwriter.packager import Packager

USUAL, QUICK = 6, 2
"""How hard zlib tries: quickly takes a third of the time, for files that are a quarter larger."""


class PackageWriter(Packager):
    """Packs the parts one after the other, as XlsxWriter asks where to write each."""

    def __init__(self, path: Path, level: int) -> None:
        super().__init__()
        self._archive = ZipFile(path, "w", ZIP_DEFLATED, compresslevel=level)
        self._part: Part | None = None

    def _filename(self, xml_filename: str) -> StringIO:
        self._end_part()
        # By its bare name, a member has the time of all parts that Excel writes: 1980-01-01.
        self._part = Part(self._archive.open(xml_filename, "w"))
        return self._part

    def _end_part(self) -> None:
        if self._part:
            self._part.end()

    def _create_package(self) -> list[str]:
        """All parts; none is left for XlsxWriter to pack."""
        with self._archive:
            super()._create_package()  # type: ignore[no-untyped-call]
            self._end_part()
        return []


class Part(StringIO):
    """A part being written; XlsxWriter takes it for a text in memory."""

    def __init__(self, member: IO[bytes]) -> None:
        super().__init__()
        self._text = TextIOWrapper(member, "utf-8", newline="\n")

    def write(self, text: str) -> int:
        """Add a text."""
        return self._text.write(text)

    def append(self, file: IO[bytes]) -> None:
        """Add all that a file holds."""
        file.seek(0)
        self._text.flush()
        shutil.copyfileobj(file, self._text.buffer)

    def end(self) -> None:
        """Finish the part."""
        self._text.close()
