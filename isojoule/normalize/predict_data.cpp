#include "isojoule/normalize/predict_data.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "isojoule/core/error.hpp"
#include "isojoule/normalize/pooled.hpp"

namespace isojoule {
namespace {

using Places = std::vector<std::size_t>;

std::size_t workload_place(const Dataset& dataset, const std::string& name) {
  const auto& workloads = dataset.workloads();
  const auto found = std::ranges::find(workloads, name, &DatasetWorkload::name);
  if (found != workloads.end()) return static_cast<std::size_t>(found - workloads.begin());
  std::vector<std::string> known;
  for (const DatasetWorkload& workload : workloads) known.push_back(workload.name);
  throw unknown_name("workload", name, known);
}

/// Places of named workloads in canonical order, each known on the machines.
Places named(const Dataset& dataset, const std::vector<std::string>& names,
             const Places& machines) {
  Places places;
  for (const std::string& name : names) {
    const std::size_t place = workload_place(dataset, name);
    for (const std::size_t machine : machines) {
      if (!dataset.cell(place, machine))
        throw Error(ErrorCode::bad_input, fmt::format("the energy of '{}' on '{}' is not known",
                                                      name, dataset.machines()[machine]));
    }
    places.push_back(place);
  }
  std::ranges::sort(places);
  const auto [rest, end] = std::ranges::unique(places);
  places.erase(rest, end);
  return places;
}

Places asked_for(const Dataset& dataset, const DataQuestion& question, std::size_t from,
                 const Places& references) {
  if (!question.workloads.empty()) return named(dataset, question.workloads, {from});
  Places places = dataset.known_on(Places{from});
  std::erase_if(places, [&references](std::size_t place) {
    return std::ranges::binary_search(references, place);
  });
  return places;
}

Places all_rows(const MachinePair& pair) {
  Places rows(pair.size());
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  return rows;
}

Outcome<Fit> fit_on(const MachinePair& references, const DataQuestion& question) {
  const Outcome<Matrix> features =
      select_features(references, question.features, all_rows(references));
  if (!features) return Outcome<Fit>::refuse(features.refused);
  return fit_normalizer(question.normalizer, {references.names, *features, references.target_j,
                                              question.features.front() == Feature::energy});
}

/// The pooled rule: it learns from all other machines what they tell of all workloads that are
/// known on `from`, those asked for included.
class Pooled {
 public:
  Pooled(const Dataset& dataset, std::size_t from, std::size_t to, const Places& references)
      : places_(dataset.known_on(Places{from})),
        pair_(make_pair(dataset, from, to, places_)),
        model_(dataset, from, to, pair_, places_, all_rows(pair_)) {
    for (std::size_t row = 0; row < places_.size(); ++row) {
      if (std::ranges::binary_search(references, places_[row])) references_.push_back(row);
    }
  }

  Outcome<Fit> fit() const { return model_.fit(pair_, references_); }
  std::vector<double> features(std::size_t place) const {
    const auto row =
        static_cast<std::size_t>(std::ranges::lower_bound(places_, place) - places_.begin());
    return model_.features(pair_, Places{row}).row(0);
  }

 private:
  Places places_;
  MachinePair pair_;
  PooledModel model_;
  Places references_;  // rows of the pair
};

void ask(DataAnswer& answer, const FittedNormalizer& fit, const std::vector<double>& features) {
  const double energy_j = fit.predict(features);
  if (!(energy_j > 0.0) || !std::isfinite(energy_j)) {
    answer.refused = fmt::format("the result is {:.4g} J, not a positive energy", energy_j);
    return;
  }
  answer.energy = Estimate<Energy>{energy_j * joule, std::nullopt, {}};
  const auto interval = fit.interval(features, kConfidence);
  if (interval) {
    answer.energy->interval =
        Interval<Energy>{interval->lower * joule, interval->upper * joule, interval->confidence};
  } else {
    answer.energy->no_interval = interval.refused;
  }
}

/// Whether there is an answer for an energy beyond those of the references.
bool is_outside(const DataAnswer& answer, const MachinePair& references) {
  const auto [lowest, highest] = std::ranges::minmax(references.source_j);
  const double source_j = answer.source.in(joule);
  return answer.energy && (source_j < lowest || source_j > highest);
}

}  // namespace

std::vector<DataAnswer> predict_data(const Dataset& dataset, const DataQuestion& question) {
  const std::size_t from = dataset.machine(question.from);
  const std::size_t to = dataset.machine(question.to);
  const Places reference_places = named(dataset, question.references, {from, to});
  const MachinePair references = make_pair(dataset, from, to, reference_places);
  const Places asked_places = asked_for(dataset, question, from, reference_places);
  const MachinePair asked = make_pair(dataset, from, to, asked_places);
  std::optional<Pooled> pooled;
  if (question.normalizer.rule == NormalizerSpec::Rule::pooled)
    pooled.emplace(dataset, from, to, reference_places);
  const Outcome<Fit> fit = pooled ? pooled->fit() : fit_on(references, question);

  std::vector<DataAnswer> answers;
  for (std::size_t i = 0; i < asked.size(); ++i) {
    DataAnswer answer{asked.names[i], asked.source_j[i] * joule, {}, {}, {}, false};
    if (!std::isnan(asked.target_j[i])) answer.truth = asked.target_j[i] * joule;
    const Outcome<Matrix> features = select_features(asked, question.features, Places{i});
    if (fit && pooled) {
      ask(answer, **fit, pooled->features(asked_places[i]));
      answer.extrapolated = is_outside(answer, references);
    } else if (!fit || !features) {
      answer.refused = fit ? features.refused : fit.refused;
    } else {
      ask(answer, **fit, features->row(0));
      answer.extrapolated = is_outside(answer, references);
    }
    answers.push_back(std::move(answer));
  }
  return answers;
}

}  // namespace isojoule
