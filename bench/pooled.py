"""How long the pooled rule takes to fit and to predict with an interval, beside a table of 40 workloads.
Usage: pooled.py ISOJOULE_POOLED_BENCH"""

import json
import subprocess
import sys

import ratios


def timed(workloads, machines):
    out = subprocess.run([sys.argv[1], str(workloads), str(machines)], capture_output=True, text=True,
                         check=True)
    return json.loads(out.stdout)


def main():
    print("pooled rule, made tables, four fifths are references")
    print("workloads  machines  fit, s   times  prediction, ms   times")
    first = timed(40, 4)
    times = {}
    for size in ((40, 4), (40, 30), (500, 4), (2000, 4)):
        one = timed(*size)
        times[size] = (one["fit_s"] / first["fit_s"], one["prediction_s"] / first["prediction_s"])
        fit, prediction = times[size]
        print(f"{size[0]:9}  {size[1]:8}  {one['fit_s']:6.2f}  {fit:6.0f}"
              f"  {1e3 * one['prediction_s']:14.2f}  {prediction:6.1f}")
    for (workloads, machines), (fit, prediction) in list(times.items())[1:]:
        size = f"{workloads} workloads, {machines} machines beside 40, 4"
        ratios.keep(f"pooled fit, {size}", fit, "less")
        ratios.keep(f"pooled prediction, {size}", prediction, "less")


main()
