#include "isojoule/cost/architecture.hpp"

#include <limits>
#include <string>

#include <gtest/gtest.h>

#include "isojoule/core/error.hpp"

namespace isojoule {
namespace {

TEST(Pooled, HalvesEachSideAndRoundsDown) {
  EXPECT_EQ(pooled(Task{}, 0), (Plane{128, 64}));
  EXPECT_EQ(pooled(Task{}, 1), (Plane{64, 32}));
  EXPECT_EQ(pooled(Task{}, 6), (Plane{2, 1}));
  EXPECT_EQ(pooled(Task{.bands = 15, .frames = 9}, 1), (Plane{7, 4}));
  EXPECT_EQ(pooled(Task{.bands = 15, .frames = 9}, 3), (Plane{1, 1}));  // 9, 4, 2, 1
}

TEST(Pooled, RefusesToLeaveNothingAndSaysHowOftenIsPossible) {
  try {
    pooled(Task{}, 7);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::bad_input);
    EXPECT_NE(std::string(error.what()).find("at most 6"), std::string::npos) << error.what();
  }
  EXPECT_THROW(pooled(Task{.bands = 15, .frames = 9}, 4), Error);
  EXPECT_THROW(pooled(Task{.frames = 0}, 0), Error);
  EXPECT_THROW(pooled(Task{}, std::numeric_limits<std::uint64_t>::max()), Error);
}

}  // namespace
}  // namespace isojoule
