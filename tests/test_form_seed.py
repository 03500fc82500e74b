"""The form cchc-so-2022 is the seed's appendix, row by row."""

from __future__ import annotations

import re
from collections import Counter

from cchc_xlsx.form import Form, Indicator, Kind
from tests.seed import seed_entries, seed_notes, seed_rows

# The only texts of the seed that are mended, by code: as printed, as mended.
MENDED_LABELS = {"I.3.2": ("duyet đăng", "duyệt đăng")}
MENDED_UNITS = dict.fromkeys(("V.1.1", "V.1.2"), ("Có = 1Không = 0", "Có = 1 Không = 0"))

# `unit_normalised` of the seed and what it is with us: kind, noun, choices.
MEASURES = {
    "count:co_quan_don_vi": (Kind.COUNT, "cơ quan, đơn vị", {}),
    "count:ho_so": (Kind.COUNT, "hồ sơ", {}),
    "count:nguoi": (Kind.COUNT, "người", {}),
    "count:nhiem_vu": (Kind.COUNT, "nhiệm vụ", {}),
    "count:phan_mem": (Kind.COUNT, "phần mềm", {}),
    "count:phieu": (Kind.COUNT, "phiếu", {}),
    "count:tin_bai": (Kind.COUNT, "tin, bài", {}),
    "count:tthc": (Kind.COUNT, "TTHC", {}),
    "count:van_ban": (Kind.COUNT, "văn bản", {}),
    "count:van_de": (Kind.COUNT, "vấn đề", {}),
    "count:y_kien": (Kind.COUNT, "ý kiến", {}),
    "percent": (Kind.PERCENT, "%", {}),
    "yesno{1=Có;0=Không}": (Kind.YES_NO, "Có/Không", {1: "Có", 0: "Không"}),
    "yesno{1=Đã thực hiện;0=Chưa thực hiện}": (
        Kind.YES_NO,
        "Đã/Chưa thực hiện",
        {1: "Đã thực hiện", 0: "Chưa thực hiện"},
    ),
    "enum{0=Trực tuyến;1=Phát phiếu;2=Kết hợp}": (
        Kind.CHOICE,
        "hình thức khảo sát",
        {0: "Trực tuyến", 1: "Phát phiếu", 2: "Kết hợp"},
    ),
    "enum{1=Tốt;0=Có vi phạm}": (Kind.CHOICE, "mức chấp hành", {1: "Tốt", 0: "Có vi phạm"}),
}

# `aggregation` of the seed and ours, with the rows it needs; a remark in parentheses that the
# seed adds ("flagged", "double count risk") is a caution with us.
AGGREGATES = {
    "none": ("none", ()),
    "sum": ("sum", ()),
    "ratio(num=I.1.2,den=I.1.1)": ("ratio", ("I.1.2", "I.1.1")),
    "weighted_mean(weight=I.7.1)": ("weighted_mean", ("I.7.1",)),
    "weighted_mean(weight=III.4.3)": ("weighted_mean", ("III.4.3",)),
    "weighted_mean(weight=III.7.1)": ("weighted_mean", ("III.7.1",)),
    "unweighted_mean": ("mean", ()),
    "count_yes": ("count_yes", ()),
    "distribution": ("distribution", ()),
}
CAUTION = re.compile(r"\((flagged|double count risk)[^)]*\)$")
OR_TOTAL = "(or total of V.6.1..V.6.5)"  # what the formula of V.6 settles

FORMULAS = {
    "I.1": "100 * [I.1.2] / [I.1.1]",
    "III.4.3": "[III.4.3.1] + [III.4.3.2]",
    "V.6": "sum([V.6.1], [V.6.2], [V.6.3], [V.6.4], [V.6.5])",
    "V.6.5": "sum([V.6.5.1], [V.6.5.2], [V.6.5.3])",
    "VII.B.3": "[VII.B.3.1] + [VII.B.3.2]",
}


def by_code(form: Form, column: str) -> list[tuple[Indicator, str]]:
    """Each row of the form with the seed's text of one column."""
    return [
        (indicator, row[column])
        for indicator, row in zip(form.indicators, seed_rows(), strict=True)
    ]


def mended(text: str, mend: tuple[str, str] | None) -> str:
    """The seed's text, mended; what is mended must be there."""
    if mend is None:
        return text
    assert mend[0] in text
    return text.replace(*mend)


def test_rows_stand_in_the_order_of_the_seed(form: Form) -> None:
    assert len(form.indicators) == 185
    assert [row.code for row in form.indicators] == [row["code"] for row in seed_rows()]


def test_printed_texts(form: Form) -> None:
    printed = [(row.code, row.stt, row.label, row.printed_unit) for row in form.indicators]
    assert printed == [
        (
            row["code"],
            row["stt"],
            mended(row["label"], MENDED_LABELS.get(row["code"])),
            mended(row["unit_raw"], MENDED_UNITS.get(row["code"])),
        )
        for row in seed_rows()
    ]


def test_levels(form: Form) -> None:
    assert [row.level for row in form.indicators] == [row["level"] for row in seed_rows()]
    levels = Counter(row.level.value for row in form.indicators)
    assert levels == {"section": 7, "item": 44, "sub": 121, "subsub": 13}


def test_sections(form: Form) -> None:
    sections = {
        row.code: section for section, rows in form.inputs_by_section.items() for row in rows
    }
    assert sections == {
        row["code"]: row["section"] for row in seed_rows() if row["is_input"] == "yes"
    }


def test_rows_that_take_a_value(form: Form) -> None:
    assert len(form.inputs) == 153
    assert [row.code for row in form.inputs] == [
        row["code"] for row in seed_rows() if row["is_input"] == "yes"
    ]
    kinds = Counter(row.measure.kind.value for row in form.inputs if row.measure)
    assert kinds == {"count": 118, "yes_no": 23, "percent": 10, "choice": 2}


def test_what_is_measured(form: Form) -> None:
    for row, unit in by_code(form, "unit_normalised"):
        measure = row.measure and (row.measure.kind, row.measure.noun, dict(row.measure.choices))
        assert measure == MEASURES.get(unit), row.code


def test_only_a_breach_of_discipline_is_adverse(form: Form) -> None:
    adverse = {row.code: row.measure.adverse for row in form.inputs if row.measure}
    assert {code: codes for code, codes in adverse.items() if codes} == {"I.8": {0}}


def test_how_rows_are_consolidated(form: Form) -> None:
    for row, aggregation in by_code(form, "aggregation"):
        rule = CAUTION.sub("", aggregation.removesuffix(OR_TOTAL))
        assert (row.aggregate, row.of) == AGGREGATES[rule], row.code
        assert bool(row.caution) == bool(CAUTION.search(aggregation)), row.code


def test_over_which_time_rows_count(form: Form) -> None:
    # in_period, point_in_time or cumulative; what follows in the seed is a doubt or a remark.
    for row, semantics in by_code(form, "period_semantics"):
        expected = "none" if semantics == "n/a" else re.split(r"[?(]", semantics)[0]
        assert row.basis == expected, row.code


def test_defining_formulas(form: Form) -> None:
    formulas = {row.code: row.formula.text for row in form.indicators if row.formula}
    assert formulas == FORMULAS


def test_periods(form: Form) -> None:
    assert [(kind.id, kind.begins, kind.ends) for kind in form.period_kinds] == [
        ("Q1", "15/12", "14/3"),
        ("6T", "15/12", "14/6"),
        ("Q3", "15/6", "14/9"),
        ("NAM", "15/12", "14/12"),
    ]
    assert form.period("2022-Q3").name == "quý III năm 2022"


def test_rules(form: Form) -> None:
    """The classes about figures and notes, without ids that no form has to ask for."""
    assert list(dict.fromkeys(rule.id for rule in form.rules)) == [
        *("G01", "G02", "G03", "G04", "G05", "G08"),
        *(f"T{number:02}" for number in range(1, 12)),
        *(f"P{number:02}" for number in range(1, 35)),
        *(f"Q{number:02}" for number in range(1, 9)),
        *(f"X{number:02}" for number in range(1, 38) if number != 36),
        *(f"C{number:02}" for number in range(1, 25)),
        *(f"N{number:02}" for number in range(1, 8)),
        "N15",
    ]
    each = Counter(rule.id for rule in form.rules if rule.each)
    assert each == {"G01": 10, "G02": 118, "G03": 23, "G08": 10, "N15": 23}


def test_the_figures_of_the_seed_are_figures_of_the_form(form: Form) -> None:
    entries, notes = seed_entries(), seed_notes()
    assert (len(entries), len(notes)) == (115, 33)
    assert entries.keys() <= {row.code for row in form.inputs}
    assert notes.keys() <= form.by_code.keys()
    assert entries["VII.B.1.1"] == 1214  # printed as 1.214
