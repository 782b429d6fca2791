#include "isojoule/run/calibrate.hpp"

#include <cstdio>
#include <fstream>
#include <memory>

#include "isojoule/core/error.hpp"
#include "isojoule/report/quantity_text.hpp"
#include "isojoule/report/record_report.hpp"
#include "isojoule/workload/plan.hpp"

#include "context.hpp"
#include "output.hpp"
#include "paths.hpp"

namespace isojoule::cli {
namespace {

struct Options {
  std::string plan = "references";
  std::vector<std::string> workloads;
  long steps = 10;
  long warmup = 2;
  int threads = 0;
  std::string device = "cpu";
  std::uint64_t seed = 1;
  std::string name;
  std::string output;
  std::string db;
  bool json = false;
};

CalibrateOptions calibrate_options(const Options& options, const std::filesystem::path& store) {
  CalibrateOptions result;
  result.workloads =
      options.workloads.empty() ? find_plan(options.plan).workloads : options.workloads;
  for (const std::string& id : result.workloads) find_reference_workload(id);
  result.training.trainer = trainer_program();
  result.training.steps = options.steps;
  result.training.warmup = options.warmup;
  result.training.device = options.device;
  if (options.threads > 0) result.training.threads = options.threads;
  result.training.seed = options.seed;
  result.measure.trace_directory = trace_directory(store);
  result.measure.version = ISOJOULE_VERSION;
  result.measure.output = ChildOutput::nowhere;
  return result;
}

std::string measured_text(const Record& record) {
  std::string why_not;
  const auto energy = energy_per_step(record, std::nullopt, why_not);
  if (!energy) return "no energy per step: " + why_not;
  return energy_per_step_text(*energy) + " and " + to_text(energy->duration_per_step) +
         " per step, " + std::string(to_string(energy->basis.kind));
}

void calibrate(Context& context, const Options& options) {
  if (options.steps < 1 || options.warmup < 0 || options.threads < 0)
    throw Error(ErrorCode::usage, "--steps must be at least 1, --warmup and --threads at least 0");
  const auto file = store_file(context.world, options.db);
  const CalibrateOptions settings = calibrate_options(options, file);
  Store store(file);

  CalibrateEvents events;
  events.begin = [](const std::string& workload, std::size_t index, std::size_t count) {
    std::fprintf(stderr, "[%zu/%zu] %-22s ", index + 1, count, workload.c_str());
  };
  events.measured = [&store](const Record& record) {
    store.add(record);
    if (record.outcome.state != CommandOutcome::State::complete) return;
    std::fprintf(stderr, "%s\n", measured_text(record).c_str());
    for (const Fault& fault : record.faults)
      std::fprintf(stderr, "      fault: %s: %s\n", fault.source.c_str(), fault.message.c_str());
  };
  events.skipped = [](const std::string&, const std::string& reason) {
    std::fprintf(stderr, "skipped: %s\n", reason.c_str());
  };
  const Calibration calibration = isojoule::calibrate(context.world, settings, events);
  if (calibration.broken_off) {
    std::fprintf(stderr, "\n");
    context.exit_code = calibration.broken_off->exit_code;
    std::fprintf(stderr,
                 "isojoule: the training ended with exit code %d; no profile was made, the records "
                 "are kept\n",
                 context.exit_code);
    return;
  }
  if (calibration.records.empty())
    throw Error(ErrorCode::bad_input, "no workload of the plan could be measured");

  const Record& first = calibration.records.front();
  const Training trained = as_trained(first, settings.training);
  const std::string name =
      options.name.empty() ? suggest_profile_name(first.host, trained) : options.name;
  const MachineProfile profile =
      make_profile(name, describe_condition(trained), calibration.records);
  store.put(profile);
  if (!options.output.empty()) write_json(profile_to_json(profile), options.output);
  if (options.json) {
    print(profile_to_json(profile));
  } else if (options.output != "-") {
    print(profile_table(profile));
  }
}

}  // namespace

void add_calibrate(CLI::App& app, Context& context) {
  CLI::App* command = app.add_subcommand(
      "calibrate", "Train reference workloads on this machine and keep its profile");
  auto options = std::make_shared<Options>();
  auto* plan = command->add_option("--plan", options->plan, "Which workloads: references or all")
                   ->capture_default_str();
  command->add_option("--workloads", options->workloads, "Workloads to train instead of a plan")
      ->delimiter(',')
      ->excludes(plan);
  command->add_option("--steps", options->steps, "Measured steps")->capture_default_str();
  command->add_option("--warmup", options->warmup, "Steps before them")->capture_default_str();
  command->add_option("--threads", options->threads, "CPU threads (default: all)");
  command->add_option("--device", options->device, "cpu, cuda, or cuda:N")->capture_default_str();
  command->add_option("--seed", options->seed, "Of the clips and the weights")
      ->capture_default_str();
  command->add_option("--name", options->name, "Of the profile (default: from the machine)");
  command->add_option("-o,--output", options->output,
                      "Write the profile to a file too, - for standard output");
  command->add_option("--db", options->db, "The store");
  command->add_flag("--json", options->json, "Print JSON");
  command->footer("Example:\n  isojoule calibrate --plan references");
  command->callback([&context, options] { calibrate(context, *options); });
}

}  // namespace isojoule::cli
