"""Real LibreOffice for the tests: one process for many files, on a profile of its own."""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from openpyxl import load_workbook

TIMEOUT = 180
"""Seconds that one run may take."""

# Mode 0 is "always": no formula keeps the result that was stored with it.
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop>
<prop oor:name="ODFRecalcMode" oor:op="fuse"><value>0</value></prop>
</item>
</oor:items>
"""


class OfficeError(RuntimeError):
    """LibreOffice did not do what was asked; the text says which files, and its own words."""


def is_installed() -> bool:
    """Whether LibreOffice can be called on this machine."""
    return shutil.which("soffice") is not None


def convert(files: Sequence[Path], to: str, outdir: Path) -> list[Path]:
    """Save every file in another format under the same name in `outdir`, formulas recalculated.

    Raises `OfficeError` when LibreOffice takes too long or leaves a file out.
    """
    outputs = [outdir / f"{file.stem}.{to}" for file in files]
    if len(set(outputs)) < len(outputs) or any(output.exists() for output in outputs):
        raise OfficeError(f"Two files for one name in {outdir}.")
    process = subprocess.Popen(
        ["soffice", "--headless", "--norestore", f"-env:UserInstallation={_profile().as_uri()}",
         "--convert-to", to, "--outdir", outdir, *files],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
    )  # fmt: skip
    try:
        words, _ = process.communicate(timeout=TIMEOUT)
    except subprocess.TimeoutExpired as error:
        # soffice is a script: the office itself is a child of it.
        os.killpg(process.pid, signal.SIGKILL)
        raise OfficeError(f"LibreOffice took more than {TIMEOUT} s.") from error
    missing = [output.name for output in outputs if not output.is_file()]
    if missing:
        raise OfficeError(f"LibreOffice did not write {', '.join(missing)}: {words.strip()}")
    return outputs


def recalculate(files: Sequence[Path], outdir: Path) -> list[Path]:
    """The workbooks as LibreOffice calculates and saves them; no stored result survives."""
    return convert(files, "xlsx", outdir)


def stored_values(file: Path) -> dict[str, object]:
    """What every filled cell of a workbook shows, by address: ``Phụ lục!E14``."""
    return {
        f"{sheet.title}!{cell.coordinate}": cell.value
        for sheet in load_workbook(file, data_only=True, read_only=True).worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }


@cache
def _profile() -> Path:
    """A user profile for this process alone: LibreOffice does not start twice on one."""
    folder = Path(tempfile.mkdtemp(prefix="libreoffice-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    (folder / "user").mkdir()
    (folder / "user" / "registrymodifications.xcu").write_text(_SETTINGS, encoding="utf-8")
    return folder
