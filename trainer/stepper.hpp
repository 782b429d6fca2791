// One step of a training or an inference, by LibTorch.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "trainer/settings.hpp"

namespace isojoule::trainer {

/// Sets LibTorch's threads and arithmetic for the whole process.
void prepare_torch(const Settings& settings);

/// The version that this was compiled with.
const char* torch_version();

/// A model with its optimizer, on its device. Not for sharing between threads.
class Stepper {
 public:
  /// Throws Error(usage) for a device that is not there, TooLarge (trainer/memory.hpp) where the
  /// device's memory cannot hold the training, and std::exception (c10::Error, whose first line is
  /// its message) for what LibTorch cannot do.
  explicit Stepper(const Settings& settings);
  Stepper(const Stepper&) = delete;
  Stepper& operator=(const Stepper&) = delete;
  ~Stepper();

  std::uint64_t parameter_count() const;

  /// Where a step's clips are to be written, for a whole batch: [clip][band][frame] and
  /// [clip][label].
  std::span<float> inputs();
  std::span<float> targets();

  /// One step of the settings' mode on the first `clips` of the batch. Its loss is read back, which
  /// waits for the device; in Mode::forward the logits are, and there is no loss.
  std::optional<double> step(std::size_t clips);

  /// The logits of the first `clips` of the batch, [clip][label], in evaluation mode.
  void predict(std::size_t clips, std::span<float> logits);

  /// Waits until the device has done all.
  void synchronize() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace isojoule::trainer
