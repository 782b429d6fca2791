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
    unit = [[fractions.Fraction(i == j) for j in range(size)] for i in range(size)]
    rows = [list(row) + unit_row for row, unit_row in zip(matrix, unit)]
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


def to_decimal(value):
    return decimal.Decimal(value.numerator) / value.denominator


def digits(exact, certified):
    """How many significant digits agree; 15 is all that were published."""
    certified = to_decimal(certified)
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
        "coefficients": min(map(digits, map(to_decimal, solution), problem["coefficients"])),
        "standard deviations": min(
            digits(to_decimal(variance * covariance[j][j]).sqrt(), sd)
            for j, sd in enumerate(problem["standard_deviations"])
        ),
        "residual sd": digits(
            to_decimal(variance).sqrt(), problem["residual_standard_deviation"]
        ),
    }
    print(f"{name:9}", "  ".join(f"{what} {score:.1f}" for what, score in scores.items()))
    # A number rounded at its 15th digit agrees to 14.3 digits at least.
    assert min(scores.values()) > 14.2, name


if __name__ == "__main__":
    text = (HERE / "nist_strd.json").read_text()
    problems = json.loads(text, parse_float=fractions.Fraction, parse_int=fractions.Fraction)
    for name, problem in problems.items():
        check(name, problem)
