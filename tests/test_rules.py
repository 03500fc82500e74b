"""The catalogue: each rule has an example that breaks it and no other, and is told in the docs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cchc_xlsx.catalogue import catalogue
from cchc_xlsx.checks import check
from cchc_xlsx.finding import Severity
from cchc_xlsx.form import Form
from cchc_xlsx.form_file import load_form
from cchc_xlsx.reading_rules import BLANKS, READING_RULES
from docs.make_rules import PAGE, page
from samples.broken import BASE, Example, examples
from samples.build import contents
from samples.faults import Fault, faults
from tests.command import run

FORM = load_form()
LAST = {"G": 9, "T": 10, "P": 34, "Q": 8, "X": 37, "C": 24, "B": 6, "N": 15, "V": 16, "H": 5,
        "U": 6, "W": 4, "M": 5}  # fmt: skip
"""The number of the last id of each class in the catalogue that the form's rules come from."""

EXAMPLES = examples(FORM)


def told(example: Example) -> set[str]:
    """The ids of what is found; blanks are, where an example leaves a row blank."""
    (found,) = check(FORM, [example.submission], example.before)
    blanks = {BLANKS.id} if None in example.figures.values() else set()
    return {finding.rule for finding in found} - blanks


def test_every_edit_rule_has_an_example() -> None:
    assert [example.rule for example in EXAMPLES] == [
        each.id for each in catalogue(FORM) if each.rules
    ]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.rule)
def test_the_example_breaks_its_rule_and_no_other(example: Example) -> None:
    assert told(example) == {example.rule}


# --- checks that are no edit rules --------------------------------------------------------------

FAULTS = faults()


def test_every_other_check_has_an_example() -> None:
    assert sorted(each.rule for each in FAULTS) == sorted(each.id for each in READING_RULES)


@pytest.mark.parametrize(
    "fault", [each for each in FAULTS if not each.test], ids=lambda fault: fault.rule
)
def test_the_files_run_into_the_check(form: Form, fault: Fault, tmp_path: Path) -> None:
    found = fault.findings(form, tmp_path)
    assert {finding.rule for finding in found} == {fault.rule, *fault.also}


@pytest.mark.parametrize(
    "fault", [each for each in FAULTS if each.test], ids=lambda fault: fault.rule
)
def test_the_test_that_makes_the_files_is_there(fault: Fault) -> None:
    file, _, name = fault.test.partition("::")
    assert f"def {name}(" in (Path(__file__).parent / file).read_text(encoding="utf-8")


def test_the_ids_of_the_catalogue_have_files_of_their_own() -> None:
    own = {each.rule for each in FAULTS if not each.test}
    ids = {f"{letter}{number:02}" for letter, last in LAST.items() for number in range(1, last + 1)}
    assert ids & {each.rule for each in FAULTS} <= own


@pytest.mark.parametrize("unit", sorted({BASE, "H99.04"}))
def test_the_samples_that_the_examples_change_break_none(form: Form, unit: str) -> None:
    (clean,) = (each for each in contents(form) if each.unit and each.unit.code == unit)
    unchanged = Example("", {}, {}, {}, clean)
    (found,) = check(form, [unchanged.submission])
    assert found == []


def test_every_id_of_the_catalogue_is_a_rule_or_withdrawn_with_a_reason(form: Form) -> None:
    rules, withdrawn = {each.id for each in catalogue(form)}, {each.id for each in form.withdrawn}
    assert not rules & withdrawn
    ids = {f"{letter}{number:02}" for letter, last in LAST.items() for number in range(1, last + 1)}
    assert len(ids) == 179
    assert ids <= rules | withdrawn
    assert all(each.into in {"", *rules} for each in form.withdrawn)


def test_no_two_rules_read_the_same(form: Form) -> None:
    reasons = [each.meaning for each in catalogue(form)]
    assert len(set(reasons)) == len(reasons)


def test_no_error_offers_to_be_explained(form: Form) -> None:
    """A note answers warnings only."""
    for rule in form.rules:
        assert rule.severity is not Severity.ERROR or "giải thích" not in rule.hint, rule.id


def test_rules_on_trial_are_information(form: Form) -> None:
    on_trial = [rule for rule in form.rules if rule.trial]
    assert on_trial
    assert {rule.severity for rule in on_trial} == {Severity.INFO}
    assert Severity.INFO not in {rule.declared for rule in on_trial}


def test_the_page_of_rules_is_what_is_generated(form: Form) -> None:
    assert PAGE.read_text(encoding="utf-8") == page(form), "run python docs/make_rules.py"


def test_the_command_prints_every_rule() -> None:
    lines = [line.split("\t")[0] for line in run("rules").splitlines()]
    assert lines[:-1] == [each.id for each in catalogue(FORM)]


def test_the_command_gives_rules_and_formulas_as_json() -> None:
    document = json.loads(run("rules", "--formulas", "--json"))
    by_id = {each["id"]: each for each in document["rules"]}
    assert by_id["P01"]["codes"] == ["I.1.2", "I.1.1"]
    assert by_id["P01"]["formulas"][0]["formula"].startswith("=IF(MIN(")
    assert "formulas" not in by_id["N01"]
    assert (by_id["N01"]["live"], by_id["P01"]["live"]) == (False, True)
    assert {each["id"] for each in document["withdrawn"]} == {each.id for each in FORM.withdrawn}
