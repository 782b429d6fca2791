"""Lists of many records: what is shown, and what that costs."""

import json
import os
import resource
import sqlite3
import subprocess
import unittest

from support import MadeMachine

MANY = 20_000
MOST_MIB = 50
# Reading every document whole takes some fifteen times as long as taking out what a list shows; the
# bound leaves room for a busy machine. Both are CPU times of one machine, minutes apart at most.
LEAST_RATIO = 3.0


class Cost:
    """CPU seconds and greatest resident MiB of a program; what it writes is thrown away."""

    def __init__(self, program, environment, *arguments):
        with open(os.devnull, "wb") as nowhere:
            child = subprocess.Popen([program, *arguments], env=environment, stdout=nowhere)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        assert child.returncode == 0, arguments
        self.cpu_s = usage.ru_utime + usage.ru_stime
        self.mib = usage.ru_maxrss / 1024


class ManyRecords(MadeMachine):
    def fill(self, count):
        """So many copies of one record, each with an id of its own."""
        self.measure("true", options=["--name", "many", "--idle", "100ms"])
        with sqlite3.connect(self.db) as db:
            (old, *row, document) = db.execute(
                "SELECT id, created, workload, state, document FROM records").fetchone()
            db.execute("DELETE FROM records")
            db.executemany("INSERT INTO records VALUES (?, ?, ?, ?, ?)",
                           ((f"01{i:024}", *row, document.replace(old, f"01{i:024}"))
                            for i in range(count)))
        db.close()

    def cost(self, *arguments):
        return Cost(self.program, self.environment, *arguments, "--db", str(self.db))

    def test_are_listed_without_reading_each(self):
        self.fill(MANY)
        table = self.cost("records", "list")
        documents = self.cost("records", "list", "--json")
        one = self.cost("records", "show", f"01{MANY - 1:024}")
        print(f"\n{MANY} records: list {table.cpu_s:.2f} s, {table.mib:.0f} MiB; "
              f"--json {documents.cpu_s:.2f} s, {documents.mib:.0f} MiB; "
              f"show {one.cpu_s:.2f} s, {one.mib:.0f} MiB")
        self.assertLess(table.mib, MOST_MIB)
        self.assertLess(documents.mib, MOST_MIB)
        self.assertGreater(documents.cpu_s / table.cpu_s, LEAST_RATIO)
        self.assertGreater(table.cpu_s / one.cpu_s, LEAST_RATIO)

    def test_a_list_of_json_is_one_array_of_the_records(self):
        for count in (0, 1, 3):
            self.fill(count)
            text, _ = self.isojoule("records", "list", "--json", "--db", str(self.db))
            records = json.loads(text)
            self.assertEqual([r["id"] for r in records], [f"01{i:024}" for i in range(count)])
            self.assertEqual(text, json.dumps(records, indent=2, ensure_ascii=False) + "\n")


class Latest(MadeMachine):
    def run_campaign(self):
        plan = self.folder / "plan.toml"
        plan.write_text('reruns = 0\n[[command]]\nname = "theirs"\nrun = ["true"]\n')
        self.isojoule("campaign", "run", str(plan), "--db", str(self.db))

    def test_is_no_record_of_a_campaign(self):
        self.measure("true", options=["--name", "own"])
        self.run_campaign()
        own, theirs = self.records()
        self.assertEqual(theirs["workload"], "theirs")
        show = ["records", "show", "--json", "--db", str(self.db)]
        self.assertEqual(json.loads(self.isojoule(*show)[0]), own)
        self.assertEqual(json.loads(self.isojoule(*show, theirs["id"])[0]), theirs)

    def test_says_where_there_is_none(self):
        self.run_campaign()
        self.assertIn("campaigns made all", self.refuse("records", "show", "--db", str(self.db), code=2))


if __name__ == "__main__":
    unittest.main()
