#include "isojoule/evaluate/reference_search.hpp"

#include <numeric>

#include "isojoule/core/error.hpp"
#include "isojoule/normalize/pooled.hpp"
#include "isojoule/stats/random.hpp"

namespace isojoule {
namespace {

using Places = std::vector<std::size_t>;

template <class T>
const T& value_or_throw(const Outcome<T>& outcome) {
  if (!outcome) throw Error(ErrorCode::usage, outcome.refused);
  return *outcome;
}

}  // namespace

std::vector<SuggestedReference> suggest_references(const Dataset& dataset, const std::string& from,
                                                   Selection selection, std::size_t count,
                                                   std::uint64_t seed, bool weigh_cost) {
  const std::size_t source = dataset.machine(from);
  const Places places = dataset.known_on(Places{source});
  const MachinePair pair = make_pair(dataset, source, source, places);
  std::vector<SuggestedReference> suggested;
  const auto add = [&](std::size_t row, std::optional<double> mean_sd) {
    suggested.push_back({pair.names[row], pair.source_j[row] * joule, mean_sd});
  };
  if (selection != Selection::variance) {
    const auto chosen = select_references(selection, pair.source_j, count, seed);
    for (const std::size_t row : value_or_throw(chosen)) add(row, std::nullopt);
    return suggested;
  }
  Places rows(pair.size());
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  const std::size_t no_machine = dataset.machines().size();  // the new one is not in the table
  const PooledModel model(dataset, source, no_machine, pair, places, rows);
  const auto steps = model.variance_steps(
      count, weigh_cost ? std::span<const double>(pair.source_j) : std::span<const double>());
  for (const PooledModel::Step& step : value_or_throw(steps)) add(step.row, step.mean_sd);
  return suggested;
}

std::vector<DoubtfulRow> doubtful_rows(const Dataset& dataset, const std::string& from,
                                       double below) {
  const std::size_t source = dataset.machine(from);
  const Places places = dataset.known_on(Places{source});
  const MachinePair pair = make_pair(dataset, source, source, places);
  Places rows(pair.size());
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  const PooledModel model(dataset, source, dataset.machines().size(), pair, places, rows);
  if (!model.has_others())
    throw Error(ErrorCode::bad_input,
                "the table has no other machine to compare " + from + " with");
  std::vector<DoubtfulRow> doubtful;
  for (const PooledModel::Doubt& doubt : model.doubts(below))
    doubtful.push_back({pair.names[doubt.row],
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
