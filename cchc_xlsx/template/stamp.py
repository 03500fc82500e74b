"""The workbooks of many units, of which one is written and the others are stamped.

The workbook is written for a unit whose code and name are placeholders; around these its parts are
cut, and the pieces deflated once. A unit's own code and name then only have to be put in between.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.sax.saxutils import escape

from cchc_xlsx.roster import ReportingUnit
from cchc_xlsx.template import Content, write_template
from cchc_xlsx.template.info_sheet import answer_lines
from cchc_xlsx.template.zip_archive import Piece, archive
from cchc_xlsx.vietnamese import clean

_CODE, _NAME = "\ue000ma\ue000", "\ue000ten\ue000"
"""Placeholders; letters for private use stand in no form and in no text of ours."""

Prepared = Mapping[str, Sequence[Piece]]
"""The parts of a workbook by name; the placeholders are pieces of their own."""


@dataclass(frozen=True)
class Stamp:
    """Writes workbooks that hold the same `content` but for its unit, with the same `password`."""

    content: Content
    password: str = ""
    _prepared: dict[ReportingUnit, Prepared] = field(default_factory=dict, init=False, repr=False)

    def write(self, unit: ReportingUnit, path: Path) -> None:
        """Write a unit's workbook to `path`, with the same in every part as `write_template`.

        Only the list of shared strings may be in another order or name a text twice, and the moment
        of creation is that of the workbook that was prepared.
        """
        if _is_plain(unit.code) and _is_plain(unit.name):
            path.write_bytes(self._stamped(unit))
        else:
            write_template(replace(self.content, unit=unit), path, self.password)

    def _stamped(self, unit: ReportingUnit) -> bytes:
        blank = _placeholder(unit)
        if blank not in self._prepared:
            self._prepared[blank] = self._prepare(blank)
        own = {
            blank.code.encode(): Piece.of(escape(unit.code).encode()),
            blank.name.encode(): Piece.of(escape(unit.name).encode()),
        }
        return archive(
            {
                part: [own.get(piece.content, piece) for piece in pieces]
                for part, pieces in self._prepared[blank].items()
            }
        )

    def _prepare(self, blank: ReportingUnit) -> Prepared:
        places = re.compile(f"({blank.code}|{blank.name})".encode())
        with TemporaryDirectory() as folder:
            file = Path(folder, "form.xlsx")
            write_template(replace(self.content, unit=blank), file, self.password)
            with zipfile.ZipFile(file) as written:
                return {
                    part: [Piece.of(content) for content in places.split(written.read(part))]
                    for part in written.namelist()
                }


def _placeholder(unit: ReportingUnit) -> ReportingUnit:
    """A unit for whose code and name the rows are made as high as for those of another one."""
    return ReportingUnit(
        "\n".join([_CODE] * answer_lines(unit.code)), "\n".join([_NAME] * answer_lines(unit.name))
    )


_ESCAPED = re.compile(r"_x[0-9A-Fa-f]{4}_")
"""What Excel takes for the number of a character, so that it has to be written otherwise."""


def _is_plain(text: str) -> bool:
    """Whether a text is written in every part as it stands, but for the signs of XML."""
    return text == clean(text) and not _ESCAPED.search(text)
