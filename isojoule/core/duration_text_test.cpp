#include "isojoule/core/duration_text.hpp"

#include <gtest/gtest.h>

namespace isojoule {
namespace {

TEST(DurationFromText, ReadsNumbersWithTheirUnits) {
  EXPECT_EQ(duration_from_text("5s"), 5.0 * second);
  EXPECT_EQ(duration_from_text("1.5s"), 1.5 * second);
  EXPECT_EQ(duration_from_text("500ms"), 0.5 * second);
  EXPECT_EQ(duration_from_text("2min"), 120.0 * second);
  EXPECT_EQ(duration_from_text("2m"), 120.0 * second);
  EXPECT_EQ(duration_from_text("1h"), 3600.0 * second);
  EXPECT_EQ(duration_from_text("0s"), Duration{});
}

TEST(DurationFromText, RefusesWhatIsNone) {
  for (const char* text :
       {"", "5", "0", "1.5", "s", "-1s", "5 s", "5parsecs", "inf", "nan", "1e999", "5s5"})
    EXPECT_EQ(duration_from_text(text), std::nullopt) << text;
}

}  // namespace
}  // namespace isojoule
