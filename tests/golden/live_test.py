"""All pairs of a table of real energies against scikit-learn, here and now.

Usage: live_test.py TABLE
Exits with 77, saying why, where the table or scikit-learn is not there.
"""

import pathlib
import sys

import predictions

SKIPPED = 77


def skip(reason):
    print("skipped: " + reason)
    sys.exit(SKIPPED)


def main():
    path = pathlib.Path(sys.argv[1])
    if not path.exists():
        skip(f"{path} is not there")
    try:
        import scikit
    except ImportError as error:
        skip(f"scikit-learn is not installed ({error})")
    rows = predictions.evaluate(path, "--k", "8,all", "--selection", "min-max,random")
    table = scikit.Table(path)
    for row in rows:
        assert float(row["truth_j"]) == table.energy_j[row["workload"], row["target"]], row
    print(f"{len(rows)} predictions")
    predictions.check(predictions.differences(rows, scikit.predict(table, rows)))


if __name__ == "__main__":
    main()
