"""Runs the command as a user does: a process of its own."""

from __future__ import annotations

import subprocess
import sys


def run(*arguments: object, status: int = 0) -> str:
    """Run `cchc-xlsx` with these arguments; returns its standard output."""
    return run_both(*arguments, status=status)[0]


def run_both(*arguments: object, status: int = 0) -> tuple[str, str]:
    """Run `cchc-xlsx`; returns standard output and standard error. No traceback, ever."""
    command = [sys.executable, "-m", "cchc_xlsx", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=120, check=False)
    assert "Traceback" not in done.stderr, done.stderr
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout, done.stderr
