"""What measuring costs: the start and end of a run, and the sampling while it goes on.

Usage: overhead.py ISOJOULE
Each figure is taken beside what it is compared with, in turns, in one run.
"""

import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

ISOJOULE = os.path.abspath(sys.argv[1])
ROUNDS = 101
LOOK_S = 10.0
CHILDREN = 32


def wall_ms(arguments, environment):
    begin = time.perf_counter()
    subprocess.run(arguments, env=environment, check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
    return (time.perf_counter() - begin) * 1e3


def start_and_end(environment, db):
    """Median wall time of `true`, and of `isojoule measure -- true`."""
    commands = {"true": ["true"],
                "measured": [ISOJOULE, "measure", "-q", "--db", db, "--", "true"]}
    times = {name: [] for name in commands}
    for _ in range(ROUNDS):
        for name, command in commands.items():
            times[name].append(wall_ms(command, environment))
    return {name: statistics.median(values) for name, values in times.items()}, times


def thread_cpu_s(pid):
    """CPU time of a process's own threads, without its children; nanosecond counters."""
    total = 0
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        total += int((task / "schedstat").read_text().split()[0])
    return total / 1e9


def sampling(environment, db):
    """Share of one core that the meter uses at 10 Hz while CHILDREN processes work."""
    script = (f"for i in $(seq {CHILDREN}); do "
              "(while :; do sleep 0.5; done) & done; wait")
    process = subprocess.Popen([ISOJOULE, "measure", "-q", "--db", db, "--", "sh", "-c", script],
                               env=environment, start_new_session=True)
    time.sleep(2.0)  # what starts has started
    begin, cpu = time.perf_counter(), thread_cpu_s(process.pid)
    time.sleep(LOOK_S)
    elapsed, used = time.perf_counter() - begin, thread_cpu_s(process.pid) - cpu
    os.killpg(process.pid, 15)
    process.wait()
    return used / elapsed


def main():
    with tempfile.TemporaryDirectory() as folder:
        db = os.path.join(folder, "store.sqlite")
        environment = dict(os.environ, XDG_DATA_HOME=folder)
        medians, times = start_and_end(environment, db)
        extra = medians["measured"] - medians["true"]
        spread = statistics.quantiles(times["measured"], n=10)
        print(f"isojoule measure -- true over true: +{extra:.1f} ms "
              f"({medians['measured']:.1f} against {medians['true']:.1f} ms, medians of {ROUNDS}; "
              f"10th to 90th percentile {spread[0]:.1f} to {spread[-1]:.1f} ms); goal under 15 ms")
        share = sampling(environment, db)
        print(f"sampling at 10 Hz beside {CHILDREN} children: {share * 100:.3f} % of one core over "
              f"{LOOK_S:.0f} s; goal under 0.2 %")


if __name__ == "__main__":
    main()
