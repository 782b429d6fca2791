#include "isojoule/energy/energy_steps.hpp"

#include <cassert>
#include <utility>

#include "isojoule/energy/counter.hpp"

namespace isojoule {

EnergySteps::EnergySteps(Channel channel) : channel_(std::move(channel)) {
  assert(!channel_.is_gauge());
}

std::optional<Energy> EnergySteps::energy_between(std::uint64_t before, std::uint64_t after,
                                                  Duration elapsed) const {
  if (channel_.is_counter()) return classify_step(channel_, before, after, elapsed).energy;
  const Power unit = std::get<Power>(channel_.unit);
  const Power mean = (static_cast<double>(before) + static_cast<double>(after)) / 2.0 * unit;
  return mean * elapsed;
}

std::optional<EnergyStep> EnergySteps::add(Instant time, Sample sample) {
  if (!sample || (last_ && time <= last_->time)) return std::nullopt;
  const std::optional<Reading> before = std::exchange(last_, Reading{time, *sample});
  if (!before) return std::nullopt;
  const auto energy = energy_between(before->counts, *sample, time - before->time);
  if (!energy) return std::nullopt;
  return EnergyStep{before->time, time, *energy / channel_.gain.value};
}

}  // namespace isojoule
