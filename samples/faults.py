"""Files that run into the checks that are no edit rules, from the table `faults.toml`."""

from __future__ import annotations

import os
import re
import tomllib
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from cchc_xlsx import api
from cchc_xlsx.finding import Finding
from cchc_xlsx.form import Form
from cchc_xlsx.layout import INFO_SHEET, INFO_VALUE, NOTE, VALUE, AppendixLayout, info_row

SAMPLES = Path(__file__).parent
TABLE = SAMPLES / "faults.toml"
INBOX = "nhan-ve"
SAVED, SECONDS = "2022-09-16T08:00:00Z", 1_663_315_200
"""When the files of an example were saved, unless they say otherwise: none is the newest."""


@dataclass(frozen=True)
class Fault:
    """One entry of the table: in words what was done, and how to do it, or the test that does."""

    rule: str
    words: str
    changed: str
    test: str
    also: tuple[str, ...]
    entry: Mapping[str, Any]

    def findings(self, form: Form, folder: Path) -> Sequence[Finding]:
        """Make the files in an empty folder, read them, and return what is found."""
        inbox = folder / INBOX
        inbox.mkdir()
        for at, workbook in enumerate((self.entry, *self.entry.get("beside", ()))):
            _write(form, workbook, inbox / f"{at}.xlsx")
        for name, text in self.entry.get("files", {}).items():
            (inbox / name).write_text(text, encoding="utf-8")
        for file in inbox.iterdir():
            os.utime(file, (SECONDS, SECONDS))
        roster = SAMPLES / "roster.csv" if "roster" in self.entry else None
        if "merged" in self.entry:
            return api.merge([inbox], roster=roster).batch.findings
        return api.check([inbox], roster=roster, previous=self._previous(form, folder)).findings

    def _previous(self, form: Form, folder: Path) -> Path | None:
        if "previous" not in self.entry:
            return None
        path = folder / "ky-truoc.xlsx"
        _write(form, {"figures": self.entry["previous"], "earlier": True}, path)
        return path


def faults() -> list[Fault]:
    """The entries in the order of the table."""
    table = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    return [
        Fault(
            rule,
            entry["words"],
            entry.get("changed", ""),
            entry.get("test", ""),
            tuple(entry.get("also", ())),
            entry,
        )
        for rule, entry in table.items()
    ]


def _write(form: Form, entry: Mapping[str, Any], path: Path) -> None:
    """A sample with what an entry of the table changes in it."""
    unit = entry.get("unit", "H99.01")
    folder, period = ("earlier", "2022-6T") if "earlier" in entry else ("filled", "2022-Q3")
    sample = SAMPLES / folder / f"{unit}_{period}.xlsx"
    changes = dict(_changes(form, entry))
    if not changes and not {"formats", "merge"} & entry.keys():
        path.write_bytes(sample.read_bytes())
        return
    book = load_workbook(sample)
    for address, content in changes.items():
        sheet, _, cell = address.rpartition("!")
        book[sheet][cell] = None if content == "" else content
    for address, number_format in entry.get("formats", {}).items():
        sheet, _, cell = address.rpartition("!")
        book[sheet][cell].number_format = number_format
    for address in entry.get("merge", ()):
        sheet, _, cells = address.rpartition("!")
        book[sheet].merge_cells(cells)
    book.save(path)
    _date(path, entry.get("saved", SAVED))


def _date(path: Path, moment: str) -> None:
    """A workbook that says that it was saved then."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    core = re.sub(rb"20\d\d-\d\d-\d\dT[\d:.]+Z", moment.encode(), members["docProps/core.xml"])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (members | {"docProps/core.xml": core}).items():
            archive.writestr(name, content)


def _changes(form: Form, entry: Mapping[str, Any]) -> Iterator[tuple[str, float | str]]:
    """The cells to change, by address."""
    layout = AppendixLayout(form)
    for code, figure in entry.get("figures", {}).items():
        yield layout.name(code, VALUE), figure
    for code, note in entry.get("notes", {}).items():
        yield layout.name(code, NOTE), note
    for key, answer in entry.get("info", {}).items():
        yield f"{INFO_SHEET}!{INFO_VALUE}{info_row(key)}", answer
    yield from entry.get("cells", {}).items()
