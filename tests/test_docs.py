"""The documents say what the product does today, and leave nothing of it out."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cchc_xlsx import reading_rules
from cchc_xlsx.finding import SEVERITY_WORDS
from cchc_xlsx.form_file import load_form
from cchc_xlsx.reading_rules import READING_RULES, ReadingRule
from cchc_xlsx.workbook import cells, package
from tests.command import run

ROOT = Path(__file__).parent.parent
README, GUIDE, DESIGN = (
    ROOT / "README.md",
    ROOT / "docs" / "huong-dan.md",
    ROOT / "docs" / "design.md",
)
ANALYSIS = ROOT / "docs" / "phan-tich.md"
SCALE = ROOT / "docs" / "scale.md"
DOCUMENTS = (README, GUIDE, ANALYSIS, DESIGN, SCALE, ROOT / "samples" / "README.md")
MODULES = sorted((ROOT / "cchc_xlsx").rglob("*.py"))

SET_UP_AND_MERGE = (
    "python3 -m venv .venv && .venv/bin/python -m pip install --quiet . && "
    ".venv/bin/cchc-xlsx merge samples/filled --units samples/roster.csv -o tong-hop.xlsx"
)
SET_UP_AND_TEST = (
    "python3 -m venv .venv && .venv/bin/python -m pip install --quiet -e '.[test]' && "
    ".venv/bin/python -m pytest -n auto"
)

CUT = "[…]"
"""Stands in an example for lines that were left out."""


def text(document: Path) -> str:
    return document.read_text(encoding="utf-8")


def blocks(document: Path, language: str) -> list[str]:
    """The code blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text(document), re.MULTILINE | re.DOTALL)


def table_row(document: Path, first_cell: str) -> str:
    """The one row of a table that begins with this cell."""
    rows = [line for line in text(document).splitlines() if line.startswith(f"| {first_cell}")]
    assert len(rows) == 1, f"{document.name}: {len(rows)} rows begin with {first_cell}"
    return rows[0]


# --- the command line ---------------------------------------------------------------------------


def commands() -> list[str]:
    """The commands, as `--help` lists them."""
    listed = run("--help").partition("Các lệnh:")[2]
    return re.findall(r"^  ([a-z]\S*)", listed, re.MULTILINE)


def options(command: str) -> set[str]:
    """The options of a command, as its `--help` lists them."""
    listed = re.findall(r"^  (?:(-\w), )?(--[a-z-]+)", run(command, "--help"), re.MULTILINE)
    return {option for names in listed for option in names if option}


def test_every_command_and_option_is_in_the_readme() -> None:
    assert "template" in commands()
    for command in commands():
        row = table_row(README, f"`{command}")
        missing = {option for option in options(command) if f"`{option}" not in row}
        assert missing == {"--help"}, command


def test_no_option_is_in_the_readme_that_does_not_exist() -> None:
    for command in commands():
        shown = re.findall(r"`(--?[a-z][a-z-]*)", table_row(README, f"`{command}"))
        assert set(shown) <= options(command)


def test_the_readme_sets_up_with_one_command_each() -> None:
    shell, windows = "\n".join(blocks(README, "sh")), "\n".join(blocks(README, "bat"))
    for command in (SET_UP_AND_MERGE, SET_UP_AND_TEST):
        assert command in shell.splitlines()
        here = command.replace("python3 -m venv", "py -m venv").replace("bin/", "Scripts/")
        assert here.replace("/", "\\").replace("'", "") in windows.splitlines()


# --- the examples are run, and what they print is compared --------------------------------------

EXAMPLES = [(document, block) for document in DOCUMENTS for block in blocks(document, "console")]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with the samples and the README's small form, to run examples in."""
    samples = tmp_path / "samples"
    for part in ("filled", "earlier"):
        shutil.copytree(ROOT / "samples" / part, samples / part)
    shutil.copy(ROOT / "samples" / "roster.csv", samples)
    write_small_form(tmp_path / "nha-van-hoa")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("COLUMNS", "100")


def write_small_form(folder: Path) -> None:
    """The form of one's own that the README shows: each block names its file in a comment."""
    folder.mkdir()
    for block in blocks(README, "toml"):
        if name := re.match(r"# (\w+\.toml)\n", block):
            (folder / name[1]).write_text(block, encoding="utf-8")


@pytest.mark.parametrize(
    "example",
    [block for _, block in EXAMPLES],
    ids=[f"{document.relative_to(ROOT)}: {block[2:50]}" for document, block in EXAMPLES],
)
@pytest.mark.usefixtures("folder")
def test_an_example_prints_what_the_document_shows(example: str) -> None:
    call, _, shown = example.partition("\n")
    assert call.startswith("$ cchc-xlsx ")
    command = [sys.executable, "-m", "cchc_xlsx", *shlex.split(call)[2:]]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=120, check=False)
    assert done.stderr == ""
    printed = without_trailing_spaces(done.stdout).replace(os.sep, "/")
    pieces = without_trailing_spaces(shown).split(f"{CUT}\n")
    assert re.fullmatch(".*".join(map(re.escape, pieces)), printed, re.DOTALL), printed


def without_trailing_spaces(printed: str) -> str:
    return "".join(f"{line.rstrip()}\n" for line in printed.splitlines())


def test_the_small_form_of_the_readme_is_sound(tmp_path: Path) -> None:
    write_small_form(tmp_path / "form")
    form = load_form(tmp_path / "form")
    assert (len(form.inputs), len(form.rules)) == (3, 1)


def test_the_rule_that_the_readme_shows_is_the_shipped_forms() -> None:
    (shown,) = (block for block in blocks(README, "toml") if not block.startswith("# "))
    assert shown in text(ROOT / "workbook_templates" / "cchc-so-2022" / "rules.toml")


def test_the_guide_shows_the_verdict_of_the_samples() -> None:
    (example,) = (block for block in blocks(README, "console") if "$ cchc-xlsx merge" in block)
    verdict = example.splitlines()[-2]
    assert verdict in text(GUIDE)


# --- limits, rules, modules ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "limit",
    [
        f"a file of more than {package.LARGEST_FILE // 2**20} MB",
        f"a part of more than {package.LARGEST_PART // 2**20} MB",
        f"more than {package.LARGEST_WHOLE // 2**20} MB in all",
        f"more than {package.MOST_PARTS} parts",
        f"more than {package.HIGHEST_RATIO} times its size",
        f"more than {cells.MOST_SHEETS} sheets",
        f"{cells.MOST_CELLS:,} filled cells",
    ],
)
def test_the_readme_tells_what_is_refused(limit: str) -> None:
    assert limit in text(README)


@pytest.mark.parametrize("rule", READING_RULES, ids=lambda rule: rule.id)
def test_the_guide_says_what_to_do_with_every_finding(rule: ReadingRule) -> None:
    row = table_row(GUIDE, f"{rule.id} |")
    assert row.split(" | ")[1] == SEVERITY_WORDS[rule.severity]
    assert len(row.strip("|").split(" | ")) == 4


def test_no_two_rules_have_one_id() -> None:
    ids = [rule.id for rule in READING_RULES]
    assert len(ids) == len(set(ids))


def test_no_rule_is_left_out_of_the_list() -> None:
    named = [each for each in vars(reading_rules).values() if isinstance(each, ReadingRule)]
    assert set(named) == set(READING_RULES)


def test_the_design_names_every_module_and_no_other() -> None:
    names = {path.relative_to(ROOT / "cchc_xlsx").as_posix() for path in MODULES}
    named = set(re.findall(r"^\| `(\S+\.py)` \|", text(DESIGN), re.MULTILINE))
    assert named == {name for name in names if not name.endswith("__init__.py")}


# --- links and pictures -----------------------------------------------------------------------


def links(document: Path) -> list[str]:
    """The targets of the links and pictures that are not on the web."""
    targets: list[str] = re.findall(r"\]\(([^)\s]+)\)", text(document))
    return [target for target in targets if not target.startswith(("http:", "https:"))]


def anchors(document: Path) -> set[str]:
    """The anchors of the headings, as GitHub names them."""
    headings = re.findall(r"^#+ (.+)$", text(document), re.MULTILINE)
    kept = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return {heading.replace(" ", "-") for heading in kept}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(document: Path) -> None:
    for target in links(document):
        name, _, anchor = target.partition("#")
        file = (document.parent / name).resolve() if name else document
        assert file.exists(), target
        assert not anchor or anchor in anchors(file), target


def test_every_picture_is_shown_and_small() -> None:
    shown = {
        (document.parent / target).resolve()
        for document in DOCUMENTS
        for target in links(document)
        if target.endswith(".png")
    }
    pictures = set((ROOT / "docs" / "images").iterdir())
    assert shown == pictures
    assert all(picture.stat().st_size < 250_000 for picture in pictures)
