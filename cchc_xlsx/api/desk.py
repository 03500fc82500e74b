"""What every command opens: the form, the roster, the files, those of earlier periods."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from cchc_xlsx.batch import Batch, BatchReader, Scope, read_batch, read_previous
from cchc_xlsx.form import Form
from cchc_xlsx.form_file import load_form
from cchc_xlsx.garbage import seldom_looked_for
from cchc_xlsx.intake import Inbox, Progress, list_files, read_bounded
from cchc_xlsx.isolation import Isolation
from cchc_xlsx.previous import NO_PREVIOUS, Previous
from cchc_xlsx.reader.safe import SafeReader
from cchc_xlsx.roster import ReportingUnit, load_roster
from cchc_xlsx.vietnamese import printable
from cchc_xlsx.workbook import NotAWorkbook
from cchc_xlsx.workers import Workers

if TYPE_CHECKING:
    from cchc_xlsx.adjustments import Table
    from cchc_xlsx.cache import Cache
    from cchc_xlsx.reader.merged import MergedWorkbook


@dataclass(frozen=True)
class Outcome:
    """What became of a command that writes several files: the batch it read, and the files."""

    batch: Batch
    written: tuple[Path, ...]


@dataclass(frozen=True)
class Earlier:
    """The reports of earlier periods, and what they were read from."""

    reports: Previous = NO_PREVIOUS
    inbox: Inbox = field(default_factory=Inbox)
    consolidated: tuple[Path, ...] = ()

    def read_among(self, paths: Iterable[Path], isolation: Isolation) -> list[Path]:
        """Those of these paths at which there is a file that was read."""
        return [*self.inbox.read_among(paths, isolation), *self.consolidated]


@dataclass(frozen=True)
class Desk:
    """What is opened to read files with: the roster, the files, and who reads them.

    `given` are files that options name, such as the roster.
    """

    reader: BatchReader
    roster: tuple[ReportingUnit, ...]
    inbox: Inbox
    earlier: Earlier
    given: tuple[Path, ...] = ()

    @property
    def form(self) -> Form:
        """The form of the files."""
        return self.reader.form

    @property
    def isolation(self) -> Isolation:
        """The other process."""
        return self.reader.isolation

    @property
    def previous(self) -> Previous:
        """The reports of earlier periods."""
        return self.earlier.reports

    def inputs_among(self, paths: Iterable[Path]) -> list[Path]:
        """Those of these paths at which there is a file that is read, and what options name."""
        return [
            *self.inbox.read_among(paths, self.isolation),
            *self.earlier.read_among(paths, self.isolation),
            *self.given,
        ]

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
            self.inbox,
            self.reader,
            self.roster,
            scope=scope,
            keep=keep,
            own_unit=own_unit,
            adjustments=adjustments,
            previous=self.previous,
            progress=progress,
        )


@contextmanager
def reading(
    form: Form, executor: Executor | None = None, *, cache: bool = False
) -> Iterator[BatchReader]:
    """Who reads files, by the executor if one is given; with a `cache` what was read is kept."""
    with (
        seldom_looked_for,
        Isolation() as isolation,
        Workers(executor) as workers,
        _known(form, cache) as known,
    ):
        yield BatchReader(form, isolation, workers, known)


def _known(form: Form, is_kept: bool) -> AbstractContextManager[Cache | None]:
    """What was read before, where that is kept."""
    if not is_kept:
        return nullcontext()
    # Imported here: the library remembers nothing unless it is asked to.
    from cchc_xlsx.cache import Cache, cache_folder

    return Cache(form, cache_folder())


@contextmanager
def opened(
    paths: Sequence[str | Path],
    form: str | Path,
    roster: str | Path | None,
    previous: str | Path | None = None,
    *,
    executor: Executor | None = None,
    cache: bool = False,
) -> Iterator[Desk]:
    """Open what a command needs. Raises `CchcError` when there is nothing to read."""
    definition = load_form(form)
    units = load_roster(Path(roster)) if roster else ()
    with reading(definition, executor, cache=cache) as reader:
        inbox = list_files([*map(Path, paths)])
        earlier = earlier_reports(previous, reader, units)
        given = (Path(roster),) if roster else ()
        yield Desk(reader, units, inbox, earlier, given)


def earlier_reports(
    path: str | Path | None, reader: BatchReader, roster: tuple[ReportingUnit, ...]
) -> Earlier:
    """The reports of earlier periods at a path, or in a consolidated workbook; none without one."""
    if path is None:
        return Earlier()
    path = Path(path)
    if merged := merged_at(path, reader.one):
        # Of a unit whose lines were all lost nothing is left but its name.
        reports = [each for each in merged.submissions if not each.fill.is_blank]
        found = Previous.of(reports, findings=merged.findings)
        return Earlier(found, consolidated=(path,))
    inbox = list_files([path])
    return Earlier(read_previous(inbox, reader, roster), inbox)


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


def told(path: Path) -> str:
    """A path as it is printed."""
    return printable(path.as_posix())
