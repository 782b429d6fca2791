"""What a test does without the program or package that it compares with.

`tools/setup test` installs all of them on Debian, so there the test fails. Elsewhere it is skipped.
"""

import pathlib
import shutil
import sys

SKIPPED = 77  # the exit code of a skipped test


def _installable():
    release = pathlib.Path("/etc/os-release")
    lines = release.read_text().splitlines() if release.exists() else []
    return "ID=debian" in lines and shutil.which("apt-get") is not None


def _reason(what):
    if _installable():
        return f"{what} is missing: `tools/setup test` installs it"
    return f"{what} is missing, and tools/setup installs it on Debian alone"


def end_without(what):
    """Ends the program, as failed or as skipped."""
    print(_reason(what))
    sys.exit(1 if _installable() else SKIPPED)


def end_test_without(test, what):
    """Ends one test of unittest."""
    (test.fail if _installable() else test.skipTest)(_reason(what))
