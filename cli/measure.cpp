#include "isojoule/app/measure.hpp"

#include <memory>
#include <optional>

#include <fmt/format.h>

#include "isojoule/app/installation.hpp"
#include "isojoule/app/total.hpp"
#include "isojoule/core/error.hpp"
#include "isojoule/page/text.hpp"
#include "isojoule/store/open_store.hpp"

#include "context.hpp"
#include "live_line.hpp"
#include "output.hpp"
#include "output_options.hpp"
#include "store_option.hpp"
#include "text_output.hpp"
#include "values.hpp"

namespace isojoule::cli {
namespace {

struct MeasureArguments {
  std::string workload;
  std::string name;
  double flops_per_sample = 0.0;
  std::uint64_t parameters = 0;
  std::uint64_t samples = 0;
  std::string device;
  std::string period = "100ms";
  std::string idle = "0s";
  bool settle = false;
  std::vector<std::string> gains;
  int repeat = 1;
  int warmup = 0;
  std::vector<std::string> sensors;
  std::string replay;
  std::string db;
  std::string json;
  bool quiet = false;
  bool no_live = false;
};

/// What the command costs and is called.
void set_workload(const MeasureArguments& options, MeasureOptions& result) {
  if (!options.workload.empty()) return set_reference_workload(result, options.workload);
  if (!options.name.empty()) result.workload = WorkloadId(options.name);
  const bool has_flops = options.flops_per_sample > 0.0;
  const bool has_parameters = options.parameters > 0;
  if (has_flops != has_parameters)
    throw Error(ErrorCode::usage,
                "--flops-per-sample and --params go together: a cost is both of them");
  if (has_flops) result.cost = stated_cost(options.flops_per_sample, options.parameters);
}

MeasureOptions measure_options(const MeasureArguments& options) {
  MeasureOptions result;
  set_workload(options, result);
  if (options.samples > 0) result.samples = options.samples;
  result.device = options.device;
  result.period = parse_duration("--period", options.period);
  result.idle = parse_duration("--idle", options.idle);
  result.settle = options.settle;
  for (const std::string& gain : options.gains) result.gains.push_back(parse_gain(gain));
  result.sensors = options.sensors;
  if (options.replay == "-")
    throw Error(ErrorCode::usage,
                "--replay cannot be -: standard input is the command's own; name a file");
  if (!options.replay.empty()) result.replay = options.replay;
  result.version = ISOJOULE_VERSION;
  return result;
}

MeasureEvents events_of(LiveLine& live, bool quiet) {
  MeasureEvents events;
  events.not_kept = [](const Record&, const std::string& why) { print_message(why); };
  events.measured = [&live, quiet](const Record& record) {
    live.stop();  // now, since the terminal may keep us waiting
    if (!quiet) print_note(render_text(record_overview(record)));
  };
  if (quiet) return events;
  events.warmup = [&live](int index, int count) {
    live.stop();
    print_message(fmt::format("warm-up {} of {}", index, count));
  };
  events.begin = [&live](int index, int count) {
    live.stop();
    if (count > 1) print_message(fmt::format("run {} of {}", index, count));
  };
  return events;
}

/// The command has run: its exit code is passed on whatever happens.
void try_to_write(Files& files, const std::vector<Record>& records, const std::string& file) {
  try {
    write_json(files, runs_to_json(records), file);
  } catch (const Error& error) {
    print_message(not_kept_text(records.back(), error));
  }
}

void measure(Context& context, const MeasureArguments& options) {
  const std::vector<std::string>& command = context.after_dashes;
  if (command.empty())
    throw Error(ErrorCode::usage, "measure needs a command after --; see isojoule measure --help");
  const std::string url = store_url(context.world, options.db);
  MeasureOptions measure = measure_options(options);
  const RepeatPlan plan{options.warmup, options.repeat};
  check_measurement(measure, plan);
  // Before the command starts: a store that cannot be used must not cost a run.
  const auto store = open_store(url);
  LiveLine live(context.world);
  if (!options.quiet && !options.no_live)
    measure.live = [&live](std::shared_ptr<const LiveReadings> readings) {
      live.start(std::move(readings));
    };
  const auto [records, ended_between] = measure_and_keep(context.world, *store, command, measure,
                                                         plan, events_of(live, options.quiet));
  // An interrupt that met a run is that run's own affair; one between two runs ends this program.
  context.exit_code = ended_between ? kInterrupted : records.back().outcome.exit_code;
  if (!options.json.empty()) try_to_write(*context.world.files, records, options.json);
  const auto summary = repeats_summary(records);
  if (!options.quiet && summary) print_note("\n" + render_text(*summary));
}

void add_what_it_is(CLI::App* command, MeasureArguments& options) {
  auto* workload = command->add_option("--workload", options.workload,
                                       "The reference workload that the command trains");
  command->add_option("--name", options.name, kNameHelp)->excludes(workload);
  command
      ->add_option("--flops-per-sample", options.flops_per_sample,
                   "Floating-point operations of one forward pass over one sample")
      ->excludes(workload)
      ->check(positive());
  command->add_option("--params", options.parameters, "Trainable parameters")
      ->excludes(workload)
      ->check(positive());
  command
      ->add_option("--samples", options.samples,
                   "Samples that the whole command trains on, each counted in every epoch")
      ->check(positive());
  command->add_option("--device", options.device, kDeviceHelp);
}

void add_how(CLI::App* command, MeasureArguments& options) {
  command->add_option("--period", options.period, "Time between two readings")
      ->capture_default_str();
  command->add_option("--idle", options.idle, kIdleHelp)->capture_default_str();
  command->add_flag("--settle", options.settle,
                    "Wait for new values of every sensor, before and after");
  command->add_option("--gain", options.gains, "A calibration: COMPONENT=VALUE[+-HALF],SOURCE")
      ->allow_extra_args(false);
  command->add_option("--repeat", options.repeat, "Number of measured runs")->capture_default_str();
  command->add_option("--warmup", options.warmup, "Number of unmeasured runs before")
      ->capture_default_str();
  command->add_option("--sensors", options.sensors, kSensorsHelp)->delimiter('+');
  command->add_option("--replay", options.replay, "Take the readings from a trace file instead");
}

}  // namespace

void add_measure(CLI::App& app, Context& context) {
  CLI::App* command =
      app.add_subcommand("measure", "Run a command, measure what it uses, and keep a record of it");
  auto options = std::make_shared<MeasureArguments>();
  add_what_it_is(command, *options);
  add_how(command, *options);
  add_store_option(command, options->db);
  add_json_file_option(command, context, options->json);
  command->add_flag("-q,--quiet", options->quiet, "No live line and no summary");
  command->add_flag("--no-live", options->no_live,
                    "No live line in the last row: for commands that fill the screen");

  command->footer(
      "The command's input, output, signals and exit code pass through; the summary goes to\n"
      "standard error. Windows within the run are set by marks: see isojoule mark --help.\n"
      "--gain gives a sensor's calibrated gain; COMPONENT is a board's UUID or package-0.\n"
      "As a rank of a job (torchrun, MPI, Slurm, Flux) one of each node measures what belongs to\n"
      "the node, and isojoule merge joins the records.\n\n"
      "Example:\n"
      "  isojoule measure --name my-model -- python3 train.py\n"
      "  isojoule measure --idle 5s --repeat 3 --name my-model -- python3 train.py\n"
      "  isojoule measure --workload cnn-2x128 -- isojoule-train --workload cnn-2x128 --steps 20");
  command->callback([&context, options] { measure(context, *options); });
}

}  // namespace isojoule::cli
