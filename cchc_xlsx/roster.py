"""Reporting units, and the roster that lists those expected to report."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ReportingUnit:
    """An office that reports: its identification code (QĐ 20/2020/QĐ-TTg) and its name.

    `parent` is the code of the office it reports through, `email` where its workbook goes.
    """

    code: str
    name: str
    parent: str = ""
    email: str = ""
