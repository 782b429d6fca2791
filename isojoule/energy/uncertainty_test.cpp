#include "isojoule/energy/uncertainty.hpp"

#include <cmath>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace isojoule {
namespace {

using testing::HasSubstr;

UncertaintyComponent edges(const EdgeEvidence& begin, const EdgeEvidence& end,
                           Duration lag_half_width, Power steady) {
  const PieceEdges piece{begin, end, steady};
  return edges_component({&piece, 1}, lag_half_width);
}

UncertaintyComponent component(double joules, std::optional<double> degrees_of_freedom) {
  return {"test", Evaluation::type_a, joules * joule, degrees_of_freedom, ""};
}

TEST(Uncertainty, WithoutDegreesOfFreedomTheFactorIsNormal) {
  UncertaintyBudget budget;
  add_component(budget, component(3.0, std::nullopt));
  add_component(budget, component(4.0, std::nullopt));
  EXPECT_DOUBLE_EQ(budget.standard().in(joule), 5.0);
  EXPECT_NEAR(budget.coverage_factor, 1.6449, 5e-5);  // tables of the normal distribution
}

// GUM H.1.6: components of 25 nm (18), 9.7 nm (25.6), 2.9 nm (50) and 16.6 nm (2) of lengths
// combine to 32 nm with 16 degrees of freedom; the table G.2 has t_90(16) = 1.75.
TEST(Uncertainty, TheGaugeBlockOfTheGuide) {
  UncertaintyBudget budget;
  add_component(budget, component(25.0, 18.0));
  add_component(budget, component(9.7, 25.6));
  add_component(budget, component(2.9, 50.0));
  add_component(budget, component(16.6, 2.0));
  EXPECT_NEAR(budget.standard().in(joule), 32.0, 0.5);  // the guide's own rounding
  EXPECT_NEAR(budget.coverage_factor, 1.75, 0.01);
}

TEST(Uncertainty, AFewReadingsAloneHaveALargeFactor) {
  UncertaintyBudget budget;
  add_component(budget, component(1.0, 3.0));
  EXPECT_NEAR(budget.coverage_factor, 2.353, 5e-4);  // t_90(3), GUM table G.2: 2.35
  add_component(budget, component(100.0, std::nullopt));
  EXPECT_NEAR(budget.coverage_factor, 1.6449, 5e-5) << "a small part of the whole";
}

TEST(Uncertainty, NothingAtAllIsNoCrash) {
  UncertaintyBudget budget;
  add_component(budget, component(0.0, 3.0));
  EXPECT_EQ(budget.standard(), Energy{});
  EXPECT_NEAR(budget.coverage_factor, 1.6449, 5e-5);
}

TEST(Uncertainty, ACalibratedGainIsRectangularAndRelative) {
  Channel channel;
  channel.component = "package-0";
  channel.gain = {0.96, 0.01, "wattmeter"};
  // A reading is 0.95 to 0.97 of the truth, so the truth is known within 0.01/0.96.
  const auto known = gain_component(channel, 1000.0 * joule);
  EXPECT_NEAR(known.standard.in(joule), 1000.0 * 0.01 / 0.96 / std::sqrt(3.0), 1e-9);
  EXPECT_EQ(known.evaluation, Evaluation::type_b);
  EXPECT_THAT(known.how, HasSubstr("(wattmeter), rectangular"));
  EXPECT_EQ(known.shared, "package-0");
  EXPECT_TRUE(known.proportional);
  channel.gain.half_width = 0.0;
  EXPECT_EQ(gain_component(channel, 1000.0 * joule).standard, Energy{});
}

TEST(Uncertainty, PartsOfOneDistributionHaveItsDegreesOfFreedom) {
  UncertaintyBudget budget;
  for (const char* shared : {"family", "board"}) {
    UncertaintyComponent part = component(1.0, 3.0);
    part.source = "gain";
    part.shared = shared;
    add_component(budget, part);
  }
  // As of one t with 3 degrees of freedom; two of them would have 6, and 1.943.
  EXPECT_NEAR(budget.coverage_factor, 2.353, 5e-4);
}

TEST(Uncertainty, TicksOfEachEdgeCountByTheirPower) {
  EdgeEvidence begin;
  begin.before = 60.0 * watt;
  begin.after = 140.0 * watt;
  begin.tick_standard = 30.0 * millisecond;
  EdgeEvidence end;
  end.before = end.after = 400.0 * watt;
  end.tick_standard = 10.0 * millisecond;
  // 100 W x 30 ms = 3 J and 400 W x 10 ms = 4 J.
  EXPECT_NEAR(edges(begin, end, {}, {}).standard.in(joule), 5.0, 1e-12);
  // Against 400 W: 300 W x 30 ms.
  EXPECT_NEAR(edges(begin, end, {}, 400.0 * watt).standard.in(joule), 9.0, 1e-12);
}

TEST(Uncertainty, AWrongLagMovesNothingWhereThePowerIsTheSame) {
  EdgeEvidence edge;
  edge.before = edge.after = 300.0 * watt;
  EXPECT_EQ(edges(edge, edge, 40.0 * millisecond, {}).standard, Energy{});
  EdgeEvidence idle;
  idle.before = idle.after = 100.0 * watt;
  // 200 W x 40 ms / sqrt(3).
  EXPECT_NEAR(edges(idle, edge, 40.0 * millisecond, {}).standard.in(joule), 8.0 / std::sqrt(3.0),
              1e-12);
}

TEST(Uncertainty, TheQuotableLengthComesFromTheRefresh) {
  Channel channel;
  channel.unit = millijoule;
  EXPECT_FALSE(quotable_length(channel, std::nullopt));
  channel.refresh = 100.0 * millisecond;
  EXPECT_DOUBLE_EQ(quotable_length(channel, std::nullopt)->in(second), 5.0);
  EXPECT_DOUBLE_EQ(quotable_length(channel, 20.0 * millisecond)->in(second), 1.0);
  channel.averaging = 1.0 * second;
  EXPECT_DOUBLE_EQ(quotable_length(channel, std::nullopt)->in(second), 50.0);
  channel.averaging = 25.0 * millisecond;
  channel.lag_half_width = 50.0 * millisecond;
  EXPECT_DOUBLE_EQ(quotable_length(channel, std::nullopt)->in(second), 5.0);
}

/// 100 W from 10 s to 30 s but for a pause from 20 s to 21 s; ticks of 10 ms everywhere.
std::vector<PieceEdges> paused_once() {
  std::vector<PieceEdges> pieces(2);
  double time = 10.0;
  for (PieceEdges& piece : pieces) {
    for (EdgeEvidence* edge : {&piece.begin, &piece.end}) {
      edge->before = edge->after = 100.0 * watt;
      edge->tick_standard = 10.0 * millisecond;
      edge->value_since = Instant::from_microseconds(static_cast<std::int64_t>(time * 1e6));
      time += 5.0;
    }
  }
  return pieces;
}

TEST(Uncertainty, TheEdgesOfAPauseAreKnownByThemselves) {
  // Four times 100 W x 10 ms = 1 J.
  EXPECT_NEAR(edges_component(paused_once(), {}).standard.in(joule), 2.0, 1e-12);
}

TEST(Uncertainty, APauseWithinOneValueMovesAsAWhole) {
  std::vector<PieceEdges> pieces = paused_once();
  pieces[1].begin.value_since = pieces[0].end.value_since;
  EXPECT_NEAR(edges_component(pieces, {}).standard.in(joule), std::sqrt(2.0), 1e-12);
  // At its end the power is 60 W: 1 J - 0.6 J.
  pieces[1].begin.before = pieces[1].begin.after = 60.0 * watt;
  EXPECT_NEAR(edges_component(pieces, {}).standard.in(joule), std::sqrt(1.0 + 0.16 + 1.0), 1e-12);
}

TEST(Uncertainty, AWrongLagShiftsAllEdgesAlike) {
  std::vector<PieceEdges> pieces = paused_once();
  for (PieceEdges& piece : pieces) piece.begin.tick_standard = piece.end.tick_standard = Duration{};
  const Duration half_width = 50.0 * millisecond;
  EXPECT_EQ(edges_component(pieces, half_width).standard, Energy{});
  // The pause begins in a fall to 40 W and ends in a rise from it: what one edge gains the other
  // loses.
  pieces[0].end.after = pieces[1].begin.before = 40.0 * watt;
  EXPECT_NEAR(edges_component(pieces, half_width).standard.in(joule), 0.0, 1e-12);
  // The second piece begins at 40 W: (70 - 100 + 100 - 40) W x 50 ms / sqrt(3).
  pieces[1].begin.after = 40.0 * watt;
  EXPECT_NEAR(edges_component(pieces, half_width).standard.in(joule), 30.0 * 0.05 / std::sqrt(3.0),
              1e-12);
}

TEST(Uncertainty, EachPieceHasTheResolutionOfItsOwnEdges) {
  EXPECT_NEAR(resolution_component(6.0 * joule, 1).standard.in(joule), std::sqrt(6.0), 1e-12);
  EXPECT_NEAR(resolution_component(6.0 * joule, 4).standard.in(joule), std::sqrt(24.0), 1e-12);
}

TEST(Uncertainty, MorePiecesMustBeLongerToBeQuoted) {
  Channel channel;
  channel.refresh = 100.0 * millisecond;
  EXPECT_NEAR(quotable_length(channel, std::nullopt)->in(second), 5.0, 1e-12);
  EXPECT_NEAR(quotable_length(channel, std::nullopt, 16)->in(second), 20.0, 1e-12);
}

}  // namespace
}  // namespace isojoule
