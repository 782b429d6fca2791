"""How long the pooled rule takes to fit and to predict with an interval, beside a table of 40 workloads.
Usage: pooled.py ISOJOULE_POOLED_BENCH"""

import json
import subprocess
import sys


def timed(workloads, machines):
    out = subprocess.run([sys.argv[1], str(workloads), str(machines)], capture_output=True, text=True,
                         check=True)
    return json.loads(out.stdout)


def main():
    print("pooled rule, made tables, four fifths are references")
    print("workloads  machines  fit, s   times  prediction, ms   times")
    first = timed(40, 4)
    for workloads, machines in ((40, 4), (40, 30), (500, 4), (2000, 4)):
        one = timed(workloads, machines)
        print(f"{workloads:9}  {machines:8}  {one['fit_s']:6.2f}  {one['fit_s'] / first['fit_s']:6.0f}"
              f"  {1e3 * one['prediction_s']:14.2f}  {one['prediction_s'] / first['prediction_s']:6.1f}")


main()
