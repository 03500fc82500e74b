"""Where to look further: from a total to its figures, from a figure to the file it came from.

Links to files are relative to the folder of the consolidated workbook, so that they work when that
folder is moved or mailed with the files in it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from cchc_xlsx.consolidate import Consolidation
from cchc_xlsx.finding import Finding, Severity, worst_first
from cchc_xlsx.layout import quoted
from cchc_xlsx.merged_layout import FINDINGS_SHEET
from cchc_xlsx.reading_rules import BLANKS
from cchc_xlsx.summary.data_layout import DataLayout
from cchc_xlsx.summary.plain_table import HEADING_ROW

_LONGEST_LINK = 1_000
"""Characters; Excel takes some 2,000, and a letter may be escaped into several."""


@dataclass(frozen=True)
class FilePlace:
    """A file by its path from the consolidated workbook, with ``/``, and a cell in it.

    Of a member of an archive it is the archive, and no cell.
    """

    path: str
    cell: str = ""


@dataclass(frozen=True)
class DrillDown:
    """Where the figures and the findings of a consolidation stand, seen from a folder."""

    merged: Consolidation
    folder: Path

    @cached_property
    def data(self) -> DataLayout:
        """The lines of `Dữ liệu`."""
        return DataLayout(self.merged)

    @cached_property
    def findings(self) -> list[Finding]:
        """The findings in the order of `Vấn đề`."""
        return worst_first(self.merged.batch.findings)

    @cached_property
    def _about(self) -> Mapping[tuple[str, str], tuple[int, Severity]]:
        """For every figure that a finding names the line of the gravest one."""
        about: dict[tuple[str, str], tuple[int, Severity]] = {}
        for row, finding in enumerate(self.findings, start=HEADING_ROW + 1):
            if finding.severity is not Severity.INFO and finding.rule != BLANKS.id:
                for code in finding.codes:
                    about.setdefault((finding.unit, code), (row, finding.severity))
        return about

    def severity(self, unit: str, code: str) -> Severity | None:
        """How grave the gravest finding about a unit's figure is; of no unit, about the total."""
        return self._about[unit, code][1] if (unit, code) in self._about else None

    def finding(self, unit: str, code: str) -> str | None:
        """The line of that finding, as a link writes it."""
        if (unit, code) not in self._about:
            return None
        return f"{quoted(FINDINGS_SHEET)}!A{self._about[unit, code][0]}"

    def file(self, name: str, cell: str = "") -> FilePlace | None:
        """Where a file lies, and a cell such as ``Phụ lục!E14``; None when no link leads there."""
        # Unlike `Path.is_file`, no error for the endless name of a member of an archive.
        path = next((each for each in _candidates(name) if os.path.isfile(each)), None)
        if path is None or "#" in path:
            return None
        try:
            relative = os.path.relpath(path, self.folder)
        except ValueError:  # on another drive of Windows
            return None
        if len(relative) > _LONGEST_LINK:
            return None
        sheet, _, place = cell.rpartition("!")
        is_in_it = place and path == name
        return FilePlace(Path(relative).as_posix(), f"{quoted(sheet)}!{place}" if is_in_it else "")


def _candidates(name: str) -> list[str]:
    """The name of a file as a path, then that of the archive it may have been a member of."""
    return [name, name.partition("!")[0]]
