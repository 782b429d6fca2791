#include "isojoule/stats/subset_search.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <future>
#include <memory>
#include <thread>

#include <fmt/format.h>

#include "isojoule/core/error.hpp"
#include "isojoule/stats/detail/subset_pair.hpp"
#include "isojoule/stats/detail/subset_worker.hpp"

namespace isojoule {
namespace {

constexpr double kLeastEnergy = 1e-30;  // so that squares of errors are numbers
constexpr double kMostEnergy = 1e30;
constexpr std::uint64_t kSmallestShare = 64;
constexpr std::uint64_t kShares = 64;  // for each thread

std::size_t workloads(const SubsetProblem& problem) { return problem.pairs.front().x.size(); }

bool complete(const SubsetPair& pair, std::size_t i) { return pair.x[i] && pair.y[i]; }

void check_energies(const std::vector<std::optional<double>>& energies, char which,
                    std::size_t pair) {
  for (std::size_t i = 0; i < energies.size(); ++i) {
    if (!energies[i] || (*energies[i] >= kLeastEnergy && *energies[i] <= kMostEnergy)) continue;
    throw Error(ErrorCode::bad_input,
                fmt::format("energy {} of workload {} in pair {} is {} J; give {} to {} J, or none",
                            which, i + 1, pair + 1, *energies[i], kLeastEnergy, kMostEnergy));
  }
}

void fill_mask(std::vector<bool>& mask, std::size_t size, const char* name) {
  if (mask.empty()) mask.assign(size, true);
  if (mask.size() != size)
    throw Error(ErrorCode::usage, fmt::format("{} of {} workloads are marked as {}; mark all or "
                                              "give no marks",
                                              mask.size(), size, name));
}

/// The problem with its masks filled in.
SubsetProblem checked(SubsetProblem problem) {
  if (problem.pairs.empty()) throw Error(ErrorCode::usage, "no pairs of machines are given");
  for (std::size_t pair = 0; pair < problem.pairs.size(); ++pair) {
    const auto& [x, y] = problem.pairs[pair];
    if (x.size() != workloads(problem) || y.size() != workloads(problem))
      throw Error(ErrorCode::bad_input,
                  fmt::format("pair {} has {} and {} energies, where {} workloads are expected",
                              pair + 1, x.size(), y.size(), workloads(problem)));
    check_energies(x, 'x', pair);
    check_energies(y, 'y', pair);
  }
  fill_mask(problem.candidates, workloads(problem), "candidates");
  fill_mask(problem.scored, workloads(problem), "scored");
  return problem;
}

void check_least(const SubsetProblem& problem, std::size_t size) {
  const bool line = problem.fit == SubsetFit::linear;
  const std::size_t least = line ? 2 : 1;
  if (size < least)
    throw Error(ErrorCode::usage, fmt::format("subsets of {}: {} takes {} or more", size,
                                              line ? "a line" : "a ratio", least));
}

void check_size(const SubsetProblem& problem, std::size_t size, std::size_t candidates) {
  check_least(problem, size);
  if (size > candidates)
    throw Error(ErrorCode::usage,
                fmt::format("subsets of {} among {} candidates with energies in all pairs; "
                            "ask for smaller ones",
                            size, candidates));
  const double count = subset_count(candidates, size);
  if (count > kMostSubsets)
    throw Error(
        ErrorCode::usage,
        fmt::format("there are {} subsets of {} among {} candidates, more than {:.0f}; "
                    "ask for smaller ones or among fewer",
                    count < 1e15 ? fmt::format("{:.0f}", count) : fmt::format("{:.3g}", count),
                    size, candidates, kMostSubsets));
}

/// How many scored workloads a subset may hold, at least and at most.
struct Held {
  std::size_t least;
  std::size_t most;
};

Held scored_members(const detail::SubsetPlan& plan) {
  const auto scored = static_cast<std::size_t>(std::ranges::count(plan.weight, 1.0));
  const std::size_t others = plan.candidates.size() - scored;
  return {plan.size - std::min(plan.size, others), std::min(plan.size, scored)};
}

void add_pair(detail::SubsetPlan& plan, std::size_t number, const Held& held) {
  const SubsetProblem& problem = *plan.problem;
  const SubsetPair& pair = problem.pairs[number];
  std::size_t rows = 0;
  for (std::size_t i = 0; i < problem.scored.size(); ++i)
    if (problem.scored[i] && complete(pair, i)) ++rows;
  if (rows <= held.most)
    throw Error(ErrorCode::usage,
                fmt::format("{} scored workloads have energies in pair {}, and a subset of {} may "
                            "hold them all; ask for smaller ones or score more",
                            rows, number + 1, plan.size));
  plan.pairs.push_back(detail::prepare_pair(pair, problem.scored, plan.candidates, problem.fit));
  if (problem.score == SubsetScore::median_relative_error)
    plan.networks.emplace_back(rows, (rows - held.most - 1) / 2, (rows - held.least) / 2);
}

/// Workers take shares of the prefixes, in ascending order, until none are left.
std::vector<std::unique_ptr<detail::SubsetWorker>> work(const detail::SubsetPlan& plan,
                                                        const SubsetSearchOptions& options) {
  const auto prefixes =
      static_cast<std::uint64_t>(subset_count(plan.candidates.size() - 1, plan.size - 1));
  const std::uint64_t wanted =
      options.threads > 0 ? options.threads : std::max(1U, std::thread::hardware_concurrency());
  const std::uint64_t share = std::max(kSmallestShare, prefixes / (wanted * kShares));
  const std::uint64_t threads = std::min(wanted, (prefixes + share - 1) / share);

  std::atomic<std::uint64_t> next{0};
  const auto run = [&] {
    auto worker = std::make_unique<detail::SubsetWorker>(plan, options.keep);
    for (;;) {
      const std::uint64_t first = next.fetch_add(share);
      if (first >= prefixes) break;
      worker->walk(first, std::min(share, prefixes - first));
    }
    worker->finish();
    return worker;
  };
  std::vector<std::future<std::unique_ptr<detail::SubsetWorker>>> others;
  for (std::uint64_t i = 1; i < threads; ++i) others.push_back(std::async(std::launch::async, run));
  std::vector<std::unique_ptr<detail::SubsetWorker>> workers;
  workers.push_back(run());
  for (auto& other : others) workers.push_back(other.get());
  return workers;
}

bool better(const ScoredSubset& a, const ScoredSubset& b) {
  return a.score != b.score ? a.score < b.score : a.members < b.members;
}

}  // namespace

double subset_count(std::size_t n, std::size_t k) {
  if (k > n) return 0.0;
  double count = 1.0;
  for (std::size_t i = 0; i < std::min(k, n - k); ++i)
    count = count * static_cast<double>(n - i) / static_cast<double>(i + 1);
  return count;
}

SubsetSearch search_subsets(const SubsetProblem& problem, std::size_t size,
                            const SubsetSearchOptions& options) {
  const SubsetProblem filled = checked(problem);
  if (options.keep == 0) throw Error(ErrorCode::usage, "none of the best subsets are asked for");
  SubsetSearch search;
  detail::SubsetPlan plan;
  plan.problem = &filled;
  plan.size = size;
  for (std::size_t i = 0; i < workloads(filled); ++i) {
    if (!filled.candidates[i]) continue;
    const bool everywhere =
        std::ranges::all_of(filled.pairs, [i](const auto& pair) { return complete(pair, i); });
    (everywhere ? plan.candidates : search.incomplete).push_back(i);
    if (everywhere) plan.weight.push_back(filled.scored[i] ? 1.0 : 0.0);
  }
  check_size(filled, size, plan.candidates.size());
  const Held held = scored_members(plan);
  plan.weight.resize(plan.weight.size() + detail::kPadding, 0.0);
  for (std::size_t pair = 0; pair < filled.pairs.size(); ++pair) add_pair(plan, pair, held);

  for (const auto& worker : work(plan, options)) {
    search.scores.merge(worker->scores);
    search.degenerate += worker->degenerate;
    std::ranges::move(worker->best.best(), std::back_inserter(search.best));
  }
  search.evaluated = search.scores.count();
  std::ranges::sort(search.best, better);
  if (search.best.size() > options.keep) search.best.resize(options.keep);
  return search;
}

Outcome<double> score_subset(const SubsetProblem& problem, std::span<const std::size_t> members) {
  const SubsetProblem filled = checked(problem);
  check_least(filled, members.size());
  for (std::size_t i = 0; i < members.size(); ++i)
    if (members[i] >= workloads(filled) || (i > 0 && members[i] <= members[i - 1]))
      throw Error(ErrorCode::usage,
                  fmt::format("place {} of a subset among {} workloads: give ascending places",
                              members[i] + 1, workloads(filled)));
  double total = 0.0;
  for (std::size_t i = 0; i < filled.pairs.size(); ++i) {
    const auto score =
        detail::refit(filled.pairs[i], filled.scored, members, filled.fit, filled.score);
    if (!score) return Outcome<double>::refuse(fmt::format("pair {}: {}", i + 1, score.refused));
    total += *score;
  }
  return total / static_cast<double>(filled.pairs.size());
}

}  // namespace isojoule
