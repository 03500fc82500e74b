"""The export: every format tells the same, nothing is lost on the way, and the examples run."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
from openpyxl import load_workbook

import cchc_xlsx
from cchc_xlsx import api
from cchc_xlsx.consolidate import Consolidation, consolidate
from cchc_xlsx.errors import InputError, OutputError
from cchc_xlsx.form import Form
from cchc_xlsx.roster import ReportingUnit
from cchc_xlsx.submission import Status
from cchc_xlsx.template import Content, write_template
from cchc_xlsx.tidy import FORMATS, export_files
from cchc_xlsx.tidy.tables import DATA, TABLES, Column, Table, Type
from tests.command import run, run_both
from tests.small_form import write_small_form

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "samples"
ROSTER = SAMPLES / "roster.csv"
GUIDE = (ROOT / "docs" / "phan-tich.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")

CONTRACT = ["unit", "period", "code", "value", "note", "file", "cell"]

FIGURES = {"I.1.1": 8, "I.1.2": 2, "I.1": 33.33, "I.8": 1}
NOTES = {
    "I": "ghi ở dòng tiêu đề",
    "I.1": "=HYPERLINK(A1)",
    "I.1.1": "- gạch đầu dòng",
    "I.1.2": "'=trong nháy",
    "I.1.3": "@ở dòng để trống",
    "I.8": 'hai dòng;\n"dòng hai", có dấu',
}


@pytest.fixture(scope="module")
def inbox(form: Form, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The samples, a unit's report for the year, a copy of it, and a file that is no workbook."""
    folder = tmp_path_factory.mktemp("export") / "nhận về"
    shutil.copytree(SAMPLES / "filled", folder)
    unit = ReportingUnit("H99.01", "Sở Mẫu A (số liệu giả định)")
    year = Content(form, form.period("2022-NAM"), unit, FIGURES, NOTES)
    write_template(year, folder / "cả năm.xlsx")
    shutil.copy(folder / "cả năm.xlsx", folder / "cả năm (2).xlsx")
    (folder / "hỏng.xlsx").write_bytes(b"PK\x03\x04")
    return folder


@pytest.fixture(scope="module")
def merged(inbox: Path, tmp_path_factory: pytest.TempPathFactory) -> Consolidation:
    """What the export is made of."""
    output = tmp_path_factory.mktemp("merged") / "x.json"
    return consolidate(api.export([inbox], output, roster=ROSTER).batch, None)


@pytest.fixture(scope="module")
def exported(merged: Consolidation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("out")
    for suffix in FORMATS:
        for path, content in export_files(folder / f"số liệu{suffix}").contents(merged):
            path.write_bytes(content)
    return folder


# --- every format, read by something that knows nothing of ours -----------------------------------


def csv_cells(path: Path) -> list[dict[str, str]]:
    content = path.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def from_csv(folder: Path, table: str) -> list[dict[str, Any]]:
    """Without the apostrophe that stands before what Excel would take for a formula."""
    cells = csv_cells(folder / f"số liệu{table and '_'}{table}.csv")
    return [
        {
            name: float(cell) if name == "value" else cell[cell.startswith("'") :]
            for name, cell in row.items()
        }
        for row in cells
    ]


def from_parquet(folder: Path, table: str) -> list[dict[str, Any]]:
    path = folder / f"số liệu{table and '_'}{table}.parquet"
    with duckdb.connect() as database:
        read = database.read_parquet(str(path))
        return [dict(zip(read.columns, row, strict=True)) for row in read.fetchall()]


def from_sqlite(folder: Path, table: str) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(folder / "số liệu.sqlite")) as database:
        database.row_factory = sqlite3.Row
        return [dict(row) for row in database.execute(f"SELECT * FROM {table or 'data'}")]


def from_json(folder: Path, table: str) -> list[dict[str, Any]]:
    document = json.loads((folder / "số liệu.json").read_text(encoding="utf-8"))
    rows: list[dict[str, Any]] = document[table or "data"]
    return rows


Reader = Callable[[Path, str], list[dict[str, Any]]]
READERS: Mapping[str, Reader] = {
    ".csv": from_csv,
    ".parquet": from_parquet,
    ".sqlite": from_sqlite,
    ".json": from_json,
}
assert READERS.keys() == FORMATS.keys()


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_format_gives_the_frame(merged: Consolidation, exported: Path, suffix: str) -> None:
    rows = READERS[suffix](exported, "")
    assert list(rows[0])[:7] == CONTRACT
    read = pd.DataFrame(rows)
    pd.testing.assert_frame_equal(read, merged.frame, check_dtype=False)
    assert len(read) == sum(
        value is not None for each in merged.batch.accepted for value in each.fill.values.values()
    )
    assert set(read["period"]) == {"2022-Q3", "2022-NAM"}


def plain(cell: Any, column: Column) -> str:
    """A cell as text: nothing for None, several texts joined as in CSV."""
    if cell is None:
        return ""
    if column.type is Type.NUMBER:
        return repr(float(cell))
    if column.type is Type.TEXTS and not isinstance(cell, str):
        return "; ".join(cell)
    if column.type is Type.TEXTS and cell.startswith("["):
        return "; ".join(json.loads(cell))
    return str(cell)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_format_has_every_table(merged: Consolidation, exported: Path, table: Table) -> None:
    def plain_row(row: Iterable[Any]) -> list[str]:
        return [plain(cell, column) for cell, column in zip(row, table.columns, strict=True)]

    expected = [plain_row(row) for row in table.fill(merged)]
    assert expected
    for read in READERS.values():
        rows = read(exported, "" if table is DATA else table.name)
        assert list(rows[0]) == [column.name for column in table.columns]
        for row, wanted in zip(rows, expected, strict=True):
            assert plain_row(row.values()) == wanted


# --- nothing is lost ------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_note_is_there(merged: Consolidation, exported: Path, suffix: str) -> None:
    rows = READERS[suffix](exported, "notes")
    notes = {(row["file"], row["code"]): row["note"] for row in rows}
    assert notes == {
        (each.file, code): note
        for each in merged.batch.accepted
        for code, note in each.notes.items()
    }
    of_the_year = {row["code"]: row["note"] for row in rows if row["period"] == "2022-NAM"}
    assert of_the_year == NOTES


def test_files_left_out_are_named(exported: Path) -> None:
    status = {Path(row["file"]).name: row for row in from_sqlite(exported, "submissions")}
    assert status["hỏng.xlsx"]["status"] == Status.REJECTED
    assert status["hỏng.xlsx"]["unit"] is None
    assert {status["cả năm.xlsx"]["status"], status["cả năm (2).xlsx"]["status"]} == {
        Status.ACCEPTED,
        Status.SUPERSEDED,
    }
    rules = {(row["unit"], row["rule"]) for row in from_sqlite(exported, "findings")}
    assert {(None, "W05"), ("H99.01", "M06"), ("H99.06", "M02")} <= rules


def test_several_periods_are_nothing_to_complain_about(exported: Path) -> None:
    assert "M09" not in {row["rule"] for row in from_json(exported, "findings")}


def test_one_period_only(inbox: Path, tmp_path: Path) -> None:
    api.export([inbox], tmp_path / "số liệu.json", period="2022-NAM")
    assert {row["period"] for row in from_json(tmp_path, "")} == {"2022-NAM"}
    left_out = [row for row in from_json(tmp_path, "findings") if row["rule"] == "W04"]
    assert len(left_out) == 6


# --- each format has its own strengths ------------------------------------------------------------


def test_csv_holds_no_formula(exported: Path) -> None:
    for path in exported.glob("*.csv"):
        cells = [cell for row in csv_cells(path) for cell in row.values()]
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t"))]
    of_notes = csv_cells(exported / "số liệu_notes.csv")
    notes = {row["code"]: row["note"] for row in of_notes if row["period"] == "2022-NAM"}
    assert notes["I.1"] == "'=HYPERLINK(A1)"
    assert notes["I.1.2"] == "''=trong nháy"


def test_json_counts_are_integers(exported: Path) -> None:
    of_the_year = {
        row["code"]: row["value"] for row in from_json(exported, "") if row["period"] == "2022-NAM"
    }
    assert of_the_year == FIGURES
    assert isinstance(of_the_year["I.1.1"], int)


def test_parquet_is_typed_even_where_it_is_empty(tmp_path: Path) -> None:
    form = write_small_form(tmp_path / "form")
    empty = tmp_path / "trống.xlsx"
    api.template(empty, "2025-H1", form=form, unit_code="X01", unit_name="Xã Một")
    api.export([empty], tmp_path / "x.parquet", form=form)
    sql_types = {
        Type.TEXT: "VARCHAR",
        Type.INTEGER: "BIGINT",
        Type.NUMBER: "DOUBLE",
        Type.TEXTS: "VARCHAR[]",
    }
    with duckdb.connect() as database:
        for table in TABLES:
            name = "x" if table.name == "data" else f"x_{table.name}"
            read = database.read_parquet(str(tmp_path / f"{name}.parquet"))
            assert [str(each) for each in read.types] == [
                sql_types[column.type] for column in table.columns
            ]
            assert bool(read.fetchall()) is (table.name not in ("data", "notes"))


def test_sqlite_keys_hold_and_the_view_joins_every_line(exported: Path) -> None:
    with closing(sqlite3.connect(exported / "số liệu.sqlite")) as database:
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        assert len(database.execute("PRAGMA foreign_key_list(data)").fetchall()) == 3
        kinds = {kind for (kind,) in database.execute("SELECT DISTINCT typeof(value) FROM data")}
        assert kinds == {"real"}
    lines, labelled = from_sqlite(exported, "data"), from_sqlite(exported, "labelled_data")
    assert [{name: row[name] for name in CONTRACT} for row in labelled] == [
        {name: row[name] for name in CONTRACT} for row in lines
    ]
    row = next(row for row in labelled if row["code"] == "I.1.1")
    assert row["unit_name"] == "Sở Tài nguyên và Môi trường tỉnh Sóc Trăng"
    assert row["section_label"] == "Công tác chỉ đạo điều hành CCHC"
    assert row["label"] == "Số nhiệm vụ đề ra trong kế hoạch"


def test_a_rule_for_every_row_is_one_row(exported: Path) -> None:
    rules = {row["id"]: row for row in from_json(exported, "rules")}
    assert rules["G01"]["expression"] == "[*] >= 0 and [*] <= 100"
    assert len(rules["G01"]["codes"]) == 10
    assert rules["P01"]["codes"] == ["I.1.2", "I.1.1"]
    assert rules["W05"]["expression"] is None


# --- the command ----------------------------------------------------------------------------------


def test_status_and_what_is_printed(tmp_path: Path) -> None:
    clean, faulty = (SAMPLES / "filled" / f"H99.0{n}_2022-Q3.xlsx" for n in (1, 5))
    printed = run("export", clean, "-o", tmp_path / "a.JSON")
    assert printed.splitlines()[0] == str(tmp_path / "a.JSON")
    run("export", faulty, "-o", tmp_path / "b.csv", status=1)
    assert len(list(tmp_path.glob("b*.csv"))) == len(TABLES)


@pytest.mark.parametrize("name", ["số liệu.xlsx", "số liệu", "số liệu.db"])
def test_an_unknown_format(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match=r"\.csv, \.parquet, \.sqlite, \.json\.$"):
        export_files(tmp_path / name)


def test_status_2_for_an_unknown_format(tmp_path: Path) -> None:
    output, error = run_both("export", SAMPLES / "filled", "-o", tmp_path / "x.xlsx", status=2)
    assert (output, len(error.splitlines())) == ("", 1)
    assert list(tmp_path.iterdir()) == []


def test_no_table_is_replaced_without_force(tmp_path: Path) -> None:
    clean = SAMPLES / "filled" / "H99.01_2022-Q3.xlsx"
    (tmp_path / "x_units.csv").write_text("của tôi")
    with pytest.raises(OutputError, match=r"x_units\.csv"):
        api.export([clean], tmp_path / "x.csv")
    assert [path.name for path in tmp_path.iterdir()] == ["x_units.csv"]
    api.export([clean], tmp_path / "x.csv", force=True)
    assert (tmp_path / "x_units.csv").read_bytes().startswith("\ufeffcode,name".encode())


def test_an_input_is_never_replaced(tmp_path: Path) -> None:
    report = tmp_path / "báo cáo.json"
    shutil.copy(SAMPLES / "filled" / "H99.01_2022-Q3.xlsx", report)
    with pytest.raises(OutputError, match="là một tệp đầu vào"):
        api.export([report], report, force=True)


# --- the library ----------------------------------------------------------------------------------


def test_the_librarys_example(monkeypatch: pytest.MonkeyPatch) -> None:
    """The README's, as it stands; the calls stay calls whatever modules have been loaded."""
    monkeypatch.chdir(ROOT)
    (example,) = re.findall(r"^```python\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    names: dict[str, Any] = {}
    exec(example, names)
    assert isinstance(names["frame"], pd.DataFrame)
    assert list(names["frame"].columns)[:7] == CONTRACT
    assert names["by_unit"]["H51.05"] == 13


def test_library_calls_are_loaded_when_asked_for(tmp_path: Path) -> None:
    clean = SAMPLES / "filled" / "H99.01_2022-Q3.xlsx"
    assert not cchc_xlsx.check([str(clean)]).has_failed()
    for name in ("x.json", "y.sqlite"):
        assert cchc_xlsx.export([clean], tmp_path / name).written == (tmp_path / name,)
    with pytest.raises(InputError):
        cchc_xlsx.merge(["khong-co"])
    with pytest.raises(AttributeError):
        _ = cchc_xlsx.no_such_call


# --- the guide ------------------------------------------------------------------------------------

QUERIES = re.findall(r"^```sql\n(.*?)^```\n\n((?:\|[^\n]*\n)+)", GUIDE, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def of_the_samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("guide")
    for suffix in (".parquet", ".sqlite"):
        api.export([SAMPLES / "filled"], folder / f"so-lieu{suffix}", roster=ROSTER)
    return folder


@pytest.mark.parametrize(("query", "table"), QUERIES)
def test_a_query_of_the_guide_gives_what_the_guide_shows(
    of_the_samples: Path, query: str, table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(of_the_samples)
    connect: Callable[..., Any] = duckdb.connect if ".parquet" in query else sqlite3.connect
    with closing(connect(":memory:" if ".parquet" in query else "so-lieu.sqlite")) as database:
        answer = database.execute(query)
        heading = [column[0] for column in answer.description]
        rows = [
            [f"{cell:g}" if isinstance(cell, float) else str(cell) for cell in row]
            for row in answer.fetchall()
        ]
    shown = [line.strip("|\n ").split(" | ") for line in table.splitlines()]
    assert [shown[0], *shown[2:]] == [heading, *rows]


def test_every_query_of_the_guide_is_tested() -> None:
    assert len(QUERIES) == GUIDE.count("```sql") == 5


def test_power_query_names_what_the_sheet_holds(tmp_path: Path) -> None:
    """Power Query does not run here; the names that it goes by are held to the workbook."""
    api.merge([SAMPLES / "filled"], tmp_path / "t.xlsx")
    (code,) = re.findall(r"^```m\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
    (sheet_name,) = re.findall(r'Item = "(.*?)"', code)
    sheet = load_workbook(tmp_path / "t.xlsx")[sheet_name]
    heading = [cell.value for cell in sheet[3]]
    assert re.findall(r'\[Column1\] <> "(.*?)"', code) == [heading[0]]
    assert set(re.findall(r'\{"(.*?)", type', code)) <= set(heading)
    assert heading[0] not in [cell.value for row in sheet["A1:A2"] for cell in row]


def test_the_guide_names_every_table_and_column() -> None:
    for table in TABLES:
        (row,) = re.findall(rf"^\| `{table.name}` \|.*$", GUIDE, re.MULTILINE)
        named = re.findall(r"`(\w+)`", row.split(" | ")[2])
        names = [column.name for column in table.columns]
        assert named == (names[: len(CONTRACT)] if table.name == "data" else names)
