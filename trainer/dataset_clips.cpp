#include "trainer/dataset_clips.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace isojoule::trainer {

ReadyClips::ReadyClips(const Task& task, FeatureTable table, std::uint64_t seed)
    : task_(task),
      table_(std::move(table)),
      random_(seed),
      order_(random_.permutation(table_.size())) {}

void ReadyClips::next(std::span<float> inputs, std::span<float> targets) {
  const std::size_t values = task_.bands * task_.frames;
  for (std::size_t i = 0; i < targets.size() / task_.labels; ++i) {
    if (position_ == order_.size()) {
      random_.shuffle(std::span(order_));
      position_ = 0;
    }
    const std::size_t clip = order_[position_++];
    std::ranges::copy(table_.features(clip), inputs.subspan(i * values).begin());
    std::ranges::copy(table_.targets(clip), targets.subspan(i * task_.labels).begin());
  }
}

DecodedClips::DecodedClips(const Task& task, std::vector<Clip> clips, std::optional<int> rate,
                           std::uint64_t seed)
    : task_(task), clips_(std::move(clips)), maker_(task, rate), seed_(seed) {}

void DecodedClips::begin_epoch(std::uint64_t epoch) {
  epoch_ = epoch;
  order_ = Random(derive_seed({seed_, epoch})).permutation(clips_.size());
  position_ = 0;
}

std::size_t DecodedClips::next(std::span<float> inputs, std::span<float> targets) {
  const std::size_t values = task_.bands * task_.frames;
  const std::size_t count = std::min(targets.size() / task_.labels, order_.size() - position_);
  for (std::size_t i = 0; i < count; ++i) {
    const Clip& clip = clips_[order_[position_++]];
    try {
      maker_.make(read_audio(clip.file), derive_seed({seed_, epoch_, clip.place}), Extent::whole,
                  inputs.subspan(i * values, values));
    } catch (const BadAudio& error) {
      throw std::runtime_error(clip.name +
                               " was good before the training, and now: " + error.what());
    }
    const std::span<float> target = targets.subspan(i * task_.labels, task_.labels);
    std::ranges::fill(target, 0.0F);
    for (const std::size_t label : clip.labels) target[label] = 1.0F;
  }
  return count;
}

}  // namespace isojoule::trainer
