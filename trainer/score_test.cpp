#include "trainer/score.hpp"

#include <array>

#include <gtest/gtest.h>

namespace isojoule::trainer {
namespace {

TEST(Score, CountsOverAllClipsAndLabels) {
  // Two clips of three labels: told {0, 1} and {}, there {0, 2} and {1}.
  const std::array logits{0.5F, 2.0F, -1.0F, -0.1F, -3.0F, 0.0F};
  const std::array targets{1.0F, 0.0F, 1.0F, 0.0F, 1.0F, 0.0F};
  Score score;
  add(score, logits, targets, 3);
  EXPECT_EQ(score.clips, 2);
  EXPECT_DOUBLE_EQ(score.f1(), 2.0 / (2.0 + 1.0 + 2.0));
  // All six told: three right, three wrong.
  EXPECT_DOUBLE_EQ(score.f1_of_all(), 6.0 / 9.0);
  add(score, logits, targets, 3);
  EXPECT_EQ(score.clips, 4);
  EXPECT_DOUBLE_EQ(score.f1(), 0.4);
}

TEST(Score, IsZeroWhereNothingIsThere) {
  const std::array logits{-1.0F, -1.0F};
  const std::array targets{0.0F, 0.0F};
  Score score;
  add(score, logits, targets, 2);
  EXPECT_EQ(score.f1(), 0.0);
  EXPECT_EQ(score.f1_of_all(), 0.0);
}

}  // namespace
}  // namespace isojoule::trainer
