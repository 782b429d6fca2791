// Searches all subsets of a table's workloads, for bench/subsets.py.
//
// Usage: isojoule_subsets_bench TABLE CANDIDATES SIZE linear|ratio median|squared KEEP THREADS
// TABLE holds the counts of pairs and workloads, and then each pair's x and its y. The first
// CANDIDATES workloads are chosen from, all are scored. Prints JSON.
#include <sys/resource.h>

#include <chrono>
#include <cstddef>
#include <cstdio>
#include <exception>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "isojoule/stats/subset_search.hpp"

namespace {

isojoule::SubsetProblem read_table(const std::string& name) {
  std::ifstream file(name);
  std::size_t pairs = 0;
  std::size_t workloads = 0;
  file >> pairs >> workloads;
  isojoule::SubsetProblem problem;
  for (std::size_t pair = 0; pair < pairs; ++pair) {
    isojoule::SubsetPair energies;
    for (auto* side : {&energies.x, &energies.y})
      for (std::size_t i = 0; i < workloads; ++i) {
        double energy = 0.0;
        file >> energy;
        side->emplace_back(energy);
      }
    problem.pairs.push_back(energies);
  }
  if (!file) throw std::runtime_error("cannot read " + name);
  return problem;
}

double cpu_s() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

nlohmann::json search(const std::vector<std::string>& arguments) {
  using namespace isojoule;
  SubsetProblem problem = read_table(arguments.at(0));
  problem.candidates.assign(problem.pairs.front().x.size(), false);
  for (std::size_t i = 0; i < std::stoul(arguments.at(1)); ++i) problem.candidates.at(i) = true;
  problem.fit = arguments.at(3) == "linear" ? SubsetFit::linear : SubsetFit::ratio;
  problem.score =
      arguments.at(4) == "median" ? SubsetScore::median_relative_error : SubsetScore::squared_error;
  const SubsetSearchOptions options{.keep = std::stoul(arguments.at(5)),
                                    .threads = static_cast<unsigned>(std::stoul(arguments.at(6)))};

  const double cpu_before = cpu_s();
  const auto begin = std::chrono::steady_clock::now();
  const auto found = search_subsets(problem, std::stoul(arguments.at(2)), options);
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begin;

  nlohmann::json best = nlohmann::json::array();
  for (const auto& subset : found.best) best.push_back({subset.members, subset.score});
  return {{"wall_s", wall.count()},
          {"cpu_s", cpu_s() - cpu_before},
          {"subsets", found.evaluated + found.degenerate},
          {"best", best},
          {"median", found.scores.quantile(0.5).value_or(0.0)}};
}

}  // namespace

int main(int count, char** arguments) try {
  std::puts(search(std::vector<std::string>(arguments + 1, arguments + count)).dump().c_str());
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
