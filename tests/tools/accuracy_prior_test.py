"""Tests of tools/accuracy-prior: the model's properties, and the C++ table against gains.csv."""

import contextlib
import importlib.machinery
import importlib.util
import io
import math
import pathlib
import sys
import tempfile
import unittest

ROOT = pathlib.Path(sys.argv.pop(1))
sys.path.insert(0, str(ROOT / "tools"))
from accuracy_prior import boards, model  # noqa: E402

GAINS = ROOT.parent / "shared" / "data" / "gpu-power" / "gains.csv"
COMPARED = unittest.skipUnless(GAINS.exists(), f"{GAINS} is not here")


def script():
    path = str(ROOT / "tools" / "accuracy-prior")
    loader = importlib.machinery.SourceFileLoader("accuracy_prior_script", path)
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(loader.name, loader))
    loader.exec_module(module)
    return module


def board(deviation, offset_w=0.0, rated_w=250.0):
    """Off by `deviation` at rated power."""
    gradient = 1.0 + deviation - offset_w / rated_w
    return boards.Board("made", "turing-on", gradient, offset_w, rated_w)


class Model(unittest.TestCase):
    def test_quantiles(self):  # R: qt(0.95, nu)
        for nu, expected in ((3, 2.353363), (5, 2.015048), (10, 1.812461), (100, 1.660234)):
            self.assertAlmostEqual(model.t_quantile95(nu) / expected, 1.0, delta=0.005)
        self.assertAlmostEqual(model.t3_within(2.3533634348), 0.9, places=9)
        self.assertAlmostEqual(model.half_width([(0.5, 1.0)]), 0.5 * 2.3533634348, places=6)

    def test_a_board_right_at_its_rating_deviates_by_nothing(self):
        self.assertAlmostEqual(board(0.0, offset_w=-20.0).deviation, 0.0, places=12)
        self.assertAlmostEqual(board(0.03, offset_w=9.0).deviation, 0.03, places=12)

    def test_a_centre_needs_four_boards(self):
        low = [board(-0.05 + 0.004 * i) for i in range(4)]
        self.assertEqual(model.fit(low[:3]).gain, 1.0)
        self.assertLess(model.fit(low).gain, 0.99)

    def test_many_boards_move_the_centre_by_what_the_meter_does_not_explain(self):
        # All 5 % low within 0.5 %: the meter explains 2 % of it at most.
        many = [board(-0.05 + 0.005 * math.sin(i)) for i in range(40)]
        self.assertLess(model.fit(many).gain, 1.0 - 0.05 + model.METER_HALF_WIDTH + 0.005)
        self.assertGreater(model.fit(many).gain, 1.0 - 0.05)

    def test_an_outlier_widens_more_than_it_moves(self):
        usual = [board(-0.03 + 0.004 * i) for i in range(6)]
        with_outlier = model.fit(usual[:-1] + [board(0.20)])
        without = model.fit(usual)
        self.assertGreater(with_outlier.gain_half_width, without.gain_half_width)
        self.assertLess(abs(with_outlier.gain - without.gain), 0.005)

    def test_an_offset_widens_and_is_never_given(self):
        usual = [board(0.0, offset_w=w) for w in (-1.0, 0.5, 1.5, -0.5, 1.0)]
        off = model.fit(usual + [board(0.0, offset_w=-40.0)])
        self.assertGreater(off.offset_half_width_w, model.fit(usual).offset_half_width_w)
        low, high = model.true_power_w(off, 60.0, 1e9)  # far below rated: the whole offset
        # Symmetric but for the gain: the other boards' sensors are not taken to show too little.
        self.assertAlmostEqual(high - 60.0, 60.0 - low, delta=1.5)

    def test_a_family_without_data_reaches_as_far_as_each_of_the_others(self):
        a = model.fit([board(-0.05 + 0.002 * i) for i in range(6)])
        b = model.fit([board(0.01, offset_w=w) for w in (-9.0, 3.0, 12.0, 30.0, -5.0)])
        other = model.without_data([a, b])
        self.assertEqual(other.gain, 1.0)
        for family in (a, b):
            self.assertGreaterEqual(other.gain_half_width + 1e-12,
                                    abs(family.gain - 1.0) + family.gain_half_width)
            self.assertGreaterEqual(other.offset_half_width_w + 1e-12, family.offset_half_width_w)

    def test_the_meter_is_never_averaged_away(self):
        hundred = [board(0.0) for _ in range(100)]
        family = model.fit(hundred)
        self.assertEqual(family.meter, 0.02)
        self.assertGreater(model.expanded_w(family, 250.0, 250.0),
                           model.expanded_w(family, 250.0, 250.0, with_meter=False))

    def test_true_power_of_a_gain_alone(self):  # |110 - P| <= 0.1 P
        family = model.Family(1.0, 0.06, 0.08, 0.0, 0.0, 0.0)
        low, high = model.true_power_w(family, 110.0, 250.0)
        self.assertAlmostEqual(low, 100.0, delta=0.05)
        self.assertAlmostEqual(high, 110.0 / 0.9, delta=0.05)


class Table(unittest.TestCase):
    def run_script(self, *arguments):
        old = sys.argv
        sys.argv = ["accuracy-prior", *arguments]
        try:
            with contextlib.redirect_stdout(io.StringIO()) as printed:
                return script().main(), printed.getvalue()
        finally:
            sys.argv = old

    def test_every_board_has_a_rating_with_its_source(self):
        for name, (watts, source) in boards.RATED_W.items():
            self.assertGreater(watts, 0, name)
            self.assertTrue(source, name)

    @COMPARED
    def test_has_the_published_rows(self):
        code, printed = self.run_script(str(GAINS), "--check")
        self.assertEqual(code, 0, printed)

    @COMPARED
    def test_a_wrong_or_missing_row_is_found(self):
        text = script().TABLE.read_text(encoding="utf-8")
        for changed, why in ((text.replace("0.995,", "0.997,"), "nvml/turing-on: computed"),
                             (text.replace('"nvml/other", 1.', '"nvml/another", 1.'),
                              "nvml/other is not in the table")):
            with tempfile.TemporaryDirectory() as folder:
                table = pathlib.Path(folder) / "accuracy.cpp"
                table.write_text(changed, encoding="utf-8")
                code, printed = self.run_script(str(GAINS), "--check", "--table", str(table))
            self.assertEqual(code, 1)
            self.assertIn(why, printed)


if __name__ == "__main__":
    unittest.main()
