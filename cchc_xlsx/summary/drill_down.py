"""Where to look further: from a total to its figures, from a figure to the file it came from.

Links to files are relative to the folder of the consolidated workbook, so that they work when that
folder is moved or mailed with the files in it.
"""

from __future__ import annotations

import os
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import NamedTuple

from cchc_xlsx.consolidate import Consolidation
from cchc_xlsx.finding import Finding, Severity, worst_first
from cchc_xlsx.layout import quoted
from cchc_xlsx.merged_layout import FINDINGS_SHEET, DataFile
from cchc_xlsx.reading_rules import BLANKS
from cchc_xlsx.summary.data_layout import DataLayout
from cchc_xlsx.summary.plain_table import HEADING_ROW

_LONGEST_LINK = 1_000
"""Characters; Excel takes some 2,000, and a letter may be escaped into several."""


class FilePlace(NamedTuple):
    """A file by its path from the consolidated workbook, with ``/``, and a cell in it.

    Of a member of an archive it is the archive, and no cell.
    """

    path: str
    cell: str = ""


class Mention(NamedTuple):
    """A finding that names a figure: its line on `Vấn đề`, and how grave it is."""

    row: int
    severity: Severity

    @property
    def target(self) -> str:
        """The line, as a link writes it."""
        return f"{quoted(FINDINGS_SHEET)}!A{self.row}"


@dataclass(frozen=True)
class DrillDown:
    """Where the figures and the findings of a consolidation stand, seen from a folder.

    `beside` is the file that holds the lines of `Dữ liệu`, where they are not on that sheet.
    """

    merged: Consolidation
    folder: Path
    beside: DataFile | None = None

    @cached_property
    def data(self) -> DataLayout:
        """The lines of `Dữ liệu`."""
        return DataLayout(self.merged)

    @cached_property
    def findings(self) -> list[Finding]:
        """The findings in the order of `Vấn đề`."""
        return worst_first(self.merged.batch.findings)

    @cached_property
    def _about(self) -> Mapping[str, Mapping[str, Mention]]:
        """For each row of the form the units whose figure a finding names, with the gravest one."""
        about: defaultdict[str, dict[str, Mention]] = defaultdict(dict)
        for row, finding in enumerate(self.findings, start=HEADING_ROW + 1):
            if finding.severity is not Severity.INFO and finding.rule != BLANKS.id:
                for code in finding.codes:
                    about[code].setdefault(finding.unit, Mention(row, finding.severity))
        return about

    def mentions(self, code: str) -> Mapping[str, Mention]:
        """Where findings name the figures of a row, by unit; of no unit, its total."""
        return self._about.get(code, {})

    @cached_property
    def _errors(self) -> Mapping[str, Sequence[int]]:
        """For each row of the form the positions of the units whose figure an error names."""
        at = {unit.code: at for at, unit in enumerate(self.merged.units)}
        return {
            code: sorted(
                at[unit]
                for unit, mention in mentions.items()
                if mention.severity is Severity.ERROR and unit in at
            )
            for code, mentions in self._about.items()
        }

    def is_error_among(self, code: str, first: int, last: int) -> bool:
        """Whether an error names the figure of one of the units from `first` up to `last`."""
        positions = self._errors.get(code, ())
        after = bisect_left(positions, first)
        return after < len(positions) and positions[after] < last

    def file(self, name: str, cell: str = "") -> FilePlace | None:
        """Where a file lies, and a cell such as ``Phụ lục!E14``; None when no link leads there."""
        way = self._way_to(name)
        if way is None:
            return None
        sheet, _, place = cell.rpartition("!") if way.is_it else ("", "", "")
        return FilePlace(way.path, f"{quoted(sheet)}!{place}" if place else "")

    @cached_property
    def _way_to(self) -> Callable[[str], _Way | None]:
        """The way to a file by its name; a file is looked for once, its lines are many."""
        return cache(lambda name: _way(name, self.folder))


class _Way(NamedTuple):
    """The path to a file, and whether it is that file or the archive that holds it."""

    path: str
    is_it: bool


def _way(name: str, folder: Path) -> _Way | None:
    # Unlike `Path.is_file`, no error for the endless name of a member of an archive.
    path = next((each for each in _candidates(name) if os.path.isfile(each)), None)
    if path is None or "#" in path:
        return None
    try:
        relative = os.path.relpath(path, folder)
    except ValueError:  # on another drive of Windows
        return None
    return _Way(Path(relative).as_posix(), path == name) if len(relative) <= _LONGEST_LINK else None


def _candidates(name: str) -> list[str]:
    """The name of a file as a path, then that of the archive it may have been a member of."""
    return [name, name.partition("!")[0]]
