"""Ranks of a job: each board once, and one owner of each node."""

import json
import os
import signal
import subprocess
import unittest

from support import FAST, PROGRAM, SEVERAL_READINGS, MadeMachine, energies


class Ranks(MadeMachine):
    def rank(self, rank, local, command="true"):
        self.environment.update({"SLURM_JOB_ID": "77", "SLURM_STEP_ID": "0", "SLURM_NTASKS": "2",
                                 "SLURM_PROCID": str(rank), "SLURM_LOCALID": str(local)})
        self.measure("sh", "-c", command, options=["--name", "job", *FAST])
        return self.records()[-1]

    def test_one_rank_measures_the_node(self):
        change = (f"{SEVERAL_READINGS}; echo 4500000 > '{self.zone}/energy_uj'; "
                  f"{SEVERAL_READINGS}")
        first = self.rank(0, 0, change)
        second = self.rank(1, 1)
        self.assertAlmostEqual(energies(first["whole"])["rapl:package-0"], 3.5, places=9)
        self.assertNotIn("rapl:package-0", energies(second["whole"]))
        self.isojoule("merge", first["id"], second["id"], "--db", str(self.db))
        merged = self.records()[-1]
        self.assertAlmostEqual(energies(merged["whole"])["rapl:package-0"], 3.5, places=9)
        self.assertEqual(merged["context"]["merged_from"], f"{first['id']} {second['id']}")

    def be_rank(self, variables):
        """Runs what follows with these variables of a launcher, and no others."""
        kept = {"PATH", "HOME", "ISOJOULE_ROOT", "XDG_DATA_HOME", "LD_LIBRARY_PATH", "FAKE_NVML_SCRIPT"}
        self.environment = {k: v for k, v in self.environment.items() if k in kept} | variables

    def measure_as(self, variables, *command):
        self.be_rank(variables)
        _, err = self.measure(*command, options=["--name", "job", *FAST])
        return self.records()[-1], err

    def pmi(self, rank, job):
        """As MPICH without a local rank: all that a lock is there for."""
        return {"PMI_RANK": str(rank), "PMI_SIZE": "2", "PMI_JOBID": f"{job}-{os.getpid()}"}

    def measure_at_once(self, jobs):
        """A measure for each environment, all at the same time; their records by rank."""
        names = [self.folder / f"rank-{i}.json" for i in range(len(jobs))]
        processes = [
            subprocess.Popen([PROGRAM, "measure", "-q", "--db", str(self.db), "--name", "job",
                              f"--json={name}", *FAST, "--", "sleep", "0.9"],
                             env=self.environment | variables)
            for name, variables in zip(names, jobs)]
        for process in processes:
            self.assertEqual(process.wait(timeout=60), 0)
        return [json.loads(name.read_text()) for name in names], [str(name) for name in names]

    def test_slurm_gives_the_local_rank_whatever_gives_the_rank(self):
        # srun --mpi=pmi2, with LOCAL_RANK as scripts set it.
        slurm = {"SLURM_NTASKS": "2", "SLURM_JOB_ID": "77", "SLURM_STEP_ID": "0", "PMI_SIZE": "2",
                 "PMI_JOBID": "77.0", "LOCAL_RANK": "0"}
        of = lambda r: slurm | {"PMI_RANK": r, "SLURM_PROCID": r, "SLURM_LOCALID": r}
        first, err = self.measure_as(of("0"), "true")
        self.assertIn("Place in the job: rank 0 of 2; it measures this node's packages and memory.", err)
        self.assertEqual(first["node_owner"], {"who": "this process", "text": "local rank 0"})
        second, err = self.measure_as(of("1"), "true")
        self.assertIn("Place in the job: rank 1 of 2; rank 0 measures this node's packages and memory.", err)
        self.assertNotIn("No sensor could be used", err)
        self.assertEqual(second["node_owner"], {"who": "another", "text": "rank 0"})
        self.assertNotIn("rapl:package-0", energies(second["whole"]))

    def test_without_a_local_rank_one_of_two_has_the_node(self):
        records, files = self.measure_at_once([self.pmi(0, "elect"), self.pmi(1, "elect")])
        owners = [record["node_owner"]["who"] for record in records]
        self.assertEqual(sorted(owners), ["another", "this process"])
        has_package = ["rapl:package-0" in energies(record["whole"]) for record in records]
        self.assertEqual(has_package, [who == "this process" for who in owners])
        self.isojoule("merge", *files, "--db", str(self.db))
        self.assertEqual(energies(self.records()[-1]["whole"])["rapl:package-0"], 0.0)

    def test_ranks_that_do_not_see_each_other_are_not_added(self):
        # Each with a /tmp of its own: another mount than the first process has.
        self.write(self.root / "proc/1/mountinfo", "22 1 254:0 / / rw - ext4 /dev/vda rw\n")
        self.write(self.root / "proc/self/mountinfo",
                   "22 1 254:0 / / rw - ext4 /dev/vda rw\n30 22 0:31 / /tmp rw - tmpfs tmpfs rw\n")
        (self.root / "proc/self/ns").mkdir()
        (self.root / "proc/self/ns/pid").symlink_to("pid:[4026531836]")
        ids = []
        for rank in (0, 1):
            record, err = self.measure_as(self.pmi(rank, "apart"), "true")
            self.assertEqual(record["node_owner"]["who"], "unknown")
            self.assertIn("/tmp is another for this process", record["node_owner"]["text"])
            self.assertIn(f"rank {rank} of 2; ownership unknown", err)
            ids.append(record["id"])
        out, _ = self.isojoule("merge", *ids, "--db", str(self.db))
        merged = self.records()[-1]
        self.assertIsNone(energies(merged["whole"])["rapl:package-0"])
        self.assertIn("it is not known which rank owns the node", out)

    def test_a_measured_command_does_not_measure_the_node_again(self):
        inner = self.folder / "inner.json"
        change = f"{SEVERAL_READINGS}; echo 4500000 > '{self.zone}/energy_uj'; {SEVERAL_READINGS}"
        _, err = self.measure(PROGRAM, "measure", "--db", str(self.db), f"--json={inner}", *FAST, "--",
                              "sh", "-c", change, options=FAST)
        self.assertIn("Not measured here: the isojoule that runs this one measures", err)
        self.assertEqual(energies(json.loads(inner.read_text())["whole"]), {})
        outer = next(r for r in self.records() if "node_owner" not in r)
        self.assert_energies(outer["whole"], {"rapl:package-0": 3.5})

    def test_a_meter_that_was_killed_leaves_the_node_to_what_it_started(self):
        outer = subprocess.Popen([PROGRAM, "measure", "-q", "--db", str(self.db), "--", "sh", "-c",
                                  "echo $ISOJOULE_MARKS; sleep 30"],
                                 env=self.environment, stdout=subprocess.PIPE, text=True,
                                 start_new_session=True)
        marks = outer.stdout.readline().strip()
        outer.kill()
        outer.wait()
        record, _ = self.measure_as({"ISOJOULE_MARKS": marks}, "true")
        os.killpg(outer.pid, signal.SIGKILL)
        outer.stdout.close()
        self.assertNotIn("node_owner", record)
        self.assertIn("rapl:package-0", energies(record["whole"]))

    def test_only_one_process_of_a_node_starts_a_campaign(self):
        plan = self.folder / "plan.toml"
        self.write(plan, "[[command]]\nname = 'mine'\nrun = ['true']\n")
        self.isojoule("campaign", "run", str(plan), "--db", str(self.db))
        before = len(self.records())
        slurm = {"SLURM_PROCID": "1", "SLURM_LOCALID": "1", "SLURM_NTASKS": "2", "SLURM_JOB_ID": "77",
                 "SLURM_STEP_ID": "0"}
        for place, variables in (("rank 1 of 2; rank 0 measures", slurm),
                                 ("ownership unknown", self.pmi(0, "alone"))):
            self.be_rank(variables)
            for what in (["calibrate"], ["campaign", "run", str(plan)], ["campaign", "resume"]):
                err = self.refuse(*what, "--db", str(self.db), code=2)
                self.assertIn(f"{' '.join(what[:2]) if len(what) > 1 else what[0]} is for one process", err)
                self.assertIn(place, err)
            self.isojoule("campaign", "run", str(plan), "--dry-run", "--db", str(self.db))
        self.assertEqual(len(self.records()), before)
        self.assertEqual(len(json.loads(self.isojoule("campaign", "list", "--json", "--db", str(self.db))[0])), 1)

    def test_a_gain_of_what_another_rank_measures_is_no_mistake(self):
        self.environment.update({"RANK": "1", "WORLD_SIZE": "2", "LOCAL_RANK": "1"})
        self.measure("true", options=["--gain", "package-0=1.02,wattmeter"])

    def test_boards_that_both_see_are_counted_once(self):
        self.use_fake_nvml("board\nuuid GPU-1\nname Fake\nenergy_rate_mw 100000\nlimit_mw 700000\n")
        first = self.rank(0, 0, "sleep 0.3")
        second = self.rank(1, 1, "sleep 0.3")
        self.isojoule("merge", first["id"], second["id"], "--db", str(self.db))
        merged = energies(self.records()[-1]["whole"])
        self.assertEqual(merged["nvml:GPU-1:energy"],
                         energies(first["whole"])["nvml:GPU-1:energy"])

    def test_what_is_no_job_is_not_merged(self):
        self.measure("true")
        self.measure("true")
        ids = [record["id"] for record in self.records()]
        err = self.refuse("merge", *ids, "--db", str(self.db), code=2)
        self.assertIn("of no job", err)


if __name__ == "__main__":
    unittest.main()
