#include "isojoule/evaluate/reference_search.hpp"

#include <numeric>

#include "isojoule/core/error.hpp"
#include "isojoule/normalize/normalizer.hpp"
#include "isojoule/stats/random.hpp"

namespace isojoule {
namespace {

using Places = std::vector<std::size_t>;

template <class T>
T value_or_throw(const Outcome<T>& outcome) {
  if (!outcome) throw Error(ErrorCode::usage, outcome.refused);
  return *outcome;
}

/// All that is known on a machine, for a target that is not in the table.
View view_from(const Dataset& dataset, std::size_t source) {
  return {dataset, source, std::nullopt, dataset.known_on(Places{source})};
}

LearnerPointer order_learner(const View& view) {
  const Normalizer normalizer = default_normalizers(Purpose::order).front();
  return value_or_throw(learn(normalizer, {Feature::energy}, view));
}

}  // namespace

std::vector<SuggestedReference> suggest_references(const Dataset& dataset, const std::string& from,
                                                   Selection selection, std::size_t count,
                                                   std::uint64_t seed, bool weigh_cost) {
  const View view = view_from(dataset, dataset.machine(from));
  const std::vector<double>& source_j = view.columns().energy_j();
  std::vector<SuggestedReference> suggested;
  const auto add = [&](std::size_t row, std::optional<double> mean_sd) {
    suggested.push_back({view.columns().names[row], source_j[row] * joule, mean_sd});
  };
  if (!needs_learner(selection)) {
    const auto chosen = select_references(selection, source_j, count, seed);
    for (const std::size_t row : value_or_throw(chosen)) add(row, std::nullopt);
    return suggested;
  }
  const LearnerPointer learner = order_learner(view);
  value_or_throw(first_references(*learner, count));
  const auto costs = weigh_cost ? std::span<const double>(source_j) : std::span<const double>();
  for (const ReferenceStep& step : value_or_throw(learner->order(count, costs)))
    add(step.row, step.mean_sd);
  return suggested;
}

std::vector<DoubtfulRow> doubtful_rows(const Dataset& dataset, const std::string& from,
                                       double below) {
  const View view = view_from(dataset, dataset.machine(from));
  const LearnerPointer learner = order_learner(view);
  if (learner->others() == 0)
    throw Error(ErrorCode::bad_input,
                "the table has no other machine to compare " + from + " with");
  std::vector<DoubtfulRow> doubtful;
  for (const DoubtedCell& doubt : value_or_throw(learner->doubts(below)))
    doubtful.push_back({view.columns().names[doubt.row],
                        doubt.machine ? dataset.machines()[*doubt.machine] : from, doubt.weight,
                        doubt.factor});
  return doubtful;
}

ExhaustiveReferences search_references(const Dataset& dataset, SubsetFit fit, std::size_t count,
                                       std::size_t keep, std::uint64_t seed) {
  Places machines(dataset.machines().size());
  std::iota(machines.begin(), machines.end(), std::size_t{0});
  if (machines.size() < 2)
    throw Error(ErrorCode::bad_input, "an exhaustive search needs two machines, there is " +
                                          std::to_string(machines.size()));
  const Places places = dataset.known_on(machines);
  SubsetProblem problem;
  problem.fit = fit;
  for (const std::size_t source : machines) {
    for (const std::size_t target : machines) {
      if (source == target) continue;
      SubsetPair pair;
      for (const std::size_t place : places) {
        pair.x.emplace_back(dataset.cell(place, source)->energy.in(joule));
        pair.y.emplace_back(dataset.cell(place, target)->energy.in(joule));
      }
      problem.pairs.push_back(std::move(pair));
    }
  }
  problem.scored.assign(places.size(), false);
  for (const std::size_t i : Random(seed).choose(places.size(), (places.size() + 1) / 2))
    problem.scored[i] = true;
  const SubsetSearch search = search_subsets(problem, count, {keep, 0});
  problem.scored.flip();
  ExhaustiveReferences result{
      {}, search.scores.quantile(0.5).value_or(0.0), search.evaluated, search.degenerate};
  for (const ScoredSubset& subset : search.best) {
    JudgedReferences judged{{}, subset.score, score_subset(problem, subset.members).value};
    for (const std::size_t member : subset.members)
      judged.workloads.push_back(dataset.workloads()[places[member]].name);
    result.best.push_back(std::move(judged));
  }
  return result;
}

}  // namespace isojoule
