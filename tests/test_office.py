"""The helper around LibreOffice does what the tests that use it rely on."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from tests.office import OfficeError, recalculate, stored_values

pytestmark = pytest.mark.libreoffice


def test_a_stored_result_never_survives(tmp_path: Path) -> None:
    files = [tmp_path / "a.xlsx", tmp_path / "b.xlsx"]
    for file in files:
        with xlsxwriter.Workbook(file) as book:
            book.add_worksheet("Phụ lục").write_formula("E9", "=1+1", value=99)
        assert stored_values(file) == {"Phụ lục!E9": 99}
    outdir = tmp_path / "out"
    assert [stored_values(file) for file in recalculate(files, outdir)] == [
        {"Phụ lục!E9": 2},
        {"Phụ lục!E9": 2},
    ]


def test_a_file_that_is_left_out_is_named(tmp_path: Path) -> None:
    with pytest.raises(OfficeError, match=r"did not write none\.xlsx: [\s\S]*could not be loaded"):
        recalculate([tmp_path / "none.ods"], tmp_path / "out")
