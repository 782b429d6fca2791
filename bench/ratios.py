"""The table ratios.csv, in which benchmarks keep their ratios so that the next slip is seen.

`keep(benchmark, ratio, better)` prints a ratio beside the one before it of the same benchmark: of this
machine, or else of another one. Where ISOJOULE_KEEP_RATIOS is set, as `make bench` does, it adds a line
to the table. `better` is "more" or "less".

Columns: date; commit, with a + behind it where the tree had other changes; machine, its processor and
number of cores; load, processes that wanted to run for each core over the last minute, the benchmark
itself among them; benchmark; better; ratio.
"""

import csv
import datetime
import os
import pathlib
import platform
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[1]
TABLE = ROOT / "bench" / "ratios.csv"
COLUMNS = ("date", "commit", "machine", "load", "benchmark", "better", "ratio")


def machine():
    model = platform.machine()
    for line in pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            model = " ".join(line.partition(":")[2].split())
            break
    return f"{model}, {os.cpu_count()} cores"


def commit():
    def git(*arguments):
        return subprocess.run(("git", "-C", str(ROOT), *arguments), check=True, capture_output=True,
                              text=True).stdout.strip()
    try:
        # The table itself changes with each run.
        changed = git("status", "--porcelain", "--untracked-files=no", "--", ".", ":!bench/ratios.csv")
        return git("rev-parse", "--short=10", "HEAD") + ("+" if changed else "")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def before(benchmark, here):
    """The last line of a benchmark; None if there is none."""
    if not TABLE.exists():
        return None
    with open(TABLE, newline="", encoding="utf-8") as file:
        lines = [line for line in csv.DictReader(file) if line["benchmark"] == benchmark]
    on_this = [line for line in lines if line["machine"] == here]
    return (on_this or lines or [None])[-1]


def add(line):
    is_new = not TABLE.exists()
    with open(TABLE, "a", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        if is_new:
            writer.writeheader()
        writer.writerow(line)


def keep(benchmark, ratio, better):
    here = machine()
    text = f"{ratio:.3g}"
    last = before(benchmark, here)
    if last is None:
        beside = "none before it"
    else:
        where = "" if last["machine"] == here else f", {last['machine']}"
        beside = f"before: {last['ratio']} at {last['commit']}, {last['date']}{where}"
    print(f"  ratio of {benchmark}: {text} ({better} is better; {beside})", flush=True)
    if "ISOJOULE_KEEP_RATIOS" in os.environ:
        load = os.getloadavg()[0] / os.cpu_count()
        add(dict(zip(COLUMNS, (datetime.date.today().isoformat(), commit(), here, f"{load:.1f}",
                               benchmark, better, text))))
