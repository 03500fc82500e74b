"""What the commands print for people: Vietnamese tables, worst first, then a verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

from cchc_xlsx.batch import Batch
from cchc_xlsx.finding import SEVERITY_WORDS, Finding, Severity, cells_in_words
from cchc_xlsx.intake import Incoming
from cchc_xlsx.submission import Reading, Status

_COLOUR = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.INFO: "blue"}
_STATUS = {
    Status.ACCEPTED: "đã nhận",
    Status.SUPERSEDED: "không dùng, đã có tệp khác của cơ quan",
    Status.REJECTED: "không dùng được",
}
_MOST_CELLS = 6


def print_batch(batch: Batch) -> None:
    """The findings grouped by file, files with the gravest findings first, then the verdict."""
    console = Console(highlight=False)
    for reading in sorted(batch.readings, key=_gravest):
        _print_file(console, reading)
    if batch.general:
        console.print(Text("Cả đợt báo cáo", style="bold"))
        console.print(_table(batch.general))
    if batch.roster:
        console.print(Text(attendance(batch)))
    if batch.adjusting is not None:
        console.print(Text(adjustment(batch)))
    console.print(Text(verdict(batch), style="bold"))


def attendance(batch: Batch) -> str:
    """Who has sent, who has not, who is unknown, and which files are of another period."""
    sent = len(batch.roster) - len(batch.missing_units)
    lists = {
        "chưa nộp": [unit.code for unit in batch.missing_units],
        "ngoài danh sách": batch.unknown_units,
        "khác kỳ": [each.file for each in batch.of_another_period],
    }
    told = (f"{what}: {', '.join(names)}" for what, names in lists.items() if names)
    return "; ".join((f"Đã nộp {sent}/{len(batch.roster)} cơ quan", *told)) + "."


def adjustment(batch: Batch) -> str:
    """How many figures were corrected, and how many rows of corrections were not applied."""
    refused = sum(not each.adjustment for each in batch.adjusting or ())
    left = f"; {refused} dòng điều chỉnh chưa áp dụng được, xem M15" if refused else ""
    return f"Đã điều chỉnh {batch.adjusted} số liệu{left}."


def verdict(batch: Batch) -> str:
    """One line on everything."""
    counts = {status: len(batch.with_status(status)) for status in Status}
    left_out = counts[Status.REJECTED] + counts[Status.SUPERSEDED]
    files = (
        f"{len(batch.submissions)} tệp: {counts[Status.ACCEPTED]} đã nhận, {left_out} không dùng"
    )
    missing = f"; {len(batch.missing_units)} cơ quan chưa nộp" if batch.roster else ""
    errors, warnings = batch.count(Severity.ERROR), batch.count(Severity.WARNING)
    outcome = "CÓ LỖI" if errors else "KHÔNG CÓ LỖI"
    explained = f" ({batch.explained} đã được giải thích)" if batch.explained else ""
    return f"{outcome}. {files}{missing}. {errors} lỗi, {warnings} cảnh báo{explained}."


def _gravest(reading: Reading) -> int:
    return min((finding.severity.rank for finding in reading.findings), default=len(Severity))


def _print_file(console: Console, reading: Reading) -> None:
    submission = reading.submission
    parts = [submission.file, _STATUS[submission.status]]
    if submission.unit:
        parts.append(f"{submission.unit.name} ({submission.unit.code})")
    if submission.period:
        parts.append(submission.period.name)
    console.print(Text(" · ".join(parts), style="bold"))
    if submission.origin:
        console.print(Text(f"  {submission.origin.in_words}", style="dim"))
    if reading.findings:
        console.print(_table(reading.findings))
    else:
        console.print(Text("  Không có vấn đề.", style="green"))
    console.print()


def _table(findings: Iterable[Finding]) -> Table:
    table = Table(show_lines=True, expand=True)
    table.add_column("Mức độ", no_wrap=True)
    table.add_column("Ô", max_width=22)
    table.add_column("Nội dung và cách xử lý", ratio=1)
    table.add_column("Quy tắc", no_wrap=True)
    last_hint = ""
    for finding in findings:
        said = Text(finding.message)
        # One hint for a run of findings that want the same.
        if finding.hint and finding.hint != last_hint:
            said.append(f"\n→ {finding.hint}", style="dim")
        if finding.explained:
            said.append(f"\nCơ quan giải thích: «{finding.explained}»", style="green")
        severity = Text(SEVERITY_WORDS[finding.severity], style=_COLOUR[finding.severity])
        last_hint = finding.hint
        table.add_row(severity, Text(_cells(finding.cells)), said, finding.rule)
    return table


def _cells(cells: Sequence[str]) -> str:
    more = len(cells) - _MOST_CELLS
    shown = cells_in_words(cells[:_MOST_CELLS])
    return f"{shown} … và {more} ô nữa" if more > 0 else shown


def progress_on_terminal(what: str) -> Callable[[Sequence[Incoming]], Iterable[Incoming]]:
    """A progress bar on standard error for long work; on a terminal only."""

    def progress(files: Sequence[Incoming]) -> Iterator[Incoming]:
        console = Console(stderr=True)
        if not console.is_terminal:
            yield from files
            return
        columns = (TextColumn(what), BarColumn(), MofNCompleteColumn())
        with Progress(*columns, console=console, transient=True) as bar:
            yield from bar.track(files)

    return progress
