#include "isojoule/normalize/compare.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>

#include <fmt/format.h>

#include "isojoule/core/error.hpp"
#include "isojoule/normalize/profile_pool.hpp"
#include "isojoule/page/quantity_text.hpp"
#include "isojoule/report/comparison_tables.hpp"
#include "isojoule/store/open_store.hpp"

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
  std::vector<long> steps{kDefaultSteps};
  std::vector<std::string> references;
  double certainty = 0.95;
  std::string db;
  bool json = false;
  TrainingOptions training;
  DataOptions data;
};

/// How far runs of a training scatter, of ln energy, and with how many degrees of freedom that is
/// known.
struct Scatter {
  double sd = 0.0;
  double dof = 0.0;
};

/// As runs of its machine's references do, all together; nothing where none was run twice. What the
/// blocks of steps of one run scatter by is something else, and less.
Scatter scatter_of(const MachineProfile& profile) {
  double squares = 0.0;
  Scatter scatter;
  for (const ReferenceEnergy& reference : profile.references) {
    if (!reference.sd_of_runs || reference.records.size() < 2) continue;
    const double relative = *reference.sd_of_runs / reference.energy.per_step;
    const auto dof = static_cast<double>(reference.records.size() - 1);
    squares += dof * relative * relative;
    scatter.dof += dof;
  }
  if (scatter.dof > 0.0) scatter.sd = std::sqrt(squares / scatter.dof);
  return scatter;
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

ComparedTraining compared(const MeasuredTraining& training, long steps) {
  const Scatter scatter = scatter_of(training.profile);
  return {"record " + training.record.id, training.profile.name, static_cast<double>(steps),
          scatter.sd, scatter.dof};
}

void print_comparison(const Options& options, const CompareQuestion& question,
                      const Comparison& comparison, const ComparisonContext& context) {
  if (options.json) {
    print(comparison_to_json(question, comparison, context));
  } else {
    print(comparison_table(question, comparison, context));
  }
}

/// Adds what is to be told of a training and its machine, each once.
void add_remarks(ComparisonContext& told, const MeasuredTraining& training,
                 const MachineProfile& on) {
  const auto add = [&told](std::string text) {
    if (std::ranges::find(told.remarks, text) == told.remarks.end())
      told.remarks.push_back(std::move(text));
  };
  for (const std::string& change : training.remarks) add(change + ".");
  if (scatter_of(training.profile).dof == 0.0)
    add(fmt::format(
        "How far runs on {} scatter is not known: its references were run once each (isojoule "
        "calibrate --repeats).",
        training.profile.name));
  const ReferenceEnergy* there = on.find(training.record.workload);
  if (there != nullptr && training.profile.name != on.name)
    add(fmt::format("{} itself has measured {}: {} per step.", on.name,
                    training.record.workload.name(), to_text(there->energy.per_step)));
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
  const auto opened = open_store_to_read(store_url(context.world, options.db));
  const StoreReader& store = *opened;
  const MachineProfile on = find_profile(store, options.on);
  const MeasuredTraining one = training_of(store, options.first, on, options);
  const MeasuredTraining other = training_of(store, options.second, on, options);
  const auto profiles = with_all_profiles({on, one.profile, other.profile}, store);
  for (const MeasuredTraining* training : {&one, &other})
    check_comparable(training->profile.basis, "profile '" + training->profile.name + "'", on.basis,
                     "profile '" + on.name + "'", options.training.allow_modelled);

  ComparisonContext told{name_of(one, other), name_of(other, one), false, {}};
  told.modelled =
      std::ranges::any_of(std::array{&on.basis, &one.energy.basis, &other.energy.basis},
                          [](const Basis* basis) { return basis->kind == Kind::modelled; });
  for (const MeasuredTraining* training : {&one, &other}) add_remarks(told, *training, on);
  CompareQuestion question{compared(one, first_steps), compared(other, second_steps), on.name,
                           options.references, options.certainty};
  if (one.record.id == other.record.id)
    throw Error(ErrorCode::usage, "record " + one.record.id + " is compared with itself");
  const ProfilePool pool =
      pool_profiles(profiles, on.basis, std::vector{pooled(one), pooled(other)});
  print_comparison(options, question, compare_trainings(pool.dataset, question), told);
}

/// The workload, and the machine too where both are of one.
std::string name_in_table(const std::string& workload, const std::string& machine,
                          const Options& options) {
  return options.first == options.second ? workload + " of " + machine : workload;
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
  const CompareQuestion question{{options.first, first},
                                 {options.second, second},
                                 options.on,
                                 options.references,
                                 options.certainty};
  print_comparison(options, question, compare_trainings(dataset, question),
                   {name_in_table(options.first, first, options),
                    name_in_table(options.second, second, options),
                    false,
                    {}});
}

}  // namespace

void add_compare(CLI::App& app, Context& context) {
  CLI::App* command = app.add_subcommand(
      "compare", "Say which of two trainings is the more frugal on a common machine");
  auto options = std::make_shared<Options>();
  command
      ->add_option("first", options->first,
                   "A training: a record's id, or latest: the newest that no campaign made")
      ->required();
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
  for (const char* of_records : {"--steps", "--db", "--scope", "--allow-modelled", "--allow-stale"})
    command->get_option("--data")->excludes(command->get_option(of_records));
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
