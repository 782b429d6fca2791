#include "isojoule/record/record.hpp"

#include <algorithm>
#include <charconv>
#include <concepts>
#include <functional>
#include <iterator>
#include <random>
#include <string_view>

#include <fmt/format.h>

#include "isojoule/core/error.hpp"
#include "isojoule/core/mark.hpp"
#include "isojoule/stats/spread.hpp"

namespace isojoule {
namespace {

/// An attribute as a positive whole number; empty if it is not there or is none.
template <std::integral T>
std::optional<T> positive_attribute(const Window& window, const std::string& key) {
  const auto found = window.attributes.find(key);
  if (found == window.attributes.end()) return std::nullopt;
  const std::string& text = found->second;
  T value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value <= 0) return std::nullopt;
  return value;
}

std::string text_attribute(const Window& window, const std::string& key,
                           const std::string& otherwise = {}) {
  const auto found = window.attributes.find(key);
  return found == window.attributes.end() ? otherwise : found->second;
}

/// Which scope the training says it ran on; empty if it does not say.
std::optional<Scope> scope_of_device(const Record& record, const Window& window) {
  std::string device = text_attribute(window, kDeviceContext);
  if (device.empty()) device = context_value(record.context, kDeviceContext).value_or("");
  if (device == "cpu") return Scope::package;
  if (device.starts_with("cuda") || device.starts_with("gpu")) return Scope::gpu;
  return std::nullopt;
}

/// Whether `part` lies inside the pieces of a window; a microsecond is what instants are rounded
/// to.
bool within(const Window& part, const std::vector<WindowPiece>& window) {
  return std::ranges::all_of(pieces_of(part), [&window](const WindowPiece& piece) {
    const auto after = std::ranges::upper_bound(window, piece.begin + microsecond, std::less<>(),
                                                &WindowPiece::begin);
    if (after == window.begin()) return false;
    const WindowPiece& around = *std::prev(after);
    return piece.begin + piece.elapsed < around.begin + around.elapsed + microsecond;
  });
}

std::optional<Energy> spread_of_blocks(const Record& record, const Window& steps, Scope scope) {
  std::vector<double> joules_per_step;
  const std::vector<WindowPiece> pieces = pieces_of(steps);
  for (const Window& block : record.windows) {
    if (block.name != kBlockWindow || !block.doubt.empty() || !within(block, pieces)) continue;
    const auto count = positive_attribute<long>(block, "steps");
    const auto total = block.measurement.total(scope);
    if (count && total)
      joules_per_step.push_back(total->energy.in(joule) / static_cast<double>(*count));
  }
  const std::optional<double> sd = standard_deviation(joules_per_step);
  if (!sd) return std::nullopt;
  return *sd * joule;
}

}  // namespace

std::vector<WindowPiece> pieces_of(const Window& window) {
  if (!window.pieces.empty()) return window.pieces;
  return {{window.begin, window.measurement.elapsed}};
}

Outcome<const Window*> steps_window(const Record& record) {
  const auto is_steps = [](const Window& window) { return window.name == kStepsWindow; };
  const auto count = std::ranges::count_if(record.windows, is_steps);
  if (count == 1) return &*std::ranges::find_if(record.windows, is_steps);
  return Outcome<const Window*>::refuse(
      count == 0 ? "it has no window 'steps': the command did not send the marks"
                 : fmt::format("it has {} windows 'steps' where one is expected", count));
}

Outcome<StepEnergy> energy_per_step(const Record& record, std::optional<Scope> scope) {
  const auto refuse = Outcome<StepEnergy>::refuse;
  if (const auto replayed = context_value(record.context, kReplayContext))
    return refuse("its readings are those of the trace " + *replayed + ", not of the command");
  const Outcome<const Window*> found = steps_window(record);
  if (!found) return refuse(found.refused);
  const Window* window = *found;
  if (!window->doubt.empty())
    return refuse("its window 'steps' cannot be trusted: " + window->doubt +
                  " (one process alone should send it)");
  const auto steps = positive_attribute<long>(*window, "steps");
  if (!steps)
    return refuse("its window 'steps' does not say how many (steps=N, a positive whole number)");
  const Measurement& measurement = window->measurement;
  if (!scope) scope = scope_of_device(record, *window);
  if (!scope) scope = default_scope(measurement);
  if (!scope) return refuse("it has no sensor of gpu or package energy");
  const Outcome<Total> total = measurement.total(*scope);
  if (!total)
    return refuse(fmt::format("its {} energy is not known: {}", to_string(*scope), total.refused));
  if (!(total->energy > Energy{}))
    return refuse(fmt::format("its {} energy is {:.4g} J, which is not positive", to_string(*scope),
                              total->energy.in(joule)));
  StepEnergy energy;
  energy.basis = {*scope,
                  total->kind,
                  Boundary::gross,
                  text_attribute(*window, "protocol", kStepsProtocol),
                  positive_attribute<int>(*window, "batch"),
                  text_attribute(*window, "precision"),
                  text_attribute(*window, "mode", kTrainMode)};
  energy.steps = *steps;
  energy.per_step = total->energy / static_cast<double>(*steps);
  energy.sd = spread_of_blocks(record, *window, *scope);
  energy.duration_per_step = measurement.elapsed / static_cast<double>(*steps);
  return energy;
}

std::string make_record_id(std::int64_t unix_milliseconds) {
  constexpr std::string_view kCrockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  constexpr int kTimeCharacters = 10;
  constexpr int kRandomCharacters = 16;
  // What a machine's clock says is no promise of ours: one without a battery may start anywhere.
  if (unix_milliseconds < 0 || unix_milliseconds >= (std::int64_t{1} << 48)) {
    throw Error(ErrorCode::bad_input,
                fmt::format("the clock says {} ms since 1970, of which no identifier can be made: "
                            "set the clock (timedatectl set-ntp true)",
                            unix_milliseconds));
  }
  std::string id;
  for (int i = kTimeCharacters - 1; i >= 0; --i)
    id += kCrockford[static_cast<std::size_t>(unix_milliseconds >> (5 * i)) % 32];
  std::random_device random;  // the kernel's, not a seeded generator: ids of two processes differ
  for (int i = 0; i < kRandomCharacters; ++i) id += kCrockford[random() % 32];
  return id;
}

std::string make_record_id(std::chrono::system_clock::time_point wall) {
  return make_record_id(
      std::chrono::duration_cast<std::chrono::milliseconds>(wall.time_since_epoch()).count());
}

}  // namespace isojoule
