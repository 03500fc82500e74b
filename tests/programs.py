"""Real programs that save workbooks again: LibreOffice, Gnumeric, ExcelJS and SheetJS."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.office import TIMEOUT, convert

_EXCELJS = """
const { Workbook } = require("exceljs");
const [source, target] = process.argv.slice(1);
const book = new Workbook();
book.xlsx.readFile(source).then(() => book.xlsx.writeFile(target));
"""
_SHEETJS = """
const { readFile, writeFile } = require("xlsx");
const [source, target] = process.argv.slice(1);
writeFile(readFile(source), target);
"""


class ProgramError(RuntimeError):
    """A program did not do what was asked; the text has its own words."""


@dataclass(frozen=True)
class Resaving:
    """A program that saves workbooks in a format; `save` takes the files and a folder."""

    program: str
    suffix: str
    save: Callable[[Sequence[Path], Path], list[Path]]

    def __str__(self) -> str:
        return f"{self.program}-{self.suffix}"


def missing() -> list[str]:
    """What is not installed of Gnumeric, Node.js and the modules that it finds by NODE_PATH."""
    commands = [name for name in ("ssconvert", "node") if not shutil.which(name)]
    modules = ("exceljs", "xlsx") if "node" not in commands else ()
    return commands + [name for name in modules if not _has_module(name)]


@cache
def _has_module(name: str) -> bool:
    script = f"require.resolve('{name}')"
    return subprocess.run(["node", "-e", script], capture_output=True).returncode == 0


def _libreoffice(suffix: str) -> Resaving:
    return Resaving("LibreOffice", suffix, lambda files, outdir: convert(files, suffix, outdir))


def _gnumeric(suffix: str, exporter: str) -> Resaving:
    return _each("Gnumeric", suffix, ["ssconvert", f"--export-type={exporter}"])


def _node(program: str, suffix: str, script: str) -> Resaving:
    return _each(program, suffix, ["node", "-e", script])


def _each(program: str, suffix: str, command: list[str]) -> Resaving:
    """A program that is called once for each file, with its name and that of the copy."""

    def save(files: Sequence[Path], outdir: Path) -> list[Path]:
        outputs = [outdir / f"{file.stem}.{suffix}" for file in files]
        for file, output in zip(files, outputs, strict=True):
            _run([*command, str(file), str(output)])
            if not output.is_file():
                raise ProgramError(f"{program} did not write {output.name}.")
        return outputs

    return Resaving(program, suffix, save)


def _run(command: Sequence[str]) -> None:
    """Run a command. Raises `ProgramError` when it fails or takes too long."""
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=TIMEOUT)
    except subprocess.CalledProcessError as error:
        raise ProgramError(f"{command[0]}: {error.stderr.strip()}") from error
    except subprocess.TimeoutExpired as error:
        raise ProgramError(f"{command[0]} took more than {TIMEOUT} s.") from error


LIBREOFFICE = tuple(_libreoffice(suffix) for suffix in ("xlsx", "ods", "xls"))
OTHERS = (
    _gnumeric("xlsx", "Gnumeric_Excel:xlsx2"),
    _gnumeric("ods", "Gnumeric_OpenCalc:odf"),
    _gnumeric("xls", "Gnumeric_Excel:excel_biff8"),
    _gnumeric("dsf.xls", "Gnumeric_Excel:excel_dsf"),
    _node("ExcelJS", "xlsx", _EXCELJS),
    *(_node("SheetJS", suffix, _SHEETJS) for suffix in ("xlsx", "xlsb", "xls", "ods")),
)
