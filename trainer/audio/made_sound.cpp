#include "trainer/audio/made_sound.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace isojoule::trainer {
namespace {

constexpr double kLowest = 200.0;        // Hz, of label 0
constexpr double kStep = 1.45;           // from label to label, of frequency: label 9 is at 5.7 kHz
constexpr double kEvent = 0.25;          // s
constexpr double kLatestOnset = 0.05;    // s, of the first event
constexpr double kShortestPause = 0.25;  // s
constexpr double kPauseSpread = 1.5;     // s
constexpr double kQuietest = 0.08;       // amplitude of an event
constexpr double kLoudest = 0.16;
constexpr double kNoise = 0.003;
constexpr double kFade = 0.01;  // s

double turns(double cycles) { return std::sin(2.0 * std::numbers::pi * cycles); }

/// Up and down without a click.
double envelope(double time) {
  const double to_end = std::min(time, kEvent - time);
  return std::clamp(to_end / kFade, 0.0, 1.0);
}

double uniform_between(Random& random, double low, double high) {
  return low + (high - low) * random.uniform();
}

/// One event's waveform from its begin on, of amplitude 1 or so.
class Event {
 public:
  Event(std::size_t label, Random& random)
      : kind_(label % 3),
        frequency_(kLowest * std::pow(kStep, static_cast<double>(label)) *
                   uniform_between(random, 0.98, 1.02)),
        phase_(random.uniform()) {
    for (Partial& partial : partials_)
      partial = {frequency_ * uniform_between(random, 0.88, 1.12), random.uniform()};
  }

  double at(double time) const {
    switch (kind_) {
      case 0:  // a tone with an overtone
        return 0.8 * turns(frequency_ * time + phase_) + 0.2 * turns(2.0 * frequency_ * time);
      case 1: {  // a chirp, from 10 % below to 10 % above
        const double slope = 0.2 * frequency_ / kEvent;
        return turns(0.9 * frequency_ * time + 0.5 * slope * time * time + phase_);
      }
      default: {  // a narrow band of noise
        double sum = 0.0;
        for (const Partial& partial : partials_) sum += turns(partial.hertz * time + partial.phase);
        return 2.0 * sum / static_cast<double>(partials_.size());
      }
    }
  }

 private:
  struct Partial {
    double hertz = 0.0;
    double phase = 0.0;
  };

  std::size_t kind_;
  double frequency_;
  double phase_;
  std::array<Partial, 12> partials_{};
};

void add_event(std::size_t label, double onset, int rate, Random& random, std::span<float> sound) {
  const Event event(label, random);
  const double amplitude = uniform_between(random, kQuietest, kLoudest);
  const auto first = static_cast<std::size_t>(onset * rate);
  const auto length = static_cast<std::size_t>(kEvent * rate);
  for (std::size_t i = 0; i < length && first + i < sound.size(); ++i) {
    const double time = static_cast<double>(i) / rate;
    sound[first + i] += static_cast<float>(amplitude * envelope(time) * event.at(time));
  }
}

}  // namespace

std::vector<float> make_sound(std::span<const std::size_t> labels, double seconds, int rate,
                              Random& random) {
  std::vector<float> sound(static_cast<std::size_t>(std::ceil(seconds * rate)));
  for (const std::size_t label : labels) {
    double onset = uniform_between(random, 0.0, kLatestOnset);
    while (onset < seconds) {
      add_event(label, onset, rate, random, sound);
      onset += kEvent + kShortestPause + kPauseSpread * random.uniform();
    }
  }
  for (float& sample : sound)
    sample = std::clamp(sample + static_cast<float>(kNoise * uniform_between(random, -1.0, 1.0)),
                        -1.0F, 1.0F);
  return sound;
}

}  // namespace isojoule::trainer
