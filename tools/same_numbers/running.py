"""Runs one case on both builds, at the same time, and sets what they wrote side by side."""

import concurrent.futures
import dataclasses
import os
import subprocess

from .comparing import Comparer, Comparison, Place, numbers_in
from .reading import READERS

PATIENCE_S = 300  # a guard against a program that hangs


@dataclasses.dataclass
class Build:
    program: str
    folder: object  # that it works in

    def run(self, arguments, outputs):
        """Exit code, text on standard error, and what was written: {output: text}."""
        for name in outputs:
            (self.folder / name).unlink(missing_ok=True)
        try:
            done = subprocess.run([self.program, *arguments], cwd=self.folder, env=self.environment(),
                                  stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE_S)
        except subprocess.TimeoutExpired:
            return None, f"took over {PATIENCE_S} s", {}
        written = {name: self.folder / name for name in outputs if name != "stdout"}
        texts = {name: path.read_text(encoding="utf-8") for name, path in written.items() if path.exists()}
        return done.returncode, done.stderr.strip(), {"stdout": done.stdout, **texts}

    def environment(self):
        """Nothing of the machine or of its user: a home and a /sys of its own."""
        return {"PATH": os.environ["PATH"], "HOME": str(self.folder), "LC_ALL": "C.UTF-8", "TZ": "UTC",
                "XDG_DATA_HOME": str(self.folder / "xdg"), "ISOJOULE_ROOT": str(self.folder / "root")}


@dataclasses.dataclass
class Outcome:
    """Of one case. `failure` says what kept it from being compared."""
    failure: str | None = None
    comparison: Comparison = dataclasses.field(default_factory=Comparison)

    @property
    def good(self):
        return self.failure is None and not self.comparison.differences


def ended(code):
    if code is None:
        return "hangs"
    return "crashes" if code < 0 or code >= 126 else "is refused" if code else "answers"


def cells_of(outputs, texts):
    """Every output must be there and hold numbers: a case that compares nothing proves nothing."""
    cells = {}
    for name, kind in outputs.items():
        if name not in texts:
            raise ValueError(f"{name} was not written")
        own = READERS[kind](name, texts[name])
        if not any(map(numbers_in, own.values())):
            raise ValueError(f"{name} holds no numbers")
        cells.update(own)
    return cells


def judge(case, mapping, old, new):
    """`old` and `new` are what Build.run gives."""
    wanted = "is refused" if case.refused else "answers"
    if ended(old[0]) != wanted or ended(new[0]) != wanted:
        sides = (f"{name} {ended(one[0])}: {one[1][-300:] or '(nothing said)'}"
                 for name, one in (("OLD", old), ("NEW", new)) if ended(one[0]) != wanted)
        return Outcome("; ".join(sides))
    try:
        cells = [cells_of(case.outputs, one[2]) for one in (old, new)]
    except (ValueError, KeyError, IndexError) as error:
        return Outcome(f"cannot be read: {error}")
    comparison = Comparer(mapping).compare(*cells)
    for place, name in enumerate(("exit code", "stderr")):
        if old[place] != new[place]:
            comparison.words.append(Place((name,), old[place], new[place]))
    return Outcome(None, comparison)


def run_case(case, mapping, builds):
    arguments = (case.args, mapping.arguments(case.args))
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        old, new = pool.map(lambda build, own: build.run(own, case.outputs), builds, arguments)
    return judge(case, mapping, old, new)
