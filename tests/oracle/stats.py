"""Makes stats.json: what NumPy, SciPy and scikit-learn answer where isojoule/stats must agree.

Run by hand, in this folder, after a change: /usr/bin/python3 stats.py
Needs python3-numpy, python3-scipy and python3-sklearn; made with those of Debian 12.
"""

import json
import math
import pathlib

import numpy as np
import scipy.stats
from sklearn import metrics
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler
from sklearn.svm import SVR

import generator

HERE = pathlib.Path(__file__).parent


def made_workloads(rows):
    """Energies in kWh over two decades on two machines, FLOPs and parameters, from a fixed seed."""
    random = generator.Random(2025)
    table = {"energy": [], "flops": [], "parameters": [], "target": []}
    for _ in range(rows):
        flops = 10 ** (8 + 3.5 * random.uniform())
        parameters = 10 ** (4 + 4 * random.uniform())
        energy = 2e-3 * (flops / 1e9) ** 0.6 * (1 + 0.3 * random.uniform())
        target = 0.7 * energy**1.05 * (1 + 0.2 * random.uniform()) + 1e-10 * parameters
        for name, value in zip(table, (energy, flops, parameters, target)):
            table[name].append(float(f"{value:.6g}"))
    return {name: np.array(values) for name, values in table.items()}


def numbers(array):
    return [float(v) for v in np.asarray(array).ravel()]


def t_quantile(p, freedom):
    """SciPy's own inverse has eight digits; Newton's steps give the others."""
    t = scipy.stats.t.ppf(p, freedom)
    for _ in range(3):
        t -= (scipy.stats.t.cdf(t, freedom) - p) / scipy.stats.t.pdf(t, freedom)
    return float(t)


FEATURES = {
    "energy": ["energy"],
    "energy+flops": ["energy", "flops"],
    "energy+params": ["energy", "parameters"],
    "energy+flops+params": ["energy", "flops", "parameters"],
}


def design(table, features):
    return np.column_stack([table[name] for name in FEATURES[features]])


def linear(table, features, weights=None, intercept=True):
    """With the columns scaled first, which changes nothing but rounding."""
    x, y = design(table, features), table["target"]
    scaler = StandardScaler(with_mean=intercept)
    model = make_pipeline(scaler, LinearRegression(fit_intercept=intercept))
    model.fit(x, y, linearregression__sample_weight=weights)
    w = np.ones(len(y)) if weights is None else weights
    s = scaler.transform(x)
    if intercept:
        s = np.column_stack([np.ones(len(y)), s])
    covariance = np.linalg.inv(s.T @ (w[:, None] * s))
    leverage = np.einsum("ij,jk,ik->i", s, covariance, s)
    predictions = model.predict(x)
    rss = float(np.sum(w * (y - predictions) ** 2))
    freedom = len(y) - s.shape[1]
    half = t_quantile(0.95, freedom) * np.sqrt(rss / freedom * (1 / w + leverage))
    return {
        "features": features, "weights": "relative" if weights is not None else "none",
        "intercept": intercept, "predictions": numbers(predictions), "leverage": numbers(leverage),
        "rss": rss, "half_widths_90": numbers(half), "left_out": left_out(x, y, w, intercept),
    }


def left_out(x, y, w, intercept):
    """By fitting again without each row."""
    residuals = []
    for i in range(len(y)):
        rest = np.arange(len(y)) != i
        scaler = StandardScaler(with_mean=intercept)
        model = make_pipeline(scaler, LinearRegression(fit_intercept=intercept))
        model.fit(x[rest], y[rest], linearregression__sample_weight=w[rest])
        residuals.append(y[i] - model.predict(x[i : i + 1])[0])
    return numbers(residuals)


def polynomial(table):
    x, y = design(table, "energy"), table["target"]
    model = make_pipeline(PolynomialFeatures(2, include_bias=False), LinearRegression()).fit(x, y)
    ends = model.predict([[0.0], [2 * x.max()]])
    return {
        "predictions": numbers(model.predict(x)),
        "at_zero_and_twice_the_largest": numbers(ends),
    }


def svr(table, features, rows, c, epsilon, gamma="scale"):
    x, y = design(table, features), table["target"]
    model = SVR(kernel="rbf", C=c, epsilon=epsilon, gamma=gamma, tol=1e-3).fit(x[:rows], y[:rows])
    return {
        "features": features, "rows": rows, "c": c, "epsilon": epsilon,
        "gamma": None if gamma == "scale" else gamma, "fitted_gamma": float(model._gamma),
        "support_vectors": int(model.support_.size), "predictions": numbers(model.predict(x)),
    }


def tuning(table, features, rows, seed, c, epsilon, folds):
    x, y = design(table, features)[:rows], table["target"][:rows]
    fold = np.empty(rows, int)
    random = generator.Random(generator.derive_seed(seed, rows))
    for place, row in enumerate(random.permutation(rows)):
        fold[row] = place % folds

    def error(c, epsilon):
        held = np.empty(rows)
        for f in range(folds):
            model = SVR(kernel="rbf", C=c, epsilon=epsilon).fit(x[fold != f], y[fold != f])
            held[fold == f] = model.predict(x[fold == f])
        return float(np.mean((held - y) ** 2))

    return {
        "features": features, "rows": rows, "seed": seed, "c": c, "epsilon": epsilon,
        "folds": folds, "errors": [[error(a, b) for b in epsilon] for a in c],
    }


def judged(table):
    truth, prediction = table["target"], 0.75 * table["energy"]
    ratio = np.abs(prediction / truth - 1)
    return {
        "r2": metrics.r2_score(truth, prediction),
        "mse": metrics.mean_squared_error(truth, prediction),
        "mae": metrics.mean_absolute_error(truth, prediction),
        "mape": metrics.mean_absolute_percentage_error(truth, prediction),
        "mdape": float(np.median(ratio)), "p90": float(np.quantile(ratio, 0.9)),
    }


def quantiles():
    random = generator.Random(7)
    samples = [
        [random.uniform() * 10 ** (3 * random.uniform()) for _ in range(n)]
        for n in (1, 2, 3, 10, 41)
    ]
    at = [0.0, 0.05, 0.1, 0.25, 1 / 3, 0.5, 0.9, 0.95, 0.999, 1.0]
    return [{"values": s, "p": at, "quantiles": numbers(np.quantile(s, at))} for s in samples]


def student_t():
    freedoms = [1, 2, 3, 4, 5, 8, 10, 30, 71, 1000, 0.5, 1e6]
    return [
        {
            "df": d, "p": p, "t": t_quantile(p, d),
            "of": t, "two_sided": float(2 * scipy.stats.t.sf(abs(t), d)),
        }
        for d in freedoms
        for p, t in ((0.95, 0.3), (0.975, 2.5), (0.995, -4.0), (0.05, 12.0), (0.6, 0.0))
    ]


def paired():
    random = generator.Random(11)
    cases = []
    for splits, shift in ((2, 0.1), (5, 0.0), (5, 0.3), (20, 0.05)):
        a = [random.uniform() for _ in range(splits)]
        b = [v + shift + 0.1 * random.uniform() for v in a]
        d = np.array(a) - np.array(b)
        t = d.mean() / math.sqrt((1 / splits + 9 / 34) * d.var(ddof=1))
        p = float(2 * scipy.stats.t.sf(abs(t), splits - 1))
        cases.append({"a": a, "b": b, "test": 9, "train": 34, "statistic": float(t), "p": p})
    return cases


def splits():
    cases = [(0, 0, 5, 20), (0, 1, 5, 20), (1, 0, 43, 20), (1, 4, 43, 20), (2**64 - 1, 7, 10, 33)]
    names = ("seed", "index", "n", "percent")
    return [
        dict(zip(names, case)) | dict(zip(("train", "test"), generator.random_split(*case)))
        for case in cases
    ]


def one_row_each(value):
    if not isinstance(value, list):
        return json.dumps(value)
    return "[\n  " + ",\n  ".join(map(json.dumps, value)) + "]"


def main():
    table = made_workloads(24)
    relative = 1 / table["target"] ** 2
    answers = {
        "workloads": {name: numbers(values) for name, values in table.items()},
        "linear": [linear(table, f) for f in FEATURES]
        + [linear(table, f, relative) for f in FEATURES]
        + [linear(table, "energy+flops", None, False), linear(table, "energy", relative, False)],
        "polynomial": polynomial(table),
        "svr": [
            svr(table, features, rows, c, epsilon)
            for features in FEATURES
            for rows, c, epsilon in (
                (24, 0.1, 1e-4), (8, 0.1, 1e-4), (2, 0.1, 1e-4), (24, 10.0, 1e-3),
            )
        ]
        + [svr(table, "energy", 24, 1.0, 1e-4, 50.0), svr(table, "energy", 24, 0.1, 0.0)],
        "tuning": [
            tuning(table, features, 20, 3, [0.01, 0.1, 1.0], [1e-2, 1e-4], 5)
            for features in ("energy", "energy+flops")
        ],
        "metrics": judged(table),
        "quantiles": quantiles(),
        "student_t": student_t(),
        "paired": paired(),
        "splits": splits(),
    }
    rows = ",\n".join(f' "{name}": {one_row_each(value)}' for name, value in answers.items())
    (HERE / "stats.json").write_text("{\n" + rows + "\n}\n")


if __name__ == "__main__":
    main()
