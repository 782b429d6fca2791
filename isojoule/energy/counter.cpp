#include "isojoule/energy/counter.hpp"

namespace isojoule {

CounterDelta classify_step(const Channel& counter, std::uint64_t before, std::uint64_t after,
                           Duration elapsed) {
  const Energy unit = std::get<Energy>(counter.unit);
  const std::optional<Energy> bound =
      counter.max_power ? std::optional(*counter.max_power * (elapsed + kRefreshAllowance))
                        : std::nullopt;
  const auto within_bound = [&bound](Energy energy) { return !bound || energy <= *bound; };

  if (bound && counter.range && static_cast<double>(*counter.range) * unit <= *bound)
    return {CounterStep::ambiguous, std::nullopt};
  if (after >= before) {
    const std::uint64_t counts = after - before;
    const Energy energy = static_cast<double>(counts) * unit;
    if (within_bound(energy)) return {CounterStep::plausible, energy, counts};
    return {CounterStep::impossible, std::nullopt};
  }
  if (counter.range && before <= *counter.range) {
    const std::uint64_t counts = *counter.range - before + after;
    const Energy energy = static_cast<double>(counts) * unit;
    if (within_bound(energy)) return {CounterStep::wrap, energy, counts};
  }
  return {CounterStep::reset, std::nullopt};
}

}  // namespace isojoule
