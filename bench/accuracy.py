#!/usr/bin/env python3
"""How well the prior of accuracy (tools/accuracy_prior) holds, as tables for docs/uncertainty.md.

Usage: accuracy.py FOLDER, that of gains.csv and recordings/ (shared/data/gpu-power).

1. Each board is left out, its family learnt from the others, and its true power at 60 W, 150 W and
   rated power (up to its rating) predicted from what it would show.
2. Recordings of boards beside a meter, windows of 5 s each 0.1 s: does the interval hold the meter's
   energy, with the board's own line left out; and do the components other than the gain, once the
   recording's own gain is taken out? The clock is fitted once for each recording, within 15 ms.
"""

import argparse
import bisect
import csv
import math
import pathlib
import statistics
import sys

sys.dont_write_bytecode = True  # leaves nothing in the source directory
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tools"))

from accuracy_prior import boards, model

LOADS_W = (60.0, 150.0, None)  # None: rated power
CONSTANT = 0.12
MISS = 2.0 / 0.1  # the interval score's price of a miss (Gneiting and Raftery 2007), 90 %

# Which board of gains.csv was recorded, and which share of the time its sensor sees, where known.
RECORDED = {"a100": "A100 PCIe", "k40m": "K40m", "rtx3090": "RTX 3090", "rtx4090": "RTX 4090"}
WINDOW_S, STEP_S, CLOCK_S = 5.0, 0.1, 0.015
# A Kepler or Maxwell follows a step slowly (SC24): its values are of up to 0.1 s before.
SLOW_S = 0.1
# How far a sensor strays from its own line: the recordings' windows by 0.1 to 0.2 % (90 %).
LINEARITY = 0.005


def left_out(compared):
    """(board, the family learnt from the others of its generation)."""
    for board in compared:
        yield board, model.fit([other for other in compared
                                if other.generation == board.generation and other is not board])


def interval_score(ends, truth):
    low, high = ends
    return (high - low + MISS * max(0.0, low - truth) + MISS * max(0.0, truth - high)) / truth


def predictions(compared, load):
    """(board, true W, shown W, the ends of its interval) of each board that is rated for the load."""
    for board, family in left_out(compared):
        true_w = load or board.rated_w
        if true_w <= board.rated_w:
            shown_w = board.shown(true_w)
            yield board, true_w, shown_w, model.true_power_w(family, shown_w, board.rated_w)


def score_ratio(rows):
    """Interval score, over that of what is shown +- CONSTANT."""
    constant = sum(interval_score((shown * (1 - CONSTANT), shown * (1 + CONSTANT)), true)
                   for _, true, shown, _ in rows)
    return sum(interval_score(ends, true) for _, true, _, ends in rows) / constant


def names_outside(rows):
    return [board.name for board, true, _, ends in rows if not ends[0] <= true <= ends[1]]


def print_boards(compared):
    print("Boards left out, one after the other\n")
    print("                outside    U, median:              interval score /")
    print("                           Turing on   to Pascal   constant 12 %")
    for load in LOADS_W:
        rows = list(predictions(compared, load))
        wide = {name: statistics.median((ends[1] - ends[0]) / 2.0 / shown
                                        for board, _, shown, ends in rows
                                        if board.generation == name)
                for name in boards.GENERATIONS}
        outside = names_outside(rows)
        print(f"    {f'{load:.0f} W' if load else 'rated':8} {len(outside):4} of {len(rows):2}"
              f"      {100 * wide['turing-on']:5.1f} %    {100 * wide['to-pascal']:5.1f} %"
              f"       {score_ratio(rows):.2f}        {', '.join(outside)}")


def print_sensitivity(compared):
    print("\nThe same with another prior: boards outside, interval score\n")
    print("                                    60 W        150 W       rated")
    gain, offset, centre = model.GAIN_SCALE, model.OFFSET_SCALE_W, model.MU_SD
    for what, values in (("as it is", {}),
                         ("gain's scale 2.5 %", {"GAIN_SCALE": (0.025, gain[1])}),
                         ("gain's scale 3.5 %", {"GAIN_SCALE": (0.035, gain[1])}),
                         ("its logarithm's sd 0.4", {"GAIN_SCALE": (gain[0], 0.4)}),
                         ("centre's sd 2 %", {"MU_SD": 0.02}),
                         ("offset's scale 7 W", {"OFFSET_SCALE_W": (7.0, offset[1])}),
                         ("offset's scale 14 W", {"OFFSET_SCALE_W": (14.0, offset[1])}),
                         ("its logarithm's sd 0.8", {"OFFSET_SCALE_W": (offset[0], 0.8)})):
        vars(model).update(values)
        cells = []
        for load in LOADS_W:
            rows = list(predictions(compared, load))
            cells.append(f"{len(names_outside(rows)):2}   {score_ratio(rows):.2f}")
        print(f"    {what:28}", "    ".join(cells))
        model.GAIN_SCALE, model.OFFSET_SCALE_W, model.MU_SD = gain, offset, centre


def read_columns(path):
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    return [[float(cell) if cell else math.nan for cell in row] for row in rows[1:]]


class Meter:
    """Energies between moments, from means over 1 ms."""

    def __init__(self, rows):
        self.times = [row[0] for row in rows]
        self.sums = [0.0]
        for (t, p), (after, _) in zip(rows, rows[1:]):
            self.sums.append(self.sums[-1] + p * (after - t))

    def until(self, moment):
        i = min(max(bisect.bisect_right(self.times, moment) - 1, 0), len(self.times) - 2)
        share = (moment - self.times[i]) / (self.times[i + 1] - self.times[i])
        return self.sums[i] + share * (self.sums[i + 1] - self.sums[i])

    def energy(self, begin, end):
        return self.until(end) - self.until(begin)


class Sensor:
    """A log of readings as values, each the mean power up to its coming."""

    def __init__(self, rows, is_slow):
        column = 2 if not any(math.isnan(row[2]) for row in rows) else 1
        self.values = []  # (came, watts)
        for row in rows:
            if not self.values or row[column] != self.values[-1][1]:
                self.values.append((row[0], row[column]))
        gaps = sorted(b[0] - a[0] for a, b in zip(self.values, self.values[1:]))
        self.refresh = gaps[len(gaps) // 5]  # equal values hide some renewals
        self.lag = SLOW_S / 2.0 if is_slow else 0.0
        self.lag_half = self.lag + self.refresh / 2.0
        # A value that stays is renewed each refresh: the one after it came a refresh later.
        self.steps = []  # (from, to, watts)
        for (came, watts), (following, _) in zip(self.values, self.values[1:]):
            self.steps.append((came - self.refresh, following - self.refresh, watts))
        self.steps.append((self.values[-1][0] - self.refresh, rows[-1][0], self.values[-1][1]))

    def energy(self, begin, end):
        """Shown energy, and the standard uncertainty of all but the gain."""
        begin, end = begin + self.lag, end + self.lag
        inside = [(max(a, begin), min(b, end), p) for a, b, p in self.steps if b > begin and a < end]
        energy = sum((b - a) * p for a, b, p in inside)
        mean = energy / (end - begin)
        first, last = inside[0][2], inside[-1][2]
        tick = self.refresh / math.sqrt(12.0)
        edges = math.hypot((first - mean) * tick, (last - mean) * tick)
        lag = abs(last - first) * self.lag_half / math.sqrt(3.0)
        moments = tick * math.sqrt(sum((b[2] - a[2]) ** 2 for a, b in zip(inside, inside[1:])))
        return energy, math.sqrt(edges**2 + lag**2 + moments**2)


def windows_of(sensor, meter, clock):
    begin = max(meter.times[0], sensor.steps[0][1]) + 0.2
    end = min(meter.times[-1], sensor.steps[-1][0]) - 0.2
    count = int((end - begin - WINDOW_S) / STEP_S) + 1
    for i in range(count):
        start = begin + i * STEP_S
        shown, rest = sensor.energy(start + clock, start + clock + WINDOW_S)
        yield shown, rest, meter.energy(start, start + WINDOW_S)


def spread(windows):
    ratios = [shown / true for shown, _, true in windows]
    middle = statistics.median(ratios)
    return sum(abs(ratio - middle) for ratio in ratios)


def holds(family, rated_w, shown, rest, true):
    """Whether the true energy lies within U of what it would show; `rest` is a normal component."""
    mean_w = true / WINDOW_S
    sensor = WINDOW_S * model.expanded_w(family, mean_w, rated_w)
    return abs(shown - family.gain * true) <= math.hypot(sensor, model.NORMAL95 * rest)


def line_of(windows):
    """Least squares of shown over true energies."""
    true = [window[2] for window in windows]
    shown = [window[0] for window in windows]
    line = statistics.linear_regression(true, shown)
    return line.slope, line.intercept


def share(verdicts):
    return 100.0 * statistics.mean(map(int, verdicts))


def print_recording(name, board, family, windows):
    held = share(holds(family, board.rated_w, *window) for window in windows)
    gain = statistics.median(shown / true for shown, _, true in windows)
    # A gain was found at one load: the offset below and above it stays unknown.
    load_w = statistics.median(true for _, _, true in windows) / WINDOW_S
    own = model.Family(gain, 0.0, 0.0, family.offset_family_w, family.offset_board_w, 0.0)
    gain_out = share(holds(own, load_w, *window) for window in windows)
    slope, intercept = line_of(windows)
    line_out = share(
        abs(shown - slope * true - intercept)
        <= model.NORMAL95 * math.hypot(rest, LINEARITY / math.sqrt(3.0) * true)
        for shown, rest, true in windows)
    wide = statistics.median(model.expanded_w(family, true / WINDOW_S, board.rated_w) * WINDOW_S
                             / true for _, _, true in windows)
    print(f"    {name:20} {len(windows):5}    {100 * (gain - 1):6.1f} %     {held:4.0f} %"
          f"    {100 * wide:5.1f} %      {gain_out:5.0f} %     {line_out:5.0f} %")
    return held, gain_out, line_out


def print_recordings(folder, compared):
    print("\nRecordings, windows of 5 s; all of them have an interval\n")
    print("                       windows    error,     held   U, median   held, own   held, own")
    print("                                  median                        gain out    line out")
    families = {board.name: (board, family) for board, family in left_out(compared)}
    shares = []
    for path in sorted(folder.glob("*_sensor.csv")):
        name = path.name.removesuffix("_sensor.csv")
        board, family = families[RECORDED[name.split("-")[0]]]
        sensor = Sensor(read_columns(path), is_slow=board.generation == "to-pascal")
        meter = Meter(read_columns(folder / f"{name}_meter.csv"))
        clocks = [CLOCK_S * i / 5.0 for i in range(-5, 6)]
        windows = min((list(windows_of(sensor, meter, clock)) for clock in clocks), key=spread)
        shares.append(print_recording(name, board, family, windows))
    mean = [statistics.mean(column) for column in zip(*shares)]
    print(f"    {'over boards':20}                      {mean[0]:4.0f} %"
          f"                 {mean[1]:5.0f} %     {mean[2]:5.0f} %")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", metavar="FOLDER", type=pathlib.Path)
    options = parser.parse_args()
    compared = boards.read_boards(options.folder / "gains.csv")
    print_boards(compared)
    print_sensitivity(compared)
    print_recordings(options.folder / "recordings", compared)


if __name__ == "__main__":
    main()
