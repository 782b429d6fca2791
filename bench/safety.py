"""How the pooled rule compares with the geometric-mean ratio with the same references: the tables of
docs/method.md. Takes some six minutes, so `run` leaves it out. Usage: safety.py ISOJOULE"""

import csv
import itertools
import json
import math
import pathlib
import random
import statistics
import subprocess
import sys
import tempfile

PROGRAM = sys.argv[1]
DATA = pathlib.Path(__file__).resolve().parents[2] / "shared" / "data"
CIFAR = DATA / "cifar-cnn" / "measurements.csv"
ZEUS = DATA / "zeus" / "measurements.csv"
LIMITS = DATA / "zeus" / "measurements_powerlimits.csv"
COUNTS = (2, 4, 8, "all")


def narrowed(source, machines, folder):
    """The rows of some machines, as a file of their own."""
    path = folder / f"{source.stem}-{'-'.join(machines)}.csv"
    with open(source, newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["hardware"] in machines]
    with open(path, "w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def pairs(source, machines, folder):
    return [narrowed(source, pair, folder) for pair in itertools.combinations(machines, 2)]


def proportional(noise, seed, folder):
    """40 workloads of 10 families on two machines, energies over four decades."""
    draw = random.Random(seed)
    path = folder / f"proportional-{noise}-{seed}.csv"
    with open(path, "w", newline="") as file:
        file.write("workload,family,hardware,energy_j,duration_s,flops,params\n")
        for w in range(40):
            energy = draw.uniform(0, 9.2)
            power = 4.6 + 0.4 * draw.gauss(0, 1)
            flops = energy + 20 + 0.3 * draw.gauss(0, 1)
            params = flops - 5 - draw.gauss(0, 1)
            for machine, ratio in (("A", 0.0), ("B", 0.7)):
                joules = energy + ratio + noise * draw.gauss(0, 1)
                seconds = joules - power - 0.1 * draw.gauss(0, 1)
                values = [math.exp(x) for x in (joules, seconds, flops, params)]
                file.write(f"w{w:02},f{w // 4},{machine},{','.join(map(repr, values))}\n")
    return path


def compare(name, files):
    for group in ("workload", "family"):
        errors = {}
        for path in files:
            out = subprocess.run(
                [PROGRAM, "evaluate", str(path), "--k", "2,4,8,all", "--selection", "variance",
                 "--normalizer", "ratio,pooled", "--splits", "20", "--seed", "5", "--group", group,
                 "--json=-"], check=True, capture_output=True, text=True).stdout
            for row in json.loads(out):
                if row["refused"] is None:
                    k = "all" if row["selection"] == "all" else row["k"]
                    errors.setdefault((k, row["normalizer"]), []).append(row)
        shown = []
        for k in COUNTS:
            pooled, ratio = (statistics.median(row["mdape"] for row in errors[k, rule])
                             for rule in ("pooled", "ratio"))
            held = statistics.mean(row["coverage90"] for row in errors[k, "pooled"])
            shown.append(f"{k}: {100 * pooled:.1f} % = {pooled / ratio:.2f} of ratio's, "
                         f"holds {100 * held:.0f} %")
        print(f"{name}, by {group}: " + "; ".join(shown), flush=True)


with tempfile.TemporaryDirectory() as made:
    folder = pathlib.Path(made)
    if LIMITS.exists():
        compare("V100 limits", [narrowed(LIMITS, ("V100@250W", "V100@200W", "V100@150W"), folder)])
        compare("A40 and RTX6000",
                [narrowed(LIMITS, ("A40@300W", "A40@200W", "RTX6000@260W"), folder)])
        compare("low limits", [narrowed(
            LIMITS, ("A40@100W", "V100@100W", "P100@125W", "RTX6000@150W"), folder)])
        compare("CIFAR-10, two machines", pairs(CIFAR, ("K80", "P100", "V100"), folder))
        compare("Zeus, two machines", pairs(ZEUS, ("A40", "P100", "RTX6000", "V100"), folder))
    else:
        print(f"{LIMITS} is not there: made tables only")
    for noise in (0.03, 0.15):
        compare(f"proportional within {100 * noise:.0f} %",
                [proportional(noise, seed, folder) for seed in range(4)])
