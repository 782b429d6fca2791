#include "isojoule/stats/paired_test.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include <fmt/format.h>

#include "isojoule/stats/spread.hpp"
#include "isojoule/stats/student_t.hpp"

namespace isojoule {

Outcome<PairedTest> corrected_resampled_t_test(std::span<const double> a, std::span<const double> b,
                                               std::size_t test_rows, std::size_t train_rows) {
  using Test = Outcome<PairedTest>;
  if (a.size() != b.size())
    return Test::refuse(fmt::format("{} scores beside {}", a.size(), b.size()));
  if (a.size() < 2) return Test::refuse("a test over splits needs at least two");
  if (test_rows == 0 || train_rows == 0) return Test::refuse("a part of the splits has no rows");
  std::vector<double> differences;
  for (std::size_t i = 0; i < a.size(); ++i) differences.push_back(a[i] - b[i]);
  const double difference = *mean(differences);
  const double deviation = *standard_deviation(differences);
  const auto splits = static_cast<double>(a.size());
  const double overlap = static_cast<double>(test_rows) / static_cast<double>(train_rows);
  if (deviation == 0.0) {
    if (difference == 0.0) return PairedTest{0.0, 0.0, 1.0};
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    return PairedTest{difference, std::copysign(kInfinity, difference), 0.0};
  }
  const double statistic = difference / (deviation * std::sqrt(1.0 / splits + overlap));
  return PairedTest{difference, statistic, student_t_two_sided(statistic, splits - 1.0)};
}

}  // namespace isojoule
