// One training: the model, its data, and what is measured.
#pragma once

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "isojoule/core/quantity.hpp"

#include "trainer/score.hpp"
#include "trainer/settings.hpp"

namespace isojoule::trainer {

/// What is known once the model stands, before the first step.
struct Start {
  std::uint64_t parameters = 0;  ///< counted in the model that was built
  std::string torch_version;
  std::optional<std::size_t> clips;  ///< of a dataset
};

/// A number of consecutive steps that are done.
struct Progress {
  bool warmup = false;
  long first = 1;  ///< from 1 on, within the warm-up or within the measured steps
  long last = 1;
  std::optional<long> epoch;   ///< from 1 on, where they are one
  std::optional<double> loss;  ///< mean over these steps
  Duration per_step{};
};

struct Result {
  Start start;
  std::vector<double> warmup_losses;
  std::vector<double> losses;            ///< one per measured step; none of Mode::forward
  std::vector<Duration> step_durations;  ///< one per measured step
  Duration elapsed{};                    ///< of the measured steps together
  Duration cpu{};                        ///< CPU time of this process meanwhile
  std::optional<Score> score;            ///< of Settings::evaluate
};

/// Who is told while it runs; called between steps.
struct Listener {
  std::function<void(const Start&)> on_start;
  std::function<void(const Progress&)> on_progress;
};

/// Trains with Adam (learning rate 1e-3) on binary cross-entropy, or goes forward only. Around the
/// measured steps, and around each block or epoch of them, it sends the marks of docs/workloads.md,
/// with the device synchronized. On a CPU, the same settings give the same losses.
///
/// To `out` goes what load_features and load_clips say. Throws as they and Stepper do.
Result train(const Settings& settings, const Listener& listener, std::ostream& out);

}  // namespace isojoule::trainer
