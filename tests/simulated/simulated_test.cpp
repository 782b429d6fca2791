#include <fmt/format.h>
#include <gtest/gtest.h>

#include "isojoule/sensor/nvml/nvml.hpp"

#include "simulated/campaign.hpp"

namespace isojoule::simulated {
namespace {

constexpr std::size_t kTrials = 1000;
constexpr std::uint64_t kSeed = 20260131;

Generation generation(std::string name, double refresh, double averaging) {
  Generation made;
  made.name = std::move(name);
  made.sensors.refresh = refresh;
  made.sensors.averaging = averaging;
  made.counter_lag = 80.0 * millisecond;
  made.counter_lag_half_width = 20.0 * millisecond;
  return made;
}

TEST(Explore, All) {
  SimulatedMachine machine;
  Probe probe;
  const auto board = open_nvml(machine.world(), Subject{}, probe);
  ASSERT_TRUE(board) << probe.reason;
  std::vector<Generation> generations{
      generation("Pascal, Volta", .02, .01), generation("Turing, RTX 3090", .1, .1),
      generation("A100", .1, .025), generation("H100, average", .1, 1.0),
      generation("GH200", .1, .02)};
  Generation kepler = generation("Kepler", .02, 1.6);
  kepler.sensors.response = 0.8;
  generations.push_back(kepler);
  const auto line = [](const char* what, const Errors& e, const Errors& naive) {
    fmt::print(
        "   {:8} naive {:6.2f} {:6.2f}  ours {:6.2f} {:6.2f} bias {:6.2f} cov {:5.1f} U {:5.2f} "
        "missing {}\n",
        what, 100 * naive.median(), 100 * naive.high(), 100 * e.median(), 100 * e.high(),
        100 * e.mean(), 100 * e.coverage(), 100 * e.typical_expanded(), e.missing);
  };
  for (const Generation& g : generations) {
    for (const bool with_load : {false, true}) {
      for (const double P : {0.1, 0.02}) {
        for (const bool held_out : {false, true}) {
          Plan plan;
          plan.loads =
              held_out ? std::vector{Load::three_level} : std::vector{Load::square, Load::training};
          plan.with_load = with_load;
          plan.reading_period = P;
          const Outcome o = run(machine, *board, g, plan, kTrials, kSeed);
          fmt::print("{} with_load {} P {} held_out {}\n", g.name, with_load, P, held_out);
          if (g.name == "A100" || g.name == "Turing, RTX 3090")
            line("counter", o.counter, o.naive_counter);
          line("power", o.power, o.naive_power);
        }
      }
    }
  }
}

}  // namespace
}  // namespace isojoule::simulated
