"""The page of an evaluation, in a browser: what is drawn, picked, saved and sorted there."""

import csv
import io
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))

import browser
import needs

PROGRAM = os.environ["ISOJOULE"]
HOSTILE = ["<script>alert(1)</script>", "a\"b'c", "w" * 200, "مرحبا بالعالم", "🔋 emoji \\ | $x_1$ %"]
MACHINES = ["K80", "P100", "<b>V100</b>"]


def made_rows():
    """A workload for each of 40 sizes, in three families; energies by closed forms."""
    for i in range(40):
        name = HOSTILE[i] if i < len(HOSTILE) else f"w{i:02d}"
        flops = 1e8 * 1.6 ** (i % 12) * (1 + i / 30)
        for m, machine in enumerate(MACHINES):
            wobble = 1 + 0.2 * ((i * 7 + m * 5) % 11 - 5) / 5
            energy = flops / 1e6 * (1 + m) ** 1.3 * wobble
            yield [name, f"family {i % 3}", machine, f"{energy:.6g}", f"{energy / 100:.6g}",
                   f"{flops:.6g}", f"{1e5 * (1 + i % 5)}"]


def write_table(path):
    with open(path, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow("workload,family,hardware,energy_j,duration_s,flops,params".split(","))
        writer.writerows(made_rows())


def isojoule(*arguments):
    return subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True, check=True,
                          timeout=60).stdout


class Page(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="isojoule-report-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.table = cls.folder / "energies.csv"
        write_table(cls.table)
        cls.page = cls.folder / "report.html"
        isojoule("report", cls.table, "-o", cls.page, "--splits", "3",
                 "--normalizer", "ratio,linear,log-linear")
        cls.tab = browser.Browser(browser.find())
        cls.addClassCleanup(cls.tab.close)

    def figure_rows(self, figure):
        """The data of a figure, as the program gives it without a page."""
        text = isojoule("report", self.table, "--splits", "3", "--normalizer", "ratio,linear,log-linear",
                        "--figure", figure, "--format", "csv", "-o", "-")
        return list(csv.DictReader(io.StringIO(text)))

    def drawn(self, figure, mark):
        return self.tab.run(
            f"document.querySelectorAll('#figure-{figure} [class*=\"{mark}_marks\"] path, "
            f"#figure-{figure} [class*=\"{mark}_marks\"] line').length")

    def pick(self, figure, column, value):
        self.tab.run(f"""(() => {{
            const select = document.querySelector('#figure-{figure} select[data-column="{column}"]');
            select.value = {json.dumps(value)};
            select.dispatchEvent(new Event('change'));
        }})()""")

    def assert_quiet(self):
        self.assertEqual(self.tab.complaints, [])
        self.assertEqual([url for url in self.tab.requests if not url.startswith(("file:", "data:", "blob:"))], [])
        self.assertEqual(sum(url.startswith("file:") for url in self.tab.requests), 1)

    def test_opens_from_disk_without_a_complaint_or_a_request(self):
        self.tab.open(self.page)
        self.assert_quiet()
        ids = self.tab.run("[...document.querySelectorAll('figure')].map((f) => f.dataset.figure)")
        self.assertEqual(ids, ["1", "2", "3a", "3b", "3c", "4", "5a", "5b", "5c", "6a", "6b", "6c",
                               "7a", "7b", "8", "9", "10"])
        self.assertEqual(self.tab.run("document.querySelectorAll('figure[data-drawn]').length"), len(ids))

    def test_draws_as_many_marks_as_there_are_data(self):
        self.tab.open(self.page)
        pair = "<b>V100</b> -> K80"
        rows = [r for r in self.figure_rows("1") if r["pair"] == pair]
        drawable = [r for r in rows if r["normalized_j"] and float(r["normalized_j"]) > 0]
        self.assertEqual(len(rows), 40 * 4)
        self.pick("1", "pair", pair)
        self.assertEqual(self.drawn("1", "point0"), len(drawable))
        # One reference of each single normalizer, both of the dual one.
        self.assertEqual(self.drawn("1", "ring1"), 4)
        left = len(rows) - len(drawable)
        remark = self.tab.run("document.querySelector('#figure-1 .undrawn').textContent")
        self.assertEqual(remark.split(" ")[0] if left else "", str(left) if left else remark)
        bars = [r for r in self.figure_rows("3a") if r["left_out"] == "workloads" and r["r2"]]
        self.assertEqual(self.drawn("3a", "bar0"), len(bars))
        # All of the training part are no choice: 4 x 2 + 1 a pair.
        self.assertEqual(len(bars), 6 * 9)
        errors = [r for r in self.figure_rows("9") if (r["left_out"], r["normalizer"], r["references"]) ==
                  ("workloads", "log-linear", "min-max, 4")]
        self.assertEqual(self.drawn("9", "point1"), len(errors))

    def test_pickers_change_what_is_drawn(self):
        self.tab.open(self.page)
        before = self.tab.run("document.querySelector('#figure-8 .chart').innerHTML")
        for column, value in (("pair", "P100 -> K80"), ("normalizer", "linear"), ("references", "random, 4"),
                              ("left_out", "whole families"), ("split", "2")):
            self.pick("8", column, value)
            after = self.tab.run("document.querySelector('#figure-8 .chart').innerHTML")
            self.assertNotEqual(before, after, column)
            before = after
        chosen = {"pair": "P100 -> K80", "normalizer": "linear", "references": "random, 4",
                  "left_out": "whole families", "split": "2"}
        rows = [r for r in self.figure_rows("8") if all(r[k] == v for k, v in chosen.items())]
        self.assertGreater(len(rows), 4)
        self.assertEqual(self.drawn("8", "point1"), sum(float(r["predicted_j"]) > 0 for r in rows))
        self.pick("8", "axes", "linear")
        self.assertEqual(self.drawn("8", "point1"), len(rows))
        self.assert_quiet()

    def test_the_alternative_text_says_what_is_picked(self):
        label = "document.querySelector('#figure-1 .chart').getAttribute('aria-label')"
        self.pick("1", "pair", "P100 -> K80")
        self.assertIn("Shown: pair P100 -> K80", self.tab.run(label))
        self.pick("1", "pair", "K80 -> P100")
        self.assertIn("Shown: pair K80 -> P100", self.tab.run(label))

    def test_intervals_that_reach_below_zero_are_drawn(self):
        rows = [r for r in self.figure_rows("8") if r["normalizer"] == "linear"]
        open_ends = [r for r in rows if r["lower_j"] and float(r["lower_j"]) <= 0 < float(r["upper_j"])]
        self.assertTrue(open_ends)  # else the table does not test it
        row = open_ends[0]
        for column in ("pair", "normalizer", "references", "left_out", "split"):
            self.pick("8", column, row[column])
        picked = [r for r in rows if all(r[c] == row[c] for c in
                                         ("pair", "normalizer", "references", "left_out", "split"))]
        with_interval = [r for r in picked if r["upper_j"] and float(r["upper_j"]) > 0
                         and float(r["predicted_j"]) > 0]
        self.assertEqual(self.drawn("8", "interval0"), len(with_interval))
        self.assertIn("reach to zero or below",
                      self.tab.run("document.querySelector('#figure-8 .undrawn').textContent"))

    def test_titles_of_tables_are_repeated_when_printed(self):
        self.tab.call("Emulation.setEmulatedMedia", media="print")
        try:
            display = self.tab.run("getComputedStyle(document.querySelector('th button')).display")
        finally:
            self.tab.call("Emulation.setEmulatedMedia", media="")
        self.assertEqual(display, "contents")  # Chromium repeats no title that holds a box

    def test_fits_narrow_and_dark_screens(self):
        for width, dark in ((390, False), (390, True), (1100, True), (320, False)):
            with self.subTest(width=width, dark=dark):
                self.tab.open(self.page, width=width, dark=dark)
                self.assert_quiet()
                self.assertLessEqual(self.tab.run("document.documentElement.scrollWidth"), width)
                wide = self.tab.run(
                    "[...document.querySelectorAll('.chart > *')].filter((c) => c.getBoundingClientRect()"
                    f".right > {width} + 0.5).length")
                self.assertEqual(wide, 0)
        self.assertEqual(self.tab.run("getComputedStyle(document.body).backgroundColor"), "rgb(255, 255, 255)")

    def test_numbers_are_those_of_evaluate(self):
        for section, figure, key in (("3.1", "3a", "references"), ("3.2", "5a", "regression"), ("3.3", "6a", "features")):
            rows = json.loads(isojoule("evaluate", self.table, "--splits", "3", "--section", section,
                                       "--json"))
            self.tab.open(self.page)
            shown = self.tab.run(f"""isojoule.figures.find((f) => f.id === '{figure}') &&
                isojoule.csvOf(isojoule.figures.find((f) => f.id === '{figure}'))""")
            shown = list(csv.DictReader(io.StringIO(shown)))
            for line in shown:
                source, target = line["pair"].split(" -> ")
                same = [r for r in rows if (r["source"], r["target"]) == (source, target) and
                        r["selection"] == line["selection"] and str(r["k"]) == line["k"] and
                        (key == "references" or r["normalizer" if key == "regression" else key] == line[key])]
                self.assertEqual(len(same), 3, line)
                for score, column, factor in (("r2", "r2", 1), ("mse_kwh2", "mse_kwh2", 1), ("mdape", "mdape_percent", 100)):
                    values = [r[score] * factor for r in same]
                    # The sum of three may be rounded in another order.
                    self.assertAlmostEqual(float(line[column]) / (sum(values) / len(values)), 1, 12)
                    self.assertEqual(float(line[column + "_lowest"]), min(values))
                    self.assertEqual(float(line[column + "_highest"]), max(values))
            self.assertEqual(len(shown) * 3, len(rows))

    def test_saves_csv_svg_and_png(self):
        self.tab.open(self.page)
        downloads = self.folder / "downloads"
        downloads.mkdir()
        session, self.tab.session = self.tab.session, None
        self.tab.call("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(downloads))
        self.tab.session = session
        for button in range(3):
            self.tab.run(f"document.querySelectorAll('#figure-1 .saves button')[{button}].click()")
        names = ["figure-1.csv", "figure-1.svg", "figure-1.png"]
        for name in names:
            for _ in range(3000):
                if (downloads / name).exists():
                    break
                self.tab.run("new Promise((done) => setTimeout(done, 10))")
        svg = xml.etree.ElementTree.parse(downloads / "figure-1.svg").getroot()
        self.assertTrue(svg.tag.endswith("svg"))
        self.assertGreater(len(list(svg.iter("{http://www.w3.org/2000/svg}path"))), 90)
        self.assertEqual((downloads / "figure-1.png").read_bytes()[:8], b"\x89PNG\r\n\x1a\n")
        text = (downloads / "figure-1.csv").read_bytes().decode()
        saved = list(csv.DictReader(io.StringIO(text, newline="")))
        self.assertEqual({r["workload"] for r in saved} & set(HOSTILE), set(HOSTILE))
        self.assert_quiet()

    def test_every_figure_is_a_valid_svg(self):
        self.tab.open(self.page)
        for svg in self.tab.run("Promise.all(isojoule.figures.map((f) => isojoule.picture(f, (v) => v.toSVG())))"):
            xml.etree.ElementTree.fromstring(svg)

    def test_tables_are_sorted_by_value_with_the_keyboard(self):
        self.tab.open(self.page)
        column = "document.querySelectorAll('#table-workloads tbody tr')"
        self.tab.run("document.querySelectorAll('#table-workloads th button')[4].focus()")
        for order in ("ascending", "descending"):
            for kind in ("keyDown", "keyUp"):
                self.tab.call("Input.dispatchKeyEvent", type=kind, key="Enter", code="Enter", text="\r",
                              windowsVirtualKeyCode=13)
            energies = self.tab.run(f"[...{column}].map((row) => row.cells[4].textContent)")
            units = {"J": 1, "kJ": 1e3, "MJ": 1e6}
            values = [float(number) * units[unit] for number, unit in map(str.split, energies)]
            self.assertEqual(values, sorted(values, reverse=order == "descending"))
            self.assertEqual(self.tab.run(
                "document.querySelectorAll('#table-workloads th')[4].getAttribute('aria-sort')"), order)

    def test_hostile_names_are_shown_and_do_nothing(self):
        self.tab.open(self.page)
        cells = self.tab.run("[...document.querySelectorAll('#table-workloads tbody td:first-child')]"
                             ".map((cell) => cell.textContent)")
        self.assertEqual(set(HOSTILE) - set(cells), set())
        self.assertEqual(self.tab.run("document.querySelectorAll('main script, td b, figure b').length"), 0)
        self.assertIn("<b>V100</b> -> K80", self.tab.run(
            "[...document.querySelectorAll('#figure-1 option')].map((o) => o.textContent)"))
        self.assert_quiet()

    def test_can_be_printed(self):
        self.tab.open(self.page, dark=True)
        pdf = self.tab.call("Page.printToPDF")["data"]
        self.assertGreater(len(pdf), 10000)
        self.assert_quiet()

    def test_large_tables_stay_small_and_can_be_opened(self):
        for count, limit in ((100, 2e6), (2000, 8e6)):
            table = self.folder / f"large-{count}.csv"
            with open(table, "w", newline="") as file:
                writer = csv.writer(file)
                writer.writerow("workload,family,hardware,energy_j,flops,params".split(","))
                for i in range(count):
                    flops = 1e8 * 1.9 ** (i % 13) * (1 + i / count)
                    for m in range(4):
                        wobble = 1 + 0.2 * ((i * 7 + m * 5) % 11 - 5) / 5
                        writer.writerow([f"w{i:04d}", f"f{i % 7}", f"gpu{m}", flops / 1e6 * (1 + m) ** 1.2 * wobble,
                                         flops, 1e5 * (1 + i % 5)])
            page = self.folder / f"large-{count}.html"
            isojoule("report", table, "-o", page)
            self.assertLess(page.stat().st_size, limit)
            self.tab.open(page)
            self.assert_quiet()
            self.assertEqual(self.tab.run("document.querySelectorAll('#table-workloads tbody tr').length"), count)
            methods = self.tab.run("document.querySelector('#methods').textContent")
            self.assertEqual("chosen at random, of 2000" in methods, count == 2000)

    def test_is_the_same_twice(self):
        again = self.folder / "again.html"
        isojoule("report", self.table, "-o", self.page, "--splits", "3", "--normalizer", "ratio,linear,log-linear")
        first = self.page.read_bytes()
        isojoule("report", self.table, "-o", again, "--splits", "3", "--normalizer", "ratio,linear,log-linear")
        self.assertEqual(first.replace(str(self.page).encode(), b""),
                         again.read_bytes().replace(str(again).encode(), b""))


if __name__ == "__main__":
    if not browser.find():
        needs.end_without("Chromium")
    unittest.main()
