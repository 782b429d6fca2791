#!/usr/bin/env python3
"""Computes, from SPECpower_ssj2008 results, what servers use idle and for each busy thread, by generation.

    /usr/bin/python3 tools/cpu_facts/specpower.py specpower.csv           the coefficients, and how far they are off
    /usr/bin/python3 tools/cpu_facts/specpower.py specpower.csv --check   and whether the program has the same

The CSV has `cpu,mhz,chips,cores,threads,memory_gb,nodes,submitted,watts_full,watts_idle`; its watts are of all
nodes, at the wall. Needs numpy. Each CPU counts once, by the median of its results.
"""

import argparse
import collections
import csv
import math
import pathlib
import re
import sys

import numpy as np

import tdp_table

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "isojoule/sensor"
SUPPLY_SHARE = 0.85  # of the watts at the wall reaches CPU and memory: supplies and fans take the rest (assumed)
MODULE_WATTS = 2.6   # of a module of memory; `memory_slope` is what it rests on


def tidy(name):
    """SPEC's spelling of a CPU in the way the table of TDPs has it."""
    name = re.sub(r"^[\d.]+ GHz |,.*", "", name)
    if not re.match(r"AMD|EPYC|Intel|Xeon", name):
        name = "Intel Xeon " + name
    name = re.sub(r"^Intel (X\d|E3-)", r"Intel Xeon \1", name)
    return re.sub(r"(Platinum) (5\d|6\d)", r"Gold \2", name)


def generation(name):
    """The generation of a server's CPU; the names are those of cpu_generation.cpp."""
    text = name.lower()
    number = (re.search(r"\d{4}", text) or re.search(r"\d+", text) or [""])[0]
    version = re.search(r"\bv(\d)", text)
    if "epyc" in text:
        return f"Zen {number[-1]}"
    if "opteron" in text:
        return "Bulldozer" if number[:2] in ("32", "33", "42", "43", "62", "63") else "K10"
    if re.search("bronze|silver|gold|platinum", text):
        if number[1] == "3" and re.search(r"\dhl?$", text):
            return "Cooper Lake"
        return {"1": "Skylake-SP", "2": "Cascade Lake", "3": "Ice Lake-SP"}[number[1]]
    if re.search(r"e-2\d{3}", text):
        return "Coffee Lake"
    if re.search("e[357]-", text):
        names = {2: "Ivy Bridge", 3: "Haswell", 4: "Broadwell", 5: "Skylake", 6: "Skylake"}
        if version:
            return names[int(version[1])]
        return "Nehalem" if "e7-" in text else "Sandy Bridge"
    if re.search(r"[lxew]?(34|35|36|55|56|75)\d\d$", text) and not re.search(r"33\d\d|e7330", text):
        return "Core 2" if re.search(r"x3[23]|[lx]33|x3360|l3360|3040|3070|3075", text) else "Nehalem"
    if re.search("i5-4", text):
        return "Haswell"
    return "Nehalem" if re.search("i3-5|i7 6", text) else "Core 2"


def modules(gigabytes):
    """Modules of memory that a machine is taken to have, by its size: as find_memory_modules() guesses."""
    if gigabytes <= 128:
        return math.ceil(gigabytes / 16)
    if gigabytes <= 1024:
        return max(8, math.ceil(gigabytes / 32))
    return 32


def read(path):
    watts = {key: min(values) for key, values in tdp_table.written().items()}
    rows = []
    with open(path, newline="", encoding="utf-8") as file:
        for raw in csv.DictReader(file):
            name = tidy(raw["cpu"])
            nodes = int(raw["nodes"])
            row = {key: float(raw[key]) / nodes
                   for key in ("chips", "threads", "memory_gb", "watts_full", "watts_idle")}
            row |= {"name": name, "generation": generation(name), "year": int(raw["submitted"][-4:]),
                    "tdp": watts.get(tdp_table.split(name))}
            row["marginal"] = row["watts_full"] - row["watts_idle"]
            row["modules"] = modules(row["memory_gb"])
            rows.append(row)
    return rows


QUANTITIES = {
    "marginal share of TDP": lambda r: r["marginal"] / (r["chips"] * r["tdp"]) if r["tdp"] else None,
    "marginal W per thread": lambda r: r["marginal"] / r["threads"],
    "idle W per package": lambda r: max(1.0, (SUPPLY_SHARE * r["watts_idle"] - MODULE_WATTS * r["modules"]) / r["chips"]),
}


def centre(rows, quantity):
    """The median over CPUs of the medians of their results; None without any."""
    by_cpu = collections.defaultdict(list)
    for row in rows:
        if (value := quantity(row)) is not None:
            by_cpu[row["name"]].append(value)
    return float(np.median([np.median(values) for values in by_cpu.values()])) if by_cpu else None


def coefficients(rows):
    result = {}
    for name in sorted({row["generation"] for row in rows}):
        mine = [row for row in rows if row["generation"] == name]
        result[name] = [centre(mine, quantity) for quantity in QUANTITIES.values()] + \
            [len(mine), len({row["name"] for row in mine})]
    return result


def left_out(rows, quantity, same_generation):
    """ln(true / predicted) with each row's CPU left out of its generation, or its whole generation left out."""
    errors = []
    for generation_name, cpu in sorted({(row["generation"], row["name"]) for row in rows}):
        if same_generation:
            others = [r for r in rows if r["generation"] == generation_name and r["name"] != cpu]
        else:
            others = [r for r in rows if r["generation"] != generation_name]
        guess = centre(others, quantity)
        for row in rows:
            if row["name"] == cpu and guess and (value := quantity(row)):
                errors.append(math.log(value / guess))
    return errors


def node_errors(rows, table, recent, same_generation):
    """ln(true / predicted) of a node's idle and full watts, left out in the same way."""
    errors = {"idle": [], "full": []}
    keys = list(QUANTITIES.values())
    for generation_name, cpu in sorted({(row["generation"], row["name"]) for row in rows}):
        if same_generation:
            others = [r for r in rows if r["generation"] == generation_name and r["name"] != cpu]
        else:
            others = [r for r in recent if r["generation"] != generation_name]
        share, idle = centre(others, keys[0]), centre(others, keys[2])
        for row in rows:
            if row["name"] != cpu or not row["tdp"] or not share:
                continue
            base = (row["chips"] * idle + MODULE_WATTS * row["modules"]) / SUPPLY_SHARE
            errors["idle"].append(math.log(row["watts_idle"] / base))
            errors["full"].append(math.log(row["watts_full"] / (base + share * row["chips"] * row["tdp"])))
    return errors


def memory_slope(rows):
    """W/GB at the wall, idle and full, of results of one CPU and number of chips since 2017, by least squares."""
    groups = collections.defaultdict(list)
    for row in rows:
        if row["year"] >= 2017:
            groups[row["name"], row["chips"]].append(row)
    groups = [group for group in groups.values() if len(group) >= 3]
    memory = np.concatenate([np.array([r["memory_gb"] for r in g]) - np.mean([r["memory_gb"] for r in g]) for g in groups])
    slopes = []
    for what in ("watts_idle", "watts_full"):
        watts = np.concatenate([np.array([r[what] for r in g]) - np.mean([r[what] for r in g]) for g in groups])
        slopes.append(float(memory @ watts / (memory @ memory)))
    return slopes


def show(label, errors):
    low, middle, high = np.exp(np.quantile(errors, [0.05, 0.5, 0.95]))
    print(f"  {label:42s} true / predicted: 5 % {low:.2f}, median {middle:.2f}, 95 % {high:.2f}  ({len(errors)})")


def program_rows():
    text = (FOLDER / "cpu_model/cpu_generation.cpp").read_text(encoding="utf-8")
    found = {}
    for name, share, thread, idle, results, cpus in re.findall(
            r'\{"([^"]+)", ([\d.]+), ([\d.]+), ([\d.]+), (\d+), (\d+)\}', text):
        found[name] = [float(share), float(thread), float(idle), int(results), int(cpus)]
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("csv")
    parser.add_argument("--check", action="store_true", help="compare with cpu_generation.cpp")
    arguments = parser.parse_args()
    rows = read(arguments.csv)
    table = coefficients(rows)
    print("generation: " + ", ".join(QUANTITIES) + ", results, CPUs")
    for name, values in table.items():
        print(f'    {{"{name}", {values[0]:.2f}, {values[1]:.2f}, {values[2]:.1f}, {values[3]}, {values[4]}}},')
    recent = [row for row in rows if row["year"] >= 2012]
    newest = [row for row in rows if row["year"] >= 2017]
    for vendor in ("Zen", ""):
        mine = [r for r in newest if r["generation"].startswith("Zen") == bool(vendor)]
        print(f"since 2017, {'AMD' if vendor else 'Intel'}:", [round(centre(mine, q), 2) for q in QUANTITIES.values()])
    for label, quantity in QUANTITIES.items():
        show(label + ", CPU left out", left_out(recent, quantity, True))
        show(label + ", generation left out", left_out(recent, quantity, False))
    for same in (True, False):
        for what, errors in node_errors(recent, table, recent, same).items():
            show(f"node {what}, {'CPU' if same else 'generation'} left out", errors)
    idle, full = memory_slope(rows)
    print(f"memory since 2017: {idle:.3f} W/GB idle, {full:.3f} W/GB full at the wall")
    if not arguments.check:
        return 0
    there = program_rows()
    wrong = [name for name, values in table.items()
             if name not in there or not np.allclose(there[name], values, rtol=0.02, atol=0.006)]
    for name in wrong:
        print(f"differs: {name}: {there.get(name)} in the program")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
