"""The real command in a process of its own, watched: what it takes, opens and connects to."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent

TIMEOUT = 45
"""Seconds until the command is ended; far more than it may take."""

_WATCH = """
import os, sys
log = os.open(os.environ["WATCHED_LOG"], os.O_WRONLY | os.O_APPEND)
def watch(event, arguments):
    if event.startswith(("socket.connect", "socket.sendto", "socket.getaddrinfo")):
        os.write(log, f"connect {arguments[1:]!r}\\n".encode())
        raise OSError("no connections here")
    if event == "open" and isinstance(arguments[0], str):
        os.write(log, f"open {arguments[0]!a}\\n".encode())
    if event in ("os.system", "os.exec", "os.posix_spawn", "subprocess.Popen"):
        os.write(log, f"start {arguments[0]!r}\\n".encode())
sys.addaudithook(watch)
"""
"""Run by Python as it starts, in the command and in every process that it starts."""


@dataclass(frozen=True)
class Outcome:
    """What came of a run. `seconds` and `mebibytes` count its children in."""

    status: int
    output: str
    errors: str
    seconds: float
    mebibytes: float
    opened: frozenset[str]
    connected: tuple[str, ...]
    started: frozenset[str]


def watched(folder: Path, *arguments: object) -> Outcome:
    """Run `cchc-xlsx`; `folder` is for the watch itself and must not hold the input."""
    (folder / "sitecustomize.py").write_text(_WATCH, encoding="utf-8")
    log = folder / "log"
    log.write_bytes(b"")
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join((str(folder), str(ROOT))),
        "PYTHONDONTWRITEBYTECODE": "1",
        "WATCHED_LOG": str(log),
        "TMPDIR": str(folder),
    }
    command = [sys.executable, "-m", "cchc_xlsx", *map(str, arguments)]
    with (folder / "out").open("wb") as out, (folder / "err").open("wb") as err:
        process = subprocess.Popen(command, stdout=out, stderr=err, env=environment, cwd=folder)
        status, usage = _waited(process)
    said = log.read_text(encoding="utf-8").splitlines()
    return Outcome(
        status=status,
        output=(folder / "out").read_text(encoding="utf-8"),
        errors=(folder / "err").read_text(encoding="utf-8"),
        # Of processors, which other tests on the same machine do not lengthen.
        seconds=usage.ru_utime + usage.ru_stime,
        mebibytes=usage.ru_maxrss / 2**10,
        opened=frozenset(_told(said, "open ")),
        connected=tuple(_told(said, "connect ")),
        started=frozenset(_told(said, "start ")),
    )


def _waited(process: subprocess.Popen[bytes]) -> tuple[int, Any]:
    """The status and what the process and its children used."""
    timer = threading.Timer(TIMEOUT, process.kill)
    timer.start()
    try:
        _, status, usage = os.wait4(process.pid, 0)
    finally:
        timer.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, usage


def _told(lines: list[str], kind: str) -> list[str]:
    return [line.removeprefix(kind).strip("'\"") for line in lines if line.startswith(kind)]
