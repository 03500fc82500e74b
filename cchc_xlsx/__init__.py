"""Workbooks for the quarterly report on administrative reform (CCHC) of Vietnamese departments."""

__version__ = "0.1.0"
