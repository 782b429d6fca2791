"""The help texts are the pages in docs/cli. `help_test.py --approve` writes them anew."""

import os
import pathlib
import subprocess
import sys
import unittest

PROGRAM = os.environ["ISOJOULE"]
PAGES = pathlib.Path(__file__).resolve().parents[2] / "docs" / "cli"
COMMANDS = ["", "doctor", "measure", "mark", "campaign", "campaign run", "calibrate", "records", "profiles", "normalize", "evaluate",
            "compare", "rank", "report", "references", "diagnose", "workloads", "count", "watch", "serve"]


# Below a command; they have no page of their own.
SUBCOMMANDS = ["mark begin", "mark pause", "mark resume", "mark end", "trace import", "records list", "records show", "profiles list",
               "profiles show", "profiles add", "profiles diff", "profiles check", "campaign resume", "campaign list",
               "campaign show", "campaign profile"]


def help_text(command):
    arguments = [PROGRAM, *command.split(), "--help"]
    return subprocess.run(arguments, capture_output=True, text=True, check=True).stdout


def page(command):
    return PAGES / (f"{command.replace(' ', '-') or 'isojoule'}.txt")


class Help(unittest.TestCase):
    def test_pages_are_the_help_texts(self):
        for command in COMMANDS:
            with self.subTest(command):
                self.assertEqual(help_text(command), page(command).read_text(),
                                 "run make approve if the new text is right")

    def test_there_is_a_page_for_each_command_and_no_other(self):
        self.assertEqual({p.name for p in PAGES.iterdir()}, {page(c).name for c in COMMANDS})

    def test_each_command_has_an_example(self):
        for command in COMMANDS[1:] + SUBCOMMANDS:
            self.assertIn("Example", help_text(command), command)
            self.assertIn(f"  isojoule {command}", help_text(command))

    def test_help_fits_a_terminal(self):
        for command in COMMANDS + SUBCOMMANDS:
            self.assertLessEqual(max(map(len, help_text(command).splitlines())), 100, command)

    def test_version(self):
        out = subprocess.run([PROGRAM, "--version"], capture_output=True, text=True, check=True)
        self.assertRegex(out.stdout, r"\Aisojoule \d+\.\d+\.\d+\n\Z")


if __name__ == "__main__":
    if "--approve" in sys.argv:
        PAGES.mkdir(parents=True, exist_ok=True)
        for name in COMMANDS:
            page(name).write_text(help_text(name))
    else:
        unittest.main()
