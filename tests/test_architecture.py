"""Imports run one way, and what is slow to import is imported where it is used."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = "cchc_xlsx"
FOLDER = Path(__file__).parent.parent / PACKAGE

# A module may import those before it and none after it. A folder counts as one module.
ORDER = [
    *("errors", "excel_limits", "finding", "words", "vietnamese", "notes", "colours"),
    *("expression", "rule_parser", "message", "form", "figures", "verdicts", "aggregate"),
    *("over_periods", "rollup", "additive", "conditions", "repairs", "slips"),
    *("layout", "merged_layout", "guide", "prompts", "info_checks", "reading_rules"),
    *("csv_text", "toml_source", "form_file", "package_writer", "sheet_xml", "spreadsheet"),
    *("workbook", "garbage", "isolation", "workers", "edition", "output", "journal"),
    *("roster", "intake", "submission", "year", "previous", "catalogue"),
    *("note_figures", "header_checks", "note_checks"),
    "template",
    "reader",
    "cache",
    "checks",
    *("changes", "suspects", "causes", "rivals", "waivers", "adjustments", "batch"),
    *("consolidate", "total_checks"),
    *("upward", "compare", "summary", "feedback"),
    *("json_output", "tidy", "console", "cluster", "api"),
    *("cli_vietnamese", "cli", "__main__"),
]

# None of these imports another, but for the two that put a consolidation into files.
APART = {"template", "reader", "checks", "consolidate", "summary", "tidy"}
MAY_MEET = {("summary", "consolidate"), ("tidy", "consolidate")}

# Slow to import: a command that needs none of them must not pay for them. Inside a function
# they may be imported anywhere; as a module is imported, only here.
HEAVY = {
    *("dask", "distributed", "highspy", "msoffcrypto", "olefile", "openpyxl", "oxmsg", "pandas"),
    *("platformdirs", "pyarrow", "rich", "xlrd"),
}
MAY_BE_HEAVY = {
    ("cache", "platformdirs"),
    ("repairs", "highspy"),
    ("console", "rich"),
    ("feedback", "openpyxl"),
}


def modules() -> list[Path]:
    return sorted(FOLDER.rglob("*.py"))


def unit(path: Path) -> str:
    """What `ORDER` calls a file: its own name or that of its folder."""
    return path.relative_to(FOLDER).parts[0].removesuffix(".py")


def imported(statements: Iterator[ast.AST]) -> Iterator[str]:
    """The full names that these statements import."""
    for statement in statements:
        if isinstance(statement, ast.Import):
            yield from (alias.name for alias in statement.names)
        elif isinstance(statement, ast.ImportFrom):
            assert statement.level == 0, "imports name the whole path"
            yield from (f"{statement.module}.{alias.name}" for alias in statement.names)


def imported_units(path: Path) -> set[str]:
    """The modules of the package that a file imports, wherever in it the import stands."""
    names = [name.split(".") for name in imported(ast.walk(ast.parse(path.read_text("utf-8"))))]
    units = {name[1] for name in names if name[0] == PACKAGE}
    return units - {"__version__", "DEFAULT_FORM", unit(path)}


def run_on_import(tree: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a module but for the bodies of functions and what only mypy sees."""
    for node in ast.iter_child_nodes(tree):
        for_mypy = isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not for_mypy:
            yield node
            yield from run_on_import(node)


def test_every_module_has_its_place() -> None:
    assert {unit(path) for path in modules()} - {"__init__"} == set(ORDER)


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(FOLDER)))
def test_imports_run_one_way(path: Path) -> None:
    own = unit(path)
    # The package itself only hands the library calls on, when they are asked for.
    before = ORDER[: ORDER.index(own)] if own != "__init__" else ["api"]
    assert imported_units(path) <= set(before)


def test_the_steps_of_the_flow_do_not_import_each_other() -> None:
    met = {
        (unit(path), name)
        for path in modules()
        if unit(path) in APART
        for name in imported_units(path) & APART
    }
    assert met == MAY_MEET


def test_slow_packages_are_imported_where_they_are_used() -> None:
    heavy = {
        (unit(path), name.split(".")[0])
        for path in modules()
        for name in imported(run_on_import(ast.parse(path.read_text("utf-8"))))
        if name.split(".")[0] in HEAVY
    }
    assert heavy == MAY_BE_HEAVY
