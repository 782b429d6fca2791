#include "isojoule/normalize/normalize.hpp"

#include <algorithm>
#include <memory>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "isojoule/core/error.hpp"
#include "isojoule/normalize/profile_pool.hpp"
#include "isojoule/report/normalization_tables.hpp"
#include "isojoule/report/prediction_tables.hpp"
#include "isojoule/store/open_store.hpp"

#include "context.hpp"
#include "data.hpp"
#include "output.hpp"
#include "paths.hpp"
#include "training.hpp"

namespace isojoule::cli {
namespace {

struct Options {
  std::string record = "latest";
  std::string to;
  TrainingOptions training;
  long steps = kDefaultSteps;
  std::vector<std::string> references;
  std::vector<std::string> normalizers{"none", "single:lowest", "single:highest", "dual", "pooled"};
  std::string db;
  bool json = false;
  DataOptions data;
  std::vector<std::string> workloads;
  std::string features = "energy";
};

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

/// Workloads of a table instead of a record of the store.
void normalize_table(const Options& options) {
  if (options.training.from.empty() || options.references.empty())
    throw Error(ErrorCode::usage, "--data needs --from, --to and --references");
  const Dataset dataset = read_dataset(options.data);
  Json all = Json::array();
  for (const std::string& name : options.normalizers) {
    const DataQuestion question{options.training.from,  options.to,
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

/// The rule's answer from the references of all profiles that compare.
Normalized pooled_answer(const StoreReader& store, const MeasuredTraining& training,
                         const MachineProfile& to, const Normalization& question) {
  const auto profiles = with_all_profiles({training.profile, to}, store);
  const PooledTraining asked{"record " + training.record.id, training.profile.name, training.energy,
                             training.record.cost};
  const ProfilePool pool = pool_profiles(profiles, to.basis, std::vector{asked});
  std::vector<std::string> references;
  for (const ReferencePair& pair : question.references) references.push_back(pair.workload.name());
  return normalize_pooled(pool, asked, to.name, references, question.steps);
}

void normalize_record(const Context& context, const Options& options) {
  if (options.steps < 1) throw Error(ErrorCode::usage, "--steps must be at least 1");
  const auto opened = open_store_to_read(store_url(context.world, options.db));
  const StoreReader& store = *opened;
  const MachineProfile to = find_profile(store, options.to);
  const MeasuredTraining training = measured_training(store, options.record, options.training);
  const MachineProfile& from = training.profile;
  check_comparable(from.basis, "profile '" + from.name + "'", to.basis, "profile '" + to.name + "'",
                   options.training.allow_modelled);

  Normalization result;
  result.workload = training.record.workload;
  result.record = training.record.id;
  result.from = &from;
  result.to = &to;
  result.steps = options.steps;
  result.measured = training.energy;
  result.source = static_cast<double>(options.steps) * result.measured.per_step;
  result.remarks = training.remarks;
  const auto here = context_value(from.context, kTorchContext);
  const auto there = context_value(to.context, kTorchContext);
  if (here && there && *here != *there)
    result.remarks.push_back(fmt::format("{} was made with torch {}, {} with torch {}", from.name,
                                         *here, to.name, *there));
  result.references = wanted(pair_references(from, to, options.steps), options.references);
  for (const std::string& name : options.normalizers) {
    const NormalizerSpec spec = parse_normalizer(name);
    result.answers.push_back(spec.rule == NormalizerSpec::Rule::pooled
                                 ? pooled_answer(store, training, to, result)
                                 : isojoule::normalize(spec, result.source, result.references));
  }
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
  command
      ->add_option("record", options->record,
                   "The training: a record's id, or latest: the newest that no campaign made")
      ->capture_default_str();
  command->add_option("--to", options->to, "The other machine's profile: a name or a file")
      ->required();
  add_training_options(command, options->training);
  command->add_option("--steps", options->steps, "The amount of work that is compared")
      ->capture_default_str();
  command
      ->add_option("--references", options->references,
                   "Reference workloads to use (default: all that both profiles have)")
      ->delimiter(',');
  command->add_option("--normalizer", options->normalizers, "Rules to ask, as in isojoule evaluate")
      ->delimiter(',')
      ->capture_default_str();
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
