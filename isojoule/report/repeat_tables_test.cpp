#include "isojoule/report/repeat_tables.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace isojoule {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

Record run(std::optional<double> joules, Kind kind = Kind::measured) {
  ChannelEnergy energy;
  energy.channel.component = "package-0";
  energy.channel.kind = kind;
  energy.channel.unit = joule;
  if (joules) energy.energy = *joules * joule;
  Record record;
  record.whole = {second, {energy}};
  return record;
}

TEST(RepeatsTable, GivesMeanSpreadAndStudentsInterval) {
  const Table table = repeats_table({run(90.0), run(100.0), run(110.0)});
  ASSERT_THAT(table.rows, SizeIs(1));
  const auto& row = table.rows[0];
  EXPECT_EQ(row[2], "3");
  EXPECT_EQ(row[3], "100 J");
  // t(0.95; 2) = 2.920 (tables), sd 10, / sqrt 3: 16.86.
  EXPECT_EQ(row[4], "+- 16.9 J");
  EXPECT_EQ(row[5], "10.0 J");
  EXPECT_EQ(row[6], "90.0 J");
  EXPECT_EQ(row[7], "110 J");
  EXPECT_EQ(row[8], "measured");
}

TEST(RepeatsTable, TheIntervalOfTheMeanCarriesTheGain) {
  const auto with_gain = [](double joules) {
    Record record = run(joules);
    record.whole.channels[0].uncertainty = UncertaintyBudget{
        {{"gain", Evaluation::type_b, 0.12 * joules * joule, std::nullopt, "", "package-0", true},
         {"edges", Evaluation::type_b, 50.0 * joule, std::nullopt, ""}},
        1.0};
    return record;
  };
  const Table table = repeats_table({with_gain(90.0), with_gain(100.0), with_gain(110.0)});
  // 16.86 J as without, and 12 J of the mean of 100 J: 20.69. The edges' are in the spread.
  EXPECT_EQ(table.rows.at(0)[4], "+- 20.7 J");
}

TEST(RepeatsTable, AnUnknownEnergyIsNoEnergy) {
  const Table table = repeats_table({run(90.0), run(std::nullopt), run(110.0)});
  EXPECT_THAT(table.rows, SizeIs(0));
  EXPECT_THAT(table.notes.at(0), HasSubstr("no spread"));
}

TEST(RepeatsTable, MeasuredAndModelledAreNotAveraged) {
  EXPECT_THAT(repeats_table({run(90.0), run(95.0, Kind::modelled)}).rows, SizeIs(0));
}

TEST(RepeatsTable, RunsThatFailedAreLeftOutAndCounted) {
  Record failed = run(5.0);
  failed.outcome.state = CommandOutcome::State::incomplete;
  const Table table = repeats_table({run(90.0), run(110.0), failed});
  EXPECT_EQ(table.rows.at(0)[3], "100 J");
  EXPECT_EQ(table.notes.at(0), "1 of 3 runs did not end well and are left out.");
}

}  // namespace
}  // namespace isojoule
