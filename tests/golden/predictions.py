"""Predictions of `isojoule evaluate`, and how far another program's are from them."""

import csv
import io
import os
import subprocess

# What tells one prediction from another.
KEY = ("split", "source", "target", "selection", "k", "normalizer", "features", "workload", "role")

# What both programs are asked: every normalizer that scikit-learn has, on every set of features
# that it takes.
NORMALIZERS = "linear,polynomial,svr"
FEATURES = "energy,energy+flops,energy+params,energy+flops+params"

# Relative. Least squares by two decompositions, columns of length one, loses some 1e-13; LIBSVM
# keeps its kernel in single precision and stops at a tolerance of 1e-3 of the margin.
TOLERANCE = {"linear": 1e-9, "polynomial": 1e-9, "svr": 1e-6}


def evaluate(table, *arguments):
    """Rows of the predictions file: references in the order of their fit, then the test part."""
    command = [os.environ["ISOJOULE"], "evaluate", str(table), "--normalizer", NORMALIZERS,
               "--features", FEATURES, "--predictions", "-", *arguments]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          check=False, timeout=100)
    assert done.returncode == 0, done.stderr
    return list(csv.DictReader(io.StringIO(done.stdout)))


def key(row):
    return tuple(row[name] for name in KEY)


def differences(rows, expected_j):
    """{normalizer: (largest relative difference, where)}."""
    largest = {}
    for row, expected in zip(rows, expected_j, strict=True):
        difference = abs(float(row["predicted_j"]) / expected - 1.0)
        assert difference == difference, key(row)
        if difference >= largest.get(row["normalizer"], (0.0,))[0]:
            largest[row["normalizer"]] = (difference, key(row))
    return largest


def check(largest):
    """Prints the differences; raises if one is above its tolerance or a normalizer is missing."""
    for normalizer, (difference, where) in largest.items():
        print(f"{normalizer}: largest relative difference {difference:.1e} "
              f"(at most {TOLERANCE[normalizer]:.0e}), at {','.join(where)}")
    assert set(largest) == set(TOLERANCE), largest
    for normalizer, (difference, where) in largest.items():
        assert difference <= TOLERANCE[normalizer], (normalizer, difference, where)
