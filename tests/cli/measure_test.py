"""isojoule measure, as a user runs it."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
import unittest

from support import FAST, PROGRAM, SEND, SEVERAL_READINGS, MadeMachine, energies


class Passing(MadeMachine):
    def test_output_and_input_pass_through_and_the_summary_goes_to_stderr(self):
        out, err = self.measure("cat", stdin="through\n")
        self.assertEqual(out, "through\n")
        self.assertIn("whole command", err)

    def test_quiet_says_nothing(self):
        self.assertEqual(self.measure("true", options=["--quiet"]), ("", ""))

    def test_a_gigabyte_passes_through(self):
        out = subprocess.run(
            f"'{PROGRAM}' measure -q --db '{self.db}' -- head -c 1000000000 /dev/zero | wc -c",
            shell=True, env=self.environment, capture_output=True, text=True, timeout=100)
        self.assertEqual(out.stdout.strip(), "1000000000", out.stderr)

    def test_options_of_the_command_are_its_own(self):
        words = ["--db", "--help", "-q", "[a,b]", "{}", "", "--", "mark", "%%", "\u00e9"]
        out, _ = self.measure(sys.executable, "-c", "import sys; print(sys.argv[1:])", *words)
        self.assertEqual(out, f"{words}\n")

    def test_exit_code(self):
        self.measure("sh", "-c", "exit 42", code=42)
        record = self.records()[0]
        self.assertEqual(record["outcome"]["state"], "incomplete")
        self.assertEqual(record["outcome"]["exit_code"], 42)

    def test_killed_child(self):
        self.measure("sh", "-c", "kill -KILL $$", code=137)
        self.assertEqual(self.records()[0]["outcome"]["signal"], 9)

    def test_a_command_that_does_not_exist(self):
        err = self.refuse("measure", "--db", str(self.db), "--", "isojoule-nothing", code=127)
        self.assertIn("'isojoule-nothing' not found", err)
        self.assertEqual(self.records(), [])

    def test_signals_to_the_meter_reach_the_command(self):
        process = subprocess.Popen(
            [PROGRAM, "measure", "-q", "--db", str(self.db), "--", "sh", "-c",
             "trap 'echo asked; exit 9' TERM; echo ready; while :; do sleep 0.01; done"],
            env=self.environment, stdout=subprocess.PIPE, text=True)
        self.assertEqual(process.stdout.readline(), "ready\n")
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.communicate(timeout=30)[0], "asked\n")
        self.assertEqual(process.returncode, 9)
        self.assertEqual(self.records()[0]["outcome"]["exit_code"], 9)

    def test_nohup_stays_nohup(self):
        # What a shell set to be ignored stays ignored in the command.
        process = subprocess.run(
            ["sh", "-c", f"trap '' INT; '{PROGRAM}' measure -q --db '{self.db}' -- "
             "sh -c 'kill -INT $$; echo alive'"],
            env=self.environment, capture_output=True, text=True, timeout=30)
        self.assertEqual(process.stdout, "alive\n")


class Measuring(MadeMachine):
    def test_the_counter_is_counted(self):
        self.measure("sh", "-c", f"{SEVERAL_READINGS}; echo 4500000 > '{self.zone}/energy_uj'; "
                     f"{SEVERAL_READINGS}", options=["--name", "mine", *FAST])
        record = self.records()[0]
        self.assert_energies(record["whole"], {"rapl:package-0": 3.5})
        self.assertEqual(record["workload"], "mine")

    def test_marks_from_a_grandchild_of_pythons_subprocess(self):
        inner = SEND + "mark('begin steps'); mark('end steps steps=3 batch=8')"
        outer = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {inner!r}], check=True)"
        self.measure(sys.executable, "-c", outer)
        window = self.records()[0]["windows"][0]
        self.assertEqual(window["name"], "steps")
        self.assertEqual(window["attributes"], {"batch": "8", "steps": "3"})

    def test_marks_by_the_mark_command(self):
        script = (f"'{PROGRAM}' mark begin epoch; {SEVERAL_READINGS}; "
                  f"echo 3000000 > '{self.zone}/energy_uj'; {SEVERAL_READINGS}; "
                  f"'{PROGRAM}' mark end epoch loss=0.5")
        self.measure("sh", "-c", script, options=FAST)
        window = self.records()[0]["windows"][0]
        self.assert_energies(window["measurement"], {"rapl:package-0": 2.0})
        self.assertEqual(window["attributes"], {"loss": "0.5"})

    def test_a_window_that_is_paused(self):
        mark = f"'{PROGRAM}' mark"
        self.measure("sh", "-c",
                     f"{mark} begin steps; {SEVERAL_READINGS}; {mark} pause steps; "
                     f"{mark} begin check; {SEVERAL_READINGS}; echo 4000000 > '{self.zone}/energy_uj'; "
                     f"{SEVERAL_READINGS}; "
                     f"{mark} end check; {mark} resume steps; {SEVERAL_READINGS}; "
                     f"echo 5500000 > '{self.zone}/energy_uj'; {SEVERAL_READINGS}; "
                     f"{mark} end steps steps=3",
                     options=["--sensors", "rapl", *FAST])
        record = self.records()[0]
        steps, check = record["windows"]
        self.assertEqual([steps["name"], check["name"]], ["steps", "check"])
        self.assertEqual(len(steps["pieces"]), 2)
        self.assertAlmostEqual(steps["measurement"]["elapsed_s"],
                               sum(piece["elapsed_s"] for piece in steps["pieces"]), places=6)
        self.assert_energies(steps["measurement"], {"rapl:package-0": 1.5})
        self.assert_energies(check["measurement"], {"rapl:package-0": 3.0})
        # (The shell empties the file before it writes: a reading in between is no number.)
        self.assertEqual([f for f in record["faults"] if f["message"] != "not a number"], [])
        self.assertEqual(record["per_step"]["steps"], 3)
        shown, _ = self.isojoule("records", "show", "--db", str(self.db))
        self.assertRegex(shown, r"steps leaves out .* of pauses \(1\)")
        self.assertIn("check", shown)

    def test_windows_of_one_name_add_up(self):
        mark = f"'{PROGRAM}' mark"
        epoch = f"{mark} begin epoch; {SEVERAL_READINGS}; {mark} end epoch; "
        self.measure("sh", "-c", 3 * epoch, options=["--sensors", "rapl", *FAST])
        record = self.records()[0]
        self.assertEqual(len(record["windows"]), 3)
        self.assertEqual([(s["name"], len(s["pieces"])) for s in record["sums"]], [("epoch", 3)])
        shown, _ = self.isojoule("records", "show", "--db", str(self.db))
        self.assertRegex(shown, r"epoch \(3 +CPU package-0(.|\n)*windows\)")

    def test_the_mark_command_is_silent_where_nobody_measures(self):
        self.assertEqual(self.isojoule("mark", "begin", "steps"), ("", ""))
        self.refuse("mark", "begin", "two words", code=2)
        self.refuse("mark", "end", "steps", "novalue", code=2)

    def test_no_socket_is_left_behind(self):
        out, _ = self.measure("sh", "-c", "echo $ISOJOULE_MARKS")
        self.assertFalse(os.path.exists(os.path.dirname(out.strip())))

    def test_json_to_a_file_and_to_standard_output(self):
        file = self.folder / "record.json"
        self.measure("true", options=[f"--json={file}", "-q"])
        written = json.loads(file.read_text())
        out, _ = self.measure("true", options=["--json=-", "-q"])
        self.assertEqual(written["schema"], json.loads(out)["schema"])

    def test_records_never_hold_the_hosts_name(self):
        # The real machine's, in a run that reads its /proc and /sys.
        del self.environment["ISOJOULE_ROOT"]
        self.measure("true")
        self.assertNotIn(os.uname().nodename, json.dumps(self.records()[0]["host"]).split('"'))


class Keeping(MadeMachine):
    """What happens around a run must not cost its record."""

    def test_standard_error_that_nobody_reads_costs_neither_record_nor_exit_code(self):
        read, write = os.pipe()
        os.close(read)
        with os.fdopen(write, "w") as closed:
            done = subprocess.run(
                [PROGRAM, "measure", "--db", str(self.db), "--", "sh", "-c", "exit 5"],
                env=self.environment, stderr=closed, timeout=60)
        self.assertEqual(done.returncode, 5)
        self.assertEqual(len(self.records()), 1)

    def test_the_command_still_dies_of_a_closed_pipe(self):
        out, _ = self.measure("sh", "-c", "(sh -c 'kill -PIPE $$'; echo $?)")
        self.assertEqual(out, "141\n")

    def test_a_second_interrupt_while_the_record_is_kept(self):
        process = subprocess.Popen(
            [PROGRAM, "measure", "-q", "--db", str(self.db), "--", "sh", "-c",
             "echo $$; read line; exit 6"],
            env=self.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        child = int(process.stdout.readline())
        lock = sqlite3.connect(self.db, isolation_level=None)
        lock.execute("BEGIN IMMEDIATE")  # so that keeping the record takes as long as we say
        process.stdin.write("\n")
        process.stdin.close()
        while os.path.exists(f"/proc/{child}"):
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGTERM)
        lock.execute("ROLLBACK")
        lock.close()
        self.assertEqual(process.wait(timeout=30), 6)
        process.stdout.close()
        self.assertEqual(len(self.records()), 1)

    def test_a_deleted_trace_costs_the_energy_only(self):
        self.measure("sh", "-c", f"rm -rf '{self.db.parent}/traces'; exit 7", code=7)
        record = self.records()[0]
        self.assertEqual(record["outcome"]["exit_code"], 7)
        self.assertEqual(record["whole"]["channels"], [])
        self.assertIsNone(record["trace"])
        self.assertIn("cannot read the trace", record["faults"][0]["message"])

    def test_without_the_store_the_copy_survives(self):
        file = self.folder / "record.json"
        spoil = f"import sqlite3; sqlite3.connect({str(self.db)!r}).execute('DROP TABLE records')"
        _, err = self.measure(sys.executable, "-c", spoil, options=["-q", f"--json={file}"])
        self.assertIn("cannot be written", err)
        self.assertIn("the readings are kept in", err)
        self.assertEqual(json.loads(file.read_text())["schema"], "isojoule.record/2")


class BadInput(MadeMachine):
    def test_usage(self):
        self.assertIn("needs a command", self.refuse("measure", "--db", str(self.db), code=2))
        self.refuse("nonsense", code=2)
        self.assertIn("did you mean normalize?", self.refuse("normalise", code=2))
        self.refuse("measure", "--period", "0s", "--", "true", code=2)
        self.refuse("measure", "--no-such-option", "--", "true", code=2)

    def test_an_unknown_workload_lists_near_names(self):
        err = self.refuse("measure", "--workload", "cnn-2x12", "--", "true", code=2)
        self.assertIn("cnn-2x128", err)

    def test_an_unknown_sensor_lists_those_that_are_known(self):
        err = self.refuse("measure", "--sensors", "rapl+nvm", "--", "true", code=2)
        self.assertIn("unknown sensor 'nvm'", err)
        self.assertIn("nvml", err)

    def test_sensors_used_together_are_joined_with_plus(self):
        self.write(self.root / "proc/stat", "cpu  1 2 3 4 5 6 7 8 9 10\n")
        self.measure("true", options=["--sensors", "rapl+cpu-model"])
        self.assertEqual({i.split(":")[0] for i in energies(self.records()[0]["whole"])},
                         {"rapl", "cpu-model"})

    def test_a_replay_cannot_come_from_the_commands_own_input(self):
        err = self.refuse("measure", "--replay", "-", "--", "true", code=2)
        self.assertIn("the command's own", err)

    def test_the_default_places_are_the_owners_alone_whatever_the_umask(self):
        before = os.umask(0)
        try:
            self.isojoule("measure", "-q", "--", "true")
        finally:
            os.umask(before)
        store = self.folder / "xdg" / "isojoule"
        found = {path.relative_to(store): path.stat().st_mode & 0o777
                 for path in [store, *store.rglob("*")]}
        self.assertTrue({"traces", "store.sqlite"} <= {str(name) for name in found})
        for name, mode in found.items():
            self.assertEqual(mode, 0o700 if (store / name).is_dir() else 0o600, name)

    def test_a_store_that_cannot_be_opened_costs_no_run(self):
        witness = self.folder / "ran"
        self.write(self.folder / "file", "")
        err = self.refuse("measure", "--db", str(self.folder / "file" / "store"), "--", "touch",
                          str(witness), code=1)
        self.assertIn("store", err)
        self.assertFalse(witness.exists())

    def test_a_file_that_is_no_store(self):
        self.write(self.db, "workload,hardware,energy_j\n" * 100)
        self.refuse("measure", "--db", str(self.db), "--", "true", code=1)
        self.assertTrue(self.db.read_text().startswith("workload"))

    def test_a_store_of_a_newer_schema(self):
        self.measure("true")
        with sqlite3.connect(self.db) as connection:
            connection.execute("PRAGMA user_version = 999")
        connection.close()
        err = self.refuse("measure", "--db", str(self.db), "--", "true", code=1)
        self.assertIn("newer", err)

    def test_a_trace_that_is_none(self):
        self.write(self.folder / "x.trace", "hello")
        err = self.refuse("measure", "--db", str(self.db), "--replay",
                          str(self.folder / "x.trace"), "--", "true", code=1)
        self.assertIn("not an isojoule trace", err)


class Dying(MadeMachine):
    def start(self, script):
        return subprocess.Popen(
            [PROGRAM, "measure", "-q", "--db", str(self.db), "--", sys.executable, "-c", script],
            env=self.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def test_a_killed_meter_harms_neither_the_training_nor_its_trace(self):
        process = self.start(
            SEND + "import sys, time\n"
            "mark('begin steps'); time.sleep(0.2)\n"
            # A microjoule now and then: a counter that stands still for a second measures nothing.
            "for count in range(4500000, 4500025):\n"
            f"    open({str(self.zone / 'energy_uj')!r}, 'w').write(f'{{count}}\\n')\n"
            "    time.sleep(0.1)\n"
            "print('ready', flush=True); sys.stdin.readline()\n"
            "try: mark('end steps steps=1')\n"
            "except OSError: pass\n"
            "print('trained', flush=True)")
        self.assertEqual(process.stdout.readline(), "ready\n")
        process.kill()
        process.wait(timeout=30)
        process.stdin.write("go\n")
        process.stdin.flush()
        self.assertEqual(process.stdout.readline(), "trained\n")
        process.stdin.close()
        process.stdout.close()

        self.assertEqual(self.records(), [], "the store is whole, and without that run")
        traces = list((self.db.parent / "traces").iterdir())
        self.assertEqual(len(traces), 1)
        kept = traces[0].read_bytes()
        self.assertIn(b"begin steps t=", kept)
        self.assertNotIn(b"end steps t=", kept)
        # What was read is there, and is played: the counter rose well within this command's time, and
        # the recording is longer.
        _, err = self.measure("sleep", "1.5", options=["--replay", str(traces[0])])
        record = self.records()[0]
        self.assertAlmostEqual(energies(record["whole"])["rapl:package-0"], 3.5, delta=25e-6)
        self.assertEqual(record["context"]["replay_of"], str(traces[0]))
        self.assertIn("These energies are not the command's", err)

    def test_eight_at_once_share_a_store(self):
        processes = [self.start("pass") for _ in range(8)]
        for process in processes:
            process.communicate(timeout=60)
            self.assertEqual(process.returncode, 0)
        self.assertEqual(len(self.records()), 8)


if __name__ == "__main__":
    unittest.main()
