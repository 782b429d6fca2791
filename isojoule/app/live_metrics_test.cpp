#include "isojoule/app/live_metrics.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace isojoule {
namespace {

using testing::ElementsAre;
using testing::Pair;

LiveChannel board(const std::string& id, const std::string& component, Scope scope = Scope::gpu) {
  LiveChannel live;
  live.channel.id = id;
  live.channel.component = component;
  live.channel.label = "Fake";
  live.channel.scope = scope;
  live.channel.kind = Kind::measured;
  live.channel.unit = millijoule;
  live.energy = 12.5 * joule;
  live.power = 90.0 * watt;
  live.readings = 4;
  live.failed = 1;
  return live;
}

std::vector<std::string> names_of(const std::vector<MetricFamily>& families) {
  std::vector<std::string> names;
  std::ranges::transform(families, std::back_inserter(names), &MetricFamily::name);
  return names;
}

MetricFamily family(const std::vector<LiveChannel>& channels, const std::string& name) {
  for (const MetricFamily& each : live_metrics(channels, "1.2.3"))
    if (each.name == name) return each;
  return {};
}

TEST(LiveMetrics, OfNoChannelIsTheVersionAlone) {
  const auto families = live_metrics({}, "1.2.3");
  ASSERT_THAT(names_of(families), ElementsAre("isojoule_build_info"));
  EXPECT_THAT(families[0].metrics, ElementsAre(Metric{{{"version", "1.2.3"}}, 1.0}));
  EXPECT_EQ(families[0].type, MetricFamily::Type::gauge);
}

TEST(LiveMetrics, HoldsOnlyWhatThereIs) {
  EXPECT_THAT(
      names_of(live_metrics(std::vector{board("nvml:0", "gpu-0")}, "")),
      ElementsAre("isojoule_build_info", "isojoule_gpu_joules_total", "isojoule_gpu_watts",
                  "isojoule_sensor_readings_total", "isojoule_sensor_readings_failed_total"));
}

TEST(LiveMetrics, NamesTheBestChannelOfEachComponent) {
  LiveChannel meter = board("nvml:0:power", "gpu-0");
  meter.channel.unit = milliwatt;
  const std::vector channels{meter, board("nvml:0:energy", "gpu-0"), board("nvml:1", "gpu-1")};
  const MetricFamily joules = family(channels, "isojoule_gpu_joules_total");
  EXPECT_EQ(joules.type, MetricFamily::Type::counter);
  ASSERT_EQ(joules.metrics.size(), 2U);
  EXPECT_THAT(joules.metrics[0].labels,
              ElementsAre(Pair("component", "gpu-0"), Pair("channel", "nvml:0:energy"),
                          Pair("kind", "measured"), Pair("label", "Fake")));
  EXPECT_EQ(joules.metrics[0].value, 12.5);
  EXPECT_EQ(family(channels, "isojoule_gpu_watts").metrics[1].value, 90.0);
  EXPECT_EQ(family(channels, "isojoule_sensor_readings_total").metrics.size(), 3U)
      << "readings are those of every channel";
}

TEST(LiveMetrics, APowerThatIsNotKnownHasNoSeries) {
  LiveChannel unknown = board("rapl:0", "package-0", Scope::package);
  unknown.power.reset();
  const std::vector channels{unknown, board("rapl:1", "package-1", Scope::package)};
  const MetricFamily watts = family(channels, "isojoule_package_watts");
  ASSERT_EQ(watts.metrics.size(), 1U);
  EXPECT_EQ(watts.metrics[0].labels.at(1).second, "rapl:1");
  EXPECT_EQ(family(channels, "isojoule_package_joules_total").metrics.size(), 2U);
  EXPECT_TRUE(family({unknown}, "isojoule_package_watts").name.empty());
}

TEST(LiveMetrics, CountsGoodAndFailedReadings) {
  const std::vector channels{board("nvml:0", "gpu-0")};
  EXPECT_EQ(family(channels, "isojoule_sensor_readings_total").metrics.at(0).value, 4.0);
  const MetricFamily failed = family(channels, "isojoule_sensor_readings_failed_total");
  EXPECT_THAT(failed.metrics, ElementsAre(Metric{{{"channel", "nvml:0"}}, 1.0}));
}

TEST(LiveMetrics, LabelsAreUtf8) {
  LiveChannel odd = board("nvml:0", "gpu-0");
  odd.channel.label = "Fake\xff";
  const MetricFamily watts = family({odd}, "isojoule_gpu_watts");
  EXPECT_EQ(watts.metrics.at(0).labels.at(3).second, "Fake\xEF\xBF\xBD");
}

}  // namespace
}  // namespace isojoule
