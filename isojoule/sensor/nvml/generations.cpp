#include "isojoule/sensor/nvml/generations.hpp"

#include <algorithm>
#include <array>

namespace isojoule::nvml {
namespace {

constexpr Duration kAverage = 1.0 * second;

/// How instantaneous power comes about in one generation, and what the other readings are.
struct Generation {
  unsigned int architecture;                 ///< nvmlDeviceArchitecture_t
  std::array<std::string_view, 5> products;  ///< words of which the name holds one; none: any name
  std::optional<Duration> refresh;           ///< what most of its boards have
  std::optional<Duration> window;  ///< shorter than `refresh`: the rest of the time is unseen
  std::optional<Duration> usage;   ///< nvmlDeviceGetPowerUsage is the mean over this; empty: it is
                                   ///< instantaneous
  unsigned int usage_is_instant_from = 0;  ///< driver from which it is so all the same; 0: none
  bool has_average = true;                 ///< field 185 is the documented mean over a second
};

// Refresh and window: Yang, Adamek, Armour, "Accurate and Convenient Energy Measurements for GPUs"
// (SC24, arXiv 2312.02741), measured on more than 70 boards, and their table of boards and drivers;
// empty where they give none, or where boards of one generation differ too much. What
// nvmlDeviceGetPowerUsage gives: its page in the NVML API Reference Guide (an average over a second
// on Ampere, except GA100, and newer; instantaneous before), except where that was contradicted by
// measurement: driver 530 made Ampere's instantaneous, and an RTX 4090's fitted a mean over 0.15 s.
constexpr std::array kGenerations{
    // Kepler and Maxwell answer a step of power slowly, along a logarithm: they have no window.
    // Their
    // boards refresh every 15, 31 or 96 to 101 ms.
    Generation{2, {}, std::nullopt, std::nullopt, std::nullopt, 0, false},
    Generation{3, {}, std::nullopt, std::nullopt, std::nullopt, 0, false},
    // Pascal, Volta.
    Generation{4, {}, 20.0 * millisecond, 10.0 * millisecond, std::nullopt, 0, false},
    Generation{5, {}, 20.0 * millisecond, 10.0 * millisecond, std::nullopt, 0, false},
    // Turing: the Quadro RTX 8000, and the others.
    Generation{6, {"8000"}, 100.0 * millisecond, 20.0 * millisecond, std::nullopt, 0, false},
    Generation{6, {}, 100.0 * millisecond, 100.0 * millisecond, std::nullopt, 0, false},
    // Ampere: the chip GA100 (one host showed new values every 18 to 19 ms), the A5000 (78 to 80
    // ms),
    // and the others (measured on the RTX 3090, of which another one had 78 to 80 ms).
    Generation{7,
               {"A100", "A100X", "A30", "A30X", "A800"},
               100.0 * millisecond,
               25.0 * millisecond,
               std::nullopt,
               0,
               false},
    Generation{7, {"A5000"}, 79.0 * millisecond, std::nullopt, kAverage, 530},
    Generation{7, {}, 100.0 * millisecond, 100.0 * millisecond, kAverage, 530},
    // Ada: 100 to 110 ms.
    Generation{8, {}, 105.0 * millisecond, std::nullopt, 150.0 * millisecond},
    // Hopper: beside a Grace CPU, and the others (measured on the H100).
    Generation{9, {"GH200"}, 100.0 * millisecond, 20.0 * millisecond, kAverage},
    Generation{9, {}, 100.0 * millisecond, 25.0 * millisecond, kAverage},
    // Blackwell.
    Generation{10, {}, std::nullopt, std::nullopt, kAverage},
};

// The counter follows the integral of power with a delay. On one board windows of 0.5 s showed 26 %
// less than the integrated power and windows of 1 s 12 % less: 0.13 s and 0.12 s in all. Half a
// refresh of that, 0.05 s, is the wait for the next value, which is seen as such; the rest is the
// lag. How far it is known: +- half a refresh, as the two figures come from readings that are no
// closer than a refresh.
constexpr Duration kCounterRefresh = 100.0 * millisecond;
constexpr Duration kCounterLag = 80.0 * millisecond;
constexpr Duration kCounterLagHalfWidth = 50.0 * millisecond;

/// Whether `name` holds `word` between spaces, dashes and its ends: "A100" is in "NVIDIA
/// A100-SXM4-80GB" and not in "NVIDIA RTX A1000".
bool has_word(std::string_view name, std::string_view word) {
  constexpr std::string_view kBreaks = " -";
  while (!name.empty()) {
    const std::size_t end = std::min(name.find_first_of(kBreaks), name.size());
    if (name.substr(0, end) == word) return true;
    name.remove_prefix(std::min(end + 1, name.size()));
  }
  return false;
}

const Generation* find_generation(const BoardKind& board) {
  const auto is_meant = [&board](const Generation& generation) {
    if (generation.architecture != board.architecture) return false;
    return generation.products.front().empty() ||
           std::ranges::any_of(generation.products, [&board](std::string_view word) {
             return !word.empty() && has_word(board.name, word);
           });
  };
  const auto found = std::ranges::find_if(kGenerations, is_meant);
  return found == kGenerations.end() ? nullptr : &*found;
}

/// Over how long a reading is the mean; empty where that is not known.
std::optional<Duration> averaging_of(const Generation& generation, const BoardKind& board,
                                     PowerReading reading) {
  if (reading == PowerReading::average) return kAverage;
  if (reading == PowerReading::instant || !generation.usage) return generation.window;
  if (generation.usage_is_instant_from == 0) return generation.usage;
  if (!board.driver) return std::nullopt;
  return *board.driver >= generation.usage_is_instant_from ? generation.window : generation.usage;
}

}  // namespace

void describe_power(Channel& channel, const BoardKind& board, PowerReading reading) {
  const Generation* generation = find_generation(board);
  channel.caveat = "what this kind of board shows of a changing power is not known";
  if (generation == nullptr) return;
  // Before Ampere, and on GA100, an average over a second is not documented.
  if (reading == PowerReading::average && !generation->has_average) return;
  channel.refresh = generation->refresh;
  channel.averaging = averaging_of(*generation, board, reading);
  if (!channel.averaging) return;
  channel.lag = *channel.averaging / 2.0;
  channel.caveat =
      channel.averaging >= kAverage ? "means over a second hide loads that repeat within it" : "";
}

void describe_counter(Channel& channel) {
  channel.refresh = kCounterRefresh;
  channel.lag = kCounterLag;
  channel.lag_half_width = kCounterLagHalfWidth;
}

Superchip superchip(std::string_view name) {
  if (has_word(name, "GH200")) return Superchip::one_gpu;
  if (has_word(name, "GB200") || has_word(name, "GB300")) return Superchip::two_gpus;
  return Superchip::none;
}

}  // namespace isojoule::nvml
