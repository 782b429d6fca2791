"""Holds the table of docs/architecture.md against the includes and the CMake targets.

Usage: architecture_test.py SOURCE_DIRECTORY
"""

import pathlib
import re
import sys
import unittest

ROOT = pathlib.Path(sys.argv.pop(1)).resolve()
ROOMS = ROOT / "isojoule"
INCLUDE = re.compile(r'^\s*#\s*include\s+["<]isojoule/(\w+)/([^">]+)[">]', re.MULTILINE)
STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
# Ways to files around core/files.hpp. What only asks for a name's meaning (absolute, stem) is free.
FILE_CALL = re.compile(
    r"\b[io]?fstream\b|\bfopen\(|::open\(|(?<![\w.>])open\(\w+\.c_str|\bmkdtemp\(|\brmdir\(|"
    r"\b(?:filesystem|fs)::(?:create_\w+|copy\w*|remove\w*|rename|resize_file|permissions)\("
)
# Beside core, where the door is: sensors read /proc and /sys, and SQLite opens its file itself.
FILES_ELSEWHERE = ("core", "sensor")
SQLITE = ROOMS / "store" / "sqlite"
# Ways for text around cli/text_output.hpp. `snprintf` prints nothing.
PRINTS = re.compile(
    r"\bstd::(?:cout|cerr|clog)\b|\b(?:v?f?printf|puts|putchar|perror|fmt::print)\(|"
    r"\b(?:stdout|stderr)\b|\bwrite\(\s*(?:[12]|STD(?:OUT|ERR)_FILENO)\b"
)
ROW = re.compile(r"^\| `(\w+)` \|[^|]*\| ?([^|]*)\|$", re.MULTILINE)


def allowed():
    """Room -> rooms that it may include, from the table in docs/architecture.md."""
    text = (ROOT / "docs" / "architecture.md").read_text()
    return {
        room: set(re.findall(r"`(\w+)`", may)) for room, may in ROW.findall(text)
    }


def sources(folder):
    return [p for p in sorted(folder.rglob("*")) if p.suffix in (".hpp", ".cpp")]


class Architecture(unittest.TestCase):
    def test_the_table_names_every_room(self):
        rooms = {p.name for p in ROOMS.iterdir() if p.is_dir()}
        self.assertEqual(set(allowed()), rooms)

    def test_rooms_include_only_what_they_may(self):
        table = allowed()
        wrong = []
        for room, may in table.items():
            for path in sources(ROOMS / room):
                for other, _ in INCLUDE.findall(path.read_text()):
                    if other != room and other not in may:
                        wrong.append(f"{path.relative_to(ROOT)} includes {other}")
        self.assertEqual(wrong, [])

    def test_the_table_has_no_circle(self):
        table = allowed()
        done = set()
        while len(done) < len(table):
            free = {room for room, may in table.items() if room not in done and may <= done}
            self.assertTrue(free, f"a circle among {set(table) - done}")
            done |= free

    def test_targets_link_only_what_they_may(self):
        for room, may in allowed().items():
            text = (ROOMS / room / "CMakeLists.txt").read_text()
            for other in re.findall(r"isojoule::(\w+)", text):
                # A large room has several targets, ROOM_part.
                if other != room and not other.startswith(room + "_"):
                    self.assertIn(other, may, f"isojoule/{room}/CMakeLists.txt links {other}")

    def test_nobody_includes_anothers_details(self):
        wrong = []
        for path in sources(ROOT):
            if "build" in path.relative_to(ROOT).parts[:1]:
                continue
            own = path.relative_to(ROOMS).parts[0] if path.is_relative_to(ROOMS) else None
            for other, file in INCLUDE.findall(path.read_text()):
                if file.startswith("detail/") and other != own:
                    wrong.append(f"{path.relative_to(ROOT)} includes isojoule/{other}/{file}")
        self.assertEqual(wrong, [])

    def test_every_header_is_checked_to_compile_alone(self):
        for room in allowed():
            text = (ROOMS / room / "CMakeLists.txt").read_text()
            names = set()
            for listed in re.findall(r"HEADERS(.*?)(?:\b[A-Z]{4,}\b|\))", text, re.DOTALL):
                names |= set(listed.split())
            there = {
                str(p.relative_to(ROOMS / room))
                for p in (ROOMS / room).rglob("*.hpp")
                if "detail" not in p.parts
            }
            self.assertEqual(there - names, set(), f"headers of {room} that CMake does not name")

    def test_files_are_opened_and_changed_through_their_door(self):
        wrong = []
        rooms = [ROOMS / room for room in set(allowed()) - set(FILES_ELSEWHERE)]
        for folder in [*rooms, ROOT / "cli"]:
            for path in sources(folder):
                if path.name.endswith("_test.cpp") or path.is_relative_to(SQLITE):
                    continue
                for number, line in enumerate(path.read_text().splitlines(), 1):
                    if FILE_CALL.search(line.split("//")[0]):
                        wrong.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()}")
        self.assertEqual(wrong, [])

    def test_text_leaves_through_its_door(self):
        wrong = []
        for path in sources(ROOMS) + sources(ROOT / "cli"):
            if path.name.endswith("_test.cpp") or path == ROOT / "cli" / "text_output.cpp":
                continue
            for number, line in enumerate(path.read_text().splitlines(), 1):
                if PRINTS.search(STRING.sub('""', line.split("//")[0])):
                    wrong.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()}")
        self.assertEqual(wrong, [])

    def test_only_the_trainer_knows_torch(self):
        for path in sources(ROOMS) + sources(ROOT / "cli"):
            self.assertNotIn("<torch/", path.read_text(), path)


if __name__ == "__main__":
    unittest.main()
