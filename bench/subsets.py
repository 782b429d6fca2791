"""All subsets of reference workloads: two searches against their goals, and NumPy on a sample.

Usage: subsets.py ISOJOULE_SUBSETS_BENCH
Tables are made: 43 workloads over four powers of ten, and 12 ordered pairs of machines. The sample is all
subsets of 4 of the first 12 workloads, scored on all others; NumPy fits all its subsets at once.
"""

import importlib.util
import itertools
import json
import math
import os
import pathlib
import random
import statistics
import subprocess
import sys
import tempfile
import time

import ratios

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"

BENCH = os.path.abspath(sys.argv[1])
ROUNDS = 5
WORKLOADS = 43
SAMPLE, SIZE = 12, 4
TOLERANCE = 1e-9


def make_table(path, pairs):
    """[[x, y], ...] of the pairs, written to the file too."""
    dice = random.Random(43)
    sizes = [10 ** dice.uniform(-1, 3) for _ in range(WORKLOADS)]
    table = [[[size * math.exp(dice.gauss(0, 0.2)) for size in sizes],
              [2 + 3 * size * math.exp(dice.gauss(0, 0.3)) for size in sizes]] for _ in range(pairs)]
    numbers = "\n".join(" ".join(map(repr, side)) for pair in table for side in pair)
    path.write_text(f"{pairs} {WORKLOADS}\n{numbers}\n")
    return table


def search(table, candidates, size, fit, score, keep=10, threads=2):
    arguments = (BENCH, table, candidates, size, fit, score, keep, threads)
    done = subprocess.run(list(map(str, arguments)), check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout)


def against_goal(table, what, size, goal_s):
    runs = [search(table, WORKLOADS, size, "linear", "median") for _ in range(ROUNDS)]
    wall, cpu = (statistics.median(run[key] for run in runs) for key in ("wall_s", "cpu_s"))
    print(f"all {runs[0]['subsets']:,} subsets of {size} of {WORKLOADS} by MdAPE, {what}: {wall:.2f} s on "
          f"2 threads (CPU {cpu:.2f} s), medians of {ROUNDS}; goal under {goal_s} s")


def squared_against_median(table, size):
    for fit in ("linear", "ratio"):
        cpu = {"median": [], "squared": []}
        for _ in range(ROUNDS):
            for score, times in cpu.items():
                run = search(table, WORKLOADS, size, fit, score, threads=1)
                times.append(run["cpu_s"])
        ns = {score: statistics.median(times) / run["subsets"] * 1e9 for score, times in cpu.items()}
        print(f"subsets of {size} of {WORKLOADS}, one pair, {fit}: {ns['squared']:.1f} ns of CPU time each by "
              f"squared error, {ns['median']:.1f} ns by MdAPE, {ns['median'] / ns['squared']:.1f} times as "
              f"much; goal 10")
        ratios.keep(f"subsets by MdAPE beside squared error, {fit}", ns["median"] / ns["squared"],
                    "less")


def numpy_scores(np, table, subsets, fit, score):
    """The mean over pairs, of each subset."""
    rows = np.arange(len(subsets))[:, None]
    total = 0.0
    for pair in table:
        x, y = np.array(pair)
        if fit == "linear":
            x_off = x[subsets] - x[subsets].mean(axis=1, keepdims=True)
            slope = (x_off * y[subsets]).sum(axis=1) / (x_off ** 2).sum(axis=1)
            level = y[subsets].mean(axis=1) - slope * x[subsets].mean(axis=1)
            predicted = level[:, None] + slope[:, None] * x
        else:
            predicted = np.exp(np.log(y / x)[subsets].mean(axis=1))[:, None] * x
        if score == "median":
            errors = np.abs(predicted / y - 1)
        elif fit == "linear":
            errors = (predicted - y) ** 2
        else:
            errors = np.log(predicted / y) ** 2
        left = np.ones(errors.shape, bool)
        left[rows, subsets] = False
        errors = errors[left].reshape(len(subsets), -1)
        total = total + (np.median(errors, axis=1) if score == "median" else errors.mean(axis=1))
    return total / len(table)


def against_numpy(name, table):
    import numpy as np
    subsets = np.array(list(itertools.combinations(range(SAMPLE), SIZE)))
    for fit, score in itertools.product(("linear", "ratio"), ("median", "squared")):
        times = []
        for _ in range(ROUNDS):
            begin = time.process_time()
            expected = numpy_scores(np, table, subsets, fit, score)
            times.append(time.process_time() - begin)
        found = {tuple(members): value for members, value in
                 search(name, SAMPLE, SIZE, fit, score, keep=len(subsets))["best"]}
        apart = max(abs(found[tuple(members)] / value - 1)
                    for members, value in zip(subsets.tolist(), expected))
        whole = search(name, WORKLOADS, SIZE, fit, score, threads=1)
        ours = whole["cpu_s"] / whole["subsets"]
        numpy = statistics.median(times) / len(subsets)
        print(f"{fit}, {score}, {len(table)} pairs: NumPy {numpy * 1e6:.1f} us a subset, isojoule "
              f"{ours * 1e6:.3f} us, {numpy / ours:.0f} times faster; at most {apart:.1e} apart over "
              f"{len(subsets)} subsets")
        ratios.keep(f"subsets beside NumPy, {fit}, {score}", numpy / ours, "more")
        if not apart < TOLERANCE:
            sys.exit(f"{fit}, {score}: more than {TOLERANCE} apart")


def main():
    with tempfile.TemporaryDirectory() as folder:
        twelve, one = pathlib.Path(folder) / "twelve", pathlib.Path(folder) / "one"
        table = make_table(twelve, 12)
        make_table(one, 1)
        against_goal(twelve, "12 pairs", 4, 3)
        against_goal(one, "one pair", 6, 10)
        squared_against_median(one, 6)
        if importlib.util.find_spec("numpy") is None:
            print("subsets: not compared with NumPy, which is not installed")
        else:
            against_numpy(twelve, table)


if __name__ == "__main__":
    main()
