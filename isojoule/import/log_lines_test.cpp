#include "isojoule/import/log_lines.hpp"

#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/core/error.hpp"

namespace isojoule {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

TEST(LogLines, GivesLinesThatAreNotBlankWithTheirNumbers) {
  std::istringstream in(
      "\xef\xbb\xbf"
      "a\r\n\r\n  \nb, c \nlast");
  LogLines lines(in, "x.csv");
  EXPECT_EQ(lines.next(), "a");
  EXPECT_EQ(lines.number(), 1u);
  EXPECT_EQ(lines.next(), "b, c");
  EXPECT_EQ(lines.number(), 4u);
  EXPECT_EQ(lines.next(), "last");
  EXPECT_EQ(lines.next(), std::nullopt);
}

TEST(LogLines, WhatIsNoTextIsRefused) {
  std::istringstream wide(
      std::string("\xff\xfe"
                  "a\0",
                  4));
  LogLines lines(wide, "x.csv");
  EXPECT_THAT([&] { lines.next(); }, ThrowsMessage<Error>(HasSubstr("x.csv: is UTF-16")));
  std::istringstream endless(std::string(LogLines::kMostBytes + 1, 'x'));
  LogLines line(endless, "x.csv");
  EXPECT_THAT([&] { line.next(); }, ThrowsMessage<Error>(HasSubstr("x.csv:1: is longer")));
}

TEST(LogFields, StandBetweenCommas) {
  EXPECT_THAT(log_fields("a, b ,,\"c, d\""), ElementsAre("a", "b", "", "c, d"));
  EXPECT_THAT(log_fields("GPU \"0000:01"), ElementsAre("GPU 0000:01"));
  EXPECT_THAT(log_fields(""), ElementsAre(""));
}

TEST(LogNumber, IsWhatCWrites) {
  EXPECT_EQ(log_number("56.38"), 56.38);
  EXPECT_EQ(log_number("+1e-3"), 1e-3);
  for (const char* text : {"", "-", "56,38", "56.38 W", "nan", "inf", "0x10", "1e999"})
    EXPECT_EQ(log_number(text), std::nullopt) << text;
}

TEST(LogTime, ReadsDatesAndSecondsSince1970) {
  // date -u -d '2024-01-31 12:34:56' +%s
  constexpr std::int64_t kMoment = 1'706'704'496'000'000;
  EXPECT_EQ(log_time("2024/01/31 12:34:56.789"), kMoment + 789'000);
  EXPECT_EQ(log_time("2024/01/31 12:34:56"), kMoment);
  EXPECT_EQ(log_time("2024-01-31T12:34:56.000001Z"), kMoment + 1);
  EXPECT_EQ(log_time("2024-01-31T13:34:56.5+01:00"), kMoment + 500'000);
  EXPECT_EQ(log_time("2024-01-31 07:04:56-0530"), kMoment);
  EXPECT_EQ(log_time("1706704496"), kMoment);
  EXPECT_EQ(log_time("1706704496.25"), kMoment + 250'000);
  EXPECT_EQ(log_time("1706704496789"), kMoment + 789'000);
  EXPECT_EQ(log_time("1706704496789123"), kMoment + 789'123);
  EXPECT_EQ(log_time("0.0150"), 15'000);
  EXPECT_EQ(log_time("2024/02/29 00:00:00").value() - log_time("2024/02/28 23:59:59").value(),
            1'000'000);
  for (const char* text : {"", "now", "2024/13/01 00:00:00", "2023/02/29 00:00:00", "2024/01/31",
                           "2024/01/31 24:00:00", "2024/01/31 12:34:56.", "2024/01/31 12:34:56 x",
                           "2024/01/31 12:34", "2024-01-31T12:34:56+1", "1e300"})
    EXPECT_EQ(log_time(text), std::nullopt) << text;
}

}  // namespace
}  // namespace isojoule
