#include "isojoule/normalize/normalize.hpp"

#include <algorithm>
#include <memory>
#include <ranges>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "isojoule/core/error.hpp"
#include "isojoule/record/machine_changes.hpp"
#include "isojoule/report/normalization_report.hpp"
#include "isojoule/report/prediction_report.hpp"

#include "context.hpp"
#include "data.hpp"
#include "output.hpp"
#include "paths.hpp"

namespace isojoule::cli {
namespace {

/// Ten epochs of 1578 clips in batches of 8 (docs/method.md).
constexpr long kDefaultSteps = 1980;

struct Options {
  std::string record = "latest";
  std::string from;
  std::string to;
  long steps = kDefaultSteps;
  std::vector<std::string> references;
  std::vector<std::string> normalizers{"none", "single:lowest", "single:highest", "dual"};
  std::string scope;
  std::string db;
  bool allow_modelled = false;
  bool allow_stale = false;
  bool json = false;
  DataOptions data;
  std::vector<std::string> workloads;
  std::string features = "energy";
};

/// The newest fitting profile of the machine, and its condition, that the record was made on.
MachineProfile own_profile(const StoreReader& store, const Record& record) {
  std::vector<MachineProfile> profiles = store.profiles();
  std::erase_if(profiles,
                [&record](const MachineProfile& profile) { return !describes(profile, record); });
  if (profiles.empty())
    throw Error(
        ErrorCode::usage,
        "the store has no profile of the machine, device and number of threads that record " +
            record.id +
            " was made with; make one with isojoule calibrate, or name one with --from");
  const auto fits = [&record](const MachineProfile& profile) {
    std::string why_not;
    const auto energy = energy_per_step(record, profile.basis.scope, why_not);
    return energy && differences(energy->basis, profile.basis).empty() &&
           std::ranges::none_of(machine_changes(profile, record.host, circumstances_of(record)),
                                &MachineChange::invalidates);
  };
  // The newest that fits; else the newest, so that it is told what does not.
  const auto newest_first = std::views::reverse(profiles);
  const auto found = std::ranges::find_if(newest_first, fits);
  return found == newest_first.end() ? profiles.back() : *found;
}

StepEnergy step_energy(const Record& record, const std::string& scope) {
  const auto wanted = scope.empty() ? std::nullopt : std::optional(scope_from_string(scope));
  std::string why_not;
  const auto energy = energy_per_step(record, wanted, why_not);
  if (energy) return *energy;
  throw Error(ErrorCode::incompatible,
              "record " + record.id + " has no energy per step (protocol steps): " + why_not);
}

/// The named ones of the references; all if none is named.
std::vector<ReferencePair> wanted(const std::vector<ReferencePair>& references,
                                  const std::vector<std::string>& names) {
  if (names.empty()) return references;
  std::vector<std::string> known;
  for (const ReferencePair& pair : references) known.push_back(pair.workload.name());
  std::vector<ReferencePair> chosen;
  for (const std::string& name : names) {
    const auto found = std::ranges::find(known, name);
    if (found == known.end()) throw unknown_name("reference", name, known);
    chosen.push_back(references[static_cast<std::size_t>(found - known.begin())]);
  }
  return chosen;
}

/// What has changed between the profile's making and the record's. Throws Error(incompatible) for
/// what makes the profile stale, unless that is allowed.
std::vector<std::string> told_changes(const MachineProfile& from, const Record& record,
                                      bool allow_stale) {
  std::vector<std::string> stale;
  std::vector<std::string> told;
  for (const MachineChange& change : machine_changes(from, record.host, circumstances_of(record))) {
    if (change.invalidates && !allow_stale) {
      stale.push_back(to_string(change));
    } else {
      told.push_back("Since profile " + from.name + " was made: " + to_string(change));
    }
  }
  if (stale.empty()) return told;
  throw Error(
      ErrorCode::incompatible,
      fmt::format("profile '{}' is stale for record {}: {}; calibrate again, or take it all "
                  "the same with --allow-stale",
                  from.name, record.id, fmt::join(stale, "; ")));
}

std::string torch_of(const MachineProfile& profile) {
  const auto torch = profile.context.find("torch");
  return torch == profile.context.end() ? "" : torch->second;
}

/// Workloads of a table instead of a record of the store.
void normalize_table(const Options& options) {
  if (options.from.empty() || options.references.empty())
    throw Error(ErrorCode::usage, "--data needs --from, --to and --references");
  const Dataset dataset = read_dataset(options.data);
  Json all = Json::array();
  for (const std::string& name : options.normalizers) {
    const DataQuestion question{options.from,           options.to,
                                options.references,     options.workloads,
                                parse_normalizer(name), parse_features(options.features)};
    const std::vector<DataAnswer> answers = predict_data(dataset, question);
    if (options.json) {
      all.push_back(predictions_to_json(question, answers));
    } else {
      print(predictions_table(question, answers));
    }
  }
  if (options.json) print(all);
}

void normalize_record(const Context& context, const Options& options) {
  if (options.steps < 1) throw Error(ErrorCode::usage, "--steps must be at least 1");
  const StoreReader store(store_file(context.world, options.db));
  const Record record = store.record(options.record);
  const MachineProfile to = find_profile(store, options.to);
  const MachineProfile from =
      options.from.empty() ? own_profile(store, record) : find_profile(store, options.from);

  Normalization result;
  result.workload = record.workload;
  result.record = record.id;
  result.from = &from;
  result.to = &to;
  result.steps = options.steps;
  result.measured = step_energy(record, options.scope);
  check_comparable(result.measured.basis, "record " + record.id, from.basis,
                   "profile '" + from.name + "'", options.allow_modelled);
  check_comparable(from.basis, "profile '" + from.name + "'", to.basis, "profile '" + to.name + "'",
                   options.allow_modelled);
  result.source = static_cast<double>(options.steps) * result.measured.per_step;
  result.remarks = told_changes(from, record, options.allow_stale);
  if (const std::string here = torch_of(from), there = torch_of(to);
      here != there && !here.empty() && !there.empty())
    result.remarks.push_back(fmt::format("{} was made with torch {}, {} with torch {}", from.name,
                                         here, to.name, there));
  result.references = wanted(pair_references(from, to, options.steps), options.references);
  for (const std::string& name : options.normalizers)
    result.answers.push_back(
        isojoule::normalize(parse_normalizer(name), result.source, result.references));
  if (options.json) {
    print(normalization_to_json(result));
  } else {
    print(normalization_table(result));
  }
}

}  // namespace

void add_normalize(CLI::App& app, Context& context) {
  CLI::App* command =
      app.add_subcommand("normalize", "Say what a measured training would use on another machine");
  auto options = std::make_shared<Options>();
  command->add_option("record", options->record, "The training: a record's id, or latest")
      ->capture_default_str();
  command->add_option("--to", options->to, "The other machine's profile: a name or a file")
      ->required();
  command->add_option("--from", options->from,
                      "This machine's profile (default: the newest of the record's machine)");
  command->add_option("--steps", options->steps, "The amount of work that is compared")
      ->capture_default_str();
  command
      ->add_option("--references", options->references,
                   "Reference workloads to use (default: all that both profiles have)")
      ->delimiter(',');
  command->add_option("--normalizer", options->normalizers, "Rules to ask, as in isojoule evaluate")
      ->delimiter(',')
      ->capture_default_str();
  command->add_option("--scope", options->scope, "gpu or package (default: what it trained on)");
  command->add_flag("--allow-modelled", options->allow_modelled,
                    "Set measured against modelled energies");
  command->add_flag("--allow-stale", options->allow_stale,
                    "Take a profile of this machine whose settings have changed since");
  command->add_option("--db", options->db, "The store");
  command->add_flag("--json", options->json, "Print JSON");
  command->add_option("--data", options->data.file, "A table of energies instead of a record");
  add_data_options(command, options->data);
  command
      ->add_option("--workload", options->workloads, "With --data: what to predict (default: all)")
      ->delimiter(',');
  command
      ->add_option("--features", options->features,
                   "With --data: energy, flops, params, duration, joined by +")
      ->capture_default_str();
  command->footer(
      "Example:\n"
      "  isojoule normalize latest --to NAME --steps 1980\n"
      "  isojoule normalize --data energies.csv --from A --to B --references w1,w2,w3 \\\n"
      "    --normalizer linear");
  command->callback([&context, options] {
    if (options->data.file.empty()) {
      normalize_record(context, *options);
    } else {
      normalize_table(*options);
    }
  });
}

}  // namespace isojoule::cli
