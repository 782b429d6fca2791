#include "simulated/power_script.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>

namespace isojoule::simulated {

void PowerScript::hold(double end, double watts) {
  if (end <= end_) return;
  joules_.push_back(begins_.empty() ? 0.0
                                    : joules_.back() + watts_.back() * (end_ - begins_.back()));
  begins_.push_back(end_);
  watts_.push_back(watts);
  end_ = end;
}

std::size_t PowerScript::step_at(double time) const {
  assert(!begins_.empty());
  const auto after = std::ranges::upper_bound(begins_, time);
  return after == begins_.begin() ? 0 : static_cast<std::size_t>(after - begins_.begin()) - 1;
}

double PowerScript::energy(double time) const {
  const std::size_t step = step_at(time);
  return joules_[step] + watts_[step] * (time - begins_[step]);
}

double PowerScript::power(double time) const { return watts_[step_at(time)]; }

double PowerScript::filtered(double time, double response) const {
  if (settled_.empty()) settled_.push_back(watts_.front());
  for (std::size_t i = settled_.size(); i < begins_.size(); ++i)
    settled_.push_back(watts_[i - 1] + (settled_[i - 1] - watts_[i - 1]) *
                                           std::exp((begins_[i - 1] - begins_[i]) / response));
  const std::size_t step = step_at(time);
  return watts_[step] +
         (settled_[step] - watts_[step]) * std::exp(-(time - begins_[step]) / response);
}

double uniform(Random& random, double least, double most) {
  return least + (most - least) * random.uniform();
}

double log_uniform(Random& random, double least, double most) {
  return least * std::pow(most / least, random.uniform());
}

namespace {

void append_square(PowerScript& script, double period, double jitter, double end, Random& random) {
  const double low = uniform(random, 60.0, 120.0);
  const double high = uniform(random, 250.0, 350.0);
  const double duty = uniform(random, 0.1, 0.9);
  double begin = script.end() - period * random.uniform();
  while (script.end() < end) {
    const double length = period * (1.0 + uniform(random, -jitter, jitter));
    script.hold(std::min(end, begin + duty * length), high);
    script.hold(std::min(end, begin + length), low);
    begin += length;
  }
}

void append_three_level(PowerScript& script, double period, double end, Random& random) {
  const std::array<double, 3> levels{60.0, uniform(random, 120.0, 250.0), 350.0};
  std::size_t level = random.below(3);
  while (script.end() < end) {
    // 1e-6 s at least, so that each step moves on.
    const double length = 1e-6 - period / 3.0 * std::log(1.0 - random.uniform());
    script.hold(std::min(end, script.end() + length), levels[level]);
    level = (level + 1 + random.below(2)) % 3;
  }
}

void append_any_level(PowerScript& script, double period, double end, Random& random) {
  while (script.end() < end) {
    const double length = log_uniform(random, period / 10.0, period);
    script.hold(std::min(end, script.end() + length), uniform(random, 60.0, 350.0));
  }
}

}  // namespace

void append_load(PowerScript& script, Load load, double period, double end, Random& random) {
  switch (load) {
    case Load::square:
      return append_square(script, period, 0.0, end, random);
    case Load::training:
      return append_square(script, period, 0.08, end, random);
    case Load::three_level:
      return append_three_level(script, period, end, random);
    case Load::any_level:
      return append_any_level(script, period, end, random);
  }
}

}  // namespace isojoule::simulated
