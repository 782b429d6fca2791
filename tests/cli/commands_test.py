"""The commands that only look: workloads, records, profiles; and stores of others."""

import json
import os
import shutil
import subprocess
import unittest

from support import PROGRAM, MadeMachine

NOBODY = 65534


class Looking(MadeMachine):
    def test_workloads(self):
        rows = json.loads(self.isojoule("workloads", "--json")[0])
        self.assertEqual(len(rows), 43)
        for row in rows:
            self.assertLessEqual({"id", "flops_forward", "parameters"}, row.keys())
        by_id = {row["id"]: row for row in rows}
        self.assertEqual(by_id["cnn-1x128"]["parameters"], 2_622_730)

    def test_a_record_is_shown_by_its_id_and_its_beginning(self):
        self.measure("true", options=["--name", "first"])
        self.measure("true", options=["--name", "second"])
        first, second = self.records()
        show = ["records", "show", "--db", str(self.db), "--json"]
        self.assertEqual(json.loads(self.isojoule(*show)[0]), second)
        self.assertEqual(json.loads(self.isojoule(*show, first["id"])[0]), first)
        self.assertEqual(json.loads(self.isojoule(*show, first["id"][:-1].lower())[0]), first)
        self.assertIn("first", self.isojoule("records", "show", first["id"], "--db", str(self.db))[0])

    def test_a_record_says_its_energy_per_step_or_why_there_is_none(self):
        self.measure("true")
        record = self.records()[0]
        self.assertIsNone(record["per_step"])
        self.assertIn("no window 'steps'", record["why_no_per_step"])

    def test_looking_makes_no_store(self):
        self.assertEqual(json.loads(self.isojoule("records", "list", "--json")[0]), [])
        self.isojoule("profiles", "list")
        self.refuse("records", "show", code=2)
        self.assertFalse((self.folder / "xdg").exists())

    def test_without_a_home_the_bundled_profiles_can_be_seen(self):
        del self.environment["HOME"], self.environment["XDG_DATA_HOME"]
        listed = json.loads(self.isojoule("profiles", "list", "--json")[0])
        self.assertEqual({p["kept_in"] for p in listed}, {"bundled"})
        self.isojoule("profiles", "show", listed[0]["name"])
        self.assertIn("name a file with --db", self.refuse("records", "list", code=1))
        self.assertIn("name a file with --db", self.refuse("measure", "--", "true", code=1))


class LostOutput(MadeMachine):
    """What was printed and did not get out must not look as if it had."""

    def run_into(self, output, *arguments):
        done = subprocess.run([self.program, *arguments], env=self.environment, stdin=subprocess.DEVNULL,
                              stdout=output, stderr=subprocess.PIPE, text=True, timeout=60,
                              restore_signals=False)  # Python ignores SIGPIPE, and so does its child
        return done.returncode, done.stderr

    def test_a_full_disk_is_an_error(self):
        self.measure("true")
        trace = self.records()[0]["trace"]
        for arguments in (["workloads"], ["workloads", "--json"], ["trace", trace],
                          ["trace", trace, "--csv"], ["--version"], ["measure", "--help"]):
            with self.subTest(arguments), open("/dev/full", "w") as full:
                self.assertEqual(
                    self.run_into(full, *arguments),
                    (1, "isojoule: cannot write to standard output: No space left on device\n"))

    def test_a_reader_that_is_gone_is_an_error_where_no_signal_ends_us(self):
        read_end, write_end = os.pipe()
        os.close(read_end)
        self.addCleanup(os.close, write_end)
        self.assertEqual(self.run_into(write_end, "workloads"),
                         (1, "isojoule: cannot write to standard output: Broken pipe\n"))

    def test_a_record_is_kept_all_the_same(self):
        for command, code in (("true", 1), ("exit 3", 3)):
            with self.subTest(command), open("/dev/full", "w") as full:
                got, error = self.run_into(full, "measure", "-q", "--db", str(self.db), "--json=-",
                                           "--", "sh", "-c", command)
                self.assertEqual(got, code)
                self.assertIn("standard output: No space left", error)
        self.assertEqual(len(self.records()), 2)

    def test_a_file_is_written_whole_or_not_at_all(self):
        kept = self.folder / "record.json"
        self.write(kept, "old")
        self.measure("true", options=[f"--json={kept}"])
        self.assertEqual(json.loads(kept.read_text())["command"], ["true"])
        self.assertEqual([p.name for p in self.folder.glob("record*")], ["record.json"])
        self.assertIn("cannot write /dev/full: No space left on device",
                      self.measure("true", options=["--json=/dev/full"])[1])


class SomebodyElses(MadeMachine):
    """A store that we may read and not write."""

    def setUp(self):
        super().setUp()
        self.measure("true", options=["--name", "theirs"])
        self.db.chmod(0o444)
        self.db.parent.chmod(0o555)
        self.addCleanup(self.db.parent.chmod, 0o755)
        self.program = str(shutil.copy(PROGRAM, self.folder))  # where anybody may run it
        self.folder.chmod(0o755)

    def run_as_nobody(self, *arguments):
        who = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
        return subprocess.run([self.program, *arguments], env=self.environment, capture_output=True,
                              text=True, timeout=60, cwd="/", **who)

    def test_can_be_looked_into(self):
        done = self.run_as_nobody("records", "list", "--json", "--db", str(self.db))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads(done.stdout)[0]["workload"], "theirs")

    def test_costs_no_run(self):
        self.db.parent.chmod(0o777)
        witness = self.db.parent / "ran"
        done = self.run_as_nobody("measure", "--db", str(self.db), "--", "touch", str(witness))
        self.assertEqual(done.returncode, 1)
        self.assertIn("may only be read", done.stderr)
        self.assertFalse(witness.exists())


if __name__ == "__main__":
    unittest.main()
