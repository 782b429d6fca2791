#include "isojoule/core/measurement.hpp"

#include <string>
#include <utility>

#include <gtest/gtest.h>

namespace isojoule {
namespace {

ChannelEnergy channel(std::string id, std::string component, Scope scope, Kind kind,
                      std::variant<Energy, Power, Gauge> unit, std::optional<Energy> energy) {
  ChannelEnergy result;
  result.channel.id = std::move(id);
  result.channel.component = std::move(component);
  result.channel.scope = scope;
  result.channel.kind = kind;
  result.channel.unit = std::move(unit);
  result.energy = energy;
  if (!energy) result.reason = "the counter was reset";
  return result;
}

ChannelEnergy counter(std::string id, std::string component, Scope scope,
                      std::optional<Energy> energy) {
  return channel(std::move(id), std::move(component), scope, Kind::measured, microjoule, energy);
}

ChannelEnergy model(std::string id, std::string component, Scope scope,
                    std::optional<Energy> energy) {
  return channel(std::move(id), std::move(component), scope, Kind::modelled, microjoule, energy);
}

ChannelEnergy power(std::string id, std::string component, Scope scope,
                    std::optional<Energy> energy) {
  return channel(std::move(id), std::move(component), scope, Kind::measured, milliwatt, energy);
}

Measurement measurement(std::vector<ChannelEnergy> channels) {
  return {1.0 * second, std::move(channels)};
}

TEST(Total, AddsTheComponentsOfAScopeAndOnlyThose) {
  const Measurement two_sockets =
      measurement({counter("p0", "package-0", Scope::package, 3.0 * joule),
                   counter("d0", "dram-0", Scope::dram, 100.0 * joule),
                   counter("p1", "package-1", Scope::package, 4.0 * joule)});
  ASSERT_TRUE(two_sockets.total(Scope::package));
  EXPECT_EQ(two_sockets.total(Scope::package)->energy, 7.0 * joule);
  EXPECT_EQ(two_sockets.total(Scope::package)->kind, Kind::measured);
  EXPECT_EQ(two_sockets.total(Scope::dram)->energy, 100.0 * joule);
  EXPECT_EQ(two_sockets.total(Scope::package).refused, "");
}

ChannelEnergy with_uncertainty(ChannelEnergy energy, const std::vector<Energy>& standards,
                               double factor) {
  energy.uncertainty.emplace();
  for (const Energy standard : standards)
    energy.uncertainty->components.push_back(
        {"made", Evaluation::type_b, standard, std::nullopt, "for the test"});
  energy.uncertainty->coverage_factor = factor;
  return energy;
}

TEST(Total, UncertaintiesOfPartsAddAsSquares) {
  // 3 and 4 make 5 within a part; 5 and 12 make 13 over both, times the larger factor.
  const Measurement boards = measurement(
      {with_uncertainty(counter("a", "gpu-0", Scope::gpu, 100.0 * joule),
                        {3.0 * joule, 4.0 * joule}, 1.5),
       with_uncertainty(counter("b", "gpu-1", Scope::gpu, 200.0 * joule), {12.0 * joule}, 2.0)});
  const auto total = boards.total(Scope::gpu);
  ASSERT_TRUE(total && total->interval);
  EXPECT_DOUBLE_EQ(total->interval->lower.in(joule), 300.0 - 26.0);
  EXPECT_DOUBLE_EQ(total->interval->upper.in(joule), 300.0 + 26.0);
  EXPECT_EQ(total->interval->confidence, 0.90);
}

TEST(Total, HasNoIntervalWhereAPartHasNone) {
  const Measurement boards = measurement(
      {with_uncertainty(counter("a", "gpu-0", Scope::gpu, 100.0 * joule), {3.0 * joule}, 2.0),
       counter("b", "gpu-1", Scope::gpu, 200.0 * joule)});
  ASSERT_TRUE(boards.total(Scope::gpu));
  EXPECT_FALSE(boards.total(Scope::gpu)->interval);
}

TEST(CrossCheck, DisagreementIsOfTheCounterAndUnknownWithoutOne) {
  // The published 187 J by the counter against 327 J by its power.
  const CrossCheck check{"gpu-0", "energy", "power", 187.0 * joule, 327.0 * joule};
  EXPECT_NEAR(*check.disagreement(), 0.7487, 5e-5);  // the digits given
  EXPECT_FALSE((CrossCheck{"gpu-0", "energy", "power", Energy{}, joule}.disagreement()));
}

TEST(Total, ChannelsOfOneComponentAreNotAdded) {
  const Measurement twins = measurement({power("power", "gpu-0", Scope::gpu, 11.0 * joule),
                                         counter("energy", "gpu-0", Scope::gpu, 10.0 * joule),
                                         model("model", "gpu-0", Scope::gpu, 9.0 * joule)});
  EXPECT_EQ(twins.total(Scope::gpu)->energy, 10.0 * joule);
}

TEST(Total, MeasuredPowerGoesBeforeAModelledCounter) {
  const Measurement both = measurement({model("model", "gpu-0", Scope::gpu, 9.0 * joule),
                                        power("power", "gpu-0", Scope::gpu, 11.0 * joule)});
  EXPECT_EQ(both.total(Scope::gpu)->energy, 11.0 * joule);
}

TEST(Total, OfEqualsTheFirstCounts) {
  const Measurement both = measurement({counter("msr", "package-0", Scope::package, 5.0 * joule),
                                        counter("mmio", "package-0", Scope::package, 6.0 * joule)});
  EXPECT_EQ(both.total(Scope::package)->energy, 5.0 * joule);
}

TEST(Total, FallsBackToTheNextChannelOfTheComponent) {
  const Measurement failed = measurement({counter("energy", "gpu-0", Scope::gpu, std::nullopt),
                                          power("power", "gpu-0", Scope::gpu, 11.0 * joule)});
  EXPECT_EQ(failed.total(Scope::gpu)->energy, 11.0 * joule);
}

TEST(Total, IsModelledAsSoonAsOnePartIs) {
  const Measurement mixed = measurement({counter("p0", "package-0", Scope::package, 3.0 * joule),
                                         model("p1", "package-1", Scope::package, 4.0 * joule)});
  EXPECT_EQ(mixed.total(Scope::package)->energy, 7.0 * joule);
  EXPECT_EQ(mixed.total(Scope::package)->kind, Kind::modelled);
}

TEST(Total, APartIsNotATotal) {
  const Measurement part =
      measurement({counter("rapl:p0", "package-0", Scope::package, 3.0 * joule),
                   counter("rapl:p1", "package-1", Scope::package, std::nullopt)});
  EXPECT_FALSE(part.total(Scope::package));
  EXPECT_EQ(part.total(Scope::package).refused, "rapl:p1: the counter was reset");
}

TEST(Total, IsEmptyWithoutASensorNeverZero) {
  EXPECT_FALSE(Measurement{}.total(Scope::gpu));
  EXPECT_EQ(Measurement{}.total(Scope::gpu).refused, "no sensor of gpu energy");
}

TEST(Total, OfZeroJoulesIsKnown) {
  const Measurement idle = measurement({counter("p0", "package-0", Scope::package, Energy{})});
  ASSERT_TRUE(idle.total(Scope::package));
  EXPECT_EQ(idle.total(Scope::package)->energy, Energy{});
}

TEST(BestChannel, IsNullWhereNoneHasAnEnergy) {
  const Measurement none = measurement({counter("p0", "package-0", Scope::package, std::nullopt)});
  EXPECT_EQ(best_channel(none.channels, "package-0"), nullptr);
  EXPECT_EQ(best_channel(none.channels, "package-7"), nullptr);
}

TEST(DefaultScope, IsTheGpuWhereThereIsOneElseThePackage) {
  const ChannelEnergy package = counter("p0", "package-0", Scope::package, 3.0 * joule);
  const ChannelEnergy gpu = counter("g0", "gpu-0", Scope::gpu, std::nullopt);
  const ChannelEnergy dram = counter("d0", "dram-0", Scope::dram, 1.0 * joule);
  EXPECT_EQ(default_scope(measurement({package, dram, gpu})), Scope::gpu);
  EXPECT_EQ(default_scope(measurement({dram, package})), Scope::package);
  EXPECT_EQ(default_scope(measurement({dram})), std::nullopt);
  EXPECT_EQ(default_scope(Measurement{}), std::nullopt);
}

}  // namespace
}  // namespace isojoule
