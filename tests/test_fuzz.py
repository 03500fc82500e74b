"""Bytes that nobody meant: whatever they are, they cost their own file alone, and little time.

Hypothesis looks for the smallest harmful change; the soak (`test_soak.py`) tries very many.
"""

from __future__ import annotations

import io
import json
import time
import zipfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cchc_xlsx.batch import Batch, BatchReader, read_batch
from cchc_xlsx.errors import InputError
from cchc_xlsx.form import Form
from cchc_xlsx.intake import list_files
from cchc_xlsx.isolation import Isolation
from cchc_xlsx.json_output import batch_document
from cchc_xlsx.submission import Status
from tests.hostile import zipped
from tests.mutations import good_files

SECONDS = 20
NOTHING = "Không tìm thấy tệp báo cáo nào"

FUZZED = settings(
    derandomize=True,
    max_examples=40,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.data_too_large, HealthCheck.too_slow],
)

Read = Callable[[str, bytes], Batch]


@pytest.fixture(scope="module")
def read_file(form: Form, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Read]:
    """Reads bytes under a name as the command does."""
    folder, numbers = tmp_path_factory.mktemp("fuzz"), count()
    with Isolation() as isolation:
        reader = BatchReader(form, isolation)

        def read(name: str, data: bytes) -> Batch:
            file = folder / f"{next(numbers)}-{Path(name).name}"
            file.write_bytes(data)
            try:
                return read_batch(list_files([file]), reader)
            except InputError as error:
                if not str(error).startswith(NOTHING):
                    raise
                return Batch(form, ())

        yield read


def assert_told(read_file: Read, name: str, data: bytes) -> None:
    """That a file is read or rejected with a reason, in time, and can be printed."""
    began = time.monotonic()
    batch = read_file(name, data)
    assert time.monotonic() - began < SECONDS
    # What looks like an archive or a mail may turn out to hold nothing at all.
    assert batch.submissions or not name.endswith((".xlsx", ".xls", ".xlsb", ".ods"))
    for reading in batch.readings:
        assert reading.submission.status in (Status.ACCEPTED, Status.REJECTED, Status.SUPERSEDED)
        assert reading.is_accepted or reading.findings
    json.dumps(batch_document(batch), ensure_ascii=False, allow_nan=False).encode()


# --- changes --------------------------------------------------------------------------------------

Change = Callable[[bytes], bytes]

# Where in a file, as a part of its length: so that one change means something for each file.
_places = st.floats(0, 1, exclude_max=True)
_spans = st.tuples(_places, _places).map(sorted)


def _at(data: bytes, place: float) -> int:
    return int(place * len(data))


def _put(place: float, put: bytes) -> Change:
    return lambda data: data[: _at(data, place)] + put + data[_at(data, place) + len(put) :]


def _without(span: list[float]) -> Change:
    return lambda data: data[: _at(data, span[0])] + data[_at(data, span[1]) :]


def _twice(span: list[float]) -> Change:
    return lambda data: data[: _at(data, span[1])] + data[_at(data, span[0]) :]


def _moved(span: list[float]) -> Change:
    def change(data: bytes) -> bytes:
        first, last = (_at(data, place) for place in span)
        return data[first:last] + data[:first] + data[last:]

    return change


_changes = st.one_of(
    st.builds(_put, _places, st.binary(min_size=1, max_size=8)),
    st.builds(_put, _places, st.sampled_from([b"\xff" * 4, b"\0" * 4, b"\xff" * 8, b"\0" * 64])),
    _places.map(lambda place: _without([place, 1.0])),
    _spans.map(_without),
    _spans.map(_twice),
    _spans.map(_moved),
)


def _changed(data: bytes, changes: list[Change]) -> bytes:
    for change in changes:
        data = change(data)
    return data


@pytest.mark.parametrize("name", good_files())
def test_a_good_file_is_accepted(read_file: Read, name: str) -> None:
    """What is mutated here and in the soak is a workbook to begin with, however it is packed."""
    batch = read_file(name, good_files()[name])
    assert [each.unit_code for each in batch.accepted] == ["H99.01"]


@pytest.mark.parametrize("name", good_files())
@FUZZED
@given(changes=st.lists(_changes, min_size=1, max_size=4))
def test_changed_bytes_are_read_or_rejected(
    read_file: Read, name: str, changes: list[Change]
) -> None:
    assert_told(read_file, name, _changed(good_files()[name], changes))


_PACKED = [name for name, data in good_files().items() if data.startswith(b"PK")]


@pytest.mark.parametrize("name", _PACKED)
@FUZZED
@given(data=st.data())
def test_changed_members_are_read_or_rejected(
    read_file: Read, name: str, data: st.DataObject
) -> None:
    """Members exchanged, left out, taken twice, or changed before they are packed again."""
    with zipfile.ZipFile(io.BytesIO(good_files()[name])) as archive:
        members = {each: archive.read(each) for each in archive.namelist()}
    names = st.sampled_from(sorted(members))
    first, second = data.draw(names), data.draw(names)
    members[first], members[second] = members[second], members[first]
    members[first] = _changed(members[first], data.draw(st.lists(_changes, max_size=2)))
    if data.draw(st.booleans()):
        members.pop(second)
    assert_told(read_file, name, zipped(members))


@pytest.mark.parametrize("suffix", ["xlsx", "ods", "xls", "zip", "eml", "msg", "mbox"])
@FUZZED
@given(data=st.binary(max_size=200))
def test_any_bytes_are_rejected(read_file: Read, suffix: str, data: bytes) -> None:
    assert_told(read_file, f"a.{suffix}", data)
