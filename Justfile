# The commands of a developer; each is a plain line that also works without just.

# list the commands
default:
    @just --list

# install the package with its development tools into the current environment
setup:
    python -m pip install -e '.[dev]'

# run the tests; those that need LibreOffice are skipped where it is not installed
test *options:
    python -m pytest -n 2 {{options}}

# read thousands of mutated files and the hostile ones; takes minutes
soak:
    python -m pytest -n 2 -m soak

# look for faults without running anything
lint:
    ruff check .
    ruff format --check .
    mypy

# write the sample workbooks anew
samples:
    python samples/build.py

# everything that must hold before a change is taken; installs LibreOffice on Debian if missing
ci:
    .ci/run
