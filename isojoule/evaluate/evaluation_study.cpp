#include "isojoule/evaluate/evaluation_study.hpp"

#include <algorithm>
#include <map>
#include <span>

#include <fmt/format.h>

#include "isojoule/core/error.hpp"
#include "isojoule/evaluate/experiments.hpp"
#include "isojoule/normalize/features.hpp"
#include "isojoule/normalize/normalizer.hpp"

namespace isojoule {
namespace {

using Rule = NormalizerSpec::Rule;
using Pairs = std::vector<std::pair<std::string, std::string>>;

std::vector<NormalizerSpec> normalizers(const std::vector<const char*>& names) {
  std::vector<NormalizerSpec> specs;
  for (const char* name : names) specs.push_back(parse_normalizer(name));
  return specs;
}

/// Which predictions an experiment keeps.
enum class Keep { none, first_split, all };

class Study {
 public:
  Study(const Dataset& dataset, EvaluationStudy& study) : dataset_(dataset), study_(study) {}

  /// The experiment with the study's seed, splits and pairs.
  EvaluateOptions options_of(const Experiment& experiment) const {
    EvaluateOptions options;
    options.selections = experiment.selections;
    options.counts = experiment.counts;
    options.normalizers = experiment.normalizers;
    options.features = experiment.features;
    options.seed = study_.options.seed;
    options.splits = study_.options.splits;
    options.test_percent = study_.options.test_percent;
    options.pairs = study_.options.pairs;
    return options;
  }

  std::vector<StudyExperiment> run(EvaluateOptions options, Keep keep) {
    std::vector<StudyExperiment> experiments{run_one(options, Grouping::workload, keep)};
    if (!dataset_.has_families()) return experiments;
    try {
      experiments.push_back(run_one(options, Grouping::family, keep));
    } catch (const Error& error) {
      remark(fmt::format("Whole families are not left out: {}.", error.what()));
    }
    return experiments;
  }

  void remark(const std::string& sentence) {
    if (std::ranges::find(study_.left_out, sentence) == study_.left_out.end())
      study_.left_out.push_back(sentence);
  }

 private:
  StudyExperiment run_one(EvaluateOptions& options, Grouping grouping, Keep keep) {
    StudyExperiment experiment;
    experiment.grouping = options.grouping = grouping;
    EvaluationSinks sinks;
    sinks.row = [&experiment](const EvaluationRow& row) { experiment.rows.push_back(row); };
    if (keep != Keep::none)
      sinks.prediction = [this, &experiment, keep](const PredictionRow& prediction) {
        if (keep == Keep::first_split && prediction.fit->split > 0) return;
        experiment.predictions.push_back(
            {experiment.rows.size() - 1, place_of(prediction.workload), prediction.is_reference,
             prediction.truth_j, prediction.predicted_j, prediction.lower_j, prediction.upper_j});
      };
    study_.summary = evaluate(dataset_, options, sinks);
    return experiment;
  }

  /// Places of workloads in the summary, which evaluate gives at its end: they are those known on
  /// all of the machines, in ascending order.
  std::size_t place_of(const std::string& workload) {
    if (places_.empty()) {
      std::vector<std::size_t> machines;
      for (const std::string& name : machines_of_pairs())
        machines.push_back(dataset_.machine(name));
      std::size_t place = 0;
      for (const std::size_t w : dataset_.known_on(machines))
        places_[dataset_.workloads()[w].name] = place++;
    }
    return places_.at(workload);
  }

  std::vector<std::string> machines_of_pairs() const {
    std::vector<std::string> names;
    for (const auto& [source, target] : study_.options.pairs) {
      for (const std::string& name : {source, target})
        if (std::ranges::find(names, name) == names.end()) names.push_back(name);
    }
    return names;
  }

  const Dataset& dataset_;
  EvaluationStudy& study_;
  std::map<std::string, std::size_t> places_;
};

Pairs all_pairs(const Dataset& dataset) {
  Pairs pairs;
  for (const std::string& source : dataset.machines()) {
    for (const std::string& target : dataset.machines())
      if (source != target) pairs.emplace_back(source, target);
  }
  return pairs;
}

void take_rules(const Dataset& dataset, EvaluationStudy& study) {
  if (!study.options.rules.empty()) return;
  study.options.rules = normalizers({"ratio", "linear", "log-linear"});
  const std::size_t energies = dataset.workloads().size() * dataset.machines().size();
  if (energies <= kPooledEnergies) {
    study.options.rules.push_back(parse_normalizer("pooled"));
  } else {
    study.left_out.push_back(
        fmt::format("The pooled rule is not evaluated: on {} energies it takes more than seconds. "
                    "Ask for it with --normalizer ratio,linear,log-linear,pooled.",
                    energies));
  }
}

bool has_costs(const Dataset& dataset) {
  return std::ranges::all_of(dataset.workloads(), [](const DatasetWorkload& workload) {
    return workload.flops && workload.parameters;
  });
}

/// Whether a panel's rule stands on a workload.
bool stands_on(const std::string& rule, bool is_lowest, bool is_highest) {
  if (rule == "single:lowest") return is_lowest;
  if (rule == "single:highest") return is_highest;
  return rule == "dual" && (is_lowest || is_highest);
}

/// `workloads` are places in the dataset of those of the summary.
void add_panels(const Dataset& dataset, std::span<const std::size_t> workloads,
                const std::string& source, const std::string& target, EvaluationStudy& study) {
  const MachinePair pair =
      make_pair(dataset, dataset.machine(source), dataset.machine(target), workloads);
  const auto [least, most] = std::ranges::minmax_element(pair.source_j);
  const auto lowest = static_cast<std::size_t>(least - pair.source_j.begin());
  const auto highest = static_cast<std::size_t>(most - pair.source_j.begin());
  const std::vector<std::size_t> used{lowest, highest};
  const Outcome<Matrix> features = select_features(pair, {Feature::energy}, used);
  const auto machine = [&study](const std::string& name) {
    const auto found = std::ranges::find(study.summary.machines, name);
    return static_cast<std::size_t>(found - study.summary.machines.begin());
  };
  for (std::size_t rule = 0; rule < panel_rules().size(); ++rule) {
    const std::string& name = panel_rules()[rule];
    const Outcome<Fit> fit =
        fit_normalizer(parse_normalizer(name), {{pair.names[lowest], pair.names[highest]},
                                                *features,
                                                {pair.target_j[lowest], pair.target_j[highest]}});
    for (std::size_t w = 0; w < pair.size(); ++w) {
      const bool is_reference = stands_on(name, w == lowest, w == highest);
      PanelPrediction panel{machine(source),  machine(target),  rule,        w, is_reference,
                            pair.source_j[w], pair.target_j[w], std::nullopt};
      if (fit) panel.normalized_j = (*fit)->predict(std::vector{pair.source_j[w]});
      study.panels.push_back(panel);
    }
  }
}

}  // namespace

const std::vector<std::string>& panel_rules() {
  static const std::vector<std::string> rules{"none", "single:lowest", "single:highest", "dual"};
  return rules;
}

EvaluationStudy study_evaluation(const Dataset& dataset, const StudyOptions& options) {
  EvaluationStudy study;
  study.options = options;
  if (study.options.pairs.empty()) study.options.pairs = all_pairs(dataset);
  take_rules(dataset, study);
  Study runner(dataset, study);

  study.references = runner.run(runner.options_of(paper_experiment("3.1")), Keep::none);
  study.regressions = runner.run(runner.options_of(paper_experiment("3.2")), Keep::first_split);

  EvaluateOptions metrics = runner.options_of(paper_experiment("3.3"));
  if (!has_costs(dataset)) {
    metrics.features = {{Feature::energy}};
    runner.remark(
        "FLOPs and parameters have no part, since they are not known of every workload: columns "
        "flops and params.");
  }
  study.metrics = runner.run(metrics, Keep::first_split);

  EvaluateOptions rules = runner.options_of(plain_experiment());
  rules.selections = {Selection::min_max, Selection::random};
  rules.counts = {count_from_string("4"), count_from_string("all")};
  rules.normalizers = study.options.rules;
  study.rules = runner.run(rules, Keep::all);

  std::vector<std::size_t> machines;
  for (const std::string& name : study.summary.machines) machines.push_back(dataset.machine(name));
  const std::vector<std::size_t> workloads = dataset.known_on(machines);
  for (const auto& [source, target] : study.options.pairs)
    add_panels(dataset, workloads, source, target, study);
  return study;
}

}  // namespace isojoule
