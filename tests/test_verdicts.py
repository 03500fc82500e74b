"""Rules over many submissions at once give what each gives over one submission alone."""

from __future__ import annotations

from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cchc_xlsx.checks import BLOCK, check
from cchc_xlsx.expression import DECIMALS, DUST, round_half_away
from cchc_xlsx.figures import Fill, tabulate
from cchc_xlsx.form import Form
from cchc_xlsx.form_file import load_form
from cchc_xlsx.reader import read
from cchc_xlsx.submission import Submission
from cchc_xlsx.verdicts import AT_ONCE, verdicts

FORM = load_form()
CODES = [row.code for row in FORM.inputs]
SAMPLES = sorted((Path(__file__).parent.parent / "samples" / "filled").glob("*.xlsx"))

FIGURES = st.sampled_from([None, 0.0, 1.0, 2.0, 0.5, 72.5, 100.0, 101.0, -1.0, 1214.0])


@st.composite
def fills(draw: st.DrawFn) -> Fill:
    """Figures of a few rows, others blank; what is unreadable may have a figure all the same."""
    figures = draw(st.lists(FIGURES, min_size=7, max_size=30))
    unreadable = draw(st.frozensets(st.sampled_from(CODES), max_size=5))
    return Fill(dict(zip(CODES, islice(cycle(figures), len(CODES)), strict=True)), unreadable)


@settings(max_examples=30, deadline=None)
@given(st.lists(fills(), min_size=1, max_size=4), st.sampled_from([1, AT_ONCE // 50]))
def test_rules_side_by_side_are_rules_one_by_one(drawn: list[Fill], count: int) -> None:
    figures = tabulate(FORM, list(islice(cycle(drawn), max(count, len(drawn)))))
    alone = np.stack([rule.check.over(figures) for rule in FORM.rules])
    assert np.array_equal(verdicts(FORM, figures), alone, equal_nan=True)


def test_no_submissions_and_no_rules(form: Form) -> None:
    assert verdicts(form, tabulate(form, [])).shape == (len(form.rules), 0)
    without = replace(form, rules=())
    assert verdicts(without, tabulate(without, [Fill({})])).shape == (0, 1)


def test_alike_are_the_rules_that_ask_the_same_of_other_rows(form: Form) -> None:
    assert sorted(at for alike in form.rules_alike for at in alike) == [*range(len(form.rules))]
    for alike in form.rules_alike:
        checks = [form.rules[at].check for at in alike]
        assert len({len(check.names) for check in checks}) == 1
        assert len({check.shape for check in checks}) == 1


@pytest.mark.parametrize("sign", [1, -1])
def test_dust_is_what_rounding_leaves_nothing_of(sign: int) -> None:
    beyond = np.nextafter(DUST, 1)
    none, some = round_half_away(np.array([sign * DUST, sign * beyond]), DECIMALS)
    assert (none, some) == (0, sign * 10.0**-DECIMALS)


def test_many_are_told_what_each_alone_is_told(form: Form) -> None:
    own = [read(path.read_bytes(), path.name, form).submission for path in SAMPLES]
    alone = [check(form, [each])[0] for each in own]
    many: list[Submission] = list(islice(cycle(own), BLOCK + len(own)))
    assert check(form, many) == list(islice(cycle(alone), len(many)))
