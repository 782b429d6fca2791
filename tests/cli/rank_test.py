"""isojoule rank, from a table of submissions to ranks as ranges."""

import csv
import io
import json
import pathlib
import unittest
from fractions import Fraction

from support import MadeMachine

DCASE = (pathlib.Path(__file__).resolve().parents[3]
         / "shared" / "data" / "dcase2023" / "submissions.csv")
COLUMNS = ["--name-column", "system", "--energy-column", "kwh", "--baseline-column", "base", "--score-column", "f1"]
# With these, normalized = energy / baseline and EW-score = score / normalized.
ONES = ["--reference-kwh", "1", "--score-reference-kwh", "1"]


class Rank(MadeMachine):
    def file(self, rows, header="system,team_name,kwh,base,f1,macs"):
        path = self.folder / "submissions.csv"
        self.write(path, header + "\n" + rows)
        return str(path)

    def rows(self, text, *options):
        arguments = ["rank", self.file(text), *COLUMNS, *ONES, "--json", *options]
        return json.loads(self.isojoule(*arguments)[0])

    def test_by_hand(self):
        # t_1: 2.0/0.50 = 4 kWh, 0.8/4 = 0.2; u_1: 1.0/0.50 = 2 kWh, 0.3/2 = 0.15.
        # Bounds of u_1: 0.95/0.505 to 1.05/0.495 kWh, 0.25 and 0.35 over them, the other way round.
        text = "t_1,t,2.0,0.50,0.8,1e9\nu_1,u,1.0,0.50,0.3,1e9\n"
        first, second = self.rows(text)
        self.assertEqual((first["submission"], second["submission"]), ("t_1", "u_1"))
        self.assertAlmostEqual(first["ew_score"], 0.2, places=12)
        self.assertAlmostEqual(second["normalized_energy_kwh"], 2.0, places=12)
        self.assertAlmostEqual(second["normalized_energy_lower_kwh"], 0.95 / 0.505, places=12)
        self.assertAlmostEqual(second["normalized_energy_upper_kwh"], 1.05 / 0.495, places=12)
        self.assertAlmostEqual(second["ew_score_lower"], 0.25 * 0.495 / 1.05, places=12)
        self.assertAlmostEqual(second["ew_score_upper"], 0.35 * 0.505 / 0.95, places=12)
        # 0.75 x 0.495 / 2.05 = 0.181 lies below 0.186: open.
        self.assertEqual(first["verdict_against_next"], "indistinguishable")
        self.assertEqual((first["rank_best"], first["rank_worst"]), (1, 2))
        # Of the energies, 1.05/0.495 lies below 1.95/0.505.
        first, second = self.rows(text, "--sort", "energy")
        self.assertEqual(first["submission"], "u_1")
        self.assertEqual(first["verdict_against_next"], "less")
        self.assertEqual((second["rank_best"], second["rank_worst"]), (2, 2))

    def test_by_a_table_of_references(self):
        table = self.folder / "references.csv"
        self.write(table, "workload,hardware,energy_j\n" + "".join(
            f"r{i},A,{10.0 * 2 ** i}\nr{i},OURS,{30.0 * 2 ** i}\n" for i in range(6)))
        rows = "x,2.0,1.0,0.8,A\ny,30,1.0,0.8,A\nz,2.0,1.0,0.5,\n"
        path = self.file(rows, "system,kwh,base,f1,machine")
        arguments = ["rank", path, *COLUMNS, *ONES, "--data", str(table), "--to", "OURS"]
        first, second, third = json.loads(self.isojoule(
            *arguments, "--normalizer", "pooled", "--json")[0])
        self.assertAlmostEqual(first["normalized_energy_kwh"], 6.0, delta=0.3)
        self.assertLess(first["normalized_energy_lower_kwh"], 5.9)
        self.assertEqual(first["normalizer"], "pooled")
        self.assertEqual((first["rank_best"], second["rank_best"]), (1, 2))
        self.assertEqual(third["unranked"], "no machine is reported")
        out, _ = self.isojoule(*arguments, "--normalizer", "pooled")
        self.assertIn("90 % interval of pooled", out)
        # The challenge's own rule has no use for the table.
        self.assertIn("--normalizer", self.refuse(*arguments, code=2))
        first, *_ = json.loads(self.isojoule("rank", path, *COLUMNS, *ONES, "--json")[0])
        self.assertAlmostEqual(first["normalized_energy_kwh"], 2.0, places=12)
        self.assertIsNone(first["normalizer"])
        # A baseline is not needed then.
        path = self.file("x,2.0,0.8,A\n", "system,kwh,f1,machine")
        (only,) = json.loads(self.isojoule(
            "rank", path, "--name-column", "system", "--energy-column", "kwh", "--score-column", "f1", *ONES,
            "--data", str(table), "--to", "OURS", "--normalizer", "ratio", "--json")[0])
        self.assertAlmostEqual(only["normalized_energy_kwh"], 6.0, places=9)
        self.refuse("rank", path, *COLUMNS, "--normalizer", "pooled", code=2)
        self.refuse(*arguments, "--normalizer", "poled", code=2)
        self.refuse(*arguments, "--normalizer", "pooled", "--measured-on-column", "mashine", code=2)

    def test_the_table_is_for_people(self):
        rows = "t_1,t,2.0,0.50,0.8,1e9\nt_2,t,2.0,0.50,0.3,1e9\nu_1,u,,0.50,0.3,1e9\n"
        out, _ = self.isojoule("rank", self.file(rows), *COLUMNS, *ONES)
        self.assertLessEqual(max(map(len, out.splitlines())), 100)
        self.assertIn("4.00 (3.86-4.14)", out)
        self.assertIn("Unranked, no energy is reported: u_1.", out)
        self.assertIn("2 systems report the same energy, 2.0 kWh", out)
        rows = "t_1,t,2.0,0.50,0.8,1e9\n"
        self.assertIn("No remarks", self.isojoule("rank", self.file(rows), *COLUMNS)[0])

    def test_several_scores(self):
        path = self.file("a,1,1,0.9,0.1\nb,1,1,0.2,0.8\n", "system,kwh,base,f1,f2")
        arguments = ["rank", path, *COLUMNS[:-1], "f1,f2", *ONES]
        rows = json.loads(self.isojoule(*arguments, "--json")[0])
        self.assertEqual([(r["score_column"], r["submission"]) for r in rows],
                         [("f1", "a"), ("f1", "b"), ("f2", "b"), ("f2", "a")])
        out, _ = self.isojoule(*arguments)
        self.assertIn("energy-weighted f1", out)
        self.assertIn("energy-weighted f2", out)

    def test_csv_holds_the_same_numbers(self):
        path = self.file("t_1,\"t, of X\",2.0,0.50,0.8,1e9\nt_2,t,,0.50,0.8,\n")
        arguments = ["rank", path, *COLUMNS, *ONES]
        rows = json.loads(self.isojoule(*arguments, "--json")[0])
        table = self.folder / "out.csv"
        out, _ = self.isojoule(*arguments, f"--csv={table}")
        self.assertIn("t_1", out)
        alone, _ = self.isojoule(*arguments, "--csv")
        self.assertEqual(alone, table.read_text())
        read = list(csv.DictReader(io.StringIO(alone)))
        self.assertEqual(["schema", *read[0]], list(rows[0]))
        self.assertEqual(read[0]["team"], "t, of X")
        self.assertEqual(float(read[0]["ew_score"]), rows[0]["ew_score"])
        self.assertEqual(read[1]["ew_score"], "")
        self.assertEqual(read[1]["unranked"], "no energy is reported")

    def test_standard_input(self):
        out, _ = self.isojoule("rank", "-", *COLUMNS, "--json",
                               stdin="system,kwh,base,f1\na,1.0,0.5,0.5\n")
        self.assertEqual(json.loads(out)[0]["submission"], "a")

    def test_phase_chooses_column_and_constant(self):
        header = "code,energy_training_kwh,energy_test_kwh,energy_baseline_kwh,psds1_eval_full"
        path = self.file("a,1.39,0.019,0.032,0.5\n", header)
        for phase in ("training", "test"):  # the baseline itself keeps its score
            row, = json.loads(self.isojoule("rank", path, "--phase", phase, "--json")[0])
            self.assertAlmostEqual(row["ew_score"], 0.5, places=12)
        self.assertEqual(row["energy_kwh"], 0.019)

    def refused(self, rows, *options, code=1, header="system,team_name,kwh,base,f1,macs"):
        return self.refuse("rank", self.file(rows, header), *COLUMNS, *options, code=code)

    def test_bad_input(self):
        self.assertIn(":2: column 'kwh': is not a number", self.refused("a,t,much,1,1,1\n"))
        self.assertIn(":2: column 'base': is negative", self.refused("a,t,1,-1,1,1\n"))
        self.assertIn("no submissions", self.refused(""))
        self.assertIn("did you mean kwhs",
                      self.refused("a,t,1,1,1,1\n", code=2,
                                   header="system,team_name,kwhs,base,f1,macs"))
        self.assertIn("cannot be opened", self.refuse("rank", "/nowhere/s.csv", code=1))

    def test_an_empty_file(self):
        path = self.folder / "empty.csv"
        self.write(path, "")
        self.assertIn("is empty", self.refuse("rank", str(path), code=1))

    def test_bad_usage(self):
        rows = "a,t,1,1,1,1\n"
        self.refused(rows, "--phase", "both", code=2)
        self.refused(rows, "--sort", "name", code=2)
        self.refused(rows, "--reference-kwh", "0", code=2)
        self.refused(rows, "--reference-kwh", "nan", code=2)
        self.refused(rows, "--json", "--csv", code=2)
        self.refused(rows, "--measured-on-column", "macs", code=2)
        self.refuse("rank", code=2)
        self.assertIn("cannot write", self.refuse("rank", self.file(rows), *COLUMNS, "--json",
                                                  "--csv=/nowhere/out.csv", code=1))


@unittest.skipUnless(DCASE.exists(), f"the submissions of DCASE 2023 are not at {DCASE}")
class Dcase2023(MadeMachine):
    def setUp(self):
        super().setUp()
        with DCASE.open(encoding="utf-8") as file:
            self.reported = {row["code"]: row for row in csv.DictReader(file)}

    def rank(self, *options):
        return json.loads(self.isojoule("rank", str(DCASE), "--json", *options)[0])

    def test_published_normalized_energies_to_the_printed_digit(self):
        for phase in ("training", "test"):
            rows = self.rank("--phase", phase)
            self.assertEqual(len(rows), 84)
            for row in rows:
                published = self.reported[row["submission"]][f"energy_{phase}_normalized_kwh"]
                ours = f"{row['normalized_energy_kwh']:.3f}"
                self.assertEqual(float(ours), float(published), row["submission"])

    def ew_scores(self, *options):
        """(published EW-score, the two that the printed PSDS's rounding gives by our energy)."""
        for phase, key in (("training", "train"), ("test", "test")):
            constant = Fraction("1.39" if phase == "training" else "0.019")
            for row in self.rank("--phase", phase, "--score-column", "psds1_eval_full,psds2_eval_full",
                                 *options):
                score = row["score_column"]
                reported = self.reported[row["submission"]]
                psds = Fraction(reported[score].split()[0])
                normalized = Fraction(row["normalized_energy_kwh"])
                self.assertAlmostEqual(row["ew_score"], float(psds * constant / normalized),
                                       delta=1e-12 * row["ew_score"])
                half = Fraction(1, 2000)  # PSDS are printed with three decimals
                yield (Fraction(reported[f"ew_{score}_{key}"]),
                       (psds - half) * constant / normalized, (psds + half) * constant / normalized)

    def test_published_rounding_gives_every_published_ew_score(self):
        all_of_them = list(self.ew_scores("--published-rounding"))
        self.assertEqual(len(all_of_them), 84 * 2 * 2)
        for published, lower, upper in all_of_them:
            self.assertTrue(lower <= published <= upper, float(published))

    def test_full_precision_is_another_thing(self):
        beyond = sum(not lower <= published <= upper
                     for published, lower, upper in self.ew_scores())
        self.assertEqual(beyond, 114)  # counted in exact fractions by a script of its own

    def test_ranks_are_ranges_around_the_order(self):
        for options in ([], ["--phase", "test"], ["--sort", "energy"], ["--published-rounding"]):
            for place, row in enumerate(self.rank(*options), start=1):
                self.assertTrue(row["rank_best"] <= place <= row["rank_worst"], row["submission"])

    def test_what_is_wrong_with_the_data_is_said(self):
        remarks = {row["submission"]: " ".join(row["remarks"]) for row in self.rank()}
        for name in ("Chen_CHT_task4_1", "Chen_CHT_task4_3", "Chen_CHT_task4_4"):
            self.assertIn("0.15, 0.156, 0.936, 2.34 kWh", remarks[name])
        self.assertIn("the same energy, 19.658 kWh", remarks["Kim_GIST-HanwhaVision_task4a_5"])
        self.assertIn("by a factor of 2.88", remarks["Kim_GIST-HanwhaVision_task4a_5"])
        self.assertNotIn("per MAC", " ".join(remarks.values()))
        remarks = {row["submission"]: " ".join(row["remarks"]) for row in self.rank("--phase", "test")}
        self.assertIn("energy per MAC 327 times more", remarks["Liu_NSYSU_task4_1"])

    def test_the_table_fits_a_terminal(self):
        for options in ([], ["--phase", "test"], ["--published-rounding", "--sort", "energy"]):
            out, _ = self.isojoule("rank", str(DCASE), *options)
            self.assertLessEqual(max(map(len, out.splitlines())), 100)


if __name__ == "__main__":
    unittest.main()
