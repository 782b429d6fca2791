// What the measuring half makes of boards whose true energy is known. `--gtest_filter=Simulated.*`
// prints the table of docs/uncertainty.md.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "isojoule/sensor/nvml/nvml.hpp"

#include "simulated/campaign.hpp"

namespace isojoule::simulated {
namespace {

constexpr std::size_t kTrials = 2000;
constexpr std::uint64_t kSeed = 20260131;
const std::vector<Load> kLoads{Load::square, Load::training};
const std::vector<Load> kThreeLevels{Load::three_level};
const std::vector<Load> kHeldOut{Load::any_level};  ///< not looked at before the method was done

Generation generation(std::string name, double refresh, double averaging) {
  Generation made;
  made.name = std::move(name);
  made.sensors.refresh = refresh;
  made.sensors.averaging = averaging;
  made.counter_lag = 80.0 * millisecond;
  made.counter_lag_half_width = 50.0 * millisecond;
  made.lag = averaging / 2.0 * second;
  return made;
}

/// A slow response of the first order, of which the channel knows nothing.
Generation kepler() {
  Generation made = generation("Kepler, Maxwell: slow", 0.02, 0.0);
  made.sensors.response = 0.8;
  return made;
}

class Simulated : public testing::Test {
 protected:
  void SetUp() override {
    Probe probe;
    board_ = open_nvml(machine_.world(), Subject{}, probe);
    ASSERT_TRUE(board_) << probe.reason;
    ASSERT_EQ(board_->channels().size(), 2u);
  }

  Outcome run_plan(const Generation& generation, const Plan& plan, std::size_t trials = kTrials) {
    return run(machine_, *board_, generation, plan, trials, kSeed);
  }

  static void print_header(const char* title) {
    fmt::print("\n{}\n\n{:34}  {:>13}  {:>13}  {:>7}  {:>6}\n{:34}  {:>6} {:>6}  {:>6} {:>6}\n",
               title, "", "naive, %", "isojoule, %", "+-", "in", "", "median", "95th", "median",
               "95th");
  }
  static void print_row(const std::string& name, const Errors& ours, const Errors& naive) {
    fmt::print("{:34}  {:6.2f} {:6.2f}  {:6.2f} {:6.2f}  {:5.2f} %  {:4.1f} %\n", name,
               100.0 * naive.median(), 100.0 * naive.high(), 100.0 * ours.median(),
               100.0 * ours.high(), 100.0 * ours.typical_expanded(), 100.0 * ours.coverage());
    EXPECT_EQ(ours.missing, 0u) << name;
  }

  SimulatedMachine machine_;
  std::unique_ptr<Sensor> board_;
};

TEST_F(Simulated, CountersAreNearTheTruth) {
  print_header("Counters, renewed every 100 ms, 80 ms late");
  const Generation board = generation("", 0.1, 0.1);
  const auto row = [&](const char* name, const Plan& plan, const Generation& from) {
    const Outcome outcome = run_plan(from, plan);
    print_row(name, outcome.counter, outcome.naive_counter);
    return outcome;
  };
  Plan plan;
  plan.loads = kLoads;
  const Outcome usual = row("5 s", plan, board);
  EXPECT_LT(usual.counter.median(), 0.005);
  EXPECT_LT(usual.counter.high(), 0.015);
  EXPECT_LT(usual.counter.high(), 0.5 * usual.naive_counter.high());
  EXPECT_GT(usual.counter.coverage(), 0.90);

  Plan held_out = plan;
  held_out.loads = kHeldOut;
  const Outcome other = row("5 s, any level", held_out, board);
  EXPECT_LT(other.counter.median(), 0.005);
  EXPECT_LT(other.counter.high(), 0.015);

  Plan often = plan;
  often.reading_period = 0.02;
  EXPECT_LT(row("5 s, read every 20 ms", often, board).counter.high(), usual.counter.high());

  Plan at_once = plan;
  at_once.settle = 0.001;
  at_once.with_load = 1.0;
  const Outcome unsettled = row("5 s, no reading after it", at_once, board);
  EXPECT_LT(unsettled.counter.high(), unsettled.naive_counter.high());

  Plan brief = plan;
  brief.window = 1.0;
  row("1 s", brief, board);

  Generation uncalibrated = board;
  uncalibrated.gain = Gain{1.0, 0.05, ""};
  const Outcome assumed = row("5 s, gain anywhere within 5 %", plan, uncalibrated);
  // What is assumed of a sensor that nobody compared is wider than 5 %.
  EXPECT_GT(assumed.counter.coverage(), 0.90);
}

TEST_F(Simulated, PowerThatIsSeenInPartHasAnHonestInterval) {
  struct Expected {
    Generation generation;
    bool quarter;  ///< sees about a quarter of the time
  };
  const std::vector<Expected> generations{
      {kepler(), false},
      {generation("Pascal, Volta: 10 of 20 ms", 0.02, 0.01), false},
      {generation("Turing, RTX 3090: 100 of 100 ms", 0.1, 0.1), false},
      {generation("A100: 25 of 100 ms", 0.1, 0.025), true},
      {generation("H100 instant: 25 of 100 ms", 0.1, 0.025), true},
      {generation("H100 average: 1 s, each 100 ms", 0.1, 1.0), false},
      {generation("GH200: 20 of 100 ms", 0.1, 0.02), true}};
  for (const auto& [loads, title] : {std::pair(kLoads, "Power alone, 5 s"),
                                     std::pair(kThreeLevels, "Power alone, 5 s, three levels"),
                                     std::pair(kHeldOut, "Power alone, 5 s, any level")}) {
    print_header(title);
    for (const auto& [board, quarter] : generations) {
      Plan plan;
      plan.loads = loads;
      const Outcome outcome = run_plan(board, plan);
      print_row(board.name, outcome.power, outcome.naive_power);
      if (!quarter) continue;
      // 0.90 -+ 0.02 is what is asked for; 2000 windows tell it within 0.007 (standard). No load is
      // a Markov process with one correlation time, and the held-out one least of all.
      EXPECT_NEAR(outcome.power.coverage(), 0.90, loads == kHeldOut ? 0.05 : 0.03) << board.name;
    }
  }
  Plan often;
  often.loads = kLoads;
  often.reading_period = 0.02;
  print_header("Power alone, otherwise");
  const Outcome faster = run_plan(generations[1].generation, often);
  print_row("Pascal, Volta, read every 20 ms", faster.power, faster.naive_power);
  EXPECT_NEAR(faster.power.coverage(), 0.90, 0.05);
  Plan longer;
  longer.loads = kLoads;
  longer.window = 50.0;
  // Ten times the readings, so fewer windows.
  const Outcome average = run_plan(generations[5].generation, longer, kTrials / 4);
  print_row("H100 average, 50 s", average.power, average.naive_power);

  print_header("Loads that beat with the sensor, 5 s");
  for (const unsigned harmonic : {1u, 2u}) {
    Plan plan;
    plan.loads = {Load::square};
    plan.beats_with = harmonic;
    const Outcome outcome = run_plan(generations[3].generation, plan);
    print_row(fmt::format("A100, 100 ms / {}", harmonic), outcome.power, outcome.naive_power);
    print_row(fmt::format("A100, 100 ms / {}, counter", harmonic), outcome.counter,
              outcome.naive_counter);
    // Power alone cannot know; a counter does not mind.
    EXPECT_LT(outcome.power.coverage(), 0.5);
    EXPECT_LT(outcome.counter.high(), 0.015);
  }
}

}  // namespace
}  // namespace isojoule::simulated
