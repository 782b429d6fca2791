// The likelihood of tables drawn from the pooled normalizer's own model.
#include <algorithm>
#include <array>
#include <cstdint>
#include <numeric>
#include <vector>

#include <gtest/gtest.h>

#include "isojoule/normalize/detail/pooled_prior.hpp"

#include "support/drawn_table.hpp"

namespace isojoule {
namespace {

using drawn::drawn_table;
using drawn::kTables;
using drawn::kWorkloads;
using drawn::normal;

TEST(PooledLikelihood, TheLikelihoodIsHighestAtTheTrueNoise) {
  // Normal noise, every weight 1: the likelihood is exact.
  constexpr std::array<double, 9> kMultiples{0.25, 0.35, 0.5, 0.7, 1.0, 1.4, 2.0, 2.8, 4.0};
  const std::array<std::size_t, 3> others{1, 2, 3};
  std::vector<std::size_t> places(kWorkloads);
  std::iota(places.begin(), places.end(), std::size_t{0});
  for (const double truth : {0.5, 1.0, 2.0}) {
    std::array<double, kMultiples.size()> sums{};
    for (int table = 0; table < kTables; ++table) {
      const Dataset dataset(
          drawn_table(static_cast<std::uint64_t>(100 + table), 0.075 * truth, normal));
      const View view(dataset, 0, std::nullopt, places);
      const auto data = detail::pooled_data(view, 0, others, places, {});
      const PerNoise ones{std::vector<double>(kWorkloads, 1.0),
                          std::vector<double>(data.values.size(), 1.0)};
      for (std::size_t i = 0; i < kMultiples.size(); ++i) {
        PooledPrior prior = data.features.prior();
        prior.noise_sd *= kMultiples[i];
        sums[i] += PooledProcess(prior, data.rows, data.values, ones).log_likelihood();
      }
    }
    const auto most = std::ranges::max_element(sums) - sums.begin();
    EXPECT_EQ(kMultiples[static_cast<std::size_t>(most)], truth);
  }
}

}  // namespace
}  // namespace isojoule
