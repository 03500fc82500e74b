"""Good files of every format, and what chance makes of them: the same for the same seed."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from functools import cache
from random import Random
from xml.etree import ElementTree

from tests.hostile import (
    DATA,
    GOOD,
    NEXT_MAIL,
    attached,
    filled_binary_workbook,
    filled_document,
    good_base64,
    mail,
    stranger,
    zipped,
)
from tests.msg import Attachment, outlook_message

_XLS = DATA / "H99.01_2022-Q3.xls.gz"
"""The good workbook as LibreOffice saved it."""


@cache
def good_files() -> Mapping[str, bytes]:
    """A good file of every format that is read, by a name for it."""
    workbook = GOOD.read_bytes()
    letter = mail(
        "multipart/mixed; boundary=x", attached(b"bao-cao.xlsx", good_base64()) + b"--x--\r\n"
    )
    return {
        "ours.xlsx": workbook,
        "stranger.xlsx": stranger({}),
        "document.ods": filled_document(),
        "old.xls": gzip.decompress(_XLS.read_bytes()),
        "binary.xlsb": filled_binary_workbook(),
        "packed.zip": zipped({"a/bao-cao.xlsx": workbook, "b.xls": b"x"}),
        "letter.eml": letter,
        "box.mbox": NEXT_MAIL + letter,
        "outlook.msg": outlook_message("Báo cáo", "Sở A", Attachment("bao-cao.xlsx", workbook)),
    }


# --- bytes ----------------------------------------------------------------------------------------


def flipped(random: Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(random.randint(1, 20)):
        changed[random.randrange(len(changed))] = random.randrange(256)
    return bytes(changed)


def cut(random: Random, data: bytes) -> bytes:
    return data[: random.randrange(len(data))]


def left_out(random: Random, data: bytes) -> bytes:
    first, last = sorted(random.randrange(len(data)) for _ in range(2))
    return data[:first] + data[last:]


def doubled(random: Random, data: bytes) -> bytes:
    first, last = sorted(random.randrange(len(data)) for _ in range(2))
    return data[:last] + data[first:]


def overwritten(random: Random, data: bytes) -> bytes:
    """Numbers of an extreme size in the place of others."""
    changed = bytearray(data)
    for _ in range(random.randint(1, 5)):
        at, size = random.randrange(len(data)), random.choice((1, 2, 4, 8))
        changed[at : at + size] = random.choice((b"\0", b"\xff", b"\x7f")) * size
    return bytes(changed)


Mutation = Callable[[Random, bytes], bytes]

BYTES: Sequence[Mutation] = (flipped, cut, left_out, doubled, overwritten)


# --- members --------------------------------------------------------------------------------------


def repacked(random: Random, data: bytes) -> bytes:
    """The members with their contents exchanged, dropped, or changed before they are packed."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    first, second = random.sample(sorted(members), 2)
    match random.randrange(4):
        case 0:
            members[first], members[second] = members[second], members[first]
        case 1:
            del members[first]
        case 2:
            members[second] = members[first]
        case _:
            members[first] = random.choice(BYTES)(random, members[first] or b"x")
    return zipped(members)


# --- the structure of XML -------------------------------------------------------------------------

EXTREMES = (
    *("", "-1", "0", "1", "1e308", "-1e308", "NaN", "INF", "1e-320", "0.5", "true", "x"),
    *("2147483648", "4294967295", "99999999999999999999", "9" * 400, "9" * 5000),
    *("A0", "A1", "XFD1048576", "ZZZ9999999", "A1:XFD1048576", "E10:E9", "$E$10"),
    *("../../../etc/passwd", "http://127.0.0.1:9/", "file:///etc/passwd", "=1+1", "(" * 500),
    *("9999-12-31T23:59:59Z", "0001-01-01", "_xD800_", "_x0000_", "\u202e\u0085", "a" * 40_000),
    *("SUM(E9:E200)", "E10", "1/0", "inlineStr", "s", "str", "e", "d", "shared", "array"),
)


def restructured(random: Random, data: bytes) -> bytes:
    """Some elements of one part deleted, doubled, moved, or given extreme contents."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    part = random.choice([name for name in members if name.endswith((".xml", ".rels"))])
    root = ElementTree.fromstring(members[part])
    for _ in range(random.choice((1, 1, 2, 5, 20))):
        parents = [element for element in root.iter() if len(element)]
        if parents:
            random.choice(_CHANGES)(random, random.choice(parents))
    members[part] = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return zipped(members)


def _delete(random: Random, parent: ElementTree.Element) -> None:
    parent.remove(random.choice(parent))


def _double(random: Random, parent: ElementTree.Element) -> None:
    parent.insert(random.randrange(len(parent) + 1), deepcopy(random.choice(parent)))


def _multiply(random: Random, parent: ElementTree.Element) -> None:
    # One without others in it: many of a large one would soon be past counting.
    leaves = [child for child in parent if not len(child)]
    for leaf in leaves[:1]:
        parent.extend(deepcopy(leaf) for _ in range(random.choice((50, 500))))


def _reorder(random: Random, parent: ElementTree.Element) -> None:
    children = list(parent)
    random.shuffle(children)
    parent[:] = children


def _attribute(random: Random, parent: ElementTree.Element) -> None:
    child = random.choice(parent)
    if child.attrib:
        child.set(random.choice(sorted(child.attrib)), random.choice(EXTREMES))


def _text(random: Random, parent: ElementTree.Element) -> None:
    random.choice(parent).text = random.choice(EXTREMES)


def _rename(random: Random, parent: ElementTree.Element) -> None:
    child, other = random.choice(parent), random.choice(parent)
    child.tag = random.choice((other.tag, parent.tag, "x"))


def _nest(random: Random, parent: ElementTree.Element) -> None:
    child = random.choice(parent)
    parent.remove(child)
    if len(parent):
        random.choice(parent).append(child)


_CHANGES = (_delete, _double, _multiply, _reorder, _attribute, _attribute, _text, _rename, _nest)


# --- both -----------------------------------------------------------------------------------------

STRUCTURE: Sequence[Mutation] = (restructured, restructured, restructured, repacked)
_STRUCTURED = ("ours.xlsx", "ours.xlsx", "stranger.xlsx", "document.ods")


def mutated(seed: int, number: int) -> tuple[str, bytes]:
    """The file of a number: its name and its bytes; every second one by its structure."""
    random = Random(f"{seed}/{number}")
    by_structure = number % 2 == 1
    name = random.choice(_STRUCTURED if by_structure else sorted(good_files()))
    change = random.choice(STRUCTURE if by_structure else BYTES)
    return f"{number}-{change.__name__}-{name}", change(random, good_files()[name])
