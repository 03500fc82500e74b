"""How fast the files are read, checked, merged and written, against what one would do without us.

Run ``python benchmarks/speed.py``: it makes its own inputs (invented), lets the rivals take turns,
prints a table of medians and ratios with the versions of the libraries, and with ``--plot FILE``
draws how the time of a merge grows. All of it takes less than ten minutes on two cores;
``--short`` does every step once with few files, for function only.
"""

from __future__ import annotations

import argparse
import compileall
import os
import platform
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))  # runs without being installed

from benchmarks import invented, rivals  # noqa: E402
from benchmarks.lambdas import as_lambda  # noqa: E402
from benchmarks.timing import Contender, Times, call, command, interleaved  # noqa: E402
from cchc_xlsx import check  # noqa: E402
from cchc_xlsx.api.templates import template  # noqa: E402
from cchc_xlsx.expression import previous  # noqa: E402
from cchc_xlsx.figures import tabulate  # noqa: E402
from cchc_xlsx.form_file import load_form  # noqa: E402
from cchc_xlsx.note_figures import note_fill, notes_of  # noqa: E402
from cchc_xlsx.template import Content, write_template  # noqa: E402
from cchc_xlsx.verdicts import verdicts  # noqa: E402
from cchc_xlsx.workers import HERE  # noqa: E402

LIBRARIES = ("openpyxl", "pandas", "python-calamine", "XlsxWriter", "numpy", "typer")
PERIOD = "2022-Q3"


@dataclass(frozen=True)
class Sizes:
    """How many files and runs the steps take."""

    few: int = 31
    many: int = 1_000
    growing: tuple[int, ...] = (10, 100, 1_000, 10_000)
    different: int = invented.DIFFERENT
    slow_templates: int = 20
    runs: int = 3
    long_runs: int = 2


SHORT = Sizes(few=3, many=6, growing=(3, 6, 12), different=4, slow_templates=1, runs=1, long_runs=1)


class Line(NamedTuple):
    """A line of the table: ours against theirs (seconds), and the ratio that was aimed at."""

    work: str
    rival: str
    ours: float
    theirs: float
    aim: str
    remark: str = ""

    @property
    def ratio(self) -> str:
        """How many times faster, or what part of the rival's time, as the aim says."""
        faster = self.aim.startswith("≥")
        return f"{self.theirs / self.ours if faster else self.ours / self.theirs:.2f}"


@dataclass(frozen=True)
class Inputs:
    """Filled workbooks in a folder: the first of them are also in folders of their own."""

    folder: Path
    sizes: Sizes

    def make(self) -> None:
        """Write them all."""
        *fewer, most = sorted({self.sizes.few, self.sizes.many, *self.sizes.growing})
        whole = invented.write_workbooks(self.files(most), most, self.sizes.different)
        for count in fewer:
            self.files(count).mkdir()
            for file in sorted(whole.iterdir())[:count]:
                (self.files(count) / file.name).hardlink_to(file)
        for count in (*fewer, most):
            invented.write_roster(self.roster(count), invented.units(count))

    def files(self, count: int) -> Path:
        """The folder of so many workbooks."""
        return self.folder / f"files-{count}"

    def roster(self, count: int) -> Path:
        """The table of so many units."""
        return self.folder / f"units-{count}.csv"

    def output(self, name: str) -> Path:
        """A file to write."""
        return self.folder / name


def medians(times: Mapping[str, Times]) -> tuple[float, float]:
    """Ours and theirs, in seconds."""
    ours, theirs = (each.median for each in times.values())
    return ours, theirs


# --- what is measured -----------------------------------------------------------------------------


def merging(inputs: Inputs, count: int) -> Contender:
    """The whole command `merge` over so many workbooks, with all checks and nothing remembered."""
    target = inputs.output(f"merged-{count}.xlsx")
    arguments = ["-m", "cchc_xlsx", "merge", str(inputs.files(count)), "--no-cache"]
    run = command([*arguments, "--units", str(inputs.roster(count)), "-o", str(target)], fails=True)

    def once() -> float:
        # Over an earlier output it would first look whether corrections stand in that.
        for left in (target, target.with_name(f"{target.stem}_du-lieu.csv")):
            left.unlink(missing_ok=True)
        return run()

    return once


def scripting(inputs: Inputs, count: int) -> Contender:
    """The ordinary script as a whole command."""
    target = inputs.output(f"script-{count}.xlsx")
    return command(["-m", "benchmarks.rivals", str(inputs.files(count)), str(target)])


def merges(inputs: Inputs) -> Iterator[Line]:
    """`merge` against the ordinary script."""
    sizes = inputs.sizes
    for count, runs, aim in ((sizes.few, sizes.runs, "≥ 6 (aim: 10)"), (sizes.many, 1, "≥ 20")):
        times = interleaved(
            {"ours": merging(inputs, count), "script": scripting(inputs, count)}, runs
        )
        work = f"`merge` of {count} workbooks, whole command"
        yield Line(work, "loop over `pandas.read_excel`, `to_excel`", *medians(times), aim)


def growth(inputs: Inputs) -> dict[int, Times]:
    """`merge` of more and more workbooks."""
    return {
        count: interleaved({"": merging(inputs, count)}, 1)[""] for count in inputs.sizes.growing
    }


def grown(times: Mapping[int, Times]) -> Iterator[Line]:
    """Each of these merges against the one before it."""
    for (fewer, less), (count, more) in pairwise(times.items()):
        held = f"{more.mebibytes:.0f} MiB at most, all processes together"
        aim = f"≤ {1.1 * count / fewer:.0f}"
        work = f"`merge` of {count}, whole command"
        yield Line(work, f"`merge` of {fewer}", more.median, less.median, aim, held)


def readings(inputs: Inputs) -> Iterator[Line]:
    """Reading and checking as a library call against a bare loop of calamine."""
    files = inputs.files(inputs.sizes.many)
    times = interleaved(
        {
            "one": call(lambda: check([files], executor=HERE)),
            "two": call(lambda: check([files])),
            "bare": call(lambda: rivals.bare_loop(files)),
        },
        inputs.sizes.long_runs,
    )
    bare = times["bare"].median
    work = f"reading and checking {inputs.sizes.many}, library call"
    rival = "bare loop of python-calamine over all sheets"
    yield Line(f"{work}, one thread", rival, times["one"].median, bare, "≤ 1.3")
    yield Line(f"{work}, two cores", rival, times["two"].median, bare, "≤ 0.75")


def rules(inputs: Inputs) -> Iterator[Line]:
    """All rules over figures and notes of many reports against a Python lambda for each rule."""
    form = load_form()
    accepted = check([inputs.files(inputs.sizes.many)]).accepted
    fills, notes = (
        [each.fill for each in accepted],
        [note_fill(form, each, notes_of(each)) for each in accepted],
    )
    lambdas = [as_lambda(rule.check) for rule in form.rules]
    nothing = dict.fromkeys(previous(row.code) for row in form.inputs)
    dictionaries = [
        {**nothing, **fill.values, **told.values} for fill, told in zip(fills, notes, strict=True)
    ]
    times = interleaved(
        {
            "ours": call(lambda: verdicts(form, tabulate(form, fills, notes=notes))),
            "lambdas": call(lambda: [[rule(each) for rule in lambdas] for each in dictionaries]),
        },
        inputs.sizes.runs,
    )
    work = f"checking {inputs.sizes.many} submissions, all {len(form.rules)} rules"
    yield Line(work, "a Python lambda for each rule", *medians(times), "≥ 15")


def templates(inputs: Inputs) -> Iterator[Line]:
    """`template` for a roster against writing each workbook with XlsxWriter."""
    sizes, form = inputs.sizes, load_form()
    few = invented.units(sizes.slow_templates)

    def write_each() -> None:
        for unit in few:
            write_template(Content(form, form.period(PERIOD), unit), inputs.output("slow.xlsx"))

    roster, target = inputs.roster(sizes.many), inputs.output("templates")
    times = interleaved(
        {
            "ours": call(lambda: template(target, PERIOD, roster=roster, force=True)),
            "each": call(write_each),
        },
        sizes.long_runs,
    )
    each = times["each"].median * sizes.many / sizes.slow_templates
    yield Line(
        f"`template` for {sizes.many} units",
        f"writing each with XlsxWriter ({sizes.slow_templates} of them, scaled up)",
        times["ours"].median,
        each,
        "≥ 30",
    )


def starts(inputs: Inputs) -> Iterator[Line]:
    """Short commands against the import of one library."""
    faulty, clean, *_ = sorted(inputs.files(inputs.sizes.few).iterdir())
    for work, arguments, fails, library, aim in (
        ("`check` of one file", ["check", str(clean), "--no-cache"], False, "pandas", "≤ 1"),
        (
            "`check` of one file with an error, which looks for the wrong cell",
            ["check", str(faulty), "--no-cache"],
            True,
            "pandas",
            "none",
        ),
        ("`--help`", ["--help"], False, "typer", "≤ 1.6"),
    ):
        times = interleaved(
            {
                "ours": command(["-m", "cchc_xlsx", *arguments], fails=fails),
                "import": command(["-c", f"import {library}"]),
            },
            2 * inputs.sizes.runs,
        )
        rival = f'`python -c "import {library}"`'
        yield Line(f"{work}, whole command", rival, *medians(times), aim)


STEPS = (starts, rules, templates, readings, merges)


# --- what is shown --------------------------------------------------------------------------------


def heading() -> Iterator[str]:
    """The machine, the versions, the head of the table."""
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    yield f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores,"
    yield f"Python {platform.python_version()}, {libraries}"
    yield ""
    yield "| work | against | ours, s | theirs, s | ratio | aim | |"
    yield "| --- | --- | --: | --: | --: | --- | --- |"


def row(line: Line) -> str:
    """A line as a row of the table."""
    seconds = f"{line.ours:.3g} | {line.theirs:.3g}"
    return f"| {line.work} | {line.rival} | {seconds} | {line.ratio} | {line.aim} | {line.remark} |"


def plot(times: Mapping[int, Times], target: Path) -> None:
    """Draw how the time of a merge grows with the number of workbooks."""
    import matplotlib.pyplot as plt

    counts, seconds = [*times], [each.median for each in times.values()]
    figure, axes = plt.subplots(figsize=(6, 4))
    axes.loglog(counts, seconds, "o-", color="black")
    for count, each in zip(counts, seconds, strict=True):
        axes.annotate(f"{each:.1f} s", (count, each), (6, -12), textcoords="offset points")
    axes.set(xlabel="số tệp (workbooks)", ylabel="giây (seconds)", title="cchc-xlsx merge")
    axes.grid(True, which="both", alpha=0.3)
    figure.savefig(target, dpi=120, bbox_inches="tight")


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true", help="few files, for function only")
    parser.add_argument("--plot", type=Path, help="where to draw how the time of a merge grows")
    arguments = parser.parse_args()
    # As an installation does: without, every command would compile the program anew where Python
    # is told to write no bytecode.
    compileall.compile_dir(ROOT / "cchc_xlsx", quiet=1)
    with TemporaryDirectory() as folder:
        inputs = Inputs(Path(folder), SHORT if arguments.short else Sizes())
        inputs.make()
        print(*heading(), sep="\n")
        for step in STEPS:
            for line in step(inputs):
                print(row(line), flush=True)
        times = growth(inputs)
        print(*map(row, grown(times)), sep="\n")
        if arguments.plot:
            plot(times, arguments.plot)
    return 0


if __name__ == "__main__":
    sys.exit(main())
