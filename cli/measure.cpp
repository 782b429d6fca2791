#include <cstdio>
#include <memory>
#include <optional>

#include "isojoule/core/error.hpp"
#include "isojoule/record/record_json.hpp"
#include "isojoule/report/record_report.hpp"
#include "isojoule/report/text.hpp"
#include "isojoule/run/measure_command.hpp"
#include "isojoule/workload/workload.hpp"

#include "context.hpp"
#include "live_line.hpp"
#include "output.hpp"
#include "paths.hpp"

namespace isojoule::cli {
namespace {

struct Options {
  std::string workload;
  std::string name;
  double period_s = 0.1;
  std::vector<std::string> sensors;
  std::string replay;
  std::string db;
  std::string json;
  bool quiet = false;
  bool no_live = false;
};

MeasureOptions measure_options(const Options& options, const std::filesystem::path& store) {
  MeasureOptions result;
  if (!options.workload.empty()) {
    const Workload& workload = find_reference_workload(options.workload);
    result.workload = workload.id;
    result.cost = workload.cost;
  } else if (!options.name.empty()) {
    result.workload = WorkloadId(options.name);
  }
  result.period = options.period_s * second;
  result.sensors = options.sensors;
  if (options.replay == "-")
    throw Error(ErrorCode::usage,
                "--replay cannot be -: standard input is the command's own; name a file");
  if (!options.replay.empty()) result.replay = options.replay;
  result.trace_directory = trace_directory(store);
  result.version = ISOJOULE_VERSION;
  return result;
}

/// What keeps a record; without it the readings are still in the trace.
template <class Keep>
void try_to(const Record& record, Keep keep) {
  try {
    keep();
  } catch (const Error& error) {
    // The command's exit code is passed on whatever happens.
    std::fprintf(stderr, "isojoule: %s%s%s\n", error.what(),
                 record.trace.empty() ? "" : "; the readings are kept in ", record.trace.c_str());
  }
}

void measure(Context& context, const Options& options) {
  const std::vector<std::string>& command = context.after_dashes;
  if (command.empty())
    throw Error(ErrorCode::usage, "measure needs a command after --; see isojoule measure --help");
  if (!(options.period_s >= 0.001 && options.period_s <= 60.0))
    throw Error(ErrorCode::usage, "--period must be from 0.001 to 60 seconds");
  const auto file = store_file(context.world, options.db);
  MeasureOptions measure = measure_options(options, file);
  Store store(file);  // before the command starts: a store that cannot be used must not cost a run

  const HeldSignals signals;
  LiveLine live(context.world);
  if (!options.quiet && !options.no_live)
    measure.live = [&live](std::shared_ptr<const LiveReadings> readings) { live.start(readings); };
  const Record record = measure_command(context.world, signals, command, measure);
  context.exit_code = record.outcome.exit_code;
  // Kept before anything is said: what cannot be said must not cost the record.
  try_to(record, [&] { store.add(record); });
  live.stop();  // now, since the terminal may keep us waiting
  try_to(record, [&] {
    if (!options.json.empty()) write_json(record_to_json(record), options.json);
  });
  if (!options.quiet) std::fputs(render_text(record_table(record)).c_str(), stderr);
}

}  // namespace

void add_measure(CLI::App& app, Context& context) {
  CLI::App* command =
      app.add_subcommand("measure", "Run a command, measure what it uses, and keep a record of it");
  auto options = std::make_shared<Options>();
  auto* workload = command->add_option("--workload", options->workload,
                                       "The reference workload that the command trains");
  command->add_option("--name", options->name, "A name of your own for what the command trains")
      ->excludes(workload);
  command->add_option("--period", options->period_s, "Seconds between two readings")
      ->capture_default_str();
  command
      ->add_option("--sensors", options->sensors,
                   "Sensors to use together, joined with + (default: all that can be)")
      ->delimiter('+');
  command->add_option("--replay", options->replay, "Take the readings from a trace file instead");
  command->add_option("--db", options->db, "The store to keep the record in");
  command->add_option("--json", options->json, "Write the record to a file, - for standard output");
  command->add_flag("-q,--quiet", options->quiet, "No live line and no summary");
  command->add_flag("--no-live", options->no_live,
                    "No live line in the last row: for commands that fill the screen");

  command->footer(
      "The command's input, output, signals and exit code pass through; the summary goes to\n"
      "standard error. Windows within the run are set by marks: see isojoule mark --help.\n\n"
      "Example:\n"
      "  isojoule measure --name my-model -- python3 train.py\n"
      "  isojoule measure --workload cnn-2x128 -- isojoule-train --workload cnn-2x128 --steps 20");
  command->callback([&context, options] { measure(context, *options); });
}

}  // namespace isojoule::cli
