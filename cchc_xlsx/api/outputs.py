"""What a command writes, and what it must not write over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from cchc_xlsx.adjustments import corrections_in
from cchc_xlsx.api.desk import Desk, merged_at, told
from cchc_xlsx.errors import OutputError
from cchc_xlsx.intake import read_bounded
from cchc_xlsx.isolation import Isolation
from cchc_xlsx.output import refuse_existing, replacing
from cchc_xlsx.workbook import NotAWorkbook


def refuse_outputs(outputs: Sequence[Path], inputs: Iterable[Path], *, force: bool) -> None:
    """Raises `OutputError` when an output exists or would take the place of another file in use.

    That is another output, or an input: a report, an earlier one, the roster, a table.
    """
    used = {path.resolve() for path in inputs}
    taken: set[Path] = set()
    for path in outputs:
        place = path.resolve()
        if place in used:
            raise OutputError(f"«{path}» là một tệp đầu vào. Chọn tên hoặc thư mục khác.")
        if place in taken:
            raise OutputError(f"«{path}» là tên của hai tệp kết quả. Chọn tên khác sau -o.")
        taken.add(place)
        refuse_existing(path, force=force)


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file beside its name, then rename it."""
    with replacing(path) as unfinished:
        unfinished.write_bytes(content)


# --- an output of an earlier merge -------------------------------------------------------------


def refuse_to_lose_corrections(output: Path, adjust: Path | None, isolation: Isolation) -> None:
    """Raises `OutputError` when the output may hold corrections that would go with it.

    They are safe where they are read from it in this merge.
    """
    if not output.exists() or (adjust and adjust.resolve() == output.resolve()):
        return
    count = corrections_in(output, isolation)
    if count is None:
        raise OutputError(
            f"Không đọc được «{output}» nên không rõ ở đó có dòng điều chỉnh nào không. Xóa hoặc "
            "đổi tên tệp này, hoặc ghi ra tệp khác."
        )
    if count:
        raise OutputError(
            f"«{output}» có {count} dòng đã ghi ở trang Điều chỉnh. Thêm --adjust với tên tệp này "
            "để giữ lại, hoặc ghi ra tệp khác."
        )


def without_output(desk: Desk, output: Path) -> Desk:
    """The desk without the output of an earlier merge: it may be replaced.

    It may lie among the files, or be given for its table of corrections.
    """
    if not output.exists() or merged_at(output, desk.reader.one, with_figures=False) is None:
        return desk
    given = [path for path in desk.given if path.resolve() != output.resolve()]
    return replace(desk, inbox=desk.inbox.without(output), given=tuple(given))


def without_rolled_up(desk: Desk, path: Path, unit: str) -> Desk:
    """The desk without the roll-up that an earlier merge has written there for a unit."""
    try:
        submission = desk.reader.one.read(read_bounded(path), told(path)).submission
    except (OSError, NotAWorkbook):  # nothing is there, or nothing of ours
        return desk
    is_of_unit = submission.unit_code.casefold() == unit.casefold()
    is_rolled_up = bool(submission.leaves) and is_of_unit
    return replace(desk, inbox=desk.inbox.without(path)) if is_rolled_up else desk
