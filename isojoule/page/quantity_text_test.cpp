#include "isojoule/page/quantity_text.hpp"

#include <limits>
#include <string>

#include <gtest/gtest.h>

namespace isojoule {
namespace {

std::string joules(double value) { return to_text(value * joule); }
std::string seconds(double value) { return to_text(value * second); }

TEST(EnergyText, HasThreeSignificantDigits) {
  EXPECT_EQ(joules(0.532), "0.532 J");
  EXPECT_EQ(joules(1.0), "1.00 J");
  EXPECT_EQ(joules(12.34), "12.3 J");
  EXPECT_EQ(joules(999.4), "999 J");
  EXPECT_EQ(joules(1070), "1.07 kJ");
  EXPECT_EQ(joules(12.3e6), "12.3 MJ");
  EXPECT_EQ(joules(0.0451), "45.1 mJ");
  EXPECT_EQ(joules(1.5e-6), "1.50 µJ");
  EXPECT_EQ(joules(2e-9), "2.00 nJ");
  EXPECT_EQ(joules(-1070), "-1.07 kJ");
}

TEST(EnergyText, RoundsIntoTheNextUnit) {
  EXPECT_EQ(joules(999.6), "1.00 kJ");
  EXPECT_EQ(joules(0.9996), "1.00 J");
  EXPECT_EQ(joules(0.09996), "0.100 J");
  EXPECT_EQ(joules(0.1), "0.100 J");
  EXPECT_EQ(joules(9.996e-4), "1.00 mJ");
}

TEST(EnergyText, ZeroAndTheFarEndsAreSaid) {
  EXPECT_EQ(joules(0.0), "0 J");
  EXPECT_EQ(joules(-0.0), "0 J");
  EXPECT_EQ(joules(9.99e20), "999 EJ");
  EXPECT_EQ(joules(1e21), "1.00e+21 J");
  EXPECT_EQ(joules(1e-12), "1.00e-12 J");
  EXPECT_EQ(joules(std::numeric_limits<double>::infinity()), "inf J");
  EXPECT_EQ(joules(std::numeric_limits<double>::quiet_NaN()), "nan J");
}

TEST(PowerText, GoesFromMilliwatts) {
  EXPECT_EQ(to_text(85.2 * watt), "85.2 W");
  EXPECT_EQ(to_text(1.2 * kilowatt), "1.20 kW");
  EXPECT_EQ(to_text(0.35 * watt), "350 mW");
}

TEST(WorkText, CountsOperations) {
  EXPECT_EQ(to_text(628e6 * flop), "628 MFLOP");
  EXPECT_EQ(to_text(40.2 * gigaflop), "40.2 GFLOP");
  EXPECT_EQ(to_text(Work{}), "0 FLOP");
}

TEST(DurationText, HasThreeSignificantDigitsBelowAMinute) {
  EXPECT_EQ(seconds(0.0), "0 s");
  EXPECT_EQ(seconds(2.5e-6), "2.50 µs");
  EXPECT_EQ(seconds(0.035), "35.0 ms");
  EXPECT_EQ(seconds(0.5), "500 ms");
  EXPECT_EQ(seconds(12.4), "12.4 s");
  EXPECT_EQ(seconds(59.94), "59.9 s");
}

TEST(DurationText, IsInMinutesAndHoursAbove) {
  EXPECT_EQ(seconds(59.96), "1 min 00 s");
  EXPECT_EQ(seconds(185), "3 min 05 s");
  EXPECT_EQ(seconds(3599.4), "59 min 59 s");
  EXPECT_EQ(seconds(3599.6), "1 h 00 min");
  EXPECT_EQ(seconds(2 * 3600 + 7 * 60 + 29), "2 h 07 min");
  EXPECT_EQ(seconds(2 * 3600 + 7 * 60 + 31), "2 h 08 min");
  EXPECT_EQ(seconds(100 * 3600), "100 h 00 min");
  EXPECT_EQ(seconds(-185), "-3 min 05 s");
  EXPECT_EQ(seconds(1e300), "1.00e+300 s");
  EXPECT_EQ(seconds(std::numeric_limits<double>::quiet_NaN()), "nan s");
}

TEST(Grouped, SeparatesThousands) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1000), "1,000");
  EXPECT_EQ(grouped(804234), "804,234");
  EXPECT_EQ(grouped(1234567), "1,234,567");
  EXPECT_EQ(grouped(std::numeric_limits<unsigned long long>::max()), "18,446,744,073,709,551,615");
}

}  // namespace
}  // namespace isojoule
