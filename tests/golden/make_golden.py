"""Makes table.csv, a made table of energies, and golden.csv, scikit-learn's predictions on it.

Run by hand after a change: ISOJOULE=build/release/bin/isojoule /usr/bin/python3 make_golden.py
Needs python3-numpy and python3-sklearn; made with those of Debian 12 (scikit-learn 1.2.1). Which
workloads are references and which are tested is taken from `isojoule evaluate --predictions`.
"""

import csv
import math
import pathlib
import random

import golden_test
import predictions
import scikit

HERE = pathlib.Path(__file__).parent
MACHINES = {"A": (2e-7, 900.0, 1.0), "B": (0.7e-7, 2500.0, 0.9), "C": (5e-7, 300.0, 1.04)}


def make_table():
    """24 workloads over two decades, each with a deviation of its own on each machine."""
    dice = random.Random(24)
    with open(HERE / "table.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["workload", "family", "hardware", "energy_j", "flops", "params"])
        for i in range(24):
            flops = round(10 ** dice.uniform(9, 11.2))
            params = round(flops / 10 ** dice.uniform(2, 4))
            for machine, (per_flop, constant, power) in MACHINES.items():
                energy = constant + (per_flop * flops) ** power + 1e-4 * params
                energy *= math.exp(dice.gauss(0.0, 0.2))
                writer.writerow([f"w{i:02d}", f"f{i // 3}", machine, repr(energy), flops, params])


def make_golden():
    rows = predictions.evaluate(golden_test.TABLE, *golden_test.ARGUMENTS)
    answers = scikit.predict(scikit.Table(golden_test.TABLE), rows)
    with open(golden_test.GOLDEN, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([*predictions.KEY, "predicted_j"])
        for row, answer in zip(rows, answers, strict=True):
            writer.writerow([*predictions.key(row), repr(answer)])


if __name__ == "__main__":
    make_table()
    make_golden()
    golden_test.main()
