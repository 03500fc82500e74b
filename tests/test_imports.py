"""What a command loads: whoever asks for help, or checks one file, waits for nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

SAMPLES = Path(__file__).parent.parent / "samples" / "filled"
CLEAN, FAULTY = SAMPLES / "H99.01_2022-Q3.xlsx", SAMPLES / "H99.05_2022-Q3.xlsx"

# Packages that are not Python's own. Which of them Typer and msgspec load varies by version.
PARSER = {"annotated_doc", "click", "colorama", "shellingham", "typer", "typing_extensions"}
READER = {"isal", "msgspec", "numpy", "platformdirs"}

# Of our own and of Python what no single check needs.
OTHER_WORK = {
    *("adjustments", "compare", "consolidate", "feedback", "package_writer", "reader.merged"),
    *("sheet_xml", "spreadsheet", "summary", "template", "tidy", "upward", "year"),
}
SLOW_OF_PYTHON = {"_strptime", "asyncio", "email", "http", "multiprocessing", "ssl", "unittest"}

PROGRAM = """
import json, sys
from cchc_xlsx.cli import main
try:
    main()
except SystemExit:
    pass
print(json.dumps(list(sys.modules)), file=sys.stderr)
"""


def loaded(*arguments: object) -> set[str]:
    """The modules that a command has loaded when it ends, in a Python of its own."""
    command = [sys.executable, "-c", PROGRAM, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=120, check=True)
    return set(json.loads(done.stderr.splitlines()[-1]))


def packages(modules: set[str]) -> set[str]:
    """The packages of these modules that are neither Python's nor ours."""
    tops = {name.partition(".")[0] for name in modules}
    others = tops - set(sys.stdlib_module_names) - {"cchc_xlsx", "__main__", "__mp_main__"}
    # What sets up the interpreter itself, as editable installations do.
    return {name for name in others if not name.startswith(("_", "sitecustomize"))}


@pytest.mark.parametrize(
    ("arguments", "allowed"),
    [
        (["--help"], PARSER),
        (["check", "--help"], PARSER),
        (["check", "--nonsense"], PARSER),
        (["check", "--json", CLEAN], PARSER | READER),
        (["check", CLEAN], PARSER | READER | {"rich"}),
        (["check", FAULTY], PARSER | READER | {"rich", "highspy"}),
    ],
    ids=["help", "help of a command", "usage error", "json", "clean", "a hard rule broken"],
)
def test_a_command_loads_no_package_that_it_does_not_need(
    arguments: list[object], allowed: set[str]
) -> None:
    more = packages(loaded(*arguments)) - allowed
    assert not more, f"{arguments} loads {more}: import it in the function that needs it"


@pytest.mark.parametrize("file", [CLEAN, FAULTY], ids=lambda file: file.stem)
def test_a_check_loads_no_other_commands_work(file: Path) -> None:
    modules = loaded("check", file)
    ours = {name.removeprefix("cchc_xlsx.") for name in modules if name.startswith("cchc_xlsx.")}
    more = {name for name in OTHER_WORK if name in ours} | (SLOW_OF_PYTHON & modules)
    assert not more, f"check loads {more}: import it in the function that needs it"


def test_help_loads_nothing_of_ours_but_the_command_line() -> None:
    ours = {name for name in loaded("--help") if name.startswith("cchc_xlsx.")}
    names = ("cli", "cli_vietnamese", "errors", "garbage")
    assert ours == {f"cchc_xlsx.{name}" for name in names}
