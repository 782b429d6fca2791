#include "isojoule/page/csv.hpp"

#include <cmath>
#include <string>

#include <gtest/gtest.h>

namespace isojoule {
namespace {

TEST(CsvField, IsQuotedWhereItMustBe) {
  EXPECT_EQ(csv_field("cnn-2x128"), "cnn-2x128");
  EXPECT_EQ(csv_field("a,b"), "\"a,b\"");
  EXPECT_EQ(csv_field("say \"hi\""), "\"say \"\"hi\"\"\"");
  EXPECT_EQ(csv_field("two\nlines"), "\"two\nlines\"");
  EXPECT_EQ(csv_field(""), "");
}

TEST(CsvField, ANumberReadsBackAsItself) {
  for (const double number : {0.1, 1.0 / 3.0, 1e-300, 123456789012345.0, -2.5})
    EXPECT_EQ(std::stod(csv_field(std::optional(number))), number);
}

TEST(CsvField, AMissingNumberIsEmptyNotZero) { EXPECT_EQ(csv_field(std::optional<double>()), ""); }

TEST(CsvLine, JoinsItsFields) { EXPECT_EQ(csv_line({"a", "", "\"b,c\""}), "a,,\"b,c\"\n"); }

}  // namespace
}  // namespace isojoule
