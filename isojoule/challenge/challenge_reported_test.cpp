#include "isojoule/challenge/challenge_reported.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace isojoule {
namespace {

using testing::HasSubstr;

struct Case {
  const char* text;
  double value;
  double lower;
  double upper;
};

class ReportedDigits : public testing::TestWithParam<Case> {};

TEST_P(ReportedDigits, StandForHalfAUnitToBothSides) {
  const auto [text, value, lower, upper] = GetParam();
  const auto reported = parse_reported(text);
  ASSERT_TRUE(reported) << text << " " << reported.refused;
  // Exact: the bounds are the doubles next to the decimals.
  EXPECT_EQ(reported->value, value) << text;
  EXPECT_EQ(reported->lower, lower) << text;
  EXPECT_EQ(reported->upper, upper) << text;
}

INSTANTIATE_TEST_SUITE_P(
    Forms, ReportedDigits,
    testing::Values(Case{"0.006", 0.006, 0.0055, 0.0065}, Case{"0.01", 0.01, 0.005, 0.015},
                    Case{"0.0060", 0.006, 0.00595, 0.00605},  // zeros at the end count
                    Case{"54.0", 54.0, 53.95, 54.05}, Case{"54", 54.0, 53.5, 54.5},
                    Case{"100", 100.0, 99.5, 100.5}, Case{"1", 1.0, 0.5, 1.5},
                    Case{"7.", 7.0, 6.5, 7.5}, Case{".5", 0.5, 0.45, 0.55},
                    Case{"1e1", 10.0, 5.0, 15.0}, Case{"1.20E+2", 120.0, 119.5, 120.5},
                    Case{"2.5e-3", 0.0025, 0.00245, 0.00255}, Case{"007", 7.0, 6.5, 7.5},
                    Case{"446.6", 446.6, 446.55, 446.65}, Case{" 0.32\t", 0.32, 0.315, 0.325},
                    Case{"0", 0.0, 0.0, 0.5}, Case{"0.00", 0.0, 0.0, 0.005},
                    Case{"-0.0", 0.0, 0.0, 0.05},
                    Case{"123456789012345678901234567890", 123456789012345678901234567890.0,
                         123456789012345678901234567889.5, 123456789012345678901234567890.5}));

TEST(ReportedDigits, OfNeighboursTouch) {
  EXPECT_EQ(parse_reported("0.006")->upper, parse_reported("0.007")->lower);
  EXPECT_EQ(parse_reported("0.29")->upper, parse_reported("0.30")->lower);
}

TEST(ReportedDigits, KeepTheText) { EXPECT_EQ(parse_reported(" 0.10 ")->text, "0.10"); }

TEST(ReportedDigits, RefuseWhatIsNoNumber) {
  for (const char* text : {"", "abc", "0.5 kWh", "1,5", "0x10", "--1", "1e", "1.2.3", ".", "+1"}) {
    EXPECT_THAT(parse_reported(text).refused, HasSubstr("not a number")) << text;
  }
}

TEST(ReportedDigits, RefuseWhatIsNoValue) {
  for (const char* text : {"nan", "inf", "-inf", "1e999", "1e-999", "-0.5", "-5",
                           "0e99999999999999999999", "1.797693e308"}) {
    const auto reported = parse_reported(text);
    EXPECT_FALSE(reported) << text;
    EXPECT_FALSE(reported.refused.empty()) << text;
  }
  EXPECT_THAT(parse_reported("-0.5").refused, HasSubstr("negative"));
}

TEST(ReportedScore, MayHaveAnIntervalBehindIt) {
  const auto score = parse_reported_score("0.326 (0.325 - 0.327)");
  ASSERT_TRUE(score);
  EXPECT_EQ(score->lower, 0.3255);  // of the digits; what is in parentheses is another kind
  EXPECT_EQ(score->upper, 0.3265);
  EXPECT_EQ(score->text, "0.326");
  EXPECT_EQ(parse_reported_score("0.326")->value, 0.326);
  EXPECT_FALSE(parse_reported_score("0.326 ("));
  EXPECT_FALSE(parse_reported_score("(0.325 - 0.327)"));
}

}  // namespace
}  // namespace isojoule
