"""Installs into a folder, moves the folder, and uses what lies there: program, headers, CMake package.

Usage: install_test.py SOURCE_DIRECTORY BUILD_DIRECTORY
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

BUILD = pathlib.Path(sys.argv.pop()).resolve()
SOURCE = pathlib.Path(sys.argv.pop()).resolve()
CMAKE = os.environ["CMAKE"]
CONSUMER = pathlib.Path(__file__).parent / "consumer"


def run(*command, **options):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, **options)
    if done.returncode:
        raise AssertionError(f"{command} gave {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


class Install(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="isojoule-install-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        first = cls.folder / "first"
        run(CMAKE, "--install", BUILD, "--prefix", first)
        # Moved, so that whatever leads back to where it was installed leads nowhere.
        cls.prefix = first.rename(cls.folder / "moved")

    def files(self, pattern):
        return sorted(self.prefix.rglob(pattern))

    def test_every_public_header_and_no_other_is_installed(self):
        public = {
            path.relative_to(SOURCE) for path in (SOURCE / "isojoule").rglob("*.hpp")
            if "detail" not in path.parts
        }
        include = self.prefix / "include"
        self.assertEqual({path.relative_to(include) for path in self.files("*.hpp")}, public)

    def test_every_room_has_its_library(self):
        rooms = {path.name for path in (SOURCE / "isojoule").iterdir() if path.is_dir()}
        libraries = {path.stem.removeprefix("libisojoule_") for path in self.files("*.a")}
        self.assertLessEqual(rooms, libraries)
        for part in libraries - rooms:
            self.assertIn(part.split("_")[0], rooms, f"{part} is of no room")

    def test_the_package_leads_neither_to_the_sources_nor_to_the_build(self):
        scripts = self.files("*.cmake")
        self.assertTrue(scripts)
        for script in scripts:
            text = script.read_text()
            for place in (SOURCE, BUILD, self.folder):
                self.assertNotIn(str(place), text, script.name)

    def test_the_package_names_no_file_of_this_machine(self):
        """What it needs it finds where it is used, by name."""
        for script in self.files("*.cmake"):
            code = re.sub(r"^\s*#.*$", "", script.read_text(), flags=re.MULTILINE)
            found = re.findall(r"(?<![\w}./])/(?:usr|lib\w*|opt|home|root|tmp)\b[^\s\"';>]*", code)
            self.assertEqual(found, [], script.name)

    def test_who_normalizes_a_table_links_neither_a_database_nor_a_sensor(self):
        project = self.folder / "tables-source"
        project.mkdir()
        (project / "CMakeLists.txt").write_text(
            "cmake_minimum_required(VERSION 3.23)\nproject(tables LANGUAGES CXX)\n"
            "find_package(isojoule 0.1 REQUIRED COMPONENTS table normalize evaluate page report)\n"
            "add_executable(tables tables.cpp)\n"
            "target_link_libraries(tables PRIVATE isojoule::table isojoule::report_evaluation)\n")
        (project / "tables.cpp").write_text(
            '#include <iostream>\n#include "isojoule/page/text.hpp"\n'
            '#include "isojoule/report/evaluation_tables.hpp"\n'
            '#include "isojoule/table/readers.hpp"\n'
            "int main(int, char** argv) {\n"
            "  isojoule::TableInput input(argv[1]);\n  isojoule::ObservationTable table;\n"
            "  isojoule::read_table(input, \"\", {}, isojoule::keep_strictly(table));\n"
            "  std::vector<isojoule::EvaluationRow> rows;\n"
            "  isojoule::EvaluationSinks sinks;\n"
            "  sinks.row = [&rows](const isojoule::EvaluationRow& row) { rows.push_back(row); };\n"
            "  isojoule::evaluate(isojoule::Dataset(table.rows), {}, sinks);\n"
            "  std::cout << rows.size() << '\\n';\n}\n")
        build = self.folder / "tables"
        sanitize = os.environ["SANITIZE"]
        flags = [f"-DCMAKE_CXX_FLAGS=-fsanitize={sanitize}"] if sanitize else []
        run(*self.configure(project, build, *flags))
        run(CMAKE, "--build", build)
        # Five splits of six ordered pairs.
        self.assertEqual(run(build / "tables", SOURCE / "tests" / "golden" / "table.csv").strip(),
                         "30")
        needed = run("readelf", "-d", build / "tables")
        self.assertIn("libstdc++", needed)
        for library in ("sqlite", "nvidia", "prometheus"):
            self.assertNotIn(library, needed)
        symbols = run("nm", "-C", build / "tables")
        self.assertNotIn("sqlite3_open", symbols)
        self.assertNotIn("isojoule::open_sensors", symbols)

    def test_the_libraries_can_go_into_a_shared_one(self):
        build = self.folder / "plugin"
        project = self.folder / "plugin-source"
        project.mkdir()
        (project / "CMakeLists.txt").write_text(
            "cmake_minimum_required(VERSION 3.23)\nproject(plugin LANGUAGES CXX)\n"
            "find_package(isojoule 0.1 REQUIRED)\nadd_library(plugin SHARED plugin.cpp)\n"
            "target_link_libraries(plugin PRIVATE isojoule::onnx isojoule::store)\n"
            "target_link_options(plugin PRIVATE -Wl,--no-undefined)\n")
        (project / "plugin.cpp").write_text(
            '#include "isojoule/onnx/count_onnx.hpp"\n#include "isojoule/store/open_store.hpp"\n'
            "auto* count() { return &isojoule::count_onnx; }\n"
            "auto open(const char* path) { return isojoule::open_store_to_read(path); }\n")
        if os.environ["SANITIZE"]:
            self.skipTest("sanitizers leave symbols undefined in shared libraries")
        run(*self.configure(project, build))
        run(CMAKE, "--build", build)

    def test_the_programs_are_stripped(self):
        programs = [path for path in (self.prefix / "bin").iterdir() if path.is_file()]
        self.assertIn("isojoule", [path.name for path in programs])
        if os.environ["SANITIZE"]:
            self.skipTest("sanitizers make programs larger")
        for program in programs:
            self.assertNotIn(".debug_info", run("readelf", "-SW", program), program.name)
        self.assertLess(sum(path.stat().st_size for path in programs), 6e6)

    def test_the_package_does_not_need_torch(self):
        for script in self.files("*.cmake"):
            self.assertNotIn("torch", script.read_text().lower(), script.name)

    def test_the_installed_program_finds_its_profiles(self):
        environment = {"HOME": str(self.folder), "PATH": os.environ["PATH"]}
        profiles = json.loads(run(self.prefix / "bin" / "isojoule", "profiles", "list", "--json",
                                  env=environment))
        bundled = {path.stem for path in (SOURCE / "profiles").glob("*.json")}
        self.assertTrue(bundled)
        self.assertEqual({profile["name"] for profile in profiles}, bundled)

    def configure(self, source, build, *options):
        """The command that does it."""
        return [CMAKE, "-G", os.environ["GENERATOR"], "-S", source, "-B", build,
                f"-DCMAKE_PREFIX_PATH={self.prefix}", *options]

    def test_a_project_of_its_own_is_built_on_it(self):
        build = self.folder / "consumer"
        sanitize = os.environ["SANITIZE"]
        flags = [f"-DCMAKE_CXX_FLAGS=-fsanitize={sanitize}"] if sanitize else []
        run(*self.configure(CONSUMER, build, *flags))
        run(CMAKE, "--build", build)
        *sensors, energy = run(build / "consumer").splitlines()
        for line in sensors:
            self.assertRegex(line, r"^sensor [a-z-]+: [1-9]\d* channels$")
        # Halfway between (10, 20) and (20, 50).
        self.assertEqual(energy, "35.000 J")

    def test_an_unknown_room_and_another_version_are_refused(self):
        project = self.folder / "refused"
        project.mkdir()
        refusals = {"0.1 REQUIRED COMPONENTS cellar": "isojoule has no room 'cellar'",
                    "0.2 REQUIRED": 'compatible with requested version "0.2"'}
        for wanted, why in refusals.items():
            (project / "CMakeLists.txt").write_text(
                "cmake_minimum_required(VERSION 3.23)\nproject(refused LANGUAGES CXX)\n"
                f"find_package(isojoule {wanted})\n")
            done = subprocess.run(self.configure(project, project / "build"), capture_output=True,
                                  text=True)
            self.assertNotEqual(done.returncode, 0, wanted)
            self.assertIn(why, " ".join(done.stderr.split()))


if __name__ == "__main__":
    unittest.main()
