"""What docs list (commands, options, normalizers, formats, sensors, schemas) is what the program has."""

import json
import pathlib
import re
import shlex
import unittest

from options_test import Answers
from support import MadeMachine

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCHEMA = re.compile(r"isojoule\.[a-z_]+/\d+")
COMMAND = re.compile(r"^(?:    )?(?:\$ )?(isojoule [a-z].*)$|`(isojoule [a-z][^`]*)`", re.MULTILINE)


def doc(name):
    return (ROOT / name).read_text()


def first_cells(text):
    """The names in backquotes in the first column of the tables."""
    return {name for line in text.splitlines() if line.startswith("| ")
            for name in re.findall(r"`([^`]+)`", line.split("|")[1])}


def commands_in(text):
    """The commands that a document shows, up to a second program or a comment."""
    for block, span in COMMAND.findall(text.replace("\\\n", " ")):
        yield re.split(r" -- |[|#;>&]| \.\.\.", block or span)[0]


class Lists(MadeMachine):
    def help(self, *command):
        return self.isojoule(*command, "--help")[0]

    def subcommands(self, *command):
        _, found, listed = self.help(*command).partition("Subcommands:\n")
        return re.findall(r"^  ([a-z]+) ", listed, re.MULTILINE) if found else []

    def known(self):
        """Each command, with those below it, and its options."""
        names = [(name,) for name in self.subcommands()]
        names += [(name, sub) for name, in names for sub in self.subcommands(name)]
        return {name: set(re.findall(r"^  (?:-\w,)?(--[\w-]+)", self.help(*name), re.MULTILINE))
                | set(re.findall(r"^  (-\w),--", self.help(*name), re.MULTILINE)) for name in names}

    def test_commands_and_options_that_are_shown_are_there(self):
        known = self.known()
        wrong = []
        files = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
        for file in files:
            for line in commands_in(file.read_text()):
                try:
                    words = shlex.split(line)[1:]
                except ValueError:
                    words = line.split()[1:]
                name = tuple(words[:2]) if tuple(words[:2]) in known else tuple(words[:1])
                options = {word.partition("=")[0] for word in words if re.match(r"--?[a-z]", word)}
                if name not in known or options - known[name]:
                    wrong.append(f"{file.relative_to(ROOT)}: {line}")
        self.assertEqual(wrong, [])
        self.assertGreater(sum(1 for file in files for _ in commands_in(file.read_text())), 50)

    def test_the_readme_shows_every_command(self):
        shown = doc("README.md")
        missing = [name for name in self.subcommands() if f"isojoule {name}" not in shown]
        self.assertEqual(missing, [])

    def test_normalizers(self):
        listed = re.search(r"Normalizers: (.*?)\.\n", self.help("evaluate"), re.DOTALL).group(1)
        names = re.split(r",\s+", listed)
        self.assertGreater(len(names), 8)
        table = re.search(r"^\| name \| prediction of E_B\(m\) \|\n(?:\|.*\n)+", doc("docs/method.md"), re.MULTILINE)
        self.assertEqual(first_cells(table.group()), set(names))

    def test_formats_of_tables(self):
        names = re.search(r"--from-format TEXT +(.*)\n", self.help("evaluate")).group(1).split(", ")
        table = re.search(r"^\| `--from-format` .*\n(?:\|.*\n)+", doc("docs/formats/observations.md"), re.MULTILINE)
        self.assertEqual(first_cells(table.group()) - {"--from-format"}, set(names))

    def test_formats_of_reports(self):
        shown = re.search(r"--format TEXT +(.*); of a figure (.*)\n", self.help("report"))
        names = ", ".join(shown.groups()).split(", ")
        table = re.search(r"^\| `--format` .*\n(?:\|.*\n)+", doc("docs/report.md"), re.MULTILINE)
        self.assertEqual(first_cells(table.group()) - {"--format"}, set(names))

    def test_sensors(self):
        found = json.loads(self.isojoule("doctor", "--json", "--look", "0s")[0])["sensors"]
        table = re.search(r"^\| sensor \| what it gives .*\n(?:\|.*\n)+", doc("docs/sensors.md"), re.MULTILINE)
        self.assertEqual(first_cells(table.group()), {sensor["name"] for sensor in found})


class Schemas(Answers):
    def listed(self):
        return set(SCHEMA.findall(doc("docs/formats/json.md")))

    def test_those_of_the_sources_are_listed(self):
        """They are built by schema_text, of a name and a version."""
        built = set()
        for file in [*ROOT.glob("isojoule/**/*.[ch]pp"), *ROOT.glob("cli/*.[ch]pp"), *ROOT.glob("trainer/*.[ch]pp")]:
            if file.stem.endswith("_test") or "detail" in file.parts:
                continue
            text = file.read_text()
            built |= {f"{name}/{version}" for name, version in
                      re.findall(r'schema_text\(\s*"([\w.]+)",\s*(\d+)\)', text)}
            built |= {f"{name}/1" for name in re.findall(r'with_schema\("([\w.]+)"', text)}
            names = dict(re.findall(r'k(\w+)Schema = "([\w.]+)"', text))
            versions = dict(re.findall(r"k(\w+)Version = (\d+)", text))
            built |= {f"{name}/{versions[what]}" for what, name in names.items()}
        self.assertEqual(built, self.listed())

    def test_every_object_names_one(self):
        seen = set()
        for command in [*self.commands(), ("references", self.table, "--selection", "exhaustive", "--k", "2")]:
            with self.subTest(command):
                document = json.loads(self.isojoule(*command, "--json")[0])
                for one in document if isinstance(document, list) else [document]:
                    self.assertEqual(next(iter(one)), "schema")
                    seen.add(one["schema"])
        self.assertEqual(seen - self.listed(), set())
        self.assertGreater(len(seen), 12)

    def test_reports_name_one(self):
        for options, schema in [((), "report"), (("--table", "workloads"), "table"), (("--figure", "1"), "figure")]:
            out, _ = self.isojoule("report", self.table, "--splits", "2", "--format", "json", "-o", "-", *options)
            self.assertEqual(json.loads(out)["schema"], f"isojoule.{schema}/1")


if __name__ == "__main__":
    unittest.main()
