"""The written workbook, part by part, as normalised XML: no change goes unseen.

After a change that is meant, write the parts anew: ``GOLDEN=write python -m pytest tests/test_golden.py``
and read the difference before committing it.
"""  # noqa: E501 - a command on one line

from __future__ import annotations

import os
import xml.etree.ElementTree as ET
import zipfile
from pathlib import Path

import pytest

from cchc_xlsx.form_file import load_form
from cchc_xlsx.roster import ReportingUnit
from cchc_xlsx.template import Content, write_template
from tests.small_form import write_small_form

GOLDEN = Path(__file__).parent / "golden"
PARTS = ["workbook", "styles", "sharedStrings", *(f"worksheets/sheet{at}" for at in range(1, 6))]


def normalised(xml: bytes) -> str:
    """One element a line, attributes in one order, white space between elements gone."""
    tree = ET.fromstring(ET.canonicalize(xml.decode("utf-8"), strip_text=True))
    ET.indent(tree)
    return ET.tostring(tree, encoding="unicode") + "\n"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("golden")
    form = load_form(write_small_form(folder / "form"))
    content = Content(
        form,
        form.period("2025-H1"),
        ReportingUnit("X01", "Xã Một"),
        entries={"A1": 10, "A2": 12, "B1": "x"},
        notes={"A1": "Kế hoạch số 01/KH-UBND"},
    )
    write_template(content, folder / "small.xlsx")
    with zipfile.ZipFile(folder / "small.xlsx") as archive:
        assert {f"xl/{part}.xml" for part in PARTS} <= set(archive.namelist())
        return {part: normalised(archive.read(f"xl/{part}.xml")) for part in PARTS}


@pytest.mark.parametrize("part", PARTS)
def test_the_written_part_is_the_golden_one(part: str, written: dict[str, str]) -> None:
    golden = GOLDEN / f"{part.replace('/', '-')}.xml"
    if os.environ.get("GOLDEN") == "write":
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(written[part], encoding="utf-8")
    assert written[part] == golden.read_text(encoding="utf-8")
