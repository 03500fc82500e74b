"""One rule, two readers: LibreOffice's recalculation of the workbook gives the reader's verdict."""

from __future__ import annotations

from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from cchc_xlsx.checks import verdicts
from cchc_xlsx.expression import code_of, is_previous
from cchc_xlsx.figures import Fill, tabulate
from cchc_xlsx.form import Form, Indicator, Kind
from cchc_xlsx.layout import CHECKS_SHEET, RULE_STATUS, ChecksLayout
from cchc_xlsx.reader import read
from cchc_xlsx.roster import ReportingUnit
from cchc_xlsx.submission import Submission
from cchc_xlsx.template import Content, write_template
from cchc_xlsx.words import BROKEN, HOLDS, UNTOLD
from tests.office import recalculate, stored_values

SEED = 20221

# From few different numbers to what no rule may be fooled by: two cells are often equal or one
# apart, and then there are blanks, negatives, fractions where things are counted, texts.
PALETTES: dict[Kind, list[list[float | str | None]]] = {
    Kind.COUNT: [
        [0, 1],
        [None, 0, 1, 2],
        [0, 1, 2, 3, 4, 200, 201],
        [None, 0, 3, 999_999_999, -1, 1.5, 1.214, "khoảng 428"],
    ],
    Kind.PERCENT: [
        [0, 50, 100],
        [None, 33, 33.33, 33.83, 33.84, 50, 50.5, 50.51],
        [99.5, 49.5, 49.49, 0.5, 66.67],
        [None, 0.72, 100.01, -1, "x"],
    ],
    Kind.YES_NO: [[0, 1], [None, 0, 1], [0, 1], [2, "Đúng", 0.5, None]],
    Kind.CHOICE: [[0, 1], [None, 0, 1, 2], [0, 1, 2], [3, -1, "Đúng", None]],
}


Drawn = dict[str, float | str]


def choices(indicator: Indicator, palette: int | None) -> list[float | str | None]:
    """What a clerk may leave in a cell: out of one palette, or out of any."""
    assert indicator.measure is not None
    palettes = PALETTES[indicator.measure.kind]
    return [value for each in palettes for value in each] if palette is None else palettes[palette]


def typed(fill: dict[str, float | str | None]) -> Drawn:
    return {code: value for code, value in fill.items() if value is not None}


def drawn_at_random(form: Form) -> list[Drawn]:
    """Workbooks that are the same in every run."""
    random = Random(SEED)
    return [
        typed({row.code: random.choice(choices(row, palette)) for row in form.inputs})
        for palette in (0, 1, 2, 3, None) * 8
    ]


def drawn_by_hypothesis(form: Form) -> list[Drawn]:
    """Workbooks that hypothesis thinks of."""
    drawn: list[Drawn] = []
    fills = [
        st.fixed_dictionaries(
            {row.code: st.sampled_from(choices(row, palette)) for row in form.inputs}
        )
        for palette in (0, 1, 2, 3, None)
    ]

    @settings(
        max_examples=10,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.one_of(fills))
    def collect(fill: dict[str, float | str | None]) -> None:
        drawn.append(typed(fill))

    seed(SEED)(collect)()
    return drawn


def opening(form: Form, number: int) -> Fill:
    """What the rules find when they look back from the n-th workbook."""
    names = (name for rule in form.rules for name in rule.check.names if is_previous(name))
    random = Random(SEED + number)
    return Fill({code_of(name): random.choice([None, 0.0, 1.0, 2.0, 3.0]) for name in names})


def words_of(form: Form, submission: Submission, before: Fill) -> list[str]:
    """The reader's verdicts in the words of the workbook, by position of the rule."""
    outcomes = verdicts(form, tabulate(form, [submission.fill], [before]))[:, 0]
    return [
        UNTOLD if np.isnan(outcome) else HOLDS if outcome else BROKEN[rule.severity]
        for rule, outcome in zip(form.rules, outcomes, strict=True)
    ]


@pytest.mark.libreoffice
def test_the_workbook_and_the_reader_agree(form: Form, tmp_path: Path) -> None:
    layout = ChecksLayout(form)
    written = tmp_path / "written"
    written.mkdir()
    files = []
    for number, entries in enumerate([*drawn_at_random(form), *drawn_by_hypothesis(form)]):
        unit = ReportingUnit(f"H99.{number:03}", "Sở Thử nghiệm")
        file = written / f"{unit.code}.xlsx"
        period, before = form.period("2022-Q3"), opening(form, number)
        last = Submission(file="", sha256="", period=form.period("2022-6T"), fill=before)
        content = Content(form, period, unit, entries, previous=last, opening=before)
        write_template(content, file)
        files.append(file)

    compared, told, differing = 0, 0, []
    calculated = recalculate(files, tmp_path / "calculated")
    for number, (file, again) in enumerate(zip(files, calculated, strict=True)):
        submission = read(file.read_bytes(), file.name, form).submission
        shown = stored_values(again)
        for position, word in enumerate(words_of(form, submission, opening(form, number))):
            cell = f"{CHECKS_SHEET}!{RULE_STATUS}{layout.row(position)}"
            compared += 1
            told += word != UNTOLD
            if shown[cell] != word:
                differing.append((file.name, form.rules[position].check.text, shown[cell], word))

        # LibreOffice saved it; nothing of what was typed is lost or read differently.
        resaved = read(again.read_bytes(), again.name, form).submission
        assert resaved.fill == submission.fill
        assert resaved.unit == submission.unit

    print(f"\nparity: {compared} cases of rule x input, {told} told, {len(differing)} differ")
    print(f"seed of the draw: {SEED}")
    assert not differing
    assert compared == len(files) * len(form.rules)
    assert told > compared / 3


def test_each_rule_was_seen_to_hold_and_to_break(form: Form) -> None:
    """The draw is worth something only if it leads every rule both ways."""
    period = form.period("2022-Q3")
    drawn = [Content(form, period, None, entries).fill for entries in drawn_at_random(form)]
    before = [opening(form, number) for number, _ in enumerate(drawn)]
    outcomes = verdicts(form, tabulate(form, drawn, before))
    by_id: dict[str, set[float]] = {}
    for rule, row in zip(form.rules, outcomes, strict=True):
        by_id.setdefault(rule.id, set()).update(row[~np.isnan(row)].tolist())
    one_sided = {rule_id: seen for rule_id, seen in by_id.items() if seen != {0.0, 1.0}}
    assert not one_sided
