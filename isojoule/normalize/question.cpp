#include "isojoule/normalize/question.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "isojoule/core/error.hpp"

namespace isojoule {
namespace {

using Places = std::vector<std::size_t>;

/// Rows of which a third machine knows, and the references.
Places telling_rows(const View& view, std::size_t to, const Places& references) {
  Places rows;
  for (std::size_t row = 0; row < view.size(); ++row) {
    bool tells = std::ranges::binary_search(references, row);
    for (std::size_t m = 0; m < view.machines(); ++m)
      tells = tells || (m != view.source() && m != to && view.cell(row, m).has_value());
    if (tells) rows.push_back(row);
  }
  return rows;
}

/// Places of the workloads that are asked about.
Places asked_for(const Dataset& dataset, const Question& question, std::size_t from,
                 const Places& references) {
  if (!question.workloads.empty())
    return workload_places(dataset, question.workloads, std::array{from});
  Places places = dataset.known_on(std::array{from});
  std::erase_if(places, [&references](std::size_t place) {
    return std::ranges::binary_search(references, place);
  });
  return places;
}

void check(const Question& question) {
  if (question.from.size() != 1)
    throw Error(ErrorCode::usage, fmt::format("a question takes one machine that was measured on, "
                                              "not {}",
                                              question.from.size()));
  const std::string named = named_reference(question.normalizer);
  if (!named.empty() && std::ranges::find(question.references, named) == question.references.end())
    throw unknown_name("reference", named, question.references);
}

bool lies_outside(double source_j, const View& view, const References& references) {
  const auto energy_j = [&view](std::size_t row) { return view.columns().energy_j()[row]; };
  const auto [lowest, highest] = std::ranges::minmax(references.rows, {}, energy_j);
  return source_j < energy_j(lowest) || source_j > energy_j(highest);
}

/// Only energies leave the room.
Outcome<Estimate<Energy>> energy_of(const Fitted& fit, std::size_t row) {
  const Outcome<Prediction> prediction = fit.predict(row);
  if (!prediction) return Outcome<Estimate<Energy>>::refuse(prediction.refused);
  if (!(prediction->energy_j > 0.0) || !std::isfinite(prediction->energy_j))
    return Outcome<Estimate<Energy>>::refuse(
        fmt::format("the result is {:.4g} J, not a positive energy", prediction->energy_j));
  return estimate_of(*prediction);
}

void ask(Answer& answer, const Fitted& fit, std::size_t row, const PairView& pair) {
  answer.energy = energy_of(fit, row);
  if (!answer.energy) return;
  answer.extrapolated =
      !fit.used().empty() && lies_outside(answer.source.in(joule), pair.view(), pair.references());
  answer.unlike = fit.unlike(row);
}

Outcome<Fit> fit_of(const Question& question, const PairView& pair) {
  const Outcome<LearnerPointer> learner =
      learn(question.normalizer, question.features, pair.view());
  if (!learner) return Outcome<Fit>::refuse(learner.refused);
  return (*learner)->fit(pair.references());
}

}  // namespace

PairView::PairView(const Dataset& dataset, std::size_t from, std::size_t to,
                   std::vector<std::size_t> references)
    : places_(dataset.known_on(std::array{from})), view_(dataset, from, to, places_) {
  for (const std::size_t place : references) {
    const DatasetCell& there = *dataset.cell(place, to);
    references_.rows.push_back(row(place));
    references_.energy_j.push_back(there.energy.in(joule));
    references_.variance.push_back(log_variance(there));
  }
  view_ = view_.learning(telling_rows(view_, to, references_.rows));
}

std::size_t PairView::row(std::size_t place) const {
  return static_cast<std::size_t>(std::ranges::lower_bound(places_, place) - places_.begin());
}

Estimate<Energy> estimate_of(const Prediction& prediction) {
  const Energy energy = prediction.energy_j * joule;
  const auto& interval = prediction.interval;
  if (!interval) return {energy, Outcome<Interval<Energy>>::refuse(interval.refused)};
  return {energy,
          Interval<Energy>{interval->lower * joule, interval->upper * joule, interval->confidence}};
}

std::vector<std::string> common_workloads(const Dataset& dataset, const std::string& a,
                                          const std::string& b) {
  std::vector<std::string> names;
  for (const std::size_t place :
       dataset.known_on(std::array{dataset.machine(a), dataset.machine(b)}))
    names.push_back(dataset.workloads()[place].name);
  return names;
}

std::vector<Answer> answer_question(const Dataset& dataset, const Question& question) {
  check(question);
  const std::size_t from = dataset.machine(question.from.front());
  const std::size_t to = dataset.machine(question.to);
  const Places references = workload_places(dataset, question.references, std::array{from, to});
  const PairView pair(dataset, from, to, references);
  const Outcome<Fit> fit = fit_of(question, pair);

  FitFacts facts{to_string(question.normalizer), {}, std::nullopt};
  if (fit) {
    facts.used = (*fit)->used();
    facts.others = (*fit)->others();
  }
  const auto shared = std::make_shared<const FitFacts>(std::move(facts));
  std::vector<Answer> answers;
  for (const std::size_t place : asked_for(dataset, question, from, references)) {
    Answer answer;
    answer.workload = dataset.workloads()[place].name;
    answer.source = dataset.cell(place, from)->energy;
    if (const auto& there = dataset.cell(place, to)) answer.truth = there->energy;
    answer.fit = shared;
    if (fit) {
      ask(answer, **fit, pair.row(place), pair);
    } else {
      answer.energy = Outcome<Estimate<Energy>>::refuse(fit.refused);
    }
    answers.push_back(std::move(answer));
  }
  return answers;
}

}  // namespace isojoule
