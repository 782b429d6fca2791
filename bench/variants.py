"""The pooled rule beside the best of the paper's variants, chosen afterwards: the table of docs/method.md.
Takes some four minutes, so `run` leaves it out. Usage: variants.py ISOJOULE"""

import collections
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile

PROGRAM = sys.argv[1]
DATA = pathlib.Path(__file__).resolve().parents[2] / "shared" / "data"
VARIANTS = ("single:lowest", "single:highest", "single:median", "dual", "linear", "polynomial", "svr")
FEATURES = ("energy", "energy+flops", "energy+params", "energy+flops+params")
COUNTS = ("4", "8", "all")


def errors(table, group, *options):
    """MdAPE of all pairs and splits, by number of references and configuration."""
    found = collections.defaultdict(list)
    with tempfile.NamedTemporaryFile() as file:
        subprocess.run([PROGRAM, "evaluate", table, "--group", group, "--k", ",".join(COUNTS),
                        "--splits", "40", "--seed", "3", f"--json={file.name}", *options],
                       check=True, stdout=subprocess.DEVNULL)
        for row in json.load(open(file.name)):
            count = "all" if row["selection"] == "all" else str(row["k"])
            name = (row["normalizer"], row["features"], row["selection"])
            found[count, name].append(row["mdape"])
    return found


def medians(found, count):
    """Of configurations that were never refused, the lowest first."""
    return sorted((statistics.median(mdapes), name) for (k, name), mdapes in found.items()
                  if k == count and None not in mdapes)


def main():
    print("data       by        k    pooled   best variant of the paper                       part  linear  part")
    for name in ("cifar-cnn", "zeus"):
        table = DATA / name / "measurements.csv"
        if not table.exists():
            print(f"{name}: not here")
            continue
        for group in ("workload", "family"):
            paper = errors(table, group, "--selection", "min-max,random", "--normalizer",
                           ",".join(VARIANTS), "--features", ",".join(FEATURES))
            pooled = errors(table, group, "--selection", "variance", "--normalizer", "pooled")
            for count in COUNTS:
                mine = medians(pooled, count)[0][0]
                best, variant = medians(paper, count)[0]
                linear = min(m for m, (rule, features, _) in medians(paper, count)
                             if (rule, features) == ("linear", "energy"))
                print(f"{name:9}  {group:8}  {count:3}  {100 * mine:5.1f} %  {100 * best:5.1f} % "
                      f"{', '.join(variant):38}  {mine / best:4.2f}  {100 * linear:5.1f} %  {mine / linear:4.2f}")


main()
