"""Checks nist_strd.json: the certified values against an exact solution of the data.

The file holds linear least-squares problems of the NIST Statistical Reference Datasets (public
domain, https://www.itl.nist.gov/div898/strd/lls/lls.shtml) with their certified values. Those are
the exact rational solution of the data, rounded to 15 digits. So any slip of a digit in data or
values shows here. Run by hand after a change of the file: python3 tests/oracle/nist_strd.py
"""

import decimal
import fractions
import json
import pathlib

HERE = pathlib.Path(__file__).parent
decimal.getcontext().prec = 60


def design(problem):
    columns = [[fractions.Fraction(1)] * len(problem["y"])] if problem["intercept"] else []
    for x in problem["x"]:
        columns += [[v**power for v in x] for power in range(1, int(problem["degree"]) + 1)]
    return columns


def inverse(matrix):
    """By Gauss and Jordan, in fractions."""
    size = len(matrix)
    rows = [list(row) + [fractions.Fraction(i == j) for j in range(size)] for i, row in enumerate(matrix)]
    for k in range(size):
        pivot = next(i for i in range(k, size) if rows[i][k] != 0)
        rows[k], rows[pivot] = rows[pivot], rows[k]
        rows[k] = [v / rows[k][k] for v in rows[k]]
        for i in range(size):
            if i != k:
                rows[i] = [a - rows[i][k] * b for a, b in zip(rows[i], rows[k])]
    return [row[size:] for row in rows]


def dot(a, b):
    return sum((x * y for x, y in zip(a, b)), fractions.Fraction(0))


def root(value):
    return (decimal.Decimal(value.numerator) / decimal.Decimal(value.denominator)).sqrt()


def digits(exact, certified):
    """How many significant digits agree; 15 is all that were published."""
    exact = decimal.Decimal(exact.numerator) / exact.denominator if isinstance(exact, fractions.Fraction) else exact
    certified = decimal.Decimal(certified.numerator) / certified.denominator
    error = abs(exact - certified) / (abs(certified) or 1)
    return 15.0 if error == 0 else min(15.0, float(-error.log10()))


def check(name, problem):
    columns, y = design(problem), problem["y"]
    covariance = inverse([[dot(a, b) for b in columns] for a in columns])
    moments = [dot(column, y) for column in columns]
    solution = [dot(row, moments) for row in covariance]
    residuals = [v - dot([c[i] for c in columns], solution) for i, v in enumerate(y)]
    variance = dot(residuals, residuals) / (len(y) - len(columns))
    scores = {
        "coefficients": min(map(digits, solution, problem["coefficients"])),
        "standard deviations": min(
            digits(root(variance * covariance[j][j]), sd)
            for j, sd in enumerate(problem["standard_deviations"])
        ),
        "residual sd": digits(root(variance), problem["residual_standard_deviation"]),
    }
    print(f"{name:9}", "  ".join(f"{what} {score:.1f}" for what, score in scores.items()))
    # A number rounded at its 15th digit agrees to 14.3 digits at least.
    assert min(scores.values()) > 14.2, name


if __name__ == "__main__":
    text = (HERE / "nist_strd.json").read_text()
    problems = json.loads(text, parse_float=fractions.Fraction, parse_int=fractions.Fraction)
    for name, problem in problems.items():
        check(name, problem)
