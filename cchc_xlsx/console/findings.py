"""Tables of findings, worst first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from cchc_xlsx.batch import Batch
from cchc_xlsx.console.verdict import adjustment, attendance, verdict
from cchc_xlsx.finding import SEVERITY_WORDS, Finding, Severity, cells_in_words
from cchc_xlsx.merged_layout import FINDINGS_SHEET
from cchc_xlsx.submission import Reading, Status

_COLOUR = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.INFO: "blue"}
_STATUS = {
    Status.ACCEPTED: "đã nhận",
    Status.SUPERSEDED: "không dùng, đã có tệp khác của cơ quan",
    Status.REJECTED: "không dùng được",
}
_MOST_CELLS = 6


MOST_TOLD = 20
"""Files with errors, and findings about no file, of which a merge tells; nobody reads more of them
in a window."""


def print_batch(batch: Batch) -> None:
    """The findings grouped by file, files with the gravest findings first, then the verdict."""
    console = plain_console()
    for reading in sorted(batch.readings, key=_gravest):
        _print_file(console, reading)
    _print_whole(console, batch)


def print_merged(batch: Batch) -> None:
    """The same of the files with errors and those not used; the rest stands in the workbook."""
    console = plain_console()
    in_order = sorted(batch.readings, key=_gravest)
    told = [each for each in in_order if _is_to_be_told(each)][:MOST_TOLD]
    for reading in told:
        _print_file(console, reading)
    if left := len(in_order) - len(told):
        console.print(Text(f"{left} tệp khác: {_IN_SHEET}"))
        console.print()
    _print_whole(console, batch, most=MOST_TOLD)


_IN_SHEET = f"xem trang «{FINDINGS_SHEET}» của tệp tổng hợp."


def _is_to_be_told(reading: Reading) -> bool:
    return not reading.is_accepted or _gravest(reading) == Severity.ERROR.rank


def _print_whole(console: Console, batch: Batch, most: int | None = None) -> None:
    """What is to be said of all files together, `most` findings of it, and the verdict."""
    if told := batch.general[:most]:
        console.print(Text("Cả đợt báo cáo", style="bold"))
        console.print(findings_table(told))
    if left := len(batch.general) - len(told):
        console.print(Text(f"{left} vấn đề khác của cả đợt: {_IN_SHEET}"))
    if batch.roster:
        console.print(Text(attendance(batch)))
    if batch.adjusting is not None:
        console.print(Text(adjustment(batch)))
    console.print(Text(verdict(batch), style="bold"))


def plain_console() -> Console:
    """A console that takes every text as it stands: what files hold is no markup."""
    return Console(highlight=False, markup=False, emoji=False)


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
        console.print(findings_table(reading.findings))
    else:
        console.print(Text("  Không có vấn đề.", style="green"))
    console.print()


def findings_table(findings: Iterable[Finding]) -> Table:
    """A table of findings in their order."""
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
