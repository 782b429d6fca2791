"""Draws docs/pictures/pooled.svg: what the pooled rule makes of four references, on made energies.
Usage: pooled.py ISOJOULE (needs gnuplot)"""

import csv
import json
import math
import pathlib
import random
import subprocess
import sys
import tempfile

PROGRAM = sys.argv[1]
PICTURE = pathlib.Path(__file__).with_suffix(".svg")
REFERENCES = ["w03", "w12", "w24", "w36"]

PLOT = """
set terminal svg size 720,360 font "sans-serif,13" background "white"
set output "{picture}"
set xlabel "power on A, W"
set ylabel "energy on B / energy on A"
set logscale x
set xrange [37:215]
set xtics (40, 60, 80, 100, 150, 200)
set key outside right center reverse Left samplen 2
set yrange [0.4:2.1]
plot "answers" using 1:4:5 with filledcurves lc rgb "#56b4e9" fs solid 0.35 noborder \\
       title "pooled, 90 % interval", \\
     "answers" using 1:3 with lines lw 2 lc rgb "#0072b2" title "pooled", \\
     {ratio} with lines dt 2 lw 2 lc rgb "#d55e00" title "ratio", \\
     "others" using 1:2 with points pt 4 ps 0.6 lc rgb "#888888" title "C / A, all known", \\
     "hidden" using 1:2 with points pt 6 ps 0.7 lc rgb "black" title "B / A, hidden", \\
     "references" using 1:2 with points pt 7 ps 1.1 lc rgb "black" title "B / A, references"
"""


def made():
    """Forty workloads of about one energy on A. C saves on those of high power, B does so more."""
    draw = random.Random(2)
    for w in range(40):
        power = 40 * 5 ** (w / 39)
        lean = math.log(power / 90)
        energy = 1e5 * math.exp(draw.gauss(0, 0.05))
        yield f"w{w:02}", power, {
            "A": energy,
            "C": energy * 1.5 * math.exp(-0.35 * lean + draw.gauss(0, 0.05)),
            "B": energy * 0.8 * math.exp(-0.5 * lean + 0.1 * math.sin(2 * lean) + draw.gauss(0, 0.05))}


def write(path, rows):
    path.write_text("".join(" ".join(map(str, row)) + "\n" for row in rows))


def main():
    workloads = list(made())
    powers = {name: power for name, power, _ in workloads}
    known = {name: energies for name, _, energies in workloads}
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        with open(folder / "table.csv", "w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["workload", "hardware", "energy_j", "duration_s"])
            for name, power, energies in workloads:
                for machine, energy in energies.items():
                    writer.writerow([name, machine, energy, energy / power])
        out = subprocess.run(
            [PROGRAM, "normalize", "--data", folder / "table.csv", "--from", "A", "--to", "B",
             "--references", ",".join(REFERENCES), "--workload", ",".join(known), "--normalizer",
             "pooled", "--json"], capture_output=True, text=True, check=True)
        answers = json.loads(out.stdout)[0]["answers"]
        write(folder / "answers", [
            (powers[a["workload"]], 0, *(a[key] / a["source_energy_j"]
                                         for key in ("energy_j", "lower_j", "upper_j")))
            for a in answers])
        ratios = {name: e["B"] / e["A"] for name, e in known.items()}
        write(folder / "others", [(powers[n], e["C"] / e["A"]) for n, e in known.items()])
        write(folder / "hidden", [(powers[n], r) for n, r in ratios.items() if n not in REFERENCES])
        write(folder / "references", [(powers[n], ratios[n]) for n in REFERENCES])
        ratio = math.exp(sum(math.log(ratios[n]) for n in REFERENCES) / len(REFERENCES))
        subprocess.run(["gnuplot"], input=PLOT.format(picture=PICTURE, ratio=ratio), text=True, cwd=folder,
                       check=True)


main()
