"""tools/check-all in a made project of a few tests: what it counts, keeps and runs again.

Usage: check_all_test.py SOURCE_DIRECTORY
"""

import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(sys.argv.pop(1)).resolve()
LABELS = "set(ISOJOULE_TEST_LABELS tier1 slow fuzz)\n"


def test(name, label, script):
    """A test of CTest's, that also leaves a line in the file `ran`."""
    return (f'add_test({name} sh -c "echo {name} >> ran; {script}")\n'
            f"set_tests_properties({name} PROPERTIES LABELS {label} SKIP_RETURN_CODE 77)\n")


class CheckAll(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="isojoule-check-all-"))
        self.addCleanup(shutil.rmtree, self.folder)
        for place in ("tools", "cmake", "build/made"):
            (self.folder / place).mkdir(parents=True)
        shutil.copy(ROOT / "tools" / "check-all", self.folder / "tools")
        (self.folder / "cmake" / "isojoule_tests.cmake").write_text(LABELS)
        (self.folder / ".gitignore").write_text("/build/\n")
        self.build = self.folder / "build" / "made"
        self.put(test("good", "tier1", "true") + test("fine", "tier1", "true")
                   + test("lame", "slow", "echo there is no GPU; exit 77"))
        self.git("init", "-q")
        self.commit("first")

    def put(self, text):
        (self.build / "CTestTestfile.cmake").write_text(text)

    def git(self, *words):
        return subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@b", *words], check=True,
                              cwd=self.folder, capture_output=True, text=True).stdout.strip()

    def commit(self, message):
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)

    def run_all(self, *labels, code=0):
        """What it prints, and which tests ran."""
        ran = self.build / "ran"
        ran.write_text("")
        done = subprocess.run([self.folder / "tools" / "check-all", self.build, *labels],
                              capture_output=True, text=True)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout + done.stderr, sorted(ran.read_text().split())

    def row(self, output, label):
        """Tests, passed, failed and skipped, as the table has them."""
        table = output[output.index("\ncommit "):]
        return next(line for line in table.splitlines() if line.split()[:1] == [label]).split()[1:5]

    def test_one_table_with_the_commit(self):
        output, ran = self.run_all()
        self.assertEqual(ran, ["fine", "good", "lame"])
        self.assertIn("commit " + self.git("rev-parse", "--short=12", "HEAD"), output)
        self.assertEqual(self.row(output, "tier1"), ["2", "2", "0", "0"])
        self.assertEqual(self.row(output, "slow"), ["1", "0", "0", "1"])
        self.assertEqual(self.row(output, "all"), ["3", "2", "0", "1"])
        self.assertIn("skipped: lame: there is no GPU", output)

    def test_what_has_passed_is_not_run_again_until_the_next_commit(self):
        first, _ = self.run_all("tier1")
        again, ran = self.run_all()
        self.assertEqual(ran, ["lame"])
        self.assertEqual(self.row(again, "tier1"), self.row(first, "tier1"))
        self.commit("second")
        self.assertEqual(self.run_all()[1], ["fine", "good", "lame"])

    def test_what_has_failed_is_run_again(self):
        self.put(test("good", "tier1", "true") + test("bad", "fuzz", "exit 3"))
        output, _ = self.run_all(code=1)
        self.assertEqual(self.row(output, "fuzz"), ["1", "0", "1", "0"])
        self.assertIn("failed: bad (fuzz)", output)
        self.assertEqual(self.run_all(code=1)[1], ["bad"])

    def test_nothing_is_kept_of_a_tree_with_changes(self):
        (self.folder / "new").write_text("x")
        for _ in range(2):
            output, ran = self.run_all("tier1")
            self.assertEqual(ran, ["fine", "good"])
            self.assertIn("with changes that are not committed", output)

    def test_an_unknown_label_is_refused(self):
        output, ran = self.run_all("tier2", code=1)
        self.assertIn("no test has the label 'tier2'; there are tier1, slow", output)
        self.assertEqual(ran, [])


if __name__ == "__main__":
    unittest.main()
