"""Tables of energies and of submissions, made by a seed: the same on every machine and in every run."""

import csv
import io
import math
import random

# Machine -> (joules per FLOP of A, the exponent of its law, joules of overhead).
MACHINES = {"A": (1.0, 1.0, 40.0), "B": (0.45, 0.97, 90.0), "C": (2.3, 1.03, 15.0), "D": (0.8, 0.93, 260.0)}
FAMILIES = 10


def energies(seed=40, workloads=40, machines="ABCD"):
    """Rows of a table over three decades, each family with a leaning of its own on each machine."""
    draw = random.Random(seed)
    leanings = {(f, m): draw.uniform(-0.25, 0.25) for f in range(FAMILIES) for m in MACHINES}
    rows = []
    for w in range(workloads):
        family = w * FAMILIES // workloads
        log_flops = draw.uniform(20.0, 27.0)
        power = draw.uniform(4.0, 5.5)
        params = round(math.exp(log_flops - draw.uniform(4.0, 9.0)))
        for machine in machines:
            factor, exponent, constant = MACHINES[machine]
            noise = draw.uniform(-0.08, 0.08) + leanings[family, machine]
            joules = constant + factor * math.exp(exponent * (log_flops - 17.0) + noise)
            rows.append({"workload": f"w{w:02}", "family": f"f{family}", "hardware": machine,
                         "energy_j": repr(joules), "duration_s": repr(joules / math.exp(power + noise)),
                         "flops": repr(math.exp(log_flops)), "params": params})
    return rows


def with_holes(rows, seed=41):
    """About a sixth of the energies and a tenth of the durations are not known; one workload has no FLOPs."""
    draw = random.Random(seed)
    for row in rows:
        if draw.uniform(0.0, 1.0) < 0.17:
            row["energy_j"] = ""
        if draw.uniform(0.0, 1.0) < 0.1:
            row["duration_s"] = ""
        if row["workload"] == "w07":
            row["flops"] = ""
    return rows


def repeated(rows, seed=42):
    """Two to four runs of each, and no families."""
    draw = random.Random(seed)
    runs = []
    for row in rows:
        for run in range(1, draw.randint(2, 4) + 1):
            factor = 1.0 + draw.uniform(-0.05, 0.05)
            runs.append({**row, "energy_j": repr(float(row["energy_j"]) * factor), "family": "", "run": run})
    return runs


def in_kilowatt_hours(rows):
    return [{"Run": row["workload"], "GPU": row["hardware"], "Energy, kWh": repr(float(row["energy_j"]) / 3.6e6)}
            for row in rows]


def as_codecarbon(rows):
    """emissions.csv of the same trainings, in which CPU and memory have their part."""
    emissions = []
    for place, row in enumerate(rows):
        gpu, seconds = float(row["energy_j"]) / 3.6e6, float(row["duration_s"])
        cpu, ram = 50.0 * seconds / 3.6e6, 6.0 * seconds / 3.6e6
        emissions.append({"project_name": row["workload"], "run_id": f"run-{place}", "duration": repr(seconds),
                          "cpu_energy": repr(cpu), "gpu_energy": repr(gpu), "ram_energy": repr(ram),
                          "energy_consumed": repr(cpu + gpu + ram), "cpu_model": "Made CPU",
                          "gpu_model": f"Made {row['hardware']}"})
    return emissions


def spoilt(rows):
    """A row that cannot be read."""
    rows[4]["energy_j"] = "nan"
    return rows


def submissions(seed=43, teams=8):
    """Of a challenge: digits as people write them, shared baselines, and what is missing."""
    draw = random.Random(seed)
    rows = []
    for team in range(teams):
        baseline = f"{draw.uniform(0.005, 0.06):.{draw.choice((2, 3, 4))}f}"
        for system in range(1, 4):
            training = draw.uniform(0.2, 12.0)
            digits = draw.choice((1, 2, 3))
            psds = [draw.uniform(0.2, 0.9) for _ in range(2)]
            rows.append({"code": f"team{team}_{system}", "team_name": f"team{team}",
                         "energy_training_kwh": f"{training:.{digits}f}",
                         "energy_test_kwh": f"{training * draw.uniform(0.01, 0.02):.{digits + 1}f}",
                         "energy_baseline_kwh": baseline, "macs": round(10 ** draw.uniform(8.5, 11.5)),
                         "psds1_eval_full": f"{psds[0]:.3f} ({psds[0] - 0.01:.3f} - {psds[0] + 0.01:.3f})",
                         "psds2_eval_full": f"{psds[1]:.3f}", "machine": draw.choice("ABCD")})
    rows[4]["energy_training_kwh"] = ""
    rows[8]["energy_baseline_kwh"] = ""
    rows[11]["psds1_eval_full"] = ""
    rows[14]["machine"] = ""
    return rows


def of_challenge_size(rows):
    """Reference workloads as large as some of the submissions, so that rules can answer within them."""
    return [{**row, "energy_j": repr(float(row["energy_j"]) * 500.0)} for row in rows]


def csv_text(rows):
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def with_numbers(rows):
    """For JSON, in which numbers are numbers."""
    return [{**row, **{key: float(row[key]) for key in ("energy_j", "duration_s", "flops")}} for row in rows]


def tables():
    """File name -> rows."""
    return {
        "energies.csv": energies(),
        "holes.csv": with_holes(energies(seed=44, workloads=30)),
        "pair.csv": energies(seed=45, workloads=24, machines="AB"),
        "repeats.csv": repeated(energies(seed=46, workloads=20, machines="ABC")),
        "kwh.csv": in_kilowatt_hours(energies(seed=47, workloads=16, machines="ABC")),
        "emissions.csv": as_codecarbon(energies(seed=48, workloads=16, machines="ABC")),
        "spoilt.csv": spoilt(energies(seed=49, workloads=8)),
        "alone.csv": energies(seed=50, workloads=8, machines="A"),
        "submissions.csv": submissions(),
        "challenge.csv": of_challenge_size(energies(seed=51, workloads=16)),
    }
