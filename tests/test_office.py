"""The programs that calculate workbooks anew do what the tests that use them rely on."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from tests.engines import Engine
from tests.office import OfficeError, recalculate, stored_values


def test_a_stored_result_never_survives(engine: Engine, tmp_path: Path) -> None:
    files = [tmp_path / "a.xlsx", tmp_path / "b.xlsx"]
    for file in files:
        with xlsxwriter.Workbook(file) as book:
            book.add_worksheet("Phụ lục").write_formula("E9", "=1+1", value=99)
        assert stored_values(file) == {"Phụ lục!E9": 99}
    outdir = tmp_path / "out"
    assert [stored_values(file) for file in engine.recalculate(files, outdir)] == [
        {"Phụ lục!E9": 2},
        {"Phụ lục!E9": 2},
    ]


def test_what_becomes_of_an_error_that_decides_nothing(engine: Engine, tmp_path: Path) -> None:
    error = "#DIV/0!"
    formulas = {"OR(TRUE,1/0)": True, "AND(FALSE,1/0)": False, "OR(1/0,TRUE)": error}
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet("Sheet")
        for row, formula in enumerate(formulas):
            sheet.write_formula(row, 0, f"={formula}")
    (file,) = engine.recalculate([tmp_path / "a.xlsx"], tmp_path / "out")
    results = [*formulas.values()] if engine.stops_early else [error] * len(formulas)
    assert [*stored_values(file).values()] == results


@pytest.mark.libreoffice
def test_a_file_that_is_left_out_is_named(tmp_path: Path) -> None:
    with pytest.raises(OfficeError, match=r"did not write none\.xlsx: [\s\S]*could not be loaded"):
        recalculate([tmp_path / "none.ods"], tmp_path / "out")
