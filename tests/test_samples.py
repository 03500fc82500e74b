"""The samples are what the product of today writes, and say what they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from cchc_xlsx.form import Form
from cchc_xlsx.reader import read
from cchc_xlsx.reading_rules import OTHER_VERSION
from cchc_xlsx.roster import load_roster
from samples.build import contents, earlier
from tests.seed import seed_entries, seed_notes

SAMPLES = Path(__file__).parent.parent / "samples"
FILES = sorted((SAMPLES / "filled").glob("*.xlsx"))


EARLIER = sorted((SAMPLES / "earlier").glob("*.xlsx"))


@pytest.mark.parametrize("file", FILES + EARLIER, ids=lambda file: file.stem)
def test_a_sample_is_of_the_form_as_it_stands(form: Form, file: Path) -> None:
    reading = read(file.read_bytes(), file.name, form)
    assert reading.is_accepted
    assert OTHER_VERSION.id not in {finding.rule for finding in reading.findings}


def test_the_samples_are_those_of_the_tables(form: Form) -> None:
    by_unit = {content.unit.code: content for content in contents(form) if content.unit}
    for file in FILES:
        submission = read(file.read_bytes(), file.name, form).submission
        content = by_unit.pop(submission.unit_code)
        figures = {code: value for code, value in content.fill.values.items() if value is not None}
        read_figures = {code: submission.fill.values[code] for code in figures}
        assert read_figures == pytest.approx(figures)
        assert submission.notes == content.notes
    assert not by_unit


def test_the_earlier_sample_is_that_of_the_tables(form: Form) -> None:
    (file,) = EARLIER
    submission = read(file.read_bytes(), file.name, form).submission
    content = earlier(form)
    assert content.unit
    assert (submission.unit_code, submission.period) == (content.unit.code, content.period)
    expected = {row.code: content.fill.values.get(row.code) for row in form.inputs}
    assert submission.fill.values == pytest.approx(expected)
    assert submission.notes == content.notes


def test_the_seed_comes_back_whole(form: Form) -> None:
    file = SAMPLES / "filled" / "H51.05_2022-Q3.xlsx"
    submission = read(file.read_bytes(), file.name, form).submission
    figures = {code: value for code, value in submission.fill.values.items() if value is not None}
    assert len(figures) == 115
    assert len(submission.notes) == 33
    assert figures == seed_entries()
    assert submission.notes == seed_notes()


def test_invented_departments_say_so() -> None:
    for unit in load_roster(SAMPLES / "roster.csv"):
        assert unit.code == "H51.05" or "số liệu giả định" in unit.name
        assert unit.email.endswith("@example.org") or not unit.email
