"""The comments on the cells of an ``.xlsx`` sheet, those of old Excel and of new."""

from __future__ import annotations

from cchc_xlsx.excel_limits import LONGEST_CELL
from cchc_xlsx.workbook.cells import ADDRESS, Position
from cchc_xlsx.workbook.package import NotAWorkbook, Package, local, parse

MOST_COMMENTS = 5_000
_DEEPEST = 100

_KINDS = {"comments": "comment", "threadedComment": "threadedComment"}
"""The kinds of part that hold comments, and the element of one in each.

A thread also has an old comment that repeats it for old Excel; the new one comes later and counts.
"""


def read_comments(package: Package, sheet: str) -> dict[Position, str]:
    """The text of every comment, by its cell; those of one thread are joined by lines."""
    comments: dict[Position, str] = {}
    for kind, element in _KINDS.items():
        for _, its_kind, part in package.related(sheet):
            if its_kind == kind and package.has(part):
                comments |= _texts(package.read(part), element)
    return comments


def _texts(xml: bytes, element: str) -> dict[Position, str]:
    found: dict[Position, list[list[str]]] = {}
    open_tags: list[str] = []
    at: Position | None = None

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal at
        open_tags.append(local(tag))
        if open_tags[-1] == element:
            match = ADDRESS.fullmatch(attributes.get("ref", ""))
            at = (int(match[2]), match[1]) if match else None
            if at:
                found.setdefault(at, []).append([])
        if len(found) > MOST_COMMENTS or len(open_tags) > _DEEPEST:
            raise NotAWorkbook("cấu trúc bên trong tệp bất thường")

    def end(_: str) -> None:
        open_tags.pop()

    def data(text: str) -> None:
        if (
            at
            and element in open_tags
            and open_tags[-1] in ("t", "text")
            and "rPh" not in open_tags
        ):
            found[at][-1].append(text)

    parse(xml, start, end, data)
    texts = {position: map("".join, pieces) for position, pieces in found.items()}
    return {position: "\n".join(each).strip()[:LONGEST_CELL] for position, each in texts.items()}
