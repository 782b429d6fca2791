"""Figures for print, and tables for papers and programs: what files say that other programs read."""

import csv
import io
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree

from page_test import HOSTILE, PROGRAM, isojoule, needs, write_table

RULES = ("--splits", "2", "--normalizer", "ratio,log-linear")
FIGURES = ["1", "2", "3a", "3b", "3c", "4", "5a", "5b", "5c", "6a", "6b", "6c", "7a", "7b", "8", "9", "10"]


class Print(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="isojoule-print-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.table = cls.folder / "energies.csv"
        write_table(cls.table)

    def report(self, *arguments):
        return isojoule("report", self.table, *RULES, *arguments, "-o", "-")

    def file(self, name, *arguments):
        isojoule("report", self.table, *RULES, *arguments, "-o", self.folder / name)
        return self.folder / name

    def fails(self, code, *arguments):
        done = subprocess.run([PROGRAM, "report", self.table, *RULES, *arguments, "-o", "-"],
                              capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, code, done.stderr)
        self.assertEqual(done.stderr.count("\n"), 1)
        return done.stderr

    def test_every_figure_becomes_an_svg_of_one_or_two_columns(self):
        for figure in FIGURES:
            for columns, width in (("1", 85), ("2", 176)):
                with self.subTest(figure=figure, columns=columns):
                    svg = xml.etree.ElementTree.parse(
                        self.file("f.svg", "--figure", figure, "--columns", columns)).getroot()
                    self.assertAlmostEqual(float(svg.get("width")) * 25.4 / 96, width, delta=0.3)

    def test_an_svg_has_a_marker_for_each_point(self):
        rows = [r for r in csv.DictReader(io.StringIO(self.report("--figure", "9", "--format", "csv")))
                if (r["left_out"], r["references"], r["normalizer"]) == ("whole families", "random, 4", "ratio")]
        text = self.file("f.svg", "--figure", "9", "--pick", "left_out=whole families", "--pick",
                         "references=random, 4", "--pick", "normalizer=ratio").read_text()
        markers = len(re.findall(r"<use xlink:href='#gpPt\d+' transform='translate", text))
        self.assertGreater(len(rows), 10)
        self.assertEqual(markers, len(rows) + 3)  # and one for each family in the key

    def test_a_pdf_embeds_its_fonts(self):
        for columns, width in (("1", 85), ("2", 176)):
            pdf = self.file("f.pdf", "--figure", "1", "--columns", columns)
            self.assertEqual(pdf.read_bytes()[:5], b"%PDF-")
            if not shutil.which("pdffonts"):
                continue
            fonts = subprocess.run(["pdffonts", pdf], capture_output=True, text=True, check=True).stdout
            lines = fonts.splitlines()[2:]
            self.assertTrue(lines)
            for line in lines:
                self.assertEqual(line.split()[-5], "yes", line)
            info = subprocess.run(["pdfinfo", pdf], capture_output=True, text=True, check=True).stdout
            points = float(re.search(r"Page size: +([\d.]+)", info)[1])
            self.assertAlmostEqual(points / 72 * 25.4, width, delta=0.36)  # whole points

    def test_each_row_of_panels_has_its_numbers(self):
        """Six panels in three rows of two: the labels of MdAPE stand at the left of each."""
        svg = self.file("f.svg", "--figure", "5c", "--columns", "1").read_text()
        zeros = re.findall(r"<tspan[^>]*>\s*0\s*</tspan>|>\s*0\s*</text>", svg)
        self.assertEqual(len(zeros), 3)

    def test_all_of_the_key_lies_within_the_picture(self):
        for figure in ("1", "6a", "6c"):
            svg = self.file("f.svg", "--figure", figure, "--columns", "1").read_text()
            height = float(re.search(r'viewBox="0 0 \d+ (\d+)"', svg)[1])
            places = [float(y) for y in re.findall(r'<g transform="translate\([\d.]+,([\d.]+)\)', svg)]
            self.assertTrue(places)
            self.assertLess(max(places), height)
        self.assertEqual(svg.count("energy+flops+params"), 1)  # in the key alone

    def test_text_has_one_size_in_every_format(self):
        """6 points: in an SVG 8 pixels, of which 96 are an inch."""
        svg = self.file("f.svg", "--figure", "5a", "--columns", "1").read_text()
        self.assertEqual(set(re.findall(r'font-size="([\d.]+)"', svg)), {"8.00"})
        if not shutil.which("pdftotext"):
            needs.end_test_without(self, "pdftotext")
        pdf = self.file("f.pdf", "--figure", "5a", "--columns", "1")
        boxes = subprocess.run(["pdftotext", "-bbox", pdf, "-"], capture_output=True, text=True,
                               check=True).stdout
        heights = [float(b) - float(a) for a, b in re.findall(r'yMin="([\d.]+)".*yMax="([\d.]+)">linear<', boxes)]
        self.assertTrue(heights)
        # DejaVu's line is 1.164 of its size.
        self.assertAlmostEqual(max(heights), 6 * 1.164, delta=0.3)

    def test_a_figures_data_are_those_that_are_picked(self):
        text = self.report("--figure", "1", "--format", "csv", "--pick", "pair=P100 -> K80")
        self.assertEqual({r["pair"] for r in csv.DictReader(io.StringIO(text))}, {"P100 -> K80"})
        every = self.report("--figure", "1", "--format", "csv")
        self.assertEqual(len({r["pair"] for r in csv.DictReader(io.StringIO(every))}), 6)
        figure = json.loads(self.report("--figure", "1", "--format", "json", "--pick", "pair=P100 -> K80"))
        place = figure["columns"].index("pair")
        self.assertEqual({row[place] for row in figure["rows"]}, {"P100 -> K80"})

    def test_a_png_has_300_dots_an_inch(self):
        png = self.file("f.png", "--figure", "5a", "--columns", "1").read_bytes()
        self.assertEqual(png[:8], b"\x89PNG\r\n\x1a\n")
        self.assertAlmostEqual(int.from_bytes(png[16:20], "big") / 300 * 25.4, 85, delta=0.2)

    def test_names_run_nothing_in_gnuplot(self):
        table = self.folder / "hostile.csv"
        proof = self.folder / "proof"
        machines = [f"`touch {proof}`", f"'; system('touch {proof}') #", "A %d %s"]
        with open(table, "w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow("workload,family,hardware,energy_j".split(","))
            for i in range(20):
                for m, machine in enumerate(machines):
                    writer.writerow([f"w{i}", f"`touch {proof}` ' {i % 2}", machine, (i + 1) ** (1 + m / 9)])
        for figure in ("1", "3a", "10"):
            isojoule("report", table, *RULES, "--figure", figure, "-o", self.folder / "f.svg")
            xml.etree.ElementTree.parse(self.folder / "f.svg")
            self.assertFalse(proof.exists())

    def test_what_is_not_there_is_named(self):
        self.assertIn("unknown figure '3z'", self.fails(2, "--figure", "3z", "--format", "svg"))
        self.assertIn("unknown table 'machine'", self.fails(2, "--table", "machine", "--format", "csv"))
        self.assertIn("--pick", self.fails(2, "--figure", "1", "--format", "svg", "--pick", "pair"))
        self.assertIn("unknown pair", self.fails(2, "--figure", "1", "--format", "svg", "--pick", "pair=K80"))
        self.assertIn("name it with --figure", self.fails(2, "--format", "pdf"))
        self.assertIn("unknown format", self.fails(2, "--format", "docx"))

    def test_without_gnuplot_it_says_what_to_install(self):
        done = subprocess.run([PROGRAM, "report", self.table, *RULES, "--figure", "1", "--format", "pdf", "-o", "-"],
                              capture_output=True, text=True, timeout=60, env={"PATH": "/nowhere"})
        self.assertEqual(done.returncode, 1)
        self.assertIn("gnuplot-nox", done.stderr)

    def test_a_table_is_the_same_in_csv_and_json(self):
        read = list(csv.reader(io.StringIO(self.report("--table", "workloads", "--format", "csv"))))
        told = json.loads(self.report("--table", "workloads", "--format", "json"))
        self.assertEqual(read, [told["columns"], *told["rows"]])
        self.assertEqual(set(HOSTILE) - {row[0] for row in read}, set())

    def test_the_whole_report_in_json(self):
        told = json.loads(self.report("--format", "json"))
        self.assertEqual(told["schema"], "isojoule.report/1")
        figures = [b["figure"]["id"] for s in told["sections"] for b in s["blocks"] if "figure" in b]
        self.assertEqual(figures, FIGURES)

    def test_markdown_lets_no_element_through(self):
        text = self.report("--format", "markdown")
        self.assertNotIn("<script>", text)
        self.assertIn("&lt;script&gt;", text)

    def test_latex_compiles(self):
        program = next(filter(shutil.which, ("pdflatex", "lualatex", "xelatex")), None)
        if not program:
            needs.end_test_without(self, "TeX")
        source = self.file("report.tex")
        done = subprocess.run([program, "-interaction=nonstopmode", "-halt-on-error", source.name],
                              cwd=self.folder, capture_output=True, timeout=120)
        self.assertEqual(done.returncode, 0, done.stdout[-2000:].decode(errors="replace"))
        alone = self.folder / "alone.tex"
        alone.write_text("\\documentclass{article}\\usepackage{booktabs}\\begin{document}\n"
                         + self.report("--table", "machines", "--format", "latex") + "\\end{document}\n")
        done = subprocess.run([program, "-interaction=nonstopmode", "-halt-on-error", alone.name],
                              cwd=self.folder, capture_output=True, timeout=120)
        self.assertEqual(done.returncode, 0, done.stdout[-2000:].decode(errors="replace"))


if __name__ == "__main__":
    if not shutil.which("gnuplot"):
        needs.end_without("gnuplot")
    unittest.main()
