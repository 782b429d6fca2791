"""The help texts are the pages in docs/cli, and docs/options.md is the table of their options.

`help_test.py --approve` writes them anew.
"""

import collections
import os
import pathlib
import re
import subprocess
import sys
import unittest

PROGRAM = os.environ["ISOJOULE"]
DOCS = pathlib.Path(__file__).resolve().parents[2] / "docs"
PAGES = DOCS / "cli"
OPTIONS = DOCS / "options.md"


def help_text(command):
    arguments = [PROGRAM, *command.split(), "--help"]
    return subprocess.run(arguments, capture_output=True, text=True, check=True).stdout


def below(command):
    """Its subcommands, as its help lists them."""
    listed = help_text(command).partition("Subcommands:\n")[2]
    return [f"{command} {name}".strip() for name in re.findall(r"^  ([a-z]+)  ", listed, re.MULTILINE)]


# With a page of their own, and those without.
COMMANDS = ["", *below(""), "campaign run"]
SUBCOMMANDS = [name for command in below("") for name in below(command) if name not in COMMANDS]

# An option means one thing, and says it in the same words wherever it is; but for these, whose help
# says what the command does with it.
DEPENDENT = {
    "--json": "measure has to be given a file, since standard output is its command's",
    "--output": "what is written",
    "--figure": "examples", "--table": "examples",
    "--from": "records have profiles, tables have machines", "--to": "as --from",
    "--workload": "one that is trained or counted, or those to predict",
    "--normalizer": "what they are used for, and what there is beside them",
    "--features": "evaluate takes several sets",
    "--selection": "references alone searches all sets", "--k": "evaluate takes several numbers",
    "--steps": "that are run, or that are compared",
    "--period": "of readings, or of tables",
}


def page(command):
    return PAGES / (f"{command.replace(' ', '-') or 'isojoule'}.txt")


Option = collections.namedtuple("Option", "name value meaning")
SHAPE = re.compile(r"^  (?:(-\w),)?(--[\w-]+)(.*)$")  # the beginning of an option's lines
MEANING_AT = 30  # the column


def options_of(text):
    """The options in a help text, but for --help."""
    entries = []
    for line in text.splitlines():
        if SHAPE.match(line):
            entries.append([line[:MEANING_AT] if line[MEANING_AT - 1:MEANING_AT] == " " else line])
            if len(entries[-1][0]) == MEANING_AT:
                entries[-1].append(line[MEANING_AT:])
        elif entries and line.startswith(" " * MEANING_AT):
            entries[-1].append(line.strip())
        elif not line.startswith("  "):
            if entries and entries[-1][0]:
                entries.append([""])  # what follows belongs to no option
    return [option_of(entry[0], " ".join(entry[1:])) for entry in entries if entry[0]]


def option_of(head, meaning):
    short, name, value = SHAPE.match(head).groups()
    value = re.sub(r" (Needs|Excludes):.*| REQUIRED|=(?!FILE)\S*", "", value).strip()
    file = re.match(r"\[?=FILE\]?", value)
    shown = f"{short}, {name}" if short else name
    return Option(shown + file.group() if file else shown, "" if file else value, meaning)


def name_of(option):
    return re.search(r"--[\w-]+", option.name).group()


def all_options():
    """(option, commands that have it), by name; those of one name in the order of the commands."""
    commands = collections.defaultdict(list)
    for command in filter(None, COMMANDS + SUBCOMMANDS):
        for option in options_of(help_text(command)):
            if name_of(option) != "--help":
                commands[option].append(command)
    return sorted(commands.items(), key=lambda item: name_of(item[0]))


def cell(text):
    return text.replace("|", "\\|")


def options_table():
    lines = ["| option | value | meaning | commands |", "|---|---|---|---|"]
    for option, commands in all_options():
        value = f"`{option.value}`" if option.value else ""
        lines.append(f"| `{option.name}` | {value} | {cell(option.meaning)} | "
                     + ", ".join(f"`{command}`" for command in commands) + " |")
    return "\n".join(lines) + "\n"


def options_page():
    """docs/options.md: what stands before the table, and the table."""
    text = OPTIONS.read_text()
    return text[:text.index("| option |")] + options_table()


class Options(unittest.TestCase):
    def test_page_is_the_programs_options(self):
        self.assertEqual(options_page(), OPTIONS.read_text(), "run make approve if the new options are right")

    def test_an_option_means_one_thing(self):
        meanings = collections.defaultdict(set)
        for option, _ in all_options():
            meanings[name_of(option)].add(option)
        several = {name: found for name, found in meanings.items() if len(found) > 1}
        self.assertEqual({name: found for name, found in several.items() if name not in DEPENDENT}, {})
        self.assertEqual(set(DEPENDENT) - set(several), set(), "these mean the same everywhere now")

    def test_options_are_read_from_help(self):
        text = ("Options:\n"
                "  -h,--help                   Print this help message and exit\n"
                "  --steps INT=[1980] ... Excludes: --data\n"
                "                              The work, or that\n"
                "                              of each\n"
                "  --json[=FILE]               Write JSON\n"
                "  --splits INT=5              Number\n\n"
                "Example:\n"
                "  isojoule it --steps 2       not an option\n")
        self.assertEqual(options_of(text)[1:],
                         [Option("--steps", "INT ...", "The work, or that of each"),
                          Option("--json[=FILE]", "", "Write JSON"), Option("--splits", "INT", "Number")])


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
        OPTIONS.write_text(options_page())
    else:
        unittest.main()
