"""What sampling costs while a run goes on: a node of 8 boards and 2 CPU packages, and a long trace.

Usage: sampling.py ISOJOULE FAKE_NVML
The boards are a stand-in library's, whose own time is counted too; the packages are files.
"""

import binascii
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

ISOJOULE = os.path.abspath(sys.argv[1])
FAKE_NVML = os.path.abspath(sys.argv[2])
LOOK_S = 10.0
BOARDS = 8
BOARD = ("board\nuuid GPU-{0}\nname Fake\nenergy_rate_mw 300000\npower_mw 300000\nlimit_mw 700000\n"
         "enforced_limit_mw 700000\n")


def make_machine(folder):
    """A /sys of two packages, and a driver of eight boards; gives the environment for it."""
    for package in range(2):
        zone = folder / f"root/sys/class/powercap/intel-rapl:{package}"
        zone.mkdir(parents=True)
        (zone / "name").write_text(f"package-{package}\n")
        (zone / "energy_uj").write_text(f"{1000000 + package}\n")
        (zone / "max_energy_range_uj").write_text("262143328850\n")
    shutil.copy(FAKE_NVML, folder / "libnvidia-ml.so.1")
    (folder / "script").write_text("".join(BOARD.format(i) for i in range(BOARDS)))
    return dict(os.environ, ISOJOULE_ROOT=str(folder / "root"), LD_LIBRARY_PATH=str(folder),
                FAKE_NVML_SCRIPT=str(folder / "script"), FAKE_NVML_STEADY="1",
                XDG_DATA_HOME=str(folder))


def thread_cpu_s(pid):
    """CPU time of a process's own threads, without its children; nanosecond counters."""
    return sum(int((task / "schedstat").read_text().split()[0])
               for task in pathlib.Path(f"/proc/{pid}/task").iterdir()) / 1e9


def memory_kib(pid, key):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(key + ":"):
            return int(line.split()[1])
    raise KeyError(key)


def sampling(environment, folder, period):
    """Share of one core, and resident memory in MiB, while nothing but sampling happens."""
    process = subprocess.Popen(
        [ISOJOULE, "measure", "-q", "--period", period, "--db", str(folder / "store.sqlite"), "--",
         "sleep", "60"], env=environment, start_new_session=True)
    time.sleep(1.5)  # what starts has started
    begin, cpu = time.perf_counter(), thread_cpu_s(process.pid)
    time.sleep(LOOK_S)
    elapsed, used = time.perf_counter() - begin, thread_cpu_s(process.pid) - cpu
    resident = memory_kib(process.pid, "VmHWM") / 1024
    private = memory_kib(process.pid, "RssAnon") / 1024
    os.killpg(process.pid, 15)
    process.wait()
    return used / elapsed, resident, private


def varint(value):
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def frame(body):
    whole = varint(len(body)) + body
    return whole + binascii.crc32(whole).to_bytes(4, "little")


def read_header(trace):
    """The header's JSON of a trace (docs/formats/trace.md)."""
    data = trace.read_bytes()[8:]
    length, shift, at = 0, 0, 0
    while True:
        byte = data[at]
        length |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return json.loads(data[at + 1:at + length])


def write_trace(path, header, seconds):
    """One package at 10 Hz and 100 W, for so long."""
    header["sources"] = header["sources"][:1]
    header["sources"][0]["channels"] = header["sources"][0]["channels"][:1]
    with path.open("wb") as out:
        out.write(b"isojtrc\n" + frame(b"H" + json.dumps(header).encode()))
        for i in range(seconds * 10):
            time_us = 2 * 100000 * i  # zigzag of a positive number
            out.write(frame(b"p" + varint(0) + varint(time_us) + varint(10_000_000 * i % 262143328850)))
            if i == 10:
                out.write(frame(b"X" + varint(0) + varint(time_us)))


def measuring_a_trace(trace, environment):
    """Peak memory in MiB and seconds."""
    code = ("import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, "
            "stdout=subprocess.DEVNULL); "
            "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)")
    begin = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", code, ISOJOULE, "recover", "-n", str(trace)],
                          env=environment, check=True, capture_output=True, text=True)
    return int(done.stdout) / 1024, time.perf_counter() - begin


def a_week(environment, folder):
    subprocess.run([ISOJOULE, "measure", "-q", "--sensors", "rapl", "--db",
                    str(folder / "store.sqlite"), "--", "true"], env=environment, check=True)
    some = max((folder / "traces").iterdir(), key=lambda path: path.stat().st_mtime)
    header = read_header(some)
    figures = []
    for days in (1, 7):
        trace = folder / f"{days}.trace"
        write_trace(trace, header, days * 86400)
        figures.append(measuring_a_trace(trace, environment))
        size = trace.stat().st_size / (days * 86400)
    (day_mib, _), (week_mib, week_s) = figures
    print(f"a week at 10 Hz: {size:.0f} bytes a second of each channel (goal under 200), measured "
          f"in {week_s:.1f} s within {week_mib:.1f} MiB; a day takes {day_mib:.1f} MiB")


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        environment = make_machine(folder)
        for period, goal in (("100ms", "goals 0.2 % and 12 MiB"), ("1ms", "goal 3 %")):
            share, resident, private = sampling(environment, folder, period)
            print(f"{BOARDS} boards and 2 packages every {period}: {share * 100:.3f} % of one core, "
                  f"{resident:.1f} MiB resident at most ({private:.1f} MiB its own); {goal}")
        a_week(environment, folder)


if __name__ == "__main__":
    main()
