"""Rest, repeats, and what is left of runs, as a user meets them."""

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
import unittest

from support import FAST, PROGRAM, SEND, SEVERAL_READINGS, MadeMachine, energies


class Rest(MadeMachine):
    def test_gross_idle_and_net_are_three_numbers(self):
        self.measure("true", options=["--idle", "300ms", "--sensors", "rapl", *FAST])
        record = self.records()[0]
        for side in ("idle_before", "idle_after"):
            self.assertAlmostEqual(record[side]["elapsed_s"], 0.3, delta=0.1)
            self.assert_energies(record[side], {"rapl:package-0": 0.0})
        self.assertLess(record["whole"]["elapsed_s"], 0.25, "the rest is not the command's")
        out, _ = self.isojoule("records", "show", "latest", "--db", str(self.db))
        self.assertIn("gross 0 J, idle 0 J (0 W idle, before and after), net 0 J", out)

    def test_without_it_there_is_no_rest(self):
        self.measure("true")
        self.assertNotIn("idle_before", self.records()[0])

    def test_an_interrupt_at_rest_ends_it(self):
        process = subprocess.Popen(
            [PROGRAM, "measure", "-q", "--db", str(self.db), "--idle", "30s", "--", "sleep", "30"],
            env=self.environment, start_new_session=True)
        time.sleep(0.5)
        begin = time.monotonic()
        os.killpg(process.pid, signal.SIGINT)
        self.assertEqual(process.wait(timeout=20), 130)
        self.assertLess(time.monotonic() - begin, 5.0)

    def test_no_duration(self):
        for text in ("5 parsecs", "-1s", "", "s"):
            err = self.refuse("measure", "--db", str(self.db), "--idle", text, "--", "true", code=2)
            self.assertIn("--idle", err)


class Repeats(MadeMachine):
    def test_each_is_a_record_and_they_are_summed_up(self):
        _, err = self.measure("true", options=["--repeat", "3", "--warmup", "1"])
        records = self.records()
        self.assertEqual([r["repeat"]["index"] for r in records], [1, 2, 3])
        self.assertEqual({r["repeat"]["group"] for r in records}, {records[0]["id"]})
        self.assertIn("Repeats", err)
        self.assertIn("warm-up 1 of 1", err)

    def test_json_of_repeats_is_a_list(self):
        copy = self.folder / "records.json"
        self.measure("true", options=["--repeat", "2", f"--json={copy}"])
        self.assertEqual([r["id"] for r in json.loads(copy.read_text())],
                         [r["id"] for r in self.records()])

    def test_the_first_failure_ends_them_with_its_code(self):
        self.measure("sh", "-c", "exit 3", options=["--repeat", "5"], code=3)
        self.assertEqual(len(self.records()), 1)

    def test_an_interrupt_ends_them_though_the_command_ends_well(self):
        process = subprocess.Popen(
            [PROGRAM, "measure", "-q", "--db", str(self.db), "--repeat", "3", "--", sys.executable,
             # sigwait, as a handler that comes just before a sleep does not end it.
             "-c", "import signal\n"
             "signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})\n"
             "print('ready', flush=True)\n"
             "signal.sigwait({signal.SIGINT})\n"],
            env=self.environment, stdout=subprocess.PIPE, text=True)
        self.assertEqual(process.stdout.readline(), "ready\n")
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(timeout=20), 0)
        process.stdout.close()
        self.assertEqual([r["outcome"].get("interrupted") for r in self.records()], [True])

    def test_usage(self):
        for options in (["--repeat", "0"], ["--warmup", "-1"]):
            self.refuse("measure", "--db", str(self.db), *options, "--", "true", code=2)


class Stating(MadeMachine):
    def test_what_the_user_says_of_the_training(self):
        self.measure("true", options=["--name", "mine", "--flops-per-sample", "2e9", "--params",
                                      "1000", "--samples", "15780", "--device", "cpu"])
        record = self.records()[0]
        self.assertEqual(record["cost"]["flops_forward"], 2e9)
        self.assertEqual(record["cost"]["parameters"], 1000)
        self.assertEqual(record["cost"]["rule"], "stated")
        self.assertEqual(record["samples"], 15780)
        self.assertEqual(record["context"]["device"], "cpu")

    def test_half_a_cost_is_none(self):
        err = self.refuse("measure", "--db", str(self.db), "--params", "5", "--", "true", code=2)
        self.assertIn("go together", err)

    def test_a_device_that_is_not_there(self):
        err = self.refuse("measure", "--db", str(self.db), "--device", "cuda:12", "--", "true",
                          code=1)
        self.assertIn("cuda:12", err)
        self.refuse("measure", "--db", str(self.db), "--device", "gpu1", "--", "true", code=2)

    def test_one_of_two_boards(self):
        board = "board\nuuid GPU-{0}\nname Fake\nenergy_mj 5000\npower_mw 100000\n"
        self.use_fake_nvml(board.format("a") + board.format("b"))
        self.measure("sh", "-c", "echo $CUDA_VISIBLE_DEVICES", options=["--device", "cuda:1"])
        ids = set(energies(self.records()[0]["whole"]))
        self.assertIn("nvml:GPU-b:energy", ids)
        self.assertNotIn("nvml:GPU-a:energy", ids)
        # With two boards there is no third: it is not the first or the second.
        self.refuse("measure", "--db", str(self.db), "--device", "cuda:12", "--", "true", code=1)

    def test_a_gain_that_was_calibrated(self):
        self.measure("sh", "-c", f"{SEVERAL_READINGS}; echo 5000000 > '{self.zone}/energy_uj'; "
                     f"{SEVERAL_READINGS}",
                     options=["--gain", "package-0=1.25+-0.01,wattmeter", *FAST])
        channel = self.records()[0]["whole"]["channels"][0]
        self.assertAlmostEqual(channel["energy_j"], 4.0 / 1.25, places=9)
        self.assertEqual(channel["channel"]["gain"]["source"], "wattmeter")
        gain = [c for c in channel["uncertainty"]["components"] if c["source"] == "gain"][0]
        self.assertAlmostEqual(gain["standard_j"], 3.2 * 0.008 / 3**0.5, places=9)

    def test_a_gain_of_nothing(self):
        err = self.refuse("measure", "--db", str(self.db), "--gain", "GPU-x=1.0,me", "--", "true",
                          code=2)
        self.assertIn("package-0", err)
        for text in ("package-0", "package-0=1.0", "package-0=x,me", "package-0=0,me", "=1,me",
                     "package-0=1+-x,me", "package-0=1+-0.1"):
            err = self.refuse("measure", "--db", str(self.db), "--gain", text, "--", "true", code=2)
            self.assertIn("--gain", err)


class Recovering(MadeMachine):
    def killed_run(self):
        process = subprocess.Popen(
            [PROGRAM, "measure", "-q", "--db", str(self.db), "--name", "mine", "--", "sh", "-c",
             f"{SEVERAL_READINGS}; echo 4500000 > '{self.zone}/energy_uj'; sleep 0.5; echo ready; "
             "exec sleep 0.1"],
            env=self.environment, stdout=subprocess.PIPE, text=True)
        self.assertEqual(process.stdout.readline(), "ready\n")
        process.kill()
        process.wait(timeout=30)
        process.stdout.close()
        return next((self.db.parent / "traces").iterdir())

    def test_what_a_killed_run_left_becomes_its_record(self):
        trace = self.killed_run()
        self.assertEqual(self.records(), [])
        out, _ = self.isojoule("recover", str(trace), "--db", str(self.db))
        self.assertIn("cut off", out)
        record = self.records()[0]
        self.assertEqual(record["id"], trace.stem)
        self.assertEqual(record["workload"], "mine")
        self.assertEqual(record["outcome"], {"state": "cut_off", "exit_code": None, "signal": None})
        self.assert_energies(record["whole"], {"rapl:package-0": 3.5})
        self.isojoule("recover", str(trace), "--db", str(self.db))  # it may have grown meanwhile
        self.assertEqual(len(self.records()), 1)

    def test_a_run_that_ended_is_not_recovered_over_its_record(self):
        self.measure("true")
        record = self.records()[0]
        err = self.refuse("recover", record["trace"], "--db", str(self.db), code=1)
        self.assertIn(record["id"], err)

    def test_a_run_keeps_its_record_though_it_was_recovered_meanwhile(self):
        process = subprocess.Popen(
            [PROGRAM, "measure", "-q", "--db", str(self.db), "--", "sh", "-c",
             "echo ready; read line; exit 5"],
            env=self.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.assertEqual(process.stdout.readline(), "ready\n")
        trace = next((self.db.parent / "traces").iterdir())
        self.isojoule("recover", str(trace), "--db", str(self.db))
        self.assertEqual(self.records()[0]["outcome"]["state"], "cut_off")
        process.communicate("go\n", timeout=30)
        self.assertEqual([r["outcome"]["exit_code"] for r in self.records()], [5])

    def test_a_dry_run_keeps_nothing(self):
        trace = self.killed_run()
        out, _ = self.isojoule("recover", "-n", "--json", str(trace), "--db", str(self.db))
        self.assertEqual(json.loads(out)["id"], trace.stem)
        self.assertEqual(self.records(), [])

    def test_of_a_run_that_ended_is_the_same_record(self):
        self.measure("sh", "-c", f"{SEVERAL_READINGS}; echo 4500000 > '{self.zone}/energy_uj'; "
                     f"{SEVERAL_READINGS}; exit 3", code=3, options=["--idle", "200ms"])
        record = self.records()[0]
        again = json.loads(self.isojoule("recover", "-n", "--json", record["trace"])[0])
        self.assertEqual(again, record)

    def test_what_is_no_trace(self):
        file = self.folder / "x.trace"
        file.write_text("hello")
        err = self.refuse("recover", str(file), "--db", str(self.db), code=1)
        self.assertIn("is not an isojoule trace", err)

    def test_a_trace_is_shown_and_exported(self):
        trace = self.killed_run()
        out, _ = self.isojoule("trace", str(trace))
        self.assertIn("rapl:package-0", out)
        rows = list(csv.DictReader(io.StringIO(self.isojoule("trace", "--csv", str(trace))[0])))
        self.assertEqual(list(rows[0]), ["time_s", "channel", "counts", "value", "unit"])
        self.assertEqual({row["counts"] for row in rows if row["channel"] == "rapl:package-0"},
                         {"1000000", "4500000"})


class Faults(MadeMachine):
    def test_a_hung_board_delays_neither_begin_nor_end(self):
        self.use_fake_nvml("board\nuuid GPU-1\nname Fake\nenergy_mj 5000\npower_mw 100000\n"
                           "hang nvmlDeviceGetPowerUsage\n")
        begin = time.monotonic()
        self.measure("sh", "-c", f"{SEVERAL_READINGS}; echo 4500000 > '{self.zone}/energy_uj'; "
                     f"{SEVERAL_READINGS}", options=FAST)
        self.assertLess(time.monotonic() - begin, 8.0)
        self.assertAlmostEqual(energies(self.records()[0]["whole"])["rapl:package-0"], 3.5, places=9)

    def test_permission_denied_half_way_keeps_what_was_read(self):
        # Files of a made /sys are root's own; one that is gone fails as one that is denied does.
        self.measure("sh", "-c", f"{SEVERAL_READINGS}; mv '{self.zone}' '{self.zone}.gone'; "
                     f"{SEVERAL_READINGS}", options=FAST)
        channel = self.records()[0]["whole"]["channels"][0]
        # The file stays open, so that the counter can still be read.
        self.assertEqual(channel["energy_j"], 0.0)

    def test_a_full_disk_under_the_trace(self):
        # Marks that end what was never begun fill the trace and leave the record small.
        marks = (SEND + f"import sys, time; time.sleep(0.2)\n"
                 f"open({str(self.zone / 'energy_uj')!r}, 'w').write('4500000\\n'); time.sleep(0.3)\n"
                 "for i in range(6000): mark('end x k=' + 100 * 'v'); time.sleep(1e-4)\n"
                 "sys.exit(4)\n")
        limited = (f"ulimit -f 400; trap '' XFSZ; exec '{PROGRAM}' measure --db '{self.db}' -- "
                   f"'{sys.executable}' -c \"$1\"")
        done = subprocess.run(["bash", "-c", limited, "bash", marks], env=self.environment,
                              capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 4, done.stderr)
        record = self.records()[0]
        self.assertTrue([f for f in record["faults"] if "File too large" in f["message"]], record)
        self.assertEqual(os.path.getsize(record["trace"]), 400 * 1024)

    def test_a_daemon_left_behind_does_not_keep_us(self):
        begin = time.monotonic()
        self.measure("sh", "-c", "(setsid sleep 20 >/dev/null 2>&1 &) ; exit 6", code=6)
        self.assertLess(time.monotonic() - begin, 10.0)

    def test_a_command_that_closes_its_descriptors_and_ignores_terminate(self):
        process = subprocess.Popen(
            [PROGRAM, "measure", "-q", "--db", str(self.db), "--", sys.executable, "-c",
             "import os, signal, time\n"
             "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
             "os.write(1, b'ready\\n')\n"
             "os.closerange(0, 1000)\n"
             "time.sleep(1)\n"
             "os._exit(9)\n"],
            env=self.environment, stdout=subprocess.PIPE, text=True)
        self.assertEqual(process.stdout.readline(), "ready\n")
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(timeout=30), 9)
        process.stdout.close()
        self.assertEqual(self.records()[0]["outcome"]["exit_code"], 9)

    def test_a_stop_and_a_continue(self):
        process = subprocess.Popen(
            [PROGRAM, "measure", "-q", "--db", str(self.db), *FAST, "--", "sh", "-c",
             f"echo ready; {SEVERAL_READINGS}; echo 4500000 > '{self.zone}/energy_uj'; "
             f"{SEVERAL_READINGS}; exit 2"],
            env=self.environment, stdout=subprocess.PIPE, text=True, start_new_session=True)
        self.assertEqual(process.stdout.readline(), "ready\n")
        os.killpg(process.pid, signal.SIGSTOP)
        time.sleep(0.7)
        os.killpg(process.pid, signal.SIGCONT)
        self.assertEqual(process.wait(timeout=30), 2)
        process.stdout.close()
        record = self.records()[0]
        self.assert_energies(record["whole"], {"rapl:package-0": 3.5})
        self.assertGreater(record["whole"]["elapsed_s"], 0.7)  # as long as it was stopped


class Resets(MadeMachine):
    def test_a_counter_that_is_reset_is_missing_in_the_record_and_in_the_figure(self):
        """20 W all the time; the driver is loaded anew in the middle, and the counter starts at 1 J."""
        program = (
            "import os, time\n"
            f"counter = os.open('{self.zone}/energy_uj', os.O_WRONLY)\n"
            "for start in (150000000000, 1000000):\n"
            "    begin = time.monotonic()\n"
            "    while (now := time.monotonic() - begin) < 0.5:\n"
            "        os.pwrite(counter, f'{start + int(20e6 * now):015d}'.encode(), 0)\n"
            "        time.sleep(0.02)\n")
        self.write(self.zone / "energy_uj", f"{150000000000:015d}\n")
        self.measure(sys.executable, "-c", program, options=FAST)
        channel = self.records()[0]["whole"]["channels"][0]
        self.assertIsNone(channel["energy_j"])
        self.assertIn("the counter was reset", channel["reason"])
        figure = ["report", "latest", "--db", str(self.db), "--figure", "power", "-o", "-"]
        rows = list(csv.DictReader(io.StringIO(self.isojoule(*figure, "--format", "csv")[0])))
        lines = [row for row in rows if row["what"] == "rapl:package-0"]
        powers = [float(row["power_w"]) for row in lines if row["power_w"]]
        self.assertGreater(len(powers), 5)
        self.assertLess(max(powers), 1000.0, "20 W, as well as it is timed; 6 MW once")
        self.assertEqual([row["note"] for row in lines if not row["power_w"]], ["the counter was reset"])
        caption = json.loads(self.isojoule(*figure, "--format", "json")[0])["caption"]
        self.assertRegex(caption, r"rapl:package-0 at [0-9.]+ s \(the counter was reset\)")


if __name__ == "__main__":
    # A shell that runs this in the background has it ignored.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    unittest.main()
