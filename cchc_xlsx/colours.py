"""The few colours of the workbooks; the words beside them serve in black and white."""

HEADING = "#D9E2F3"
SECTION = "#E7E6E6"
ITEM = "#F5F5F5"
INPUT = "#FFF9E1"
RED = "#F8B4B4"
AMBER = "#FFD98A"
BLUE = "#CFE4FA"
GREEN = "#2E7D32"
ADJUSTED = "#0B4EA2"
INCOMPLETE = "#E3E3E3"

MARKED = {"error": "#FF9B9B", "warning": "#FFD04D"}
"""Cells that went back to be mended, by severity: no other cell has these colours."""
