"""What the end-to-end tests share: the program, and a made machine to run it on."""

import json
import os
import pathlib
import pty
import re
import select
import shutil
import subprocess
import tempfile
import termios
import time
import unittest

PROGRAM = os.environ["ISOJOULE"]
FAKE_NVML = os.environ.get("FAKE_NVML", "")


class MadeMachine(unittest.TestCase):
    """A machine with one CPU package of 262 kJ range, and a store of its own."""

    def setUp(self):
        self.program = PROGRAM
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="isojoule-test-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.root = self.folder / "root"
        self.zone = self.root / "sys/class/powercap/intel-rapl:0"
        self.write(self.zone / "name", "package-0\n")
        self.write(self.zone / "energy_uj", "1000000\n")
        self.write(self.zone / "max_energy_range_uj", "262143328850\n")
        self.db = self.folder / "data" / "store.sqlite"
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "ISOJOULE_ROOT": str(self.root),
            "XDG_DATA_HOME": str(self.folder / "xdg"),
        }

    def write(self, path, text):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def install(self, trainer):
        """The program and its profiles in a folder of their own, with `trainer` as its isojoule-train.

        Gives that folder's bin; what isojoule() runs is then that copy."""
        binaries = self.folder / "bin"
        binaries.mkdir()
        self.program = str(shutil.copy(PROGRAM, binaries))
        shutil.copytree(pathlib.Path(PROGRAM).parent.parent / "share", self.folder / "share")
        self.write(binaries / "isojoule-train", trainer)
        (binaries / "isojoule-train").chmod(0o755)
        return binaries

    def use_fake_nvml(self, script):
        """Puts a fake NVIDIA driver in the way, which answers from `script`."""
        library = self.folder / "lib" / "libnvidia-ml.so.1"
        library.parent.mkdir(exist_ok=True)
        shutil.copy(FAKE_NVML, library)
        self.write(self.folder / "nvml-script", script)
        self.environment["LD_LIBRARY_PATH"] = str(library.parent)
        self.environment["FAKE_NVML_SCRIPT"] = str(self.folder / "nvml-script")

    def isojoule(self, *arguments, stdin=None, code=0):
        """Runs the program; checks its exit code; gives (stdout, stderr)."""
        done = subprocess.run(
            [self.program, *arguments],
            env=self.environment,
            input=stdin,
            stdin=None if stdin is not None else subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
        )
        self.assertEqual(done.returncode, code, done.stderr + done.stdout)
        return done.stdout, done.stderr

    def measure(self, *command, options=(), code=0, stdin=None):
        return self.isojoule(
            "measure", "--db", str(self.db), *options, "--", *command, code=code, stdin=stdin
        )

    def assert_energies(self, measurement, expected):
        """As `expected`, {channel: joules}, but for the rounding of sums."""
        measured = energies(measurement)
        self.assertEqual(set(measured), set(expected))
        for channel, joules in expected.items():
            self.assertAlmostEqual(measured[channel], joules, places=9, msg=channel)

    def records(self):
        return json.loads(self.isojoule("records", "list", "--json", "--db", str(self.db))[0])

    def refuse(self, *arguments, code):
        """An error is one line on standard error and nothing on standard output."""
        out, err = self.isojoule(*arguments, code=code)
        self.assertEqual(out, "")
        self.assertRegex(err, r"\Aisojoule: [^\n]+\n\Z")
        return err


# For commands in Python: mark(TEXT) sends a mark.
SEND = (
    "import os, socket\n"
    "s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)\n"
    "def mark(text): s.sendto(text.encode(), os.environ['ISOJOULE_MARKS'])\n"
)

# Between two readings a counter is taken to rise evenly. So what a test writes into a made counter must
# lie well within a window: at least one reading before it and one after it.
FAST = ["--period", "0.005s"]
SEVERAL_READINGS = "sleep 0.2"


def energies(measurement):
    """Channel id -> joules of a record's measurement."""
    return {c["channel"]["id"]: c["energy_j"] for c in measurement["channels"]}


PATIENCE_S = 30  # only a guard against a test that hangs


class Terminal:
    """A program on a pseudo-terminal, which is its controlling terminal."""

    def __init__(self, arguments, environment, rows=24, columns=80):
        self.seen = ""
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            termios.tcsetwinsize(0, (rows, columns))
            os.execvpe(arguments[0], arguments, environment)

    def resize(self, rows, columns):
        termios.tcsetwinsize(self.master, (rows, columns))

    def type(self, text):
        os.write(self.master, text.encode())

    def type_until(self, text, pattern):
        """Types `text` until `pattern` is seen: a shell that is just taking the terminal back may
        lose what was typed before."""
        for _ in range(6):
            self.type(text)
            try:
                return self.expect(pattern, PATIENCE_S / 6)
            except AssertionError as error:
                failure = error
        raise failure

    def expect(self, pattern, patience_s=PATIENCE_S):
        """Reads until `pattern` is seen; forgets what came up to its end."""
        deadline = time.monotonic() + patience_s
        while True:
            found = re.search(pattern, self.seen)
            if found:
                self.seen = self.seen[found.end():]
                return found
            ready, _, _ = select.select([self.master], [], [], max(0, deadline - time.monotonic()))
            if not ready:
                raise AssertionError(f"{pattern!r} was not seen in {self.seen!r}")
            try:
                data = os.read(self.master, 65536)
            except OSError:
                data = b""
            if not data:
                raise AssertionError(f"the terminal closed; {pattern!r} not in {self.seen!r}")
            self.seen += data.decode(errors="replace")

    def wait(self):
        """The exit code; what was written up to the end stays in `seen`."""
        try:
            while data := os.read(self.master, 65536):
                self.seen += data.decode(errors="replace")
        except OSError:
            pass
        os.close(self.master)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
