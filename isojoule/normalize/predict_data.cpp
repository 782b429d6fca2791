#include "isojoule/normalize/predict_data.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>

#include <fmt/format.h>

#include "isojoule/normalize/detail/pooled_table.hpp"

namespace isojoule {
namespace {

using Places = std::vector<std::size_t>;

Places asked_for(const Dataset& dataset, const DataQuestion& question, std::size_t from,
                 const Places& references) {
  if (!question.workloads.empty())
    return detail::workload_places(dataset, question.workloads, Places{from});
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

DataAnswer blank(const MachinePair& asked, std::size_t row) {
  DataAnswer answer;
  answer.workload = asked.names[row];
  answer.source = asked.source_j[row] * joule;
  if (!std::isnan(asked.target_j[row])) answer.truth = asked.target_j[row] * joule;
  return answer;
}

void ask(DataAnswer& answer, const FittedNormalizer& fit, const std::vector<double>& features,
         const MachinePair& references) {
  const auto energy = estimate_energy(fit, features);
  if (!energy) {
    answer.refused = energy.refused;
    return;
  }
  answer.energy = *energy;
  const auto [lowest, highest] = std::ranges::minmax(references.source_j);
  const double source_j = answer.source.in(joule);
  answer.extrapolated = source_j < lowest || source_j > highest;
  answer.unlike = fit.unlike(features);
}

}  // namespace

std::vector<DataAnswer> predict_data(const Dataset& dataset, const DataQuestion& question) {
  const bool is_pooled = question.normalizer.rule == NormalizerSpec::Rule::pooled;
  const std::size_t from = dataset.machine(question.from);
  const std::size_t to = dataset.machine(question.to);
  const Places reference_places =
      detail::workload_places(dataset, question.references, Places{from, to});
  const MachinePair references = make_pair(dataset, from, to, reference_places);
  const Places asked_places = asked_for(dataset, question, from, reference_places);
  const MachinePair asked = make_pair(dataset, from, to, asked_places);

  std::vector<DataAnswer> answers;
  for (std::size_t i = 0; i < asked.size(); ++i) answers.push_back(blank(asked, i));
  const auto refuse_all = [&answers](const std::string& reason) {
    for (DataAnswer& answer : answers) answer.refused = reason;
    return answers;
  };
  if (is_pooled) {
    const detail::PooledTable table(dataset, from, to, reference_places);
    const auto fit = table.fit();
    if (!fit) return refuse_all(fit.refused);
    for (std::size_t i = 0; i < asked.size(); ++i) {
      ask(answers[i], **fit, table.features(asked_places[i]), references);
      answers[i].others = (*fit)->others();
    }
    return answers;
  }
  const Outcome<Fit> fit = fit_on(references, question);
  if (!fit) return refuse_all(fit.refused);
  for (std::size_t i = 0; i < asked.size(); ++i) {
    const Outcome<Matrix> features = select_features(asked, question.features, Places{i});
    if (features) {
      ask(answers[i], **fit, features->row(0), references);
    } else {
      answers[i].refused = features.refused;
    }
  }
  return answers;
}

}  // namespace isojoule
