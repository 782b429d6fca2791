"""Predictions on table.csv against those that scikit-learn made (make_golden.py)."""

import csv
import pathlib

import predictions

HERE = pathlib.Path(__file__).parent
TABLE = HERE / "table.csv"
GOLDEN = HERE / "golden.csv"
ARGUMENTS = ("--pair", "A:B,B:C,C:A", "--splits", "2", "--k", "6,all", "--selection", "min-max")


def main():
    rows = predictions.evaluate(TABLE, *ARGUMENTS)
    with open(GOLDEN, newline="", encoding="utf-8") as file:
        golden = list(csv.DictReader(file))
    assert [predictions.key(row) for row in rows] == [predictions.key(row) for row in golden], \
        "other fits, references or test workloads than in golden.csv"
    expected = [float(row["predicted_j"]) for row in golden]
    predictions.check(predictions.differences(rows, expected))


if __name__ == "__main__":
    main()
