"""What the documents point at is there: files, headings in them, and sources named in backquotes.

Usage: links_test.py ROOT
"""

import pathlib
import re
import sys
import unittest

ROOT = pathlib.Path(sys.argv.pop(1)).resolve()
FOLDERS = ("isojoule", "cli", "trainer", "tests", "tools", "bench", "docs", "cmake")
LINK = re.compile(r"\]\(([^()\s]+)\)")
NAMED = re.compile(rf"`((?:{'|'.join(FOLDERS)})/[\w./-]+)`")
SOURCE = re.compile(r"`(\w+(?:/[\w-]+)+\.(?:hpp|cpp|def))`")  # of a room: core/files.hpp
FENCE = re.compile(r"^( *)```.*?^\1```", re.MULTILINE | re.DOTALL)


def documents():
    return [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md")),
            *sorted((ROOT / "isojoule").rglob("*.md"))]


def prose(document):
    return FENCE.sub("", document.read_text())


def anchors(document):
    """Of its headings, as GitHub makes them: without punctuation, spaces as hyphens, repeats counted."""
    made = {}
    for heading in re.findall(r"^#+ +(.*)$", prose(document), re.MULTILINE):
        plain = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
        anchor = re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
        count = made.get(anchor, 0)
        made[anchor] = count + 1
    return {name if i == 0 else f"{name}-{i}" for name, count in made.items() for i in range(count)}


class Links(unittest.TestCase):
    def test_documents_are_found(self):
        self.assertGreater(len(documents()), 10)

    def test_linked_files_and_headings_exist(self):
        wrong = []
        for document in documents():
            for target in LINK.findall(prose(document)):
                if re.match(r"[a-z]+:", target):
                    continue
                path, _, anchor = target.partition("#")
                file = (document.parent / path).resolve() if path else document
                if not file.exists() or (anchor and file.suffix == ".md" and anchor not in anchors(file)):
                    wrong.append(f"{document.relative_to(ROOT)}: {target}")
        self.assertEqual(wrong, [])

    def test_named_sources_exist(self):
        wrong = [f"{document.relative_to(ROOT)}: {name}" for document in documents()
                 for name in NAMED.findall(prose(document)) + SOURCE.findall(prose(document))
                 if not (ROOT / name).exists() and not (ROOT / "isojoule" / name).exists()]
        self.assertEqual(wrong, [])

    def test_anchors_are_made_as_githubs(self):
        self.assertIn("a-new-figure-of-the-report-a-new-form-of-a-table", anchors(ROOT / "CONTRIBUTING.md"))
        self.assertNotIn("a new test", anchors(ROOT / "CONTRIBUTING.md"))


if __name__ == "__main__":
    unittest.main()
