"""Workbooks for the quarterly report on administrative reform (CCHC) of Vietnamese departments.

The library calls that analysts use: `check`, `merge` and `export`; all others are in `api`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cchc_xlsx.api import check, export, merge

__version__ = "0.1.0"
__all__ = ["DEFAULT_FORM", "check", "export", "merge"]

DEFAULT_FORM = "cchc-so-2022"


def __getattr__(name: str) -> Any:
    """Load the library calls when they are asked for: `--help` must not pay for them."""
    if name in ("check", "export", "merge"):
        from cchc_xlsx import api

        return getattr(api, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
