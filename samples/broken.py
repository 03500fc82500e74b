"""One submission for each edit rule that breaks it and no other, from the table `broken.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cchc_xlsx.figures import Fill
from cchc_xlsx.form import Form
from cchc_xlsx.layout import AppendixLayout
from cchc_xlsx.previous import Previous
from cchc_xlsx.submission import Submission
from cchc_xlsx.template import Content
from samples.build import EARLIER_PERIOD, contents

TABLE = Path(__file__).parent / "broken.toml"
BASE = "H99.01"


@dataclass(frozen=True)
class Example:
    """What is changed in a sample to break a rule, and the submission that comes of it.

    `figures` and `previous` have a number, or None for a blank, by code; `notes` have texts.
    """

    rule: str
    figures: dict[str, float | None]
    notes: dict[str, str]
    previous: dict[str, float | None]
    content: Content

    @property
    def submission(self) -> Submission:
        """What the workbook would be read as."""
        layout = AppendixLayout(self.content.form)
        return Submission(
            file=f"{self.rule}.xlsx",
            sha256="",
            unit=self.content.unit,
            period=self.content.period,
            fill=self.content.fill,
            notes=self.content.notes,
            info={key: str(text) for key, text in self.content.info.items()},
            cells={row.code: layout.name(row.code) for row in self.content.form.inputs},
        )

    @property
    def before(self) -> Previous:
        """The report of the period before."""
        if not self.previous:
            return Previous()
        period = self.content.form.period(EARLIER_PERIOD)
        fill = Fill(self.previous)
        report = Submission(file="", sha256="", unit=self.content.unit, period=period, fill=fill)
        return Previous.of([report])


def examples(form: Form) -> list[Example]:
    """The examples in the order of the table."""
    table = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    clean = {content.unit.code: content for content in contents(form) if content.unit}
    return [_example(rule, entry, clean) for rule, entry in table.items()]


def _example(rule: str, entry: dict[str, Any], clean: dict[str, Content]) -> Example:
    base = clean[entry.pop("unit", BASE)]
    notes, previous = entry.pop("notes", {}), entry.pop("previous", {})
    figures = {code: None if value == "" else float(value) for code, value in entry.items()}
    filled = {code: value for code, value in base.fill.values.items() if value is not None}
    changed = {code: value for code, value in (filled | figures).items() if value is not None}
    said = {code: note for code, note in (base.notes | notes).items() if note}
    content = Content(base.form, base.period, base.unit, changed, said, base.info)
    return Example(rule, figures, notes, previous, content)
