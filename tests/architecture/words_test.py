"""Keeps retired words out of help texts, messages and pages (docs/glossary.md).

Usage: words_test.py SOURCE_DIRECTORY
"""

import pathlib
import re
import sys
import unittest

ROOT = pathlib.Path(sys.argv.pop(1)).resolve()
LITERAL = re.compile(r'"((?:[^"\\\n]|\\.)*)"')

# Retired -> what to write.
RETIRED = {
    r"\btells?\b|\btold\b": "shows, reports, states",
    r"\bmended\b": "fixed",
    r"\bbroken off\b": "interrupted",
    r"\bgo(es)? on\b": "resumes, continues, runs",
    r"\bso many times\b": "number of runs",
    r"\bfor so long\b": "duration",
    r"\bnot to be told\b": "tied",
    r"\bnobody knows\b": "unknown",
    r"\bThere is none\b": "No ...",
    r"\bmade (clips|tables?|audio)\b": "synthetic",
    r"\bstands? on\b": "based on",
    r"\bat rest\b": "idle",
    r"\bbeg[au]n\b": "started",
}


def shown_texts():
    """Where it stands, and the text: pages, and literals of the code that can be shown."""
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs" / "cli").glob("*.txt")]
    for folder in ("docs", "isojoule"):
        pages += (ROOT / folder).rglob("*.md")
    for page in sorted(set(pages)):
        for number, line in enumerate(page.read_text().splitlines(), 1):
            yield f"{page.relative_to(ROOT)}:{number}", line
    for folder in ("cli", "isojoule", "trainer"):
        for path in sorted((ROOT / folder).rglob("*.[ch]pp")):
            if path.stem.endswith("_test"):
                continue
            for number, line in enumerate(path.read_text().splitlines(), 1):
                code = line.split("//")[0] if line.lstrip().startswith("//") else line
                if code.lstrip().startswith("#include"):
                    continue
                for literal in LITERAL.findall(code):
                    yield f"{path.relative_to(ROOT)}:{number}", literal


class Words(unittest.TestCase):
    def test_retired_words_are_not_shown(self):
        found = []
        texts = list(shown_texts())
        self.assertGreater(len(texts), 1000, "the texts are not where they were")
        for place, text in texts:
            for pattern, instead in RETIRED.items():
                if re.search(pattern, text):
                    found.append(f"{place}: {text!r}: write {instead}")
        self.assertEqual(found, [], "\n" + "\n".join(found))

    def test_a_retired_word_would_be_found(self):
        for text in ("nobody " + "knows how long", "The boards tell a temperature", "it goes on"):
            self.assertTrue(any(re.search(pattern, text) for pattern in RETIRED), text)


if __name__ == "__main__":
    unittest.main()
