"""What changed between two workbooks, or two merges: what is told, in which order, and where."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from cchc_xlsx import api
from cchc_xlsx.batch import Batch
from cchc_xlsx.compare import Change, ChangeKind, Comparison, Side, compare
from cchc_xlsx.console.comparison import comparison_verdict
from cchc_xlsx.consolidate import consolidate
from cchc_xlsx.errors import InputError, OutputError
from cchc_xlsx.figures import Fill
from cchc_xlsx.form import Form
from cchc_xlsx.form_file import load_form
from cchc_xlsx.intake import is_own_output
from cchc_xlsx.roster import ReportingUnit
from cchc_xlsx.submission import Reading, Submission
from cchc_xlsx.template import Content, write_template
from tests.command import run, run_both
from tests.office import recalculate, stored_values
from tests.small_form import write_small_form

Entries = Mapping[str, float | str | None]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_small_form(tmp_path_factory.mktemp("form"))


@pytest.fixture(scope="module")
def small_form(small: Path) -> Form:
    return load_form(small)


# --- from figures to changes ----------------------------------------------------------------------


def side(form: Form, **units: Entries) -> Side:
    """A side with these units; ``"?"`` is a cell that nobody can read, ``_A1`` a note."""
    readings = []
    for unit, entries in units.items():
        given = {code: value for code, value in entries.items() if not code.startswith("_")}
        values = {row.code: given.get(row.code) for row in form.inputs}
        readable = {
            code: value if isinstance(value, float | int) else None
            for code, value in values.items()
        }
        unreadable = frozenset(code for code, value in given.items() if value == "?")
        notes = {code[1:]: str(note) for code, note in entries.items() if code.startswith("_")}
        each = Submission(
            file=f"{unit}.xlsx",
            sha256="",
            unit=ReportingUnit(unit, f"Xã {unit}"),
            period=form.period("2022-H1"),
            fill=Fill(readable, unreadable),
            notes=notes,
        )
        readings.append(Reading(each))
    return Side("x", consolidate(Batch(form, tuple(readings)), form.period("2022-H1")))


def told(change: Change) -> tuple[object, ...]:
    unit = change.unit.code if change.unit else None
    return unit, change.indicator.code, change.kind.value, change.difference, change.relative


# What the old and the new workbook of one unit hold, and what is told of it.
ROWS: list[tuple[Entries, Entries, list[tuple[object, ...]]]] = [
    ({"A1": 40}, {"A1": 40}, []),
    ({"A1": 40}, {"A1": 50}, [("A1", "figure", 10, 25)]),
    ({"A1": 0}, {"A1": 5}, [("A1", "figure", 5, None)]),
    ({"A1": None}, {"A1": 0}, [("A1", "filled", None, None)]),
    ({"A1": 0}, {"A1": None}, [("A1", "blanked", None, None)]),
    ({"A1": "?"}, {"A1": 5}, [("A1", "unreadable", None, None)]),
    ({"A1": "?"}, {"A1": "?"}, [("A1", "unreadable", None, None)]),
    # A rate moves by points, not by percent of itself.
    ({"A4": 72.5}, {"A4": 80}, [("A4", "figure", 7.5, None)]),
    ({"A4": 0.1 + 0.2}, {"A4": 0.3}, []),
    # Codes of answers are no numbers to subtract.
    ({"B1": 0}, {"B1": 1}, [("B1", "figure", None, None)]),
    ({"B2": 1}, {"B2": 3}, [("B2", "figure", None, None)]),
    ({"_A1": "đếm tay"}, {"_A1": "đếm máy"}, [("A1", "note", None, None)]),
    ({"_A": "ở tiêu đề"}, {}, [("A", "note", None, None)]),
    ({"A1": 1, "_A1": "a"}, {"A1": 2, "_A1": "b"}, [("A1", "figure", 1, 100)]),
]


@pytest.mark.parametrize(("old", "new", "expected"), ROWS)
def test_what_is_told_of_a_row(
    small_form: Form, old: Entries, new: Entries, expected: list[tuple[object, ...]]
) -> None:
    changes = compare(small_form, side(small_form, X=old), side(small_form, X=new)).changes
    assert list(map(told, changes)) == [("X", *each) for each in expected]


def test_the_weightiest_change_comes_first_and_notes_last(small_form: Form) -> None:
    old: Entries = {"A1": 400, "A2": 0, "A4": 72, "B1": 0, "B2": None, "B3": "?", "_A3": "a"}
    new: Entries = {"A1": 800, "A2": 1, "A4": 90, "B1": 1, "B2": 1, "B3": 5, "_A3": "b"}
    changes = compare(small_form, side(small_form, X=old), side(small_form, X=new)).changes
    assert [(each.indicator.code, round(each.weight, 2)) for each in changes] == [
        ("A1", 14.14),  # 400 / √800
        *(("B1", 2), ("B2", 2), ("B3", 2)),  # an answer, a blank, an unreadable cell: form's order
        ("A4", 1.9),  # 18 / √90
        ("A2", 1),  # 1 / √1
        ("A3", 0),
    ]


def test_changes_of_totals_come_first_whatever_their_weight(small_form: Form) -> None:
    """The total of A1 goes from 10 to 11; one unit has 9 more, another 8 less."""
    old = side(small_form, X={"A1": 1, "B1": 0}, Y={"A1": 9, "B1": 1})
    new = side(small_form, X={"A1": 10, "B1": 1}, Y={"A1": 1, "B1": 1})
    changes = compare(small_form, old, new).changes
    assert list(map(told, changes)) == [
        (None, "B1", "figure", 1, 100),
        (None, "A1", "figure", 1, 10),
        ("X", "A1", "figure", 9, 900),
        ("Y", "A1", "figure", -8, pytest.approx(-800 / 9)),
        ("X", "B1", "figure", None, None),
    ]
    assert (changes[0].old.shown, changes[0].new.shown) == ("1/2", "2/2")


def test_a_total_that_comes_or_goes_is_no_zero(small_form: Form) -> None:
    old = side(small_form, X={"B2": 1}, Y={"A1": 0})
    new = side(small_form, X={"B2": 2}, Y={})
    totals = [each for each in compare(small_form, old, new).changes if each.unit is None]
    assert [(each.indicator.code, each.kind, each.new.shown) for each in totals] == [
        ("A1", ChangeKind.BLANKED, "(trống)"),
        ("B2", ChangeKind.FIGURE, "Tốt: 0; Khá: 1; Yếu: 0"),
    ]


def test_units_are_matched_by_code_and_those_without_a_match_are_named(small_form: Form) -> None:
    old = side(small_form, x1={"A1": 1}, X2={"A1": 1})
    new = side(small_form, X1={"A1": 2}, X3={"A1": 1})
    found = compare(small_form, old, new)
    assert [unit.code for unit in found.units] == ["X1"]
    assert [unit.code for unit in found.came] == ["X3"]
    assert [unit.code for unit in found.gone] == ["X2"]


def test_one_unit_against_many_tells_no_totals(small_form: Form) -> None:
    old, new = side(small_form, X={"A1": 1}), side(small_form, X={"A1": 2}, Y={"A1": 9})
    found = compare(small_form, old, new)
    assert list(map(told, found.changes)) == [("X", "A1", "figure", 1, 100)]
    assert [unit.code for unit in found.came] == ["Y"]


def test_different_units_are_refused(small_form: Form) -> None:
    with pytest.raises(InputError, match=r"không có cơ quan nào chung: .*Xã X \(X\).*Xã Y \(Y\)"):
        compare(small_form, side(small_form, X={}), side(small_form, Y={}))


def test_of_blanks_alone_nobody_says_that_nothing_changed(small_form: Form) -> None:
    comparison = compare(small_form, side(small_form, X={}), side(small_form, X={}))
    assert not comparison.is_possible
    assert comparison.has_failed


# --- files ----------------------------------------------------------------------------------------

Write = Callable[..., Path]


@pytest.fixture
def write(small_form: Form, tmp_path: Path) -> Write:
    """Writes a filled workbook; a folder stands for each side."""

    def write_one(folder: str, unit: str, period: str = "2022-H1", **entries: float | str) -> Path:
        file = tmp_path / folder / f"{unit}.xlsx"
        file.parent.mkdir(exist_ok=True)
        office = ReportingUnit(unit, f"Xã {unit}")
        write_template(Content(small_form, small_form.period(period), office, entries), file)
        return file

    return write_one


@pytest.fixture
def two_sides(write: Write, tmp_path: Path) -> tuple[Path, Path]:
    """Two folders: X has more, Y less and a blank, Z is gone, W came."""
    for unit, entries in {
        "X": {"A1": 10, "A2": 5, "B1": 0},
        "Y": {"A1": 20, "A2": 10, "B2": 2},
        "Z": {"A1": 7},
    }.items():
        write("cu", unit, **entries)
    for unit, entries in {"X": {"A1": 30, "A2": 5, "B1": 1}, "Y": {"A1": 18, "B2": 1}}.items():
        write("moi", unit, "2022-H2", **entries)
    write("moi", "W", "2022-H2", A1=1)
    return tmp_path / "cu", tmp_path / "moi"


def all_told(comparison: Comparison) -> list[tuple[object, ...]]:
    return list(map(told, comparison.changes))


def test_folders_and_their_merges_compare_alike(
    small: Path, two_sides: tuple[Path, Path], tmp_path: Path
) -> None:
    merges = [tmp_path / f"{folder.name}.xlsx" for folder in two_sides]
    for folder, merge in zip(two_sides, merges, strict=True):
        api.merge([folder], merge, form=small)
    (first, second), (cu, moi) = merges, two_sides
    expected = api.compare(cu, moi, form=small)
    assert len(expected.changes) > 8
    assert not expected.has_failed
    for old, new in ((first, second), (first, moi), (cu, second)):
        found = api.compare(old, new, form=small)
        assert all_told(found) == all_told(expected)
        assert (found.came, found.gone) == (expected.came, expected.gone)
        assert [each.merged.period for each in (found.old, found.new)] == [
            each.merged.period for each in (expected.old, expected.new)
        ]
    assert all_told(api.compare(first, cu, form=small)) == []


def test_figures_typed_over_on_the_sheet_of_totals_are_told(
    small: Path, two_sides: tuple[Path, Path], tmp_path: Path
) -> None:
    merge = tmp_path / "th.xlsx"
    api.merge([two_sides[0]], merge, form=small)
    book = load_workbook(merge)
    sheet = book["Tổng hợp"]
    at = next(cell.column for cell in sheet[7] if cell.value == "X")
    row = next(cell.row for cell in sheet["A"] if cell.value == "A1")
    sheet.cell(row, at).value = 99
    book.save(merge)
    found = api.compare(merge, two_sides[0], form=small)
    (finding,) = found.findings
    assert finding.rule == "M16"
    assert any(cell.endswith(str(row)) for cell in finding.cells)
    assert not found.changes
    assert not found.has_failed


def test_two_periods_of_a_unit(small: Path, two_sides: tuple[Path, Path]) -> None:
    workbooks = [each / "X.xlsx" for each in two_sides]
    out = " ".join(run("compare", *workbooks, "--form", small).split())
    assert "(nửa đầu năm 2022)" in out
    assert "(nửa cuối năm 2022)" in out
    assert "+20 (+200%)" in out
    assert "1 = Có" in out
    assert "CÓ THAY ĐỔI. 1 cơ quan ở cả hai bên: 3 số liệu đổi" in out


def test_the_json_holds_every_change(small: Path, two_sides: tuple[Path, Path]) -> None:
    document: dict[str, Any] = json.loads(
        run("compare", *two_sides, "--form", small, "--json"),
    )
    assert document["schema"] == 1
    assert document["old"]["period"], document["new"]["period"] == ("2022-H1", "2022-H2")
    assert [unit["code"] for unit in document["old"]["units"]] == ["X", "Y", "Z"]
    assert (document["units_came"], document["units_gone"]) == (["W"], ["Z"])
    assert document["findings"] == []
    first = document["changes"][0]
    assert (first["unit"], first["code"], first["old"]) == (None, "A3", 50)
    assert first["new"] == pytest.approx(100 * 5 / 30)
    distribution = next(each for each in document["changes"] if each["code"] == "B2")
    assert distribution["old"] == {"1": 0, "2": 1, "3": 0}
    assert (distribution["difference"], distribution["weight"]) == (None, 2)
    (own,) = (each for each in document["changes"] if (each["unit"], each["code"]) == ("X", "A1"))
    assert own == {
        "unit": "X",
        "code": "A1",
        "kind": "figure",
        "old": 10,
        "new": 30,
        "difference": 20,
        "relative": 200,
        "weight": 3.6515,
        "old_note": "",
        "new_note": "",
    }


def test_a_file_that_cannot_be_used_is_told_and_the_rest_is_compared(
    small: Path, two_sides: tuple[Path, Path]
) -> None:
    cu, moi = two_sides
    (moi / "hong.xlsx").write_bytes((moi / "X.xlsx").read_bytes()[:2000])
    out = run("compare", cu, moi, "--form", small, status=1)
    assert "W05" in out
    assert "CÓ THAY ĐỔI" in out


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data[:4000],
        lambda data: data[:2000] + bytes(500) + data[2500:],
        lambda data: b"",
    ],
    ids=["cut", "overwritten", "empty"],
)
def test_a_broken_merge_is_told(
    small: Path,
    two_sides: tuple[Path, Path],
    tmp_path: Path,
    spoil: Callable[[bytes], bytes],
) -> None:
    merge = tmp_path / "th.xlsx"
    api.merge([two_sides[0]], merge, form=small)
    merge.write_bytes(spoil(merge.read_bytes()))
    found = api.compare(merge, two_sides[1], form=small)
    assert [finding.rule for finding in found.findings] == ["W05"]
    assert found.has_failed
    assert comparison_verdict(found).startswith("KHÔNG SO SÁNH ĐƯỢC")


def test_what_cannot_be_compared_is_said_in_one_line(
    small: Path, two_sides: tuple[Path, Path], tmp_path: Path
) -> None:
    cu, moi = two_sides
    with pytest.raises(InputError, match="Không có tệp hoặc thư mục"):
        api.compare(cu, tmp_path / "khong-co", form=small)
    _, words = run_both("compare", cu / "X.xlsx", moi / "Y.xlsx", "--form", small, status=2)
    assert "không có cơ quan nào chung" in words


# --- the workbook ---------------------------------------------------------------------------------


def test_outputs_and_inputs_are_not_replaced(
    small: Path, two_sides: tuple[Path, Path], tmp_path: Path
) -> None:
    cu, moi = two_sides
    output = moi / "so-sanh.xlsx"
    api.compare(cu, moi, output, form=small)
    with pytest.raises(OutputError, match="--force"):
        api.compare(cu, moi, output, form=small)
    before = (moi / "X.xlsx").read_bytes()
    for old, new in ((cu, moi), (cu / "X.xlsx", moi / "X.xlsx")):
        with pytest.raises(OutputError, match="đầu vào"):
            api.compare(old, new, moi / "X.xlsx", form=small, force=True)
    assert (moi / "X.xlsx").read_bytes() == before


def test_a_later_check_passes_over_the_output(
    small: Path, two_sides: tuple[Path, Path], tmp_path: Path
) -> None:
    cu, moi = two_sides
    again = [api.compare(cu, moi, moi / "so-sanh.xlsx", form=small, force=True) for _ in range(2)]
    assert all_told(again[0]) == all_told(again[1])
    assert is_own_output((moi / "so-sanh.xlsx").read_bytes())
    batch = api.check([moi], form=small)
    assert len(batch.submissions) == 3
    assert [finding.rule for finding in batch.general] == ["W09"]


@pytest.mark.libreoffice
def test_the_workbook_has_live_differences(
    small: Path, two_sides: tuple[Path, Path], tmp_path: Path
) -> None:
    cu, moi = two_sides
    output = tmp_path / "so-sanh.xlsx"
    comparison = api.compare(cu, moi, output, form=small)
    stored = stored_values(output)
    (again,) = recalculate([output], tmp_path / "calculated")
    after = stored_values(again)
    assert after.keys() == stored.keys()
    for cell, value in stored.items():
        assert after[cell] == pytest.approx(value) if isinstance(value, float) else value, cell
    sheet = load_workbook(output)["So sánh"]
    rows = list(sheet.iter_rows(min_row=4))
    assert len(rows) == len(comparison.changes) + 2
    live = 0
    for row, change in zip(rows, comparison.changes, strict=False):
        assert row[0].value == change.indicator.code
        assert row[3].value == (change.unit.in_words if change.unit else "Tổng hợp")
        if str(row[6].value).startswith("="):
            at = row[6].coordinate
            assert stored[f"So sánh!{at}"] == pytest.approx(change.difference)
            live += 1
    assert live > 5
    assert {str(row[3].value): row[8].value for row in rows[-2:]} == {
        "Xã W (W)": "Cơ quan mới có",
        "Xã Z (Z)": "Cơ quan không còn",
    }
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)


def test_texts_stay_texts_and_findings_have_a_sheet(
    small: Path, small_form: Form, two_sides: tuple[Path, Path], tmp_path: Path
) -> None:
    cu, moi = two_sides
    office = ReportingUnit("X", "=HYPERLINK(1)")
    notes = {"A1": "=1+1"}
    content = Content(small_form, small_form.period("2022-H2"), office, {}, notes)
    write_template(content, moi / "X.xlsx")
    (moi / "hong.xlsx").write_bytes(b"PK")
    output = tmp_path / "so-sanh.xlsx"
    api.compare(cu, moi, output, form=small)
    book = load_workbook(output)
    texts = {
        cell.value: cell.data_type
        for row in book["So sánh"].iter_rows(min_row=4)
        for cell in (row[3], row[10])
    }
    assert texts["=HYPERLINK(1) (X)"] == texts["=1+1"] == "s"
    assert "hong.xlsx" in str(book["Vấn đề"]["B4"].value)
