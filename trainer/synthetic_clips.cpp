#include "trainer/synthetic_clips.hpp"

#include <cmath>
#include <numbers>
#include <span>
#include <utility>
#include <vector>

#include "isojoule/stats/random.hpp"

namespace isojoule::trainer {
namespace {

constexpr float kNoise = 0.5F;        // against patterns that swell to 1
constexpr double kMoreLabels = 0.15;  // probability of each label beside the first

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

void make_labels(Random& random, std::span<float> targets) {
  for (float& target : targets) target = random.uniform() < kMoreLabels ? 1.0F : 0.0F;
  targets[random.below(targets.size())] = 1.0F;
}

void make_clip(Random& random, std::span<const float> patterns, std::span<const float> targets,
               std::span<float> input) {
  for (float& value : input) value = kNoise * static_cast<float>(random.uniform());
  for (std::size_t label = 0; label < targets.size(); ++label) {
    if (targets[label] == 0.0F) continue;
    const auto pattern = patterns.subspan(label * input.size(), input.size());
    for (std::size_t i = 0; i < input.size(); ++i) input[i] += pattern[i];
  }
}

}  // namespace

FeatureTable make_synthetic_clips(const Task& task, std::size_t clips, std::uint64_t seed) {
  Random random(derive_seed({seed, clips}));
  const std::vector<float> patterns = make_patterns(task);
  const std::size_t values = task.bands * task.frames;
  std::vector<float> features(clips * values);
  std::vector<float> targets(clips * task.labels);
  for (std::size_t clip = 0; clip < clips; ++clip) {
    const auto labels = std::span(targets).subspan(clip * task.labels, task.labels);
    make_labels(random, labels);
    make_clip(random, patterns, labels, std::span(features).subspan(clip * values, values));
  }
  return {task, std::move(features), std::move(targets), {}};
}

}  // namespace isojoule::trainer
