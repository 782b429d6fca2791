#include "isojoule/cost/count.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace isojoule {
namespace {

constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();

TEST(Count, IsExactUpToTheLast) {
  EXPECT_EQ((Count(kMost - 1) + 1).value(), kMost);
  EXPECT_EQ((Count(kMost / 3) * 3).value(), kMost);  // 2^64 - 1 is divisible by 3
}

TEST(Count, RefusesToOverflow) {
  EXPECT_THROW(Count(kMost) + 1, Error);
  EXPECT_THROW(Count(kMost / 3 + 1) * 3, Error);
  Count sum = kMost;
  EXPECT_THROW(sum += 1, Error);
}

}  // namespace
}  // namespace isojoule
