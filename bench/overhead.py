"""What measuring costs: the start and end of a run, and the sampling while it goes on.

Usage: overhead.py ISOJOULE [FAKE_NVML]
FAKE_NVML is a stand-in for the NVIDIA driver's library, for where there is no driver. Each figure is taken beside what it is compared with, in turns, in one run.
"""

import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import ratios

ISOJOULE = os.path.abspath(sys.argv[1])
ROUNDS = 101
LOOK_S = 10.0
CHILDREN = 32


def wall_ms(arguments, environment):
    begin = time.perf_counter()
    subprocess.run(arguments, env=environment, check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
    return (time.perf_counter() - begin) * 1e3


def in_turns(commands):
    """Wall times of each command, of {name: (arguments, environment)}."""
    times = {name: [] for name in commands}
    for _ in range(ROUNDS):
        for name, (arguments, environment) in commands.items():
            times[name].append(wall_ms(arguments, environment))
    return times


def measured_true(db, sensors):
    return [ISOJOULE, "measure", "-q", "--db", db, "--sensors", "+".join(sensors), "--", "true"]


def usable_sensors(environment):
    found = subprocess.run([ISOJOULE, "doctor", "--json", "--look", "0s"], env=environment, check=True,
                           capture_output=True, text=True)
    return [sensor["name"] for sensor in json.loads(found.stdout)["sensors"] if sensor["usable"]]


def start_and_end(environment, db):
    """What `isojoule measure -- true` adds to `true`, without a vendor's library."""
    sensors = [name for name in usable_sensors(environment) if name != "nvml"]
    times = in_turns({"true": (["true"], environment),
                      "measured": (measured_true(db, sensors), environment)})
    medians = {name: statistics.median(values) for name, values in times.items()}
    spread = statistics.quantiles(times["measured"], n=10)
    print(f"isojoule measure -- true over true: +{medians['measured'] - medians['true']:.1f} ms "
          f"({medians['measured']:.1f} against {medians['true']:.1f} ms, medians of {ROUNDS}; "
          f"10th to 90th percentile {spread[0]:.1f} to {spread[-1]:.1f} ms); goal under 15 ms")
    ratios.keep("measure -- true beside true", medians["measured"] / medians["true"], "less")


def vendor_start(environment, db, folder):
    """What NVML's start and end add, of the driver that is here or of the stand-in."""
    which = "the driver's own"
    if "nvml" not in usable_sensors(environment):
        if len(sys.argv) < 3:
            print("start of NVML: not measured, there is no driver and no stand-in")
            return
        which = "a stand-in, since there is no driver"
        shutil.copy(sys.argv[2], os.path.join(folder, "libnvidia-ml.so.1"))
        script = os.path.join(folder, "script")
        pathlib.Path(script).write_text("board\nenergy_mj 1\npower_mw 1\n")
        environment = dict(environment, LD_LIBRARY_PATH=folder, FAKE_NVML_SCRIPT=script)
    sensors = usable_sensors(environment)
    others = [name for name in sensors if name != "nvml"]
    times = in_turns({"with": (measured_true(db, sensors), environment),
                      "without": (measured_true(db, others), environment)})
    extra = statistics.median(times["with"]) - statistics.median(times["without"])
    print(f"start of NVML: +{extra:.1f} ms ({which})")


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
        start_and_end(environment, db)
        vendor_start(environment, db, folder)
        share = sampling(environment, db)
        print(f"sampling at 10 Hz beside {CHILDREN} children: {share * 100:.3f} % of one core over "
              f"{LOOK_S:.0f} s; goal under 0.2 %")
        ratios.keep("sampling at 10 Hz, share of a core", share, "less")


if __name__ == "__main__":
    main()
