#!/usr/bin/env python3
"""Checks, or writes anew, the program's table of thermal design powers from a CSV that a maintainer has.

    tools/cpu_facts/tdp_table.py tdp.csv           what the table lacks, and what it says otherwise
    tools/cpu_facts/tdp_table.py tdp.csv --write   the table, tdp_*.cpp, anew

The CSV has the columns `cpu` and `tdp_w`. Names are taken apart by rules of this script's own, not by the
program's: tests/tools/cpu_facts_test.py holds the two against each other.
"""

import argparse
import collections
import csv
import pathlib
import re
import sys
import textwrap

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "isojoule/sensor/cpu_model"
SOURCE = "codecarbon"
NOISE = set("""intel amd cpu processor apu technology soc genuine authentic dual quad six eight triple
    extreme be edition black oem only gen eng sample""".split())

# Rows that give the greatest power of a boost, or far more than their series does. The powers put in
# their place have not been looked up in a vendor's sheet yet.
CORRECTIONS = {
    "core i7 12700k": (190.0, 125.0), "core i7 1270p": (64.0, 28.0), "core i5 1335u": (55.0, 15.0),
    "a6 pro 7050b": (100.0, 17.0), "a8 pro 7150b": (100.0, 19.0), "a8 7200p": (100.0, 35.0),
    "e2 7110": (65.0, 15.0), "a4 7210": (65.0, 15.0),
}
# Names that are no CPU, or every CPU.
NO_CPU = ("ARMv8 Processor rev", "Intel Aubrey Isle", "I/O")


def words(name):
    """The words of a name that tell CPUs apart, in lower case."""
    text = re.sub(r"[^\x00-\x7f]", " ", name.lower())
    text = re.sub(r"\([^)]*\)", " ", text)
    text = re.split(r"@| with | w/ |,| radeon| includes| x-series| and ", text)[0]
    text = re.sub(r"\b(\d+|dual|quad|six|eight|triple)-core\b", " ", text)
    text = re.sub(r"\b\d+(th|nd|rd)\b", " ", text)
    kept = [word for word in re.findall(r"[a-z0-9.+]+", text) if word not in NOISE]
    return [word for i, word in enumerate(kept) if word != "mobile" or i == 0]


def split(name):
    """The family and the rest of a name: ("xeon e5", "2680v4")."""
    text = " ".join(words(name))
    inside = re.search(r"(?<![\w.])(?=\w{4}(?:[a-z]?(?:\s|$)))(\d\d?[a-z]\d\d?)", text)
    if inside:
        return text[:inside.start()].strip(), text[inside.start():].replace(" ", "")
    numbers = list(re.finditer(r"\d[\d.]*", text))
    if not numbers:
        return text, ""
    at = max(numbers, key=lambda m: (len(m.group()) >= 3, m.start())).start()
    return text[:at].strip(), text[at:].replace(" ", "")


def read(path):
    """{family: {watts: entries}}, with what stands in it twice left out."""
    table = collections.defaultdict(lambda: collections.defaultdict(set))
    with open(path, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            family, entry = split(row["cpu"])
            if not entry or any(mark in row["cpu"] for mark in NO_CPU):
                continue
            watts = float(row["tdp_w"])
            wrong, right = CORRECTIONS.get(f"{family} {entry}", (None, None))
            table[family][right if watts == wrong else watts].add(entry)
    return table


FILES = {"xeon": r"xeon|itanium", "intel": r"core|pentium|celeron|atom|quark|ep$|iop|ioc|mobile (pentium|celeron)|n$|a$",
         "amd": r""}


def file_of(family):
    """The name of the file that a family stands in."""
    return next(name for name, families in FILES.items() if re.match(families, family))


def block(family, by_watts):
    rows = [f"{watts:g}:" + ",".join(sorted(by_watts[watts])) for watts in sorted(by_watts)]
    lines = textwrap.wrap(" ".join(rows).replace(",", ", "), 90, break_long_words=False,
                          break_on_hyphens=False)
    lines = [line.replace(", ", ",") for line in lines]
    text = "\n".join(f'     "{line}{"" if line.endswith(",") or i == len(lines) - 1 else " "}"'
                     for i, line in enumerate(lines))
    return f'    {{"{family}", TdpSource::{SOURCE},\n{text}}},\n'


def source_text(name, table):
    body = "".join(block(family, table[family]) for family in sorted(table))
    return f"""// Written by tools/cpu_facts/tdp_table.py: thermal design powers in watts.
#include "isojoule/sensor/cpu_model/tdp_facts.hpp"

namespace isojoule::detail {{
namespace {{

// clang-format off
constexpr TdpBlock k{name.title()}Tdp[] = {{
{body}}};
// clang-format on

}}  // namespace

std::span<const TdpBlock> {name}_tdp() {{ return k{name.title()}Tdp; }}

}}  // namespace isojoule::detail
"""


def written():
    """{(family, entry): watts} as it stands in the sources."""
    found = collections.defaultdict(set)
    for name in FILES:
        text = (FOLDER / f"tdp_{name}.cpp").read_text(encoding="utf-8")
        for family, rows in re.findall(r'\{"([^"]*)", TdpSource::codecarbon,((?:\s*"[^"]*")+)\}', text):
            joined = "".join(re.findall(r'"([^"]*)"', rows))
            for row in joined.split():
                watts, entries = row.split(":")
                for entry in entries.split(","):
                    found[family, entry].add(float(watts))
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("csv")
    parser.add_argument("--write", action="store_true", help="write the table anew")
    arguments = parser.parse_args()
    table = read(arguments.csv)
    if arguments.write:
        for name in FILES:
            part = {family: rows for family, rows in table.items() if file_of(family) == name}
            (FOLDER / f"tdp_{name}.cpp").write_text(source_text(name, part), encoding="utf-8")
    there = written()
    wanted = collections.defaultdict(set)
    for family, rows in table.items():
        for watts, entries in rows.items():
            for entry in entries:
                wanted[family, entry].add(watts)
    different = [key for key in wanted if wanted[key] != there.get(key)]
    for family, entry in different:
        print(f"{family} {entry}: {sorted(wanted[family, entry])} W in the CSV, "
              f"{sorted(there.get((family, entry), []))} in the table")
    print(f"{len(wanted)} CPUs in the CSV, {len(there)} in the table, {len(different)} different")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
