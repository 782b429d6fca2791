"""isojoule evaluate and normalize --data, on made tables."""

import csv
import io
import json
import math
import unittest

from support import MadeMachine


def made_rows(workloads=20):
    """Energies on machines A, B = 2 A + 30 exactly, and C = A^1.2, with families of four."""
    rows = []
    for i in range(workloads):
        energy = 10.0 * 1.4 ** i
        for machine, joules in [("A", energy), ("B", 2 * energy + 30), ("C", energy ** 1.2)]:
            rows.append({"workload": f"w{i:02}", "hardware": machine, "energy_j": repr(joules),
                         "family": f"f{i // 4}", "flops": 1e9 * (i + 1), "params": 1000 + 7 * i})
    return rows


class Data(MadeMachine):
    def setUp(self):
        super().setUp()
        self.table = str(self.folder / "energies.csv")
        self.put(made_rows())

    def put(self, rows):
        with open(self.table, "w", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)

    def rows(self, *options):
        return json.loads(self.isojoule("evaluate", self.table, "--json", *options)[0])

    def predictions(self, *options):
        out, _ = self.isojoule("evaluate", self.table, "--predictions", "-", *options)
        return list(csv.DictReader(io.StringIO(out)))


class Evaluate(Data):
    def test_rows_have_the_promised_keys(self):
        rows = self.rows()
        self.assertEqual(len(rows), 6 * 5)
        self.assertEqual(list(rows[0]), [
            "schema", "source", "target", "split", "selection", "k", "normalizer", "features", "r2",
            "mse_kwh2", "mdape", "mape", "p90", "coverage90", "refused"])
        self.assertEqual({row["k"] for row in rows}, {16})

    def test_an_exact_law_is_found_exactly(self):
        for row in self.rows("--pair", "A:B", "--normalizer", "linear"):
            self.assertAlmostEqual(row["r2"], 1.0, places=12)
            self.assertLess(row["mdape"], 1e-12)
        for row in self.rows("--pair", "A:C", "--normalizer", "log-linear"):
            self.assertLess(row["mdape"], 1e-12)

    def test_all_rules_are_compared_alike(self):
        rows = self.rows("--compare", "--pair", "A:B", "--splits", "2")
        self.assertEqual({row["k"] for row in rows}, {2, 4, 8, 16})
        self.assertEqual({row["split"] for row in rows}, {0, 1})
        rules = {row["normalizer"] for row in rows}
        self.assertLessEqual({"none", "dual", "ratio", "linear", "svr", "pooled"}, rules)
        for row in rows:
            self.assertIn(row["selection"], ["variance", "all"])
        out, _ = self.isojoule("evaluate", self.table, "--compare", "--pair", "A:B", "--splits", "2",
                               "--normalizer", "ratio,pooled", "--k", "2")
        self.assertRegex(out, r"pooled .* \d+ \(\d+-\d+\)")
        self.refuse("evaluate", self.table, "--compare", "--section", "3.1", code=2)

    def test_the_comparison_has_forty_splits(self):
        rows = self.rows("--compare", "--pair", "A:B", "--normalizer", "ratio", "--k", "2")
        self.assertEqual(len(rows), 40)

    def test_sections(self):
        rows = self.rows("--section", "3.1,3.2,3.3", "--pair", "A:C")
        # 3.1: 4 percentages x 2 selections and all once; 3.2: 3 rules; 3.3: 4 sets of features.
        self.assertEqual(len(rows), 5 * ((4 * 2 + 1) + 3 + 4))
        # 2 (p 16 / 200) in whole numbers: 10 % 0, 15 % 2, 20 % 2, 50 % 8; 100 % all 16.
        self.assertEqual(sorted({row["k"] for row in rows}), [0, 2, 8, 16])
        refused = [row for row in rows if row["k"] == 0]
        self.assertTrue(all(row["r2"] is None and row["refused"] for row in refused))

    def test_predictions_can_be_redone(self):
        rows = self.predictions("--pair", "A:B", "--splits", "1", "--k", "2", "--selection",
                                "min-max")
        references = [row for row in rows if row["role"] == "reference"]
        tests = [row for row in rows if row["role"] == "test"]
        self.assertEqual((len(references), len(tests)), (2, 4))
        for row in rows:
            self.assertTrue(math.isclose(float(row["predicted_j"]), float(row["truth_j"]),
                                         rel_tol=1e-12))
            self.assertEqual(row["lower_j"], "", "two references leave no residual")

    def test_families_stay_together(self):
        rows = self.predictions("--group", "family", "--splits", "8", "--pair", "A:B")
        family = {f"w{i:02}": f"f{i // 4}" for i in range(20)}
        for split in {row["split"] for row in rows}:
            roles = {}
            for row in rows:
                if row["split"] == split:
                    roles.setdefault(family[row["workload"]], set()).add(row["role"])
            self.assertTrue(all(len(role) == 1 for role in roles.values()), roles)

    def test_the_order_of_rows_changes_nothing(self):
        options = ["--section", "3.1,3.2"]
        before = self.rows(*options)
        self.put(made_rows()[::-1])
        self.assertEqual(self.rows(*options), before)

    def test_the_report_shows_both_ways_of_splitting(self):
        out, err = self.isojoule("evaluate", self.table)
        self.assertIn("workloads left out", out)
        self.assertIn("whole families left out", out)
        self.assertEqual(err, "")
        self.assertLessEqual(max(map(len, out.splitlines())), 100)

    def test_other_names_and_units(self):
        rows = [{"Run": r["workload"], "GPU": r["hardware"],
                 "Energy, kWh": float(r["energy_j"]) / 3.6e6} for r in made_rows()]
        before = self.rows("--pair", "A:B")
        self.put(rows)
        after = self.rows("--pair", "A:B", "--map", "workload=Run,hardware=GPU", "--map",
                          '"energy_kwh=Energy, kWh"')
        for a, b in zip(before, after):
            self.assertTrue(math.isclose(a["r2"], b["r2"], rel_tol=1e-9))

    def test_json_on_standard_input(self):
        text = json.dumps([{**r, "energy_j": float(r["energy_j"])} for r in made_rows()])
        out, _ = self.isojoule("evaluate", "-", "--json", stdin=text)
        self.assertEqual(json.loads(out), self.rows())

    def test_repeats_are_reported_with_their_spread(self):
        rows = [{**r, "run": n, "energy_j": repr(float(r["energy_j"]) * factor)}
                for r in made_rows() for n, factor in ((1, 0.9), (2, 1.0), (3, 1.1))]
        self.put(rows)
        # 0.9, 1.0, 1.1: sd 0.1 of mean 1.0; the median is the value without repeats.
        self.assertIn("10.0 % of", self.isojoule("evaluate", self.table)[0])
        for row in self.rows("--pair", "A:B", "--normalizer", "linear"):
            self.assertLess(row["mdape"], 1e-12)

    def test_a_store_is_a_table_too(self):
        self.measure("true", options=["--name", "no-steps"])
        out, err = self.isojoule("evaluate", str(self.db), "--from-format", "store", code=1)
        self.assertIn("note: ", err, "a record without energy per step is named")
        self.assertIn("two machines", err)

    def test_tuned_svr_is_named(self):
        rows = self.rows("--pair", "A:B", "--splits", "1", "--normalizer", "svr", "--tune", "svr")
        self.assertEqual(rows[0]["normalizer"], "svr-tuned")


class BadInput(Data):
    def refused(self, *options, code=1):
        return self.refuse("evaluate", self.table, *options, code=code)

    def test_files(self):
        self.refuse("evaluate", str(self.folder / "absent.csv"), code=1)
        for text in ("", "workload,hardware,energy_j\n"):
            with open(self.table, "w") as file:
                file.write(text)
            self.assertIn("energies.csv", self.refused())

    def test_a_fault_is_named_with_line_and_column(self):
        rows = made_rows()
        for value in ("nan", "inf", "-3", "0", "x", "1e309"):
            rows[4]["energy_j"] = value
            self.put(rows)
            err = self.refused()
            self.assertIn("energies.csv:6", err)
            self.assertIn("energy_j", err)

    def test_one_machine_only(self):
        self.put([r for r in made_rows() if r["hardware"] == "A"])
        self.assertIn("two machines", self.refused())

    def test_one_common_workload(self):
        self.put([r for r in made_rows() if r["hardware"] == "A" or r["workload"] == "w03"])
        self.assertIn("in common", self.refused())

    def test_unknown_names(self):
        self.assertIn("log-linear", self.refused("--normalizer", "loglinear", code=2))
        self.assertIn("min-max", self.refused("--selection", "minmax", code=2))
        self.assertIn("flops", self.refused("--features", "energy+flop", code=2))
        self.assertIn("unknown machine 'D'", self.refused("--pair", "A:D", code=2))
        self.refused("--section", "4", code=2)
        self.refused("--group", "species", code=2)
        self.refused("--k", "0", code=2)
        self.refused("--percent", "101", code=2)
        self.refused("--test-percent", "0", code=2)
        self.refused("--splits", "0", code=2)

    def test_rows_that_disagree(self):
        rows = made_rows()
        rows[1]["flops"] = 7
        self.put(rows)
        self.assertIn("FLOPs", self.refused())


class Formats(Data):
    def rows_of(self, *options, stdin=None):
        out, _ = self.isojoule("evaluate", *options, "--pair", "A:B", "--json", stdin=stdin)
        return json.loads(out)

    def emissions(self):
        """The same energies as CodeCarbon writes them."""
        rows = []
        for row in made_rows():
            kwh = repr(float(row["energy_j"]) / 3.6e6)
            rows.append({"project_name": row["workload"], "emissions": 0.1, "cpu_energy": 0,
                         "gpu_energy": kwh, "energy_consumed": kwh, "gpu_model": row["hardware"]})
        return rows

    def test_codecarbon_is_recognised_in_a_file_and_on_standard_input(self):
        before = self.rows_of(self.table)
        self.put(self.emissions())
        with open(self.table) as file:
            text = file.read()
        for found in (self.rows_of(self.table), self.rows_of("-", stdin=text),
                      self.rows_of(self.table, "--from-format", "codecarbon", "--components", "all"),
                      self.rows_of(self.table, "--from-format", "csv", "--map",
                                   "workload=project_name,hardware=gpu_model,energy_kwh=gpu_energy")):
            self.assertEqual(len(before), len(found))
            for a, b in zip(before, found):
                self.assertTrue(math.isclose(a["r2"], b["r2"], rel_tol=1e-9))

    def test_a_zeus_log_needs_the_name_of_its_machine(self):
        self.put([{"start_time": i, "window_name": f"w{i}", "elapsed_time": 2, "gpu0_energy": 5}
                  for i in range(3)])
        self.assertIn("--machine-name NAME", self.refuse("evaluate", self.table, code=2))
        self.assertIn("two machines",
                      self.refuse("evaluate", self.table, "--machine-name", "A40", code=1))

    def test_long_input_from_a_pipe_is_read_whole(self):
        rows = [{**r, "notes": "n" * 5000} for r in made_rows()]
        self.put(rows)
        with open(self.table) as file:
            text = file.read()
        self.assertGreater(len(text), 4 * 65536)
        self.assertEqual(self.rows_of("-", stdin=text), self.rows_of(self.table))

    def test_unknown_content_lists_the_formats(self):
        with open(self.table, "w") as file:
            file.write("timestamp;project_name;emissions\n")
        self.assertIn("--from-format: csv, json, codecarbon, zeus, store, profiles",
                      self.refuse("evaluate", self.table, code=1))
        self.assertIn("codecarbon",
                      self.refuse("evaluate", self.table, "--from-format", "codecabon", code=2))

    def test_a_store_asks_which_of_its_contents(self):
        self.measure("true")
        for command in ("evaluate", "report"):
            self.assertIn("--from-format: store, profiles",
                          self.refuse(command, str(self.db), code=1))

    def test_options_of_other_formats_are_refused(self):
        for options, words in [
                (["--components", "gpu"], "--components is an option of codecarbon"),
                (["--machine-name", "A"], "--machine-name is an option of zeus"),
                (["--from-format", "store", "--map", "workload=w"], "--map is an option of csv, json"),
                (["--machine-column", "A", "--from-format", "zeus"], "is read as zeus")]:
            with self.subTest(options):
                self.assertIn(words, self.refuse("evaluate", self.table, *options, code=2))

    def test_options_without_a_table_are_refused(self):
        self.assertIn("--map goes with --data",
                      self.refuse("normalize", "--to", "B", "--map", "workload=w", code=2))
        self.assertIn("--from-format goes with --data",
                      self.refuse("compare", "a", "b", "--to", "B", "--from-format", "csv", code=2))
        self.assertIn("--components goes with --data",
                      self.refuse("rank", self.table, "--components", "all", code=2))
        for option in (["--workload", "w05"], ["--features", "energy"]):
            self.assertIn(f"{option[0]} goes with --data",
                          self.refuse("normalize", "--to", "B", *option, code=2))
        self.assertIn("--map is for a table",
                      self.refuse("report", "latest", "--map", "workload=w", code=2))


    def test_options_of_records_are_refused_with_a_table(self):
        normalize = ("normalize", "--data", self.table, "--from", "A", "--to", "B", "--references", "w01,w02")
        for option in (["--steps", "4"], ["--db", str(self.db)], ["--scope", "gpu"], ["--allow-stale"],
                       ["--allow-modelled"]):
            self.assertIn(f"{option[0]} is for records", self.refuse(*normalize, *option, code=2))
            compare = ("compare", "w03", "w04", "--data", self.table, "--from", "A", "--to", "B")
            self.assertIn(f"{option[0]} is for records", self.refuse(*compare, *option, code=2))
        self.assertIn("record is for records", self.refuse(*normalize[:1], "latest", *normalize[1:], code=2))
        self.assertIn("--db is for records",
                      self.refuse("report", self.table, "--db", str(self.db), "-o", "-", code=2))

    def test_machines_of_a_report(self):
        page, _ = self.isojoule("report", self.table, "--splits", "2", "--from", "C", "--to", "B",
                                "--figure", "3a", "--format", "csv", "-o", "-")
        self.assertIn("C", page)
        for options, words in [(["--from", "A", "--to", "A"], "name the same machine"),
                               (["--to", "D"], "unknown machine 'D'")]:
            self.assertIn(words, self.refuse("report", self.table, *options, "-o", "-", code=2))


class NormalizeData(Data):
    def ask(self, *options, code=0):
        return self.isojoule("normalize", "--data", self.table, "--from", "A", "--to", "B",
                             "--references", "w02,w10,w18", "--normalizer", "linear", *options,
                             code=code)

    def test_the_workloads_of_a_table(self):
        document = json.loads(self.ask("--json")[0])[0]
        self.assertEqual(document["references"], ["w02", "w10", "w18"])
        self.assertEqual(len(document["answers"]), 17)
        for answer in document["answers"]:
            self.assertTrue(math.isclose(answer["energy_j"], 2 * answer["source_energy_j"] + 30,
                                         rel_tol=1e-12))
            self.assertLessEqual(answer["lower_j"], answer["upper_j"])

    def test_one_workload(self):
        out, _ = self.ask("--workload", "w05")
        self.assertIn("w05", out)
        self.assertNotIn("w06", out)

    def test_outside_of_the_references_is_said(self):
        self.assertIn("extrapolated", self.ask("--workload", "w19")[0])
        self.assertNotIn("extrapolated", self.ask("--workload", "w05")[0])

    def test_what_lacks_is_named(self):
        self.refuse("normalize", "--data", self.table, "--to", "B", code=2)
        err = self.refuse("normalize", "--data", self.table, "--from", "A", "--to", "B",
                          "--references", "w2", code=2)
        self.assertIn("w02", err)


class References(Data):
    def references(self, *options):
        return json.loads(self.isojoule("references", self.table, "--json", *options)[0])

    def test_references_are_suggested_one_after_the_other(self):
        chosen = self.references("--from", "A", "--k", "3")
        self.assertEqual(len({row["workload"] for row in chosen}), 3)
        self.assertGreater(chosen[0]["mean_sd"], chosen[2]["mean_sd"])
        more = self.references("--from", "A", "--k", "5")
        self.assertEqual(more[:3], chosen)

    def test_exhaustive_references_are_judged_on_the_other_half(self):
        found = self.references("--selection", "exhaustive", "--k", "2", "--best", "3")
        self.assertEqual(found["sets"], math.comb(20, 2))
        self.assertEqual(len(found["best"]), 3)
        for one in found["best"]:
            self.assertLessEqual(found["best"][0]["mdape_chosen_by"], one["mdape_chosen_by"])
            self.assertIsNotNone(one["mdape_on_rest"])

    def test_an_unknown_selection_is_told_all_that_are_known(self):
        _, error = self.isojoule("references", self.table, "--from", "A", "--selection", "near",
                                 code=2)
        self.assertIn("variance", error)
        self.assertIn("exhaustive", error)

    def test_references_need_a_machine_that_is_known(self):
        _, error = self.isojoule("references", self.table, code=2)
        self.assertIn("--from is needed", error)

    def test_a_doubled_run_is_named(self):
        rows = made_rows()
        (row,) = (r for r in rows if r["workload"] == "w07" and r["hardware"] == "C")
        row["energy_j"] = repr(4 * float(row["energy_j"]))
        self.put(rows)
        named = json.loads(self.isojoule("diagnose", self.table, "--from", "A", "--json")[0])
        named = named["doubtful"]
        self.assertEqual((named[0]["workload"], named[0]["hardware"]), ("w07", "C"))
        self.assertGreater(named[0]["measured_over_expected"], 2)

    def test_what_references_are_worth(self):
        found = json.loads(self.isojoule("diagnose", self.table, "--from", "A", "--to", "B",
                                         "--json")[0])
        self.assertEqual(len(found["left_out"]), 20)
        self.assertEqual([p["references"] for p in found["learning_curve"]],
                         [1, 2, 3, 4, 6, 8, 12, 16, 19])
        out, _ = self.isojoule("diagnose", self.table, "--from", "A", "--to", "B")
        self.assertIn("What references are worth, from A to B", out)
        _, error = self.isojoule("diagnose", self.table, "--from", "A", "--to", "Z", code=2)
        self.assertIn("unknown machine 'Z'", error)

    def test_options_that_would_do_nothing_are_refused(self):
        for arguments, words in [
                (["references", "--from", "A", "--k", "0"], "--k: 0 is not a positive number"),
                (["references", "--from", "A", "--best", "3"], "--best goes with"),
                (["references", "--from", "A", "--per-joule", "--selection", "lowest"], "variance"),
                (["diagnose", "--from", "A", "--to", "A"], "name another one"),
                (["diagnose", "--from", "A", "--below", "nan"], "--below"),
                (["report", "-o", "page.foo"], "--format"),
                (["report", "--pick", "pair=A -> B"], "--figure"),
                (["report", "--columns", "2"], "--figure")]:
            with self.subTest(arguments):
                self.assertIn(words, self.refuse(arguments[0], self.table, *arguments[1:], code=2))

    def test_pooled_answers_for_a_table_with_an_interval(self):
        out, _ = self.isojoule("normalize", "--data", self.table, "--from", "A", "--to", "B",
                               "--references", "w02,w17", "--normalizer", "pooled", "--json")
        (said,) = json.loads(out)
        self.assertEqual(said["features"], "known")
        self.assertEqual(len(said["answers"]), 18)
        for answer in said["answers"]:
            self.assertLess(answer["lower_j"], answer["energy_j"])
            self.assertLess(answer["energy_j"], answer["upper_j"])


if __name__ == "__main__":
    unittest.main()
