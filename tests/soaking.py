"""Very many mutated files through the code that the command runs, and what must never happen."""

from __future__ import annotations

import hashlib
import json
import re
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cchc_xlsx.batch import Batch, BatchReader, OnePeriod, read_batch
from cchc_xlsx.cache import Cache
from cchc_xlsx.consolidate import consolidate
from cchc_xlsx.errors import InputError
from cchc_xlsx.finding import Finding
from cchc_xlsx.form import Form
from cchc_xlsx.form_file import load_form
from cchc_xlsx.intake import list_files
from cchc_xlsx.isolation import Isolation
from cchc_xlsx.journal import Journal
from cchc_xlsx.json_output import batch_document, merge_document
from cchc_xlsx.submission import Reading
from cchc_xlsx.summary import write_summary
from tests.mutations import mutated

SECONDS, MEBIBYTES = 20, 1024
BATCH = 50

CRASH = "crashes of the other process"
ESCAPED = "exceptions that left the library"
UNSAID = "findings without a Vietnamese message"
LARGE = f"over {MEBIBYTES} MiB"
SLOW = f"over {SECONDS} s"
NEVER = (CRASH, ESCAPED, UNSAID, LARGE, SLOW)

_VIETNAMESE = re.compile("[ăâđêôơưàảãáạèẻẽéẹìỉĩíịòỏõóọùủũúụỳỷỹýỵ\u1ea0-\u1ef9]", re.IGNORECASE)
_DIED = "tiến trình đọc bị dừng"


@dataclass
class Soak:
    """What came of some files. `never` has what must not happen, each with its file."""

    files: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    never: dict[str, list[str]] = field(default_factory=lambda: {kind: [] for kind in NEVER})
    slowest: float = 0.0

    @property
    def mebibytes(self) -> float:
        """The most that this process or one that it started ever took."""
        kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
        most = max(resource.getrusage(kind).ru_maxrss for kind in kinds)
        return most / (2**20 if sys.platform == "darwin" else 2**10)

    @property
    def failed(self) -> bool:
        """Whether anything happened that must not."""
        return any(self.never.values())

    def table(self) -> str:
        """All of it, line by line."""
        lines = [f"{'files':40} {self.files}"]
        lines += [f"{status:40} {count}" for status, count in sorted(self.statuses.items())]
        lines += [f"{kind:40} {len(self.never[kind])}" for kind in NEVER]
        lines += [f"{'slowest file, s':40} {self.slowest:.1f}"]
        lines += [f"{'most memory, MiB':40} {self.mebibytes:.0f}"]
        lines += [f"  {kind}: {told}" for kind in NEVER for told in self.never[kind]]
        return "\n".join(lines)


def soak(seed: int, numbers: Sequence[int]) -> Soak:
    """Read the files of these numbers, in batches as a command reads a folder."""
    form, found = load_form(), Soak()
    for first in range(0, len(numbers), BATCH):
        with tempfile.TemporaryDirectory() as folder:
            _soak(form, seed, numbers[first : first + BATCH], Path(folder), found)
    if found.mebibytes > MEBIBYTES:
        found.never[LARGE].append(f"{found.mebibytes:.0f} MiB")
    return found


def _soak(form: Form, seed: int, numbers: Sequence[int], folder: Path, found: Soak) -> None:
    with Isolation() as isolation:
        reader = BatchReader(
            form, isolation, cache=_Remembering(form, folder.with_name(f"{folder.name}-kept"))
        )
        for number in numbers:
            name, data = mutated(seed, number)
            (folder / name).write_bytes(data)
            found.files += 1
            began = time.monotonic()
            try:
                batch = _checked([folder / name], reader)
            except InputError:  # what looks like a mail may hold nothing, and that is said
                found.statuses["holds nothing"] += 1
                continue
            except Exception as error:
                found.never[ESCAPED].append(f"{name}: {type(error).__name__}: {error}")
                continue
            seconds = time.monotonic() - began
            found.slowest = max(found.slowest, seconds)
            if seconds > SECONDS:
                found.never[SLOW].append(f"{name}: {seconds:.0f} s")
            found.statuses.update(each.status.value for each in batch.submissions)
            for finding in batch.findings:
                for kind in _wrong_with(finding):
                    found.never[kind].append(f"{name}: {finding.rule} {finding.message[:80]}")
        try:
            _merge(folder, reader)
        except Exception as error:
            told = f"merge of {numbers[0]} to {numbers[-1]}: {type(error).__name__}: {error}"
            found.never[ESCAPED].append(told)


class _Remembering(Cache):
    """Knows each file once it was read: the merge of a batch is about what comes after reading."""

    def __init__(self, form: Form, folder: Path) -> None:
        super().__init__(form, folder)
        self._read: dict[str, Reading] = {}

    def recall(self, content: bytes) -> Reading | None:
        return self._read.get(hashlib.sha256(content).hexdigest())

    def remember(self, reading: Reading, data: bytes) -> None:
        self._read[reading.submission.sha256] = reading


def _checked(paths: list[Path], reader: BatchReader) -> Batch:
    batch = read_batch(list_files(paths), reader)
    json.dumps(batch_document(batch), ensure_ascii=False, allow_nan=False).encode()
    return batch


def _merge(folder: Path, reader: BatchReader) -> None:
    """Everything together, as `merge` does, for what only shows when the output is written."""
    period = reader.form.period("2022-Q3")
    batch = read_batch(list_files([folder]), reader, scope=OnePeriod(period))
    merged = consolidate(batch, period)
    json.dumps(merge_document(merged), ensure_ascii=False, allow_nan=False).encode()
    with tempfile.TemporaryDirectory() as output:
        write_summary(merged, Path(output) / "tong-hop.xlsx", Journal())


def _wrong_with(finding: Finding) -> Iterator[str]:
    if _DIED in finding.message:
        yield CRASH
    if not _VIETNAMESE.search(finding.message):
        yield UNSAID
