"""``python -m cchc_xlsx``."""

from cchc_xlsx.cli import main

main()
