"""Speed of `isojoule evaluate` on made tables, beside the same protocol with scikit-learn.

Usage: evaluate.py ISOJOULE
The protocol is that of sections 3.1 to 3.3 of Douwes and Serizel (2025), over all ordered pairs of
4 machines with 91 workloads, the same table for both. Times are CPU times of whole processes, in
turns: start, reading, and for isojoule intervals and printed tables too. Python's work alone, without
its start, imports and reading, is held against isojoule's whole processes as well.

`evaluate.py --scikit TABLE without-svr|only-svr` is the Python side: it prints its work's CPU time.
"""

import csv
import importlib.util
import math
import os
import pathlib
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time

import ratios

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"  # one core for both

ISOJOULE = os.path.abspath(sys.argv[1])
SCIKIT = [sys.executable, "-B", os.path.abspath(__file__), "--scikit"]
ROUNDS = 11
SCIKIT_ROUNDS = 3
SPLITS = 5
PERCENTS = (10, 15, 20, 50, 100)
METRICS = ((0,), (0, 1), (0, 2), (0, 1, 2))  # columns: energy, FLOPs, parameters
WITHOUT_SVR = (("--section", "3.1,3.3"), ("--section", "3.2", "--normalizer", "linear,polynomial"))
ONLY_SVR = (("--section", "3.2", "--normalizer", "svr"),)


def write_table(path, workloads, machines):
    dice = random.Random(91)
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["workload", "hardware", "energy_j", "flops", "params"])
        for i in range(workloads):
            flops = 10 ** dice.uniform(8, 11)
            params = flops / 10 ** dice.uniform(2, 4)
            for machine in range(machines):
                energy = 500 + flops * 2e-7 * (machine + 1) * math.exp(dice.gauss(0, 0.3))
                writer.writerow([f"w{i:05d}", f"m{machine}", energy, round(flops), round(params)])
    return str(path)


class Process:
    """One that ran: its wall and CPU time, and what it printed."""

    def __init__(self, *command):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        begin = time.perf_counter()
        self.printed = subprocess.run(command, check=True, stdin=subprocess.DEVNULL,
                                      stdout=subprocess.PIPE, text=True).stdout
        self.wall_s = time.perf_counter() - begin
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def isojoule_s(table, commands, rounds):
    """Medians of wall and CPU time, each summed over the commands."""
    runs = [[Process(ISOJOULE, "evaluate", table, *arguments) for arguments in commands]
            for _ in range(rounds)]
    return (statistics.median(sum(process.wall_s for process in run) for run in runs),
            statistics.median(sum(process.cpu_s for process in run) for run in runs))


class Scikit:
    """The same protocol, as one would write it in Python."""

    def __init__(self, table):
        import numpy as np
        from sklearn import linear_model, metrics, model_selection, pipeline, preprocessing, svm
        self.np, self.metrics, self.select = np, metrics, model_selection.train_test_split
        self.linear = linear_model.LinearRegression
        self.svr = lambda: svm.SVR(C=0.1, epsilon=1e-4)
        self.polynomial = lambda: pipeline.make_pipeline(
            preprocessing.PolynomialFeatures(2), linear_model.LinearRegression())
        with open(table, newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        machines = sorted({row["hardware"] for row in rows})
        workloads = sorted({row["workload"] for row in rows})
        self.energy = np.empty((len(machines), len(workloads)))
        self.costs = np.empty((len(workloads), 2))
        for row in rows:
            place = workloads.index(row["workload"])
            self.energy[machines.index(row["hardware"]), place] = float(row["energy_j"]) / 3.6e6
            self.costs[place] = float(row["flops"]), float(row["params"])

    def fit(self, model, x, y, references, test):
        predicted = model.fit(x[references], y[references]).predict(x[test])
        truth = y[test]
        return (self.metrics.r2_score(truth, predicted),
                self.metrics.mean_squared_error(truth, predicted),
                self.np.median(self.np.abs(predicted / truth - 1)))

    def references(self, energies, train):
        """(10 to 50 %, at random and min-max) and all."""
        order = train[self.np.argsort(energies[train])]
        for percent in PERCENTS[:-1]:
            half = percent * len(train) // 200
            yield self.np.random.permutation(train)[: 2 * half]
            yield self.np.concatenate([order[:half], order[-half:]])
        yield train

    def without_svr(self, x, y, train, test):
        for references in self.references(x[:, 0], train):
            self.fit(self.linear(), x[:, :1], y, references, test)
        for model in (self.linear(), self.polynomial()):
            self.fit(model, x[:, :1], y, train, test)
        for columns in METRICS:
            self.fit(self.linear(), x[:, columns], y, train, test)

    def only_svr(self, x, y, train, test):
        self.fit(self.svr(), x[:, :1], y, train, test)

    def run(self, experiment):
        """One experiment over all ordered pairs and splits."""
        places = self.np.arange(self.energy.shape[1])
        splits = [self.select(places, test_size=0.2, random_state=i) for i in range(SPLITS)]
        for source in self.energy:
            x = self.np.column_stack([source, self.costs])
            for target in self.energy:
                if target is source:
                    continue
                for train, test in splits:
                    experiment(x, target, train, test)


def run_scikit(table, name):
    scikit = Scikit(table)
    begin = time.process_time()
    scikit.run(scikit.without_svr if name == "without-svr" else scikit.only_svr)
    print(time.process_time() - begin)


def compare(table, name, commands, goals):
    wall, cpu = isojoule_s(table, commands, ROUNDS)
    print(f"sections 3.1 to 3.3, 4 machines, 91 workloads, {name}: {wall * 1e3:.1f} ms "
          f"(CPU {cpu * 1e3:.1f} ms), medians of {ROUNDS}{goals[0]}")
    if importlib.util.find_spec("sklearn") is None:
        print("not compared with scikit-learn, which is not installed")
        return
    runs = [Process(*SCIKIT, table, name) for _ in range(SCIKIT_ROUNDS)]
    whole = statistics.median(process.cpu_s for process in runs)
    work = statistics.median(float(process.printed) for process in runs)
    print(f"the same with scikit-learn, {name}: {whole:.2f} s of CPU time, isojoule is "
          f"{whole / cpu:.0f} times as fast{goals[1]}; against Python's work alone, "
          f"{work:.2f} s, {work / cpu:.0f} times")
    ratios.keep(f"evaluate beside scikit-learn, {name}", whole / cpu, "more")


def sections(folder):
    table = write_table(pathlib.Path(folder) / "sections.csv", 91, 4)
    compare(table, "without-svr", WITHOUT_SVR, ("; goal well under 0.1 s", " (goal over 100)"))
    compare(table, "only-svr", ONLY_SVR, ("", " (the same library, no goal)"))


def splits(folder):
    def seconds(table, number):
        return isojoule_s(table, [("--pair", "m0:m1", "--k", "all", "--splits", str(number))], 3)

    table = write_table(pathlib.Path(folder) / "splits.csv", 2000, 2)
    few, many = seconds(table, 1000), seconds(table, 10_000)
    print(f"10000 splits of a pair of 2000 workloads, linear: {many[0]:.2f} s (CPU {many[1]:.2f} s);"
          f" goal under 1 s; {many[1] / few[1]:.1f} times the CPU time of 1000 splits, linear is 10")
    larger = seconds(write_table(pathlib.Path(folder) / "larger.csv", 8000, 2), 1000)
    print(f"1000 splits of 8000 workloads: {larger[1] / few[1]:.1f} times the CPU time of 2000 "
          "workloads, linear is 4")
    ratios.keep("evaluate, ten times the splits", many[1] / few[1], "less")
    ratios.keep("evaluate, four times the workloads", larger[1] / few[1], "less")


def main():
    if sys.argv[1] == "--scikit":
        run_scikit(*sys.argv[2:])
        return
    with tempfile.TemporaryDirectory() as folder:
        sections(folder)
        splits(folder)


if __name__ == "__main__":
    main()
