#include "isojoule/stats/splits.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "isojoule/core/error.hpp"
#include "isojoule/stats/random.hpp"

namespace isojoule {

std::size_t test_count(std::size_t n, int test_percent) {
  if (test_percent < 1 || test_percent > 99)
    throw Error(ErrorCode::usage, fmt::format("a test part of {} %: give 1 to 99", test_percent));
  return (n * static_cast<std::size_t>(test_percent) + 99) / 100;
}

Outcome<Split> random_split(std::uint64_t seed, std::uint64_t index, std::size_t n,
                            int test_percent) {
  const std::size_t tests = test_count(n, test_percent);
  if (tests >= n)
    return Outcome<Split>::refuse(fmt::format("of {} nothing is left to train on", n));
  std::vector<bool> tested(n, false);
  for (const std::size_t row : Random(derive_seed({seed, index, n})).choose(n, tests))
    tested[row] = true;
  Split split;
  split.train.reserve(n - tests);
  split.test.reserve(tests);
  for (std::size_t row = 0; row < n; ++row) (tested[row] ? split.test : split.train).push_back(row);
  return split;
}

Outcome<Split> group_split(std::uint64_t seed, std::uint64_t index,
                           std::span<const std::string> groups, int test_percent) {
  std::vector<std::string> names(groups.begin(), groups.end());
  std::ranges::sort(names);
  const auto [rest, end] = std::ranges::unique(names);
  names.erase(rest, end);
  auto of_names = random_split(seed, index, names.size(), test_percent);
  if (!of_names) return of_names;
  Split split;
  for (std::size_t row = 0; row < groups.size(); ++row) {
    const auto name = std::ranges::lower_bound(names, groups[row]) - names.begin();
    const bool tested = std::ranges::binary_search(of_names->test, static_cast<std::size_t>(name));
    (tested ? split.test : split.train).push_back(row);
  }
  return split;
}

}  // namespace isojoule
