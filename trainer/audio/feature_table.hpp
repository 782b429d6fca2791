// The features of many clips, in memory or in a file (docs/formats/features.md).
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <stdexcept>
#include <vector>

#include "isojoule/core/json.hpp"
#include "isojoule/cost/architecture.hpp"

#include "trainer/audio/clip_list.hpp"

namespace isojoule::trainer {

/// Why a file of features cannot be used; the message is the reason alone.
class Unusable : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Copies share the values, which are never changed.
class FeatureTable {
 public:
  /// `features` as [clip][band][frame], `targets` as [clip][label] of 0 or 1.
  FeatureTable(const Task& task, std::vector<float> features, std::vector<float> targets,
               std::vector<BadClip> bad);

  std::size_t size() const { return targets_.size() / task_.labels; }
  std::span<const float> features(std::size_t clip) const;
  std::span<const float> targets(std::size_t clip) const;
  /// The clips that have none.
  const std::vector<BadClip>& bad() const { return bad_; }

  /// Writes the table under `key`, which says what it was made from. What stands at `path` is
  /// replaced at once when all is written, or left as it was. Throws std::runtime_error.
  void save(const std::filesystem::path& path, const Json& key) const;

  /// Maps a file that was saved under the same key. Throws Unusable for a file of another key or
  /// another version, or damaged or cut anywhere, and Error(io) for what cannot be read.
  static FeatureTable map(const std::filesystem::path& path, const Task& task, const Json& key);

 private:
  FeatureTable(const Task& task, std::shared_ptr<const void> owner, std::span<const float> features,
               std::span<const float> targets, std::vector<BadClip> bad);

  Task task_;
  std::shared_ptr<const void> owner_;
  std::span<const float> features_;
  std::span<const float> targets_;
  std::vector<BadClip> bad_;
};

}  // namespace isojoule::trainer
