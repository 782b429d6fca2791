"""All pairs of a table of real energies against scikit-learn, here and now.

Usage: live_test.py TABLE
Skipped, with exit code 77, where the table is not there: it is no part of the project.
"""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))

import needs
import predictions


def main():
    path = pathlib.Path(sys.argv[1])
    if not path.exists():
        print(f"skipped: {path} is not there")
        sys.exit(needs.SKIPPED)
    try:
        import scikit
    except ImportError as error:
        needs.end_without(f"scikit-learn ({error})")
    rows = predictions.evaluate(path, "--k", "8,all", "--selection", "min-max,random")
    table = scikit.Table(path)
    for row in rows:
        assert float(row["truth_j"]) == table.energy_j[row["workload"], row["target"]], row
    print(f"{len(rows)} predictions")
    predictions.check(predictions.differences(rows, scikit.predict(table, rows)))


if __name__ == "__main__":
    main()
