"""The consolidation: totals against independent sums, and what is left out and named."""

from __future__ import annotations

import os
import re
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from cchc_xlsx import api
from cchc_xlsx.aggregate import parts_of_units, way_of
from cchc_xlsx.consolidate import Consolidation
from cchc_xlsx.errors import InputError, OutputError
from cchc_xlsx.expression import Figures
from cchc_xlsx.figures import Fill, tabulate
from cchc_xlsx.finding import Severity
from cchc_xlsx.form import Aggregate, Form, Indicator
from cchc_xlsx.roster import ReportingUnit
from cchc_xlsx.template import Content, write_template
from tests.office import recalculate, stored_values

SAMPLES = Path(__file__).parent.parent / "samples"
ROSTER = SAMPLES / "roster.csv"


@pytest.fixture(scope="module")
def merged(tmp_path_factory: pytest.TempPathFactory) -> tuple[Consolidation, Path]:
    output = tmp_path_factory.mktemp("merge") / "tong-hop.xlsx"
    return api.merge([SAMPLES / "filled"], output, roster=ROSTER), output


# --- totals ---------------------------------------------------------------------------------


def independent_total(form: Form, frame: pd.DataFrame, code: str) -> object:
    """The total of a row by a few lines of pandas over the tidy data, knowing nothing of ours."""
    table = frame.pivot(index="unit", columns="code", values="value").reindex(
        columns=[row.code for row in form.inputs]
    )
    indicator = form.by_code[code]
    own = table[code]
    match indicator.aggregate:
        case Aggregate.SUM:
            return own.sum(min_count=1)
        case Aggregate.MEAN:
            return own.mean()
        case Aggregate.RATIO:
            both = table[list(indicator.of)].dropna().sum()
            return 100 * both.iloc[0] / both.iloc[1] if both.iloc[1] else float("nan")
        case Aggregate.WEIGHTED_MEAN:
            pairs = table[[code, *indicator.of]].dropna()
            weight = pairs[indicator.of[0]]
            return (pairs[code] * weight).sum() / weight.sum() if weight.sum() else float("nan")
        case Aggregate.COUNT_YES:
            return int((own == 1).sum())
        case Aggregate.DISTRIBUTION:
            counts = own.dropna().astype(int).value_counts()
            assert indicator.measure is not None
            return {choice: int(counts.get(choice, 0)) for choice in indicator.measure.choices}
        case Aggregate.NONE:
            return None


def test_all_153_totals_equal_an_independent_calculation(
    form: Form, merged: tuple[Consolidation, Path]
) -> None:
    consolidation, _ = merged
    compared = 0
    for code, total in consolidation.totals.items():
        expected = independent_total(form, consolidation.frame, code)
        value = total.value if total.value is not None else float("nan")
        assert value == pytest.approx(expected, nan_ok=True), code
        compared += 1
    assert compared == 153


def test_reported_counts_units_with_a_figure(merged: tuple[Consolidation, Path]) -> None:
    consolidation, _ = merged
    reported = consolidation.frame.groupby("code")["unit"].nunique()
    assert consolidation.expected == 7
    for code, total in consolidation.totals.items():
        assert total.reported == reported.get(code, 0), code
        assert total.expected == 7


def units(form: Form) -> st.SearchStrategy[list[dict[str, float | None]]]:
    """Figures of a few units, each within its kind; blanks are frequent."""
    by_kind: Mapping[str, list[float | None]] = {
        "count": [None, None, 0, 1, 2, 7, 1214],
        "percent": [None, 0, 33.33, 72.5, 100],
        "yes_no": [None, 0, 1],
        "choice": [None, 0, 1, 2],
    }
    unit = {
        row.code: st.sampled_from(by_kind[row.measure.kind]) for row in form.inputs if row.measure
    }
    return st.lists(st.fixed_dictionaries(unit), min_size=1, max_size=6)


def _sums(row: Indicator, figures: Figures) -> list[float]:
    codes = (row.code, *row.of)
    return list(parts_of_units(row, *(figures.numbers[code] for code in codes)).sum(axis=0))


def test_totals_of_totals_are_the_totals_of_all(form: Form) -> None:
    """The parts of two groups, added up, give what merging all units at once gives."""

    @settings(max_examples=40, deadline=None)
    @given(units(form), units(form))
    def check(left: list[dict[str, float | None]], right: list[dict[str, float | None]]) -> None:
        groups = [tabulate(form, [Fill(each) for each in group]) for group in (left, right)]
        whole = tabulate(form, [Fill(each) for each in (*left, *right)])
        for row in form.inputs:
            parts = [_sums(row, each) for each in groups]
            together = [sum(pair) for pair in zip(*parts, strict=True)]
            once = _sums(row, whole)
            total = way_of(row).total
            assert total(row, together) == pytest.approx(total(row, once)), row.code

    check()


@pytest.mark.libreoffice
def test_changing_a_units_figure_changes_the_right_totals(
    form: Form, merged: tuple[Consolidation, Path], tmp_path: Path
) -> None:
    """I.1.1 of one unit goes up by 10: its total and the ratio I.1 follow, nothing else."""
    consolidation, output = merged
    before = stored_values(output)
    book = load_workbook(output)
    sheet = book["Tổng hợp"]
    row = next(cell.row for cell in sheet["A"] if cell.value == "I.1.1")
    sheet[f"H{row}"] = float(str(sheet[f"H{row}"].value)) + 10
    changed = tmp_path / "changed.xlsx"
    book.save(changed)
    (again,) = recalculate([changed], tmp_path / "calculated")
    after = stored_values(again)
    totals = {
        str(code): (before.get(f"Tổng hợp!F{at}"), after.get(f"Tổng hợp!F{at}"))
        for at in range(1, sheet.max_row + 1)
        if (code := before.get(f"Tổng hợp!A{at}")) in consolidation.totals
    }
    differing = {code for code, (old, new) in totals.items() if old != pytest.approx(new)}
    assert len(totals) == 153
    assert differing == {"I.1", "I.1.1"}
    assert totals["I.1.1"][1] == pytest.approx(float(str(totals["I.1.1"][0])) + 10)


# --- the workbook ---------------------------------------------------------------------------


def test_the_sheets_are_those_of_the_contract(merged: tuple[Consolidation, Path]) -> None:
    book = load_workbook(merged[1])
    assert book.sheetnames == [
        "Tổng hợp", "Vấn đề", "Tình hình nộp", "Ghi chú", "Dữ liệu", "Biểu đồ", "Có - Không",
        "Điều chỉnh", "Nhật ký",
    ]  # fmt: skip
    heading = [cell.value for cell in book["Tổng hợp"][7]]
    units = ["H51.05", "H99.01", "H99.02", "H99.03", "H99.04", "H99.05"]
    assert heading[7:] == units + ["Cộng nhóm", "Số đơn vị"] * 2


def test_totals_are_formulas(form: Form, merged: tuple[Consolidation, Path]) -> None:
    sheet = load_workbook(merged[1])["Tổng hợp"]
    formulas = {
        str(sheet[f"A{at}"].value): str(sheet[f"F{at}"].value) for at in range(8, sheet.max_row + 1)
    }
    for row in form.inputs:
        assert formulas[row.code].startswith("=IF("), row.code


def test_sorting_tong_hop_moves_no_figure_under_another_row(
    form: Form, merged: tuple[Consolidation, Path]
) -> None:
    """A sorted row takes along references to itself; other rows are found by their code."""
    sheet = load_workbook(merged[1])["Tổng hợp"]
    rows = {sheet.cell(row, 1).value: row for row in range(8, sheet.max_row + 1)}
    for indicator in form.inputs:
        formula = str(sheet.cell(rows[indicator.code], 6).value)
        looked_up = re.findall(r'MATCH\("([^"]+)"', formula)
        assert set(looked_up) == {code for code in indicator.of if code in formula}
        assert len(looked_up) >= len(indicator.of)
        named = re.sub(r"INDEX\(.*?,0\),0\)", "", formula)
        assert {int(row) for row in re.findall(r"\$?[A-Z]+\$?([0-9]+)", named)} <= {
            rows[indicator.code]
        }


def test_every_note_and_every_figure_is_there(merged: tuple[Consolidation, Path]) -> None:
    consolidation, output = merged
    book = load_workbook(output)
    notes = {(line[0], line[4]) for line in book["Ghi chú"].iter_rows(min_row=4, values_only=True)}
    assert notes == {
        (code, note) for each in consolidation.submissions for code, note in each.notes.items()
    }
    figures = {
        (line[0], line[2]): line[5]
        for line in book["Dữ liệu"].iter_rows(min_row=4, values_only=True)
    }
    assert figures == {
        (each.unit_code, code): pytest.approx(value)
        for each in consolidation.submissions
        for code, value in each.fill.values.items()
        if value is not None
    }


def test_who_has_not_sent_is_named(merged: tuple[Consolidation, Path]) -> None:
    senders = load_workbook(merged[1])["Tình hình nộp"]
    status = {row[0]: row[2] for row in senders.iter_rows(min_row=4, values_only=True)}
    assert status["H99.06"] == "Chưa nộp"
    assert list(status.values()).count("Đã tổng hợp") == 6


def test_findings_link_to_their_figures(merged: tuple[Consolidation, Path]) -> None:
    sheet = load_workbook(merged[1])["Vấn đề"]
    linked = [row[2] for row in sheet.iter_rows(min_row=4) if row[2].hyperlink]
    assert linked
    for cell in linked:
        assert cell.hyperlink is not None
        assert str(cell.hyperlink.location).startswith("'Tổng hợp'!")


# --- what cannot be used ----------------------------------------------------------------------

Write = Callable[..., Path]


@pytest.fixture
def write(form: Form, tmp_path: Path) -> Write:
    """Writes a filled workbook into the inbox."""

    def write_one(
        name: str, unit: str = "H99.01", period: str = "2022-Q3", **entries: float | str
    ) -> Path:
        file = tmp_path / "inbox" / f"{name}.xlsx"
        file.parent.mkdir(exist_ok=True)
        figures = {code.replace("_", "."): entry for code, entry in entries.items()}
        office = ReportingUnit(unit, f"Sở {unit}")
        write_template(Content(form, form.period(period), office, figures), file)
        return file

    return write_one


def statuses(merged: Consolidation) -> dict[str, str]:
    return {Path(each.file).stem: each.status.value for each in merged.batch.submissions}


def rules(merged: Consolidation, file: str) -> list[str]:
    named = (finding for finding in merged.batch.findings if Path(finding.file).stem == file)
    return [finding.rule for finding in named if finding.rule != "B01"]


def dated(file: Path, day: int) -> Path:
    """The file as if it had been saved on a day of September 2022, by its own account."""
    book = load_workbook(file)
    book.save(file)
    with zipfile.ZipFile(file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    saved = f"2022-09-{day:02}T08:00:00Z".encode()
    core = re.sub(rb"20\d\d-\d\d-\d\dT[\d:.]+Z", saved, members["docProps/core.xml"])
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (members | {"docProps/core.xml": core}).items():
            archive.writestr(name, content)
    return file


def test_the_newest_of_two_files_counts_and_the_other_says_what_differs(
    write: Write, tmp_path: Path
) -> None:
    dated(write("a", I_1_1=6), 20)
    dated(write("b", I_1_1=5, I_1_2=3), 19)
    merged = api.merge([tmp_path / "inbox"])
    assert statuses(merged) == {"a": "accepted", "b": "superseded"}
    assert merged.totals["I.1.1"].value == 6
    (finding,) = (each for each in merged.batch.findings if each.rule == "M08")
    assert Path(finding.file).stem == "b"
    assert finding.codes == ("I.1", "I.1.1", "I.1.2")
    assert "Phụ lục!E11 5 → 6" in finding.message
    assert "Phụ lục!E12 3 → (trống)" in finding.message


def test_keep_chooses_otherwise(write: Write, tmp_path: Path) -> None:
    dated(write("a", I_1_1=6), 20)
    dated(write("b", I_1_1=5), 19)
    merged = api.merge([tmp_path / "inbox"], keep=["b.xlsx"])
    assert statuses(merged) == {"a": "superseded", "b": "accepted"}
    with pytest.raises(InputError, match=r"«c\.xlsx»"):
        api.merge([tmp_path / "inbox"], keep=["c.xlsx"])
    with pytest.raises(InputError, match="chỉ giữ được một tệp"):
        api.merge([tmp_path / "inbox"], keep=["a.xlsx", "b.xlsx"])
    (tmp_path / "inbox" / "d.xlsx").write_bytes(b"PK")
    with pytest.raises(InputError, match="không dùng được"):
        api.merge([tmp_path / "inbox"], keep=["d.xlsx"])


def test_faults_of_a_superseded_file_do_not_decide(write: Write, tmp_path: Path) -> None:
    dated(write("a", I_1_1=6), 20)
    dated(write("b", I_1_1="khoảng 6"), 19)
    batch = api.merge([tmp_path / "inbox"]).batch
    assert not batch.has_failed()
    assert "G06" in rules(api.merge([tmp_path / "inbox"]), "b")


def test_a_choice_between_two_files_counts_until_somebody_makes_it(
    write: Write, tmp_path: Path
) -> None:
    dated(write("a", I_1_1=6), 20)
    dated(write("b", I_1_1=5), 19)
    assert api.merge([tmp_path / "inbox"]).batch.count(Severity.WARNING) > api.merge(
        [tmp_path / "inbox"], keep=["a.xlsx"]
    ).batch.count(Severity.WARNING)


def test_another_name_than_the_rosters_is_named(write: Write, tmp_path: Path) -> None:
    write("a", I_1_1=6)  # under «Sở H99.01», which the roster calls otherwise
    assert "M11" in rules(api.merge([tmp_path / "inbox"], roster=ROSTER), "a")


def test_a_tie_is_an_error(write: Write, tmp_path: Path) -> None:
    for name, figure in (("a", 5), ("b", 6)):
        os.utime(dated(write(name, I_1_1=figure), 19), (1_663_000_000, 1_663_000_000))
    write("c", unit="H99.02", I_1_1=7)
    merged = api.merge([tmp_path / "inbox"])
    assert statuses(merged) == {"a": "rejected", "b": "rejected", "c": "accepted"}
    assert rules(merged, "a") == rules(merged, "b") == ["M01"]
    assert merged.totals["I.1.1"].value == 7


def test_one_unit_under_two_spellings_of_its_code_is_one(write: Write, tmp_path: Path) -> None:
    dated(write("a", I_1_1=5), 19)
    dated(write("b", unit="h99.01", I_1_1=6), 20)
    write("c", unit="h99.02", I_1_1=7)
    merged = api.merge([tmp_path / "inbox"], roster=ROSTER)
    assert statuses(merged) == {"a": "superseded", "b": "accepted", "c": "accepted"}
    assert [unit.code for unit in merged.units] == ["H99.01", "H99.02"]


def test_identical_files_count_once(write: Write, tmp_path: Path) -> None:
    write("a", I_1_1=5)
    write("b", I_1_1=5)
    merged = api.merge([tmp_path / "inbox"])
    assert sorted(statuses(merged).values()) == ["accepted", "superseded"]
    assert merged.totals["I.1.1"].value == 5


def test_another_period_is_left_out(write: Write, tmp_path: Path) -> None:
    write("a", I_1_1=5)
    write("b", unit="H99.02", I_1_1=6)
    write("c", unit="H99.03", period="2022-Q1", I_1_1=7)
    merged = api.merge([tmp_path / "inbox"])
    assert statuses(merged)["c"] == "rejected"
    assert rules(merged, "c") == ["W04"]
    assert merged.totals["I.1.1"].value == 11
    chosen = api.merge([tmp_path / "inbox"], period="2022-Q1")
    assert chosen.totals["I.1.1"].value == 7


def test_no_period_stands_out(write: Write, tmp_path: Path) -> None:
    write("a")
    write("b", unit="H99.02", period="2022-Q1")
    with pytest.raises(InputError, match="2022-Q1, 2022-Q3"):
        api.merge([tmp_path / "inbox"])


def test_a_broken_file_costs_only_itself(write: Write, tmp_path: Path) -> None:
    write("a", I_1_1=5)
    (tmp_path / "inbox" / "hỏng.xlsx").write_bytes(b"PK\x03\x04")
    (tmp_path / "inbox" / "~$a.xlsx").write_bytes(b"lock file")
    (tmp_path / "inbox" / "cũ.xls").write_bytes(b"\xd0\xcf\x11\xe0")
    merged = api.merge([tmp_path / "inbox"])
    assert statuses(merged) == {"a": "accepted", "cũ": "rejected", "hỏng": "rejected"}
    assert rules(merged, "hỏng") == ["W05"]
    assert rules(merged, "cũ") == ["W05"]
    assert "~$a.xlsx" in merged.batch.general[0].message
    assert merged.totals["I.1.1"].value == 5


def test_the_output_of_a_merge_is_not_an_input(write: Write, tmp_path: Path) -> None:
    write("a", I_1_1=5)
    api.merge([tmp_path / "inbox"], tmp_path / "inbox" / "tong-hop.xlsx")
    again = api.merge([tmp_path / "inbox"], tmp_path / "khac.xlsx")
    assert statuses(again) == {"a": "accepted"}
    assert [finding.rule for finding in again.batch.general] == ["W09"]
    with pytest.raises(InputError, match="không có báo cáo nào"):
        api.merge([tmp_path / "inbox" / "tong-hop.xlsx"])
    assert again.totals["I.1.1"].value == 5


def test_text_that_looks_like_a_formula_arrives_as_text(form: Form, tmp_path: Path) -> None:
    texts = {"I.1": "=1+1", "I.2": "+84 123", "I.1.1": "-5", "I.1.2": "@SUM(A1)"}
    inbox, output = tmp_path / "inbox", tmp_path / "out.xlsx"
    inbox.mkdir()
    unit = ReportingUnit("H99.01", "=HYPERLINK(1)")
    write_template(Content(form, form.period("2022-Q3"), unit, notes=texts), inbox / "a.xlsx")
    merged = api.merge([inbox], output)
    assert merged.submissions[0].notes == texts
    book = load_workbook(output)
    shown = {
        line[0].value: (line[4].value, line[4].data_type)
        for line in book["Ghi chú"].iter_rows(min_row=4)
    }
    assert shown == {code: (text, "s") for code, text in texts.items()}
    assert (book["Tổng hợp"]["H6"].value, book["Tổng hợp"]["H6"].data_type) == (
        "=HYPERLINK(1)",
        "s",
    )


def test_an_existing_output_is_refused(write: Write, tmp_path: Path) -> None:
    write("a", I_1_1=5)
    output = tmp_path / "tong-hop.xlsx"
    output.write_text("của người khác")
    with pytest.raises(OutputError, match="--force"):
        api.merge([tmp_path / "inbox"], output)
    assert output.read_text() == "của người khác"
    api.merge([tmp_path / "inbox"], output, force=True)
    assert load_workbook(output).sheetnames[0] == "Tổng hợp"
