#include "trainer/clips.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <utility>

namespace isojoule::trainer {
namespace {

constexpr float kNoise = 0.5F;        // against patterns that swell to 1
constexpr float kMoreLabels = 0.15F;  // probability of each label beside the first

/// The pattern of every label, [label][band][frame].
std::vector<float> make_patterns(const Task& task) {
  std::vector<float> patterns;
  patterns.reserve(task.labels * task.bands * task.frames);
  const double spacing = static_cast<double>(task.bands) / static_cast<double>(task.labels);
  for (std::uint64_t label = 0; label < task.labels; ++label) {
    const double centre = (static_cast<double>(label) + 0.5) * spacing;
    for (std::uint64_t band = 0; band < task.bands; ++band) {
      const double distance = (static_cast<double>(band) + 0.5 - centre) / (0.5 * spacing);
      const double ridge = std::exp(-distance * distance);
      for (std::uint64_t frame = 0; frame < task.frames; ++frame) {
        const double turns =
            static_cast<double>((label + 1) * frame) / static_cast<double>(task.frames);
        const double swell = 0.5 + 0.5 * std::cos(2.0 * std::numbers::pi * turns);
        patterns.push_back(static_cast<float>(ridge * swell));
      }
    }
  }
  return patterns;
}

}  // namespace

SyntheticClips::SyntheticClips(const Task& task, std::size_t clips, std::uint64_t seed)
    : task_(task),
      engine_(seed),
      patterns_(make_patterns(task)),
      inputs_(clips * task.bands * task.frames),
      targets_(clips * task.labels),
      order_(clips) {
  const std::size_t values = task.bands * task.frames;
  for (std::size_t clip = 0; clip < clips; ++clip) {
    const auto targets = std::span(targets_).subspan(clip * task.labels, task.labels);
    make_labels(targets);
    make_clip(targets, std::span(inputs_).subspan(clip * values, values));
  }
  std::iota(order_.begin(), order_.end(), std::size_t{0});
  shuffle();
}

void SyntheticClips::next(std::span<float> inputs, std::span<float> targets) {
  const std::size_t values = task_.bands * task_.frames;
  for (std::size_t i = 0; i < targets.size() / task_.labels; ++i) {
    if (position_ == order_.size()) shuffle();
    const std::size_t clip = order_[position_++];
    std::ranges::copy(std::span(inputs_).subspan(clip * values, values),
                      inputs.subspan(i * values).begin());
    std::ranges::copy(std::span(targets_).subspan(clip * task_.labels, task_.labels),
                      targets.subspan(i * task_.labels).begin());
  }
}

float SyntheticClips::uniform() { return static_cast<float>(engine_() >> 40) * 0x1p-24F; }

void SyntheticClips::make_labels(std::span<float> targets) {
  for (float& target : targets) target = uniform() < kMoreLabels ? 1.0F : 0.0F;
  targets[engine_() % targets.size()] = 1.0F;
}

void SyntheticClips::make_clip(std::span<const float> targets, std::span<float> input) {
  for (float& value : input) value = kNoise * uniform();
  for (std::size_t label = 0; label < targets.size(); ++label) {
    if (targets[label] == 0.0F) continue;
    const auto pattern = std::span(patterns_).subspan(label * input.size(), input.size());
    for (std::size_t i = 0; i < input.size(); ++i) input[i] += pattern[i];
  }
}

/// Fisher-Yates; std::shuffle may differ between libraries.
void SyntheticClips::shuffle() {
  for (std::size_t i = order_.size(); i > 1; --i) std::swap(order_[i - 1], order_[engine_() % i]);
  position_ = 0;
}

}  // namespace isojoule::trainer
