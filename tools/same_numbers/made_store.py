"""Profiles, records and a store of them, made by a seed, in the documented formats."""

import json
import random
import sqlite3

# Joules per step on a first machine, in the order of size.
WORKLOADS = {"rnn-1x128": 0.09, "mlp-1x512": 0.13, "cnn-1x128": 0.52, "mlp-4x2048": 1.06,
             "crnn-1.1x64.64": 1.31, "cnn-2x256": 2.38, "cnn-2x512": 9.6}
MACHINES = {"here": 1.0, "there": 2.2, "third": 0.6, "fourth": 3.7, "fifth": 1.4}
TABLES = """
PRAGMA application_id = 0x69736f6a;
PRAGMA user_version = 2;
CREATE TABLE records(id TEXT PRIMARY KEY NOT NULL, created TEXT NOT NULL, workload TEXT NOT NULL,
  state TEXT NOT NULL, document TEXT NOT NULL) STRICT;
CREATE INDEX records_by_workload ON records(workload, id);
CREATE TABLE profiles(name TEXT PRIMARY KEY NOT NULL, document TEXT NOT NULL) STRICT;
CREATE TABLE campaigns(id TEXT PRIMARY KEY NOT NULL, name TEXT NOT NULL, created TEXT NOT NULL,
  plan TEXT NOT NULL) STRICT;
CREATE TABLE cells(campaign TEXT NOT NULL REFERENCES campaigns(id), workload TEXT NOT NULL,
  repeat INTEGER NOT NULL, state TEXT NOT NULL, record TEXT REFERENCES records(id), reason TEXT NOT NULL,
  attempts INTEGER NOT NULL, took_s REAL NOT NULL, PRIMARY KEY(campaign, workload, repeat)) STRICT;
"""


def record_id(place):
    """Sorts by `place`, as ids sort by time."""
    return f"01JAAAAAAAAAAAAAAAAAAAAA{place:02}"


def host(machine):
    return {"cpu_model": f"Made CPU {machine}", "hardware_threads": 4, "cores": 2, "memory_bytes": 8589934592,
            "gpus": [], "kernel": None, "os": None, "hypervisor": None,
            "settings": [{"part": "cpu", "setting": "governor", "value": "performance"}]}


def channel(scope="package", kind="measured"):
    one = {"id": f"made:{scope}-0", "component": f"{scope}-0", "label": "Made", "scope": scope, "kind": kind,
           "counts_of_j": 1e-06}
    return one | ({"model": "CPU time x 3.50 W per hardware thread"} if kind == "modelled" else {})


def cost_of(joules, draw):
    """Arithmetic that goes with the energy, but for a factor of its own."""
    flops = round(1e9 * joules * draw.uniform(0.5, 2.0))
    return {"rule": "deepspeed", "flops_forward": float(flops), "macs_forward": flops // 2,
            "parameters": round(flops / draw.uniform(50.0, 5000.0))}


def costs():
    draw = random.Random(60)
    return {workload: cost_of(joules, draw) for workload, joules in WORKLOADS.items()}


def profile(machine, draw, workloads, runs=1, **basis):
    basis = {"scope": "package", "kind": "measured", "boundary": "gross", "protocol": "steps", "batch": 8,
             "precision": "float32", "mode": "train", **basis}
    references = []
    for workload in workloads:
        joules = WORKLOADS[workload] * MACHINES[machine] * draw.uniform(0.75, 1.3)
        references.append({
            "workload": workload, "cost": costs()[workload], "steps": 10 * runs, "energy_per_step_j": joules,
            "sd_per_step_j": joules * draw.uniform(0.01, 0.05),
            "sd_of_runs_j": joules * draw.uniform(0.005, 0.03) if runs > 1 else None,
            "duration_per_step_s": joules / draw.uniform(3.0, 7.0), "records": [f"{run}" for run in range(runs)]})
    return {"schema": "isojoule.profile/2", "name": machine, "created": "2026-01-31T12:34:56Z",
            "isojoule": "0.1.0", "condition": "cpu, 2 threads", "host": host(machine),
            "sensors": [channel(basis["scope"], basis["kind"])], "basis": basis,
            "context": {"device": "cpu", "threads": "2", "torch": "2.5.1"}, "idle_power_w": 11.5,
            "references": sorted(references, key=lambda one: one["energy_per_step_j"])}


def profiles():
    """Here and there, two more to learn from, and one that is modelled."""
    draw = random.Random(61)
    names = list(WORKLOADS)
    return [profile("here", draw, names, runs=3), profile("there", draw, names[:6], runs=2),
            profile("third", draw, names), profile("fourth", draw, names[1:]),
            profile("fifth", draw, names, kind="modelled")]


def budget(joules):
    """Of two sources, with a coverage of 95 %."""
    parts = [0.004 * joules, 0.011 * joules]
    standard = sum(part * part for part in parts) ** 0.5
    return {"standard_j": standard, "coverage_factor": 2.0, "confidence": 0.95, "expanded_j": 2.0 * standard,
            "components": [{"source": "made", "type": "A", "standard_j": parts[0], "degrees_of_freedom": 9.0,
                            "how": "by repeats"},
                           {"source": "accuracy", "type": "B", "standard_j": parts[1], "how": "as stated"}]}


def measured(seconds, joules):
    energies = {"package": joules, "dram": joules * 0.23}
    return {"elapsed_s": seconds, "channels": [
        {"channel": channel(scope), "energy_j": energy, "samples": 120, "failed": 0, "wraps": 0, "resets": 0,
         "impossible": 0, "longest_gap_s": 0.0625, "uncertainty": budget(energy)}
        for scope, energy in energies.items()]}


def record(place, machine, workload, joules_per_step, draw, steps=40):
    """A training with a rest before it and four blocks of steps."""
    each = steps // 4
    seconds_per_step = joules_per_step / draw.uniform(3.0, 7.0)
    blocks = [each * joules_per_step * draw.uniform(0.96, 1.04) for _ in range(4)]
    known = {"batch": "8", "device": "cpu", "precision": "float32"}
    windows = [{"name": "steps", "begin_s": 1.0, "measurement": measured(steps * seconds_per_step, sum(blocks)),
                "attributes": {**known, "steps": str(steps)}}]
    for number, joules in enumerate(blocks):
        begin = 1.0 + number * each * seconds_per_step
        windows.append({"name": "block", "begin_s": begin, "measurement": measured(each * seconds_per_step, joules),
                        "attributes": {"steps": str(each)}})
    elapsed = 2.0 + steps * seconds_per_step
    return {"schema": "isojoule.record/2", "id": record_id(place), "created": "2026-01-31T12:34:56Z",
            "isojoule": "0.1.0", "workload": workload, "command": ["train", workload],
            "outcome": {"state": "complete", "exit_code": 0, "signal": None}, "host": host(machine),
            "cost": costs().get(workload), "whole": measured(elapsed, sum(blocks) + 20.0), "windows": windows,
            "faults": [], "context": {"device": "cpu", "threads": "2", "torch": "2.5.1"}, "trace": None,
            "idle_before": measured(4.0, 46.0)}


def records():
    """Trainings of this machine that are no references, and the references of two machines."""
    draw = random.Random(62)
    made = []
    for machine in ("here", "there"):
        for workload, joules in WORKLOADS.items():
            joules *= MACHINES[machine] * draw.uniform(0.8, 1.25)
            made.append(record(len(made), machine, workload, joules, draw))
    for workload, joules in {"small": 0.02, "mine": 0.71, "other": 0.93, "large": 31.0}.items():
        made.append(record(len(made), "here", workload, joules, draw))
    return made


# By which name a case calls the record of a training.
TRAININGS = {name: record_id(2 * len(WORKLOADS) + place)
             for place, name in enumerate(("small", "mine", "other", "large"))}


def write_store(path, spell):
    """`spell` puts a document in the spelling of who reads it."""
    store = sqlite3.connect(path)
    store.executescript(TABLES)
    for one in records():
        columns = (one["id"], one["created"], one["workload"], one["outcome"]["state"])
        store.execute("INSERT INTO records VALUES(?, ?, ?, ?, ?)", (*columns, json.dumps(spell(one))))
    for one in profiles():
        store.execute("INSERT INTO profiles VALUES(?, ?)", (one["name"], json.dumps(spell(one))))
    store.commit()
    store.close()
