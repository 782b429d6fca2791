#include "isojoule/evaluate/evaluation_study.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "isojoule/core/error.hpp"
#include "isojoule/evaluate/experiments.hpp"
#include "isojoule/normalize/features.hpp"
#include "isojoule/normalize/normalizer.hpp"

namespace isojoule {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

StudyPrediction study_prediction(const PredictionRow& prediction, std::size_t row,
                                 std::size_t workload) {
  const Estimate<Energy>& energy = *prediction.answer.energy;
  StudyPrediction kept{row,
                       workload,
                       prediction.is_reference,
                       prediction.answer.truth->in(joule),
                       energy.point.in(joule),
                       std::nullopt,
                       std::nullopt};
  if (energy.interval) {
    kept.lower_j = energy.interval->lower.in(joule);
    kept.upper_j = energy.interval->upper.in(joule);
  }
  return kept;
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
        experiment.predictions.push_back(study_prediction(prediction, experiment.rows.size() - 1,
                                                          place_of(prediction.answer.workload)));
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

std::string names_of(const std::vector<Normalizer>& normalizers) {
  std::vector<std::string> names;
  for (const Normalizer& normalizer : normalizers) names.push_back(to_string(normalizer));
  return fmt::format("{}", fmt::join(names, ","));
}

void take_normalizers(const Dataset& dataset, EvaluationStudy& study) {
  if (!study.options.normalizers.empty()) return;
  const std::size_t energies = dataset.workloads().size() * dataset.machines().size();
  const std::vector<Normalizer> all = default_normalizers(Purpose::report);
  study.options.normalizers = default_normalizers(Purpose::report, energies);
  for (const Normalizer& normalizer : all) {
    if (std::ranges::find(study.options.normalizers, normalizer) == study.options.normalizers.end())
      study.left_out.push_back(
          fmt::format("{} is not evaluated: on {} energies it takes more than seconds. Ask for it "
                      "with --normalizer {}.",
                      to_string(normalizer), energies, names_of(all)));
  }
}

bool has_costs(const Dataset& dataset) {
  return std::ranges::all_of(dataset.workloads(), [](const DatasetWorkload& workload) {
    return workload.flops && workload.parameters;
  });
}

/// `workloads` are places in the dataset of those of the summary.
void add_panels(const Dataset& dataset, const std::vector<std::size_t>& workloads,
                const std::string& source, const std::string& target, EvaluationStudy& study) {
  const View view(dataset, dataset.machine(source), dataset.machine(target), workloads);
  const MachineColumns there = columns_on(dataset, dataset.machine(target), workloads);
  const std::vector<double>& source_j = view.columns().energy_j();
  const auto [least, most] = std::ranges::minmax_element(source_j);
  References references;
  for (const auto place : {std::min(least, most), std::max(least, most)})
    references.rows.push_back(static_cast<std::size_t>(place - source_j.begin()));
  for (const std::size_t row : references.rows) {
    references.energy_j.push_back(there.energy_j()[row]);
    references.variance.push_back(there.variance[row]);
  }
  const auto machine = [&study](const std::string& name) {
    const auto found = std::ranges::find(study.summary.machines, name);
    return static_cast<std::size_t>(found - study.summary.machines.begin());
  };
  for (std::size_t n = 0; n < panel_normalizers().size(); ++n) {
    const auto learner = learn(parse_normalizer(panel_normalizers()[n]), {Feature::energy}, view);
    const Outcome<Fit> fit = (*learner)->fit(references);
    for (std::size_t w = 0; w < view.size(); ++w) {
      PanelPrediction panel{machine(source), machine(target),     n,           w, false,
                            source_j[w],     there.energy_j()[w], std::nullopt};
      if (fit) {
        const std::vector<std::string>& used = (*fit)->used();
        panel.is_reference = std::ranges::find(used, view.columns().names[w]) != used.end();
        panel.normalized_j = (*fit)->predict(w)->energy_j;
      }
      study.panels.push_back(panel);
    }
  }
}

}  // namespace

const std::vector<std::string>& panel_normalizers() {
  static const std::vector<std::string> names{"none", "single:lowest", "single:highest", "dual"};
  return names;
}

EvaluationStudy study_evaluation(const Dataset& dataset, const StudyOptions& options) {
  EvaluationStudy study;
  study.options = options;
  if (study.options.pairs.empty()) study.options.pairs = all_pairs(dataset);
  take_normalizers(dataset, study);
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

  EvaluateOptions normalizers = runner.options_of(plain_experiment());
  normalizers.selections = {Selection::min_max, Selection::random};
  normalizers.counts = {count_from_string("4"), count_from_string("all")};
  normalizers.normalizers = study.options.normalizers;
  study.normalizers = runner.run(normalizers, Keep::all);

  std::vector<std::size_t> machines;
  for (const std::string& name : study.summary.machines) machines.push_back(dataset.machine(name));
  const std::vector<std::size_t> workloads = dataset.known_on(machines);
  for (const auto& [source, target] : study.options.pairs)
    add_panels(dataset, workloads, source, target, study);
  return study;
}

}  // namespace isojoule
