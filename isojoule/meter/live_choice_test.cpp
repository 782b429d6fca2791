#include "isojoule/meter/live_choice.hpp"

#include <utility>
#include <variant>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace isojoule {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

LiveChannel live(const std::string& component, Kind kind, std::variant<Energy, Power, Gauge> unit) {
  LiveChannel live;
  live.channel.component = component;
  live.channel.kind = kind;
  live.channel.unit = std::move(unit);
  live.readings = 1;
  return live;
}

TEST(LiveChoice, PrefersMeasuredThenCountersThenTheFirst) {
  const std::vector<LiveChannel> channels{
      live("cpu", Kind::modelled, joule), live("gpu", Kind::measured, watt),
      live("cpu", Kind::measured, watt),  live("gpu", Kind::measured, joule),
      live("gpu", Kind::measured, joule), live("gpu", Kind::modelled, joule)};
  EXPECT_THAT(best_of_each_component(channels), ElementsAre(2, 3));
}

TEST(LiveChoice, PassesOverWhatWasNeverReadWhereThereIsAnother) {
  std::vector<LiveChannel> channels{live("gpu", Kind::measured, joule),
                                    live("gpu", Kind::measured, watt)};
  channels[0].readings = 0;
  EXPECT_THAT(best_of_each_component(channels), ElementsAre(1));
  channels[1].readings = 0;
  EXPECT_THAT(best_of_each_component(channels), ElementsAre(0));
}

TEST(LiveChoice, LeavesOutGaugesAndChannelsOfAWholeCommand) {
  std::vector<LiveChannel> channels{live("gpu", Kind::measured, Gauge{"celsius", 1.0, {}}),
                                    live("cpu", Kind::modelled, joule)};
  channels[1].channel.validity = Validity::whole_command;
  EXPECT_THAT(best_of_each_component(channels), IsEmpty());
}

}  // namespace
}  // namespace isojoule
