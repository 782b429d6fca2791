#include "simulated/campaign.hpp"

#include <algorithm>
#include <cmath>

#include "isojoule/energy/channel_integrator.hpp"
#include "isojoule/stats/quantile.hpp"

namespace isojoule::simulated {
namespace {

constexpr double kShortestPeriod = 0.01;
constexpr double kLongestPeriod = 2.0;
constexpr double kBefore = 1.5;  ///< s of readings before the window, at least
constexpr double kIdle = 60.0;   ///< W

/// Beats of a periodic load with the times at which it is looked at, in the window.
double beats(double period, double interval, unsigned harmonic, double window) {
  return std::abs(1.0 / period - harmonic / interval) * window;
}

double draw_period(const Plan& plan, double interval, Random& random) {
  if (plan.beats_with > 0)
    return 1.0 / (plan.beats_with / interval + uniform(random, -1.0, 1.0) / plan.window);
  while (true) {
    const double period = log_uniform(random, kShortestPeriod, kLongestPeriod);
    if (beats(period, interval, 1, plan.window) >= 3.0 &&
        beats(period, interval, 2, plan.window) >= 3.0)
      return period;
  }
}

struct Window {
  double begin;
  double end;
};

PowerScript draw_script(const Plan& plan, const Window& window, double interval, Random& random) {
  PowerScript script;
  const bool with_load = random.uniform() < plan.with_load;
  if (with_load) script.hold(window.begin, kIdle);
  const Load load = plan.loads[random.below(plan.loads.size())];
  append_load(script, load, draw_period(plan, interval, random),
              with_load ? window.end : window.end + plan.settle, random);
  script.hold(window.end + plan.settle + 1.0, kIdle);
  return script;
}

BoardSensors draw_board(const Generation& generation, Random& random) {
  BoardSensors board = generation.sensors;
  board.phase = uniform(random, 0.0, board.refresh);
  board.counter_phase = uniform(random, 0.0, board.counter_refresh);
  const double half_width = generation.counter_lag_half_width.in(second);
  board.counter_lag = generation.counter_lag.in(second) + uniform(random, -half_width, half_width);
  board.gain = generation.gain.value +
               uniform(random, -generation.gain.half_width, generation.gain.half_width);
  return board;
}

/// Readings every period, and one at each of the window's edges, as marks cause them.
std::vector<double> reading_times(const Plan& plan, const Window& window) {
  std::vector<double> times{window.begin, window.end};
  const double end = window.end + plan.settle;
  for (int i = 0; i * plan.reading_period < end; ++i) times.push_back(i * plan.reading_period);
  times.push_back(end);
  std::ranges::sort(times);
  return times;
}

Channel with_facts(Channel channel, const Generation& generation) {
  channel.gain = generation.gain;
  if (channel.is_counter()) {
    channel.refresh = generation.sensors.counter_refresh * second;
    channel.averaging = std::nullopt;
    channel.lag = generation.counter_lag;
    channel.lag_half_width = generation.counter_lag_half_width;
  } else {
    channel.refresh = generation.sensors.refresh * second;
    channel.averaging = std::nullopt;
    channel.caveat.clear();  // the fake driver does not tell its architecture; we know it
    if (generation.sensors.response == 0.0)
      channel.averaging = generation.sensors.averaging * second;
    channel.lag = generation.lag;
    channel.lag_half_width = Duration{};
  }
  return channel;
}

/// What a simple tool does: the last reading less the first, or the trapezoid of the readings from
/// the first to the last in the window.
class Naive {
 public:
  explicit Naive(bool is_counter) : is_counter_(is_counter) {}
  void add(double time, double value) {
    if (!begun_) {
      begun_ = true;
    } else {
      joules_ += is_counter_ ? value - value_ : (value + value_) / 2.0 * (time - time_);
    }
    time_ = time;
    value_ = value;
  }
  double joules() const { return joules_; }

 private:
  bool is_counter_;
  bool begun_ = false;
  double time_ = 0.0;
  double value_ = 0.0;
  double joules_ = 0.0;
};

void note(Errors& errors, const ChannelEnergy& measured, double truth) {
  if (!measured.energy || !measured.uncertainty) {
    ++errors.missing;
    return;
  }
  const double error = measured.energy->in(joule)-truth;
  const double expanded = measured.uncertainty->expanded().in(joule);
  errors.relative.push_back(error / truth);
  errors.expanded.push_back(expanded / truth);
  if (std::abs(error) <= expanded) ++errors.covered;
}

double quantile_of_magnitudes(std::vector<double> values, double p) {
  for (double& value : values) value = std::abs(value);
  return quantile(values, p).value_or(NAN);
}

}  // namespace

double Errors::median() const { return quantile_of_magnitudes(relative, 0.5); }
double Errors::high() const { return quantile_of_magnitudes(relative, 0.95); }
double Errors::typical_expanded() const { return quantile_of_magnitudes(expanded, 0.5); }
double Errors::mean() const {
  double sum = 0.0;
  for (const double error : relative) sum += error;
  return sum / static_cast<double>(relative.size());
}
double Errors::coverage() const {
  return static_cast<double>(covered) / static_cast<double>(relative.size());
}

Outcome run(SimulatedMachine& machine, Sensor& board, const Generation& generation,
            const Plan& plan, std::size_t trials, std::uint64_t seed) {
  Outcome outcome;
  std::vector<Sample> samples(board.channels().size());
  const double interval = std::max(generation.sensors.refresh, plan.reading_period);
  for (std::size_t trial = 0; trial < trials; ++trial) {
    Random random(derive_seed({seed, trial}));
    Window window{kBefore + uniform(random, 0.0, 0.3), 0.0};
    window.end = window.begin + plan.window;
    const PowerScript script = draw_script(plan, window, interval, random);
    machine.start(script, draw_board(generation, random));
    std::vector<ChannelIntegrator> integrators;
    std::vector<Naive> naive;
    for (const Channel& channel : board.channels()) {
      integrators.emplace_back(
          with_facts(channel, generation),
          std::vector<Span>{{machine.at(window.begin), machine.at(window.end)}});
      naive.emplace_back(channel.is_counter());
    }
    for (const double time : reading_times(plan, window)) {
      machine.go_to(time);
      board.poll(samples);
      for (std::size_t i = 0; i < samples.size(); ++i) {
        integrators[i].add(machine.world().clock->now(), samples[i]);
        if (time >= window.begin && time <= window.end)
          naive[i].add(time, static_cast<double>(samples[i].value()) * 1e-3);
      }
    }
    const double truth = script.energy(window.end) - script.energy(window.begin);
    for (std::size_t i = 0; i < samples.size(); ++i) {
      const bool counter = board.channels()[i].is_counter();
      note(counter ? outcome.counter : outcome.power, integrators[i].finish().front(), truth);
      (counter ? outcome.naive_counter : outcome.naive_power)
          .relative.push_back(naive[i].joules() / truth - 1.0);
    }
  }
  return outcome;
}

}  // namespace isojoule::simulated
