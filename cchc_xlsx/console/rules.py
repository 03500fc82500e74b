"""The catalogue of rules in lines, one a check."""

from __future__ import annotations

from collections import Counter

from cchc_xlsx.catalogue import catalogue, formulas
from cchc_xlsx.finding import SEVERITY_WORDS, Severity
from cchc_xlsx.form import Form


def print_rules(form: Form, *, with_formulas: bool) -> None:
    """Every check with its severity, where it is made and what it watches over; then a count."""
    excel = formulas(form) if with_formulas else {}
    checks = catalogue(form)
    for check in checks:
        where = "trong tệp Excel" if check.is_live else "khi nhận tệp"
        trial = ", thử nghiệm" if check.trial else ""
        print(f"{check.id}\t{SEVERITY_WORDS[check.severity]}{trial}\t{where}\t{check.meaning}")
        for rule in check.rules:
            if rule in excel:
                print(f"\t{', '.join(rule.codes)}\t{excel[rule]}")
    counts = Counter(check.severity for check in checks)
    told = ", ".join(f"{counts[each]} {SEVERITY_WORDS[each].lower()}" for each in Severity)
    print(f"{len(checks)} mã: {told}; {len(form.withdrawn)} mã không dùng.")
