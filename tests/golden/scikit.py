"""The same predictions by scikit-learn, on the same rows in the same order."""

import csv
import itertools
import statistics

import numpy as np
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler
from sklearn.svm import SVR

import predictions

JOULES_PER_KWH = 3.6e6


class Table:
    """Medians of a table's repeats."""

    def __init__(self, path):
        repeats = {}
        self.costs = {}
        with open(path, newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                cell = (row["workload"], row["hardware"])
                repeats.setdefault(cell, []).append(float(row["energy_j"]))
                self.costs[row["workload"]] = {
                    name: float(row[name]) for name in ("flops", "params")}
        self.energy_j = {cell: statistics.median(values) for cell, values in repeats.items()}

    def features(self, workload, hardware, names):
        """In the order of `names`; energies in kWh, as in the paper."""
        known = {"energy": self.energy_j[workload, hardware] / JOULES_PER_KWH,
                 **self.costs[workload]}
        return [known[name] for name in names]


def model(normalizer):
    # Standardizing leaves least squares what it is, and keeps FLOPs of 1e10 beside energies of
    # 1e-3 from costing scikit-learn its digits. It would change the SVR, which takes what comes.
    if normalizer == "linear":
        return make_pipeline(StandardScaler(), LinearRegression())
    if normalizer == "polynomial":
        return make_pipeline(StandardScaler(), PolynomialFeatures(2, include_bias=False),
                             LinearRegression())
    return SVR(kernel="rbf", C=0.1, epsilon=1e-4, gamma="scale")


def predict_fit(table, rows):
    """Of the rows of one fit, in joules."""
    first = rows[0]
    names = first["features"].split("+")
    x = np.array([table.features(row["workload"], row["source"], names) for row in rows])
    y = np.array([table.energy_j[row["workload"], row["target"]] for row in rows])
    fitted_on = np.array([row["role"] == "reference" for row in rows])
    fitted = model(first["normalizer"]).fit(x[fitted_on], y[fitted_on] / JOULES_PER_KWH)
    return fitted.predict(x) * JOULES_PER_KWH


def predict(table, rows):
    """Of all rows, in their order."""
    answers = []
    fits = len(predictions.KEY) - 2  # all but workload and role
    for _, of_fit in itertools.groupby(rows, key=lambda row: predictions.key(row)[:fits]):
        answers.extend(float(value) for value in predict_fit(table, list(of_fit)))
    return answers
