"""What every command opens: the form, the roster, the files, those of earlier periods."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from cchc_xlsx.adjustments import Table
from cchc_xlsx.batch import Batch, Progress, Scope, read_batch, read_previous
from cchc_xlsx.form import Form
from cchc_xlsx.form_file import load_form
from cchc_xlsx.intake import Incoming, Intake, collect, read_bounded
from cchc_xlsx.isolation import Isolation
from cchc_xlsx.previous import NO_PREVIOUS, Previous
from cchc_xlsx.reader.safe import SafeReader
from cchc_xlsx.roster import ReportingUnit, load_roster
from cchc_xlsx.vietnamese import printable
from cchc_xlsx.workbook import NotAWorkbook

if TYPE_CHECKING:
    from cchc_xlsx.reader.merged import MergedWorkbook


@dataclass(frozen=True)
class Outcome:
    """What became of a command that writes several files: the batch it read, and the files."""

    batch: Batch
    written: tuple[Path, ...]


@dataclass(frozen=True)
class Desk:
    """What is opened to read files with: the form, the roster, the files, and who reads them.

    `given` are files that options name, such as the roster.
    """

    form: Form
    roster: tuple[ReportingUnit, ...]
    intake: Intake
    isolation: Isolation
    previous: Previous
    given: tuple[Path, ...] = ()

    @property
    def inputs(self) -> list[Path]:
        """All files that are read, those of options too; for a member of an archive the archive."""
        return [*files_of(self.intake), *self.previous.files, *self.given]

    @property
    def reader(self) -> SafeReader:
        """Reads files that anybody may have made."""
        return SafeReader(self.form, self.isolation)

    def giving(self, path: Path | None) -> Desk:
        """The desk with one more file that an option names, if it does."""
        return replace(self, given=(*self.given, path)) if path else self

    def read(
        self,
        scope: Scope,
        *,
        keep: Sequence[str],
        progress: Progress,
        own_unit: str = "",
        adjustments: Table | None = None,
    ) -> Batch:
        """Read and check the files; see `batch.read_batch`."""
        return read_batch(
            self.intake,
            self.reader,
            self.form,
            self.roster,
            scope=scope,
            keep=keep,
            own_unit=own_unit,
            adjustments=adjustments,
            previous=self.previous,
            progress=progress,
        )


@contextmanager
def opened(
    paths: Sequence[str | Path],
    form: str | Path,
    roster: str | Path | None,
    previous: str | Path | None = None,
) -> Iterator[Desk]:
    """Open what a command needs. Raises `CchcError` when there is nothing to read."""
    definition = load_form(form)
    units = load_roster(Path(roster)) if roster else ()
    with Isolation() as isolation:
        intake = collect([*map(Path, paths)], isolation)
        earlier = earlier_reports(previous, definition, units, isolation)
        given = (Path(roster),) if roster else ()
        yield Desk(definition, units, intake, isolation, earlier, given)


def earlier_reports(
    path: str | Path | None, form: Form, roster: tuple[ReportingUnit, ...], isolation: Isolation
) -> Previous:
    """The reports of earlier periods at a path, or in a consolidated workbook; none without one."""
    if path is None:
        return NO_PREVIOUS
    reader, path = SafeReader(form, isolation), Path(path)
    if merged := merged_at(path, reader):
        # Of a unit whose lines were all lost nothing is left but its name.
        reports = [each for each in merged.submissions if not each.fill.is_blank]
        return replace(Previous.of(reports, findings=merged.findings), files=(path,))
    intake = collect([path], isolation)
    return replace(read_previous(intake, reader, form, roster), files=tuple(files_of(intake)))


def merged_at(
    path: Path, reader: SafeReader, *, with_figures: bool = True
) -> MergedWorkbook | None:
    """The consolidated workbook at a path; None when something else is there.

    Without figures, a file beside it that holds them is not read.
    """
    folder = path.absolute().parent if with_figures else None
    try:
        return reader.read_merged(read_bounded(path), told(path), folder)
    except (OSError, NotAWorkbook):  # a folder, or what reading it as any other file will tell
        return None


def files_of(intake: Intake) -> list[Path]:
    """The files themselves; for a member of an archive or a mail that one."""
    return [file.path or Path(file.name.partition("!")[0]) for file in intake.files]


def told(path: Path) -> str:
    """A path as it is printed."""
    return printable(path.as_posix())


def bytes_of(file: Incoming) -> bytes:
    """The bytes of a file; none of one that could not be opened, whose finding says so."""
    try:
        return file.data()
    except (OSError, NotAWorkbook):
        return b""
