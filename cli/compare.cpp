#include "isojoule/normalize/compare.hpp"

#include <algorithm>
#include <array>
#include <memory>

#include <fmt/format.h>

#include "isojoule/core/error.hpp"
#include "isojoule/normalize/profile_pool.hpp"
#include "isojoule/report/comparison_report.hpp"
#include "isojoule/stats/quantile.hpp"

#include "context.hpp"
#include "data.hpp"
#include "output.hpp"
#include "paths.hpp"
#include "training.hpp"

namespace isojoule::cli {
namespace {

struct Options {
  std::string first;
  std::string second;
  std::string on;
  std::vector<long> steps{1980};  ///< ten epochs of 1578 clips in batches of 8 (docs/method.md)
  std::vector<std::string> references;
  double certainty = 0.95;
  std::string db;
  bool json = false;
  TrainingOptions training;
  DataOptions data;
};

/// How far runs of a training scatter, of ln energy: as those of its machine's references do; where
/// each was run once, as the blocks of steps of the run do, which is more.
struct Scatter {
  double sd = 0.0;
  bool of_blocks = false;
};

Scatter scatter_of(const MeasuredTraining& training) {
  std::vector<double> known;
  for (const ReferenceEnergy& reference : training.profile.references) {
    if (reference.sd_of_runs) known.push_back(*reference.sd_of_runs / reference.energy.per_step);
  }
  if (!known.empty()) return {*quantile(known, 0.5), false};
  if (training.energy.sd) return {*training.energy.sd / training.energy.per_step, true};
  return {};
}

/// The workload, and the record too where both are of one.
std::string name_of(const MeasuredTraining& training, const MeasuredTraining& other) {
  const std::string& workload = training.record.workload.name();
  if (workload != other.record.workload.name()) return workload;
  return workload + " of " + training.record.id;
}

PooledTraining pooled(const MeasuredTraining& training) {
  return {"record " + training.record.id, training.profile.name, training.energy,
          training.record.cost};
}

void print_comparison(const Options& options, const CompareQuestion& question,
                      const Comparison& comparison, const ComparisonContext& context) {
  if (options.json) {
    print(comparison_to_json(question, comparison, context));
  } else {
    print(comparison_table(question, comparison, context));
  }
}

/// A training of the store; one that was made on the common machine itself needs no other profile.
MeasuredTraining training_of(const StoreReader& store, const std::string& record,
                             const MachineProfile& on, const Options& options) {
  TrainingOptions training = options.training;
  if (training.from.empty() && describes(on, store.record(record))) training.from = options.on;
  return measured_training(store, record, training);
}

void compare_records(const Context& context, const Options& options) {
  const long first_steps = options.steps.front();
  const long second_steps = options.steps.back();
  if (options.steps.size() > 2 || std::min(first_steps, second_steps) < 1)
    throw Error(ErrorCode::usage, "--steps takes one positive number, or one for each training");
  const StoreReader store(store_file(context.world, options.db));
  const MachineProfile on = find_profile(store, options.on);
  const MeasuredTraining one = training_of(store, options.first, on, options);
  const MeasuredTraining other = training_of(store, options.second, on, options);
  std::vector<MachineProfile> profiles{on, one.profile, other.profile};
  for (MachineProfile& profile : all_profiles(store)) profiles.push_back(std::move(profile));
  for (const MeasuredTraining* training : {&one, &other})
    check_comparable(training->profile.basis, "profile '" + training->profile.name + "'", on.basis,
                     "profile '" + on.name + "'", options.training.allow_modelled);

  ComparisonContext told{name_of(one, other), name_of(other, one), false, {}};
  told.modelled =
      std::ranges::any_of(std::array{&on.basis, &one.energy.basis, &other.energy.basis},
                          [](const Basis* basis) { return basis->kind == Kind::modelled; });
  for (const MeasuredTraining* training : {&one, &other}) {
    for (const std::string& remark : training->remarks) told.remarks.push_back(remark + ".");
    if (scatter_of(*training).of_blocks)
      told.remarks.push_back(fmt::format(
          "Runs of {} are taken to scatter as its blocks of steps do: {} was made from one run of "
          "each reference (isojoule calibrate --repeats).",
          training->record.workload.name(), training->profile.name));
  }
  CompareQuestion question{{"record " + one.record.id, one.profile.name,
                            static_cast<double>(first_steps), scatter_of(one).sd},
                           {"record " + other.record.id, other.profile.name,
                            static_cast<double>(second_steps), scatter_of(other).sd},
                           on.name,
                           options.references,
                           options.certainty};
  if (one.record.id == other.record.id)
    throw Error(ErrorCode::usage, "record " + one.record.id + " is compared with itself");
  const ProfilePool pool =
      pool_profiles(profiles, on.basis, std::vector{pooled(one), pooled(other)});
  print_comparison(options, question, compare_trainings(pool.dataset, question), told);
}

/// Workloads of a table, measured on --from: one machine for both, or one for each.
void compare_in_table(const Options& options) {
  const std::string& from = options.training.from;
  if (from.empty()) throw Error(ErrorCode::usage, "--data needs --from MACHINE[,MACHINE]");
  const Dataset dataset = read_dataset(options.data);
  const auto& machines = dataset.machines();
  const std::size_t comma =
      std::ranges::find(machines, from) == machines.end() ? from.find(',') : std::string::npos;
  const std::string first = from.substr(0, comma);
  const std::string second = comma == std::string::npos ? first : from.substr(comma + 1);
  const CompareQuestion question{{options.first, first, 1.0, 0.0},
                                 {options.second, second, 1.0, 0.0},
                                 options.on,
                                 options.references,
                                 options.certainty};
  print_comparison(options, question, compare_trainings(dataset, question),
                   {options.first, options.second, false, {}});
}

}  // namespace

void add_compare(CLI::App& app, Context& context) {
  CLI::App* command = app.add_subcommand(
      "compare", "Say which of two trainings is the more frugal on a common machine");
  auto options = std::make_shared<Options>();
  command->add_option("first", options->first, "A training: a record's id, or latest")->required();
  command->add_option("second", options->second, "Another one")->required();
  command->add_option("--on", options->on, "The common machine's profile: a name or a file")
      ->required();
  command
      ->add_option("--steps", options->steps,
                   "The work that is compared, or that of each: 1980,3960")
      ->delimiter(',')
      ->capture_default_str();
  command
      ->add_option("--references", options->references,
                   "Reference workloads to use (default: all that both machines have)")
      ->delimiter(',');
  command->add_option("--certainty", options->certainty, "From which on a verdict is given")
      ->capture_default_str();
  add_training_options(command, options->training);
  command->add_option("--db", options->db, "The store");
  command->add_flag("--json", options->json, "Print JSON");
  command->add_option("--data", options->data.file,
                      "A table of energies instead: the trainings are workloads of it");
  add_data_options(command, options->data);
  command->footer(
      "Example:\n"
      "  isojoule compare 01M890A4FWAGJFK6XS6V07HCJ2 latest --on NAME\n"
      "  isojoule compare w1 w2 --data energies.csv --from A --on B --references w3,w4,w5");
  command->callback([&context, options] {
    if (options->data.file.empty()) {
      compare_records(context, *options);
    } else {
      compare_in_table(*options);
    }
  });
}

}  // namespace isojoule::cli
