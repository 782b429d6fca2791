// Which rows are for training and which for testing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "isojoule/core/outcome.hpp"

namespace isojoule {

/// Places of rows, both ascending, together 0, ..., n - 1.
struct Split {
  std::vector<std::size_t> train;
  std::vector<std::size_t> test;
};

/// ceil(test_percent n / 100), exactly. Throws Error(usage) unless 1 <= test_percent <= 99.
std::size_t test_count(std::size_t n, int test_percent);

/// Split number `index` of n rows at random. It depends on the seed, the index and n only: the test
/// part is Random(derive_seed({seed, index, n})).choose(n, test_count(n, test_percent)). Refused if
/// no training row would be left.
Outcome<Split> random_split(std::uint64_t seed, std::uint64_t index, std::size_t n,
                            int test_percent);

/// The same with whole groups: `groups` names the group of each row, the distinct names in
/// ascending order are split like rows, and a row goes where its group goes. So test_percent is
/// that of the groups. Refused if no training group would be left.
Outcome<Split> group_split(std::uint64_t seed, std::uint64_t index,
                           std::span<const std::string> groups, int test_percent);

}  // namespace isojoule
