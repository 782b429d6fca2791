#include "trainer/train.hpp"

#include <time.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <numeric>
#include <ostream>
#include <utility>

#include "isojoule/core/mark.hpp"
#include "isojoule/mark/mark_sender.hpp"

#include "trainer/dataset_clips.hpp"
#include "trainer/stepper.hpp"
#include "trainer/synthetic_clips.hpp"

namespace isojoule::trainer {
namespace {

constexpr std::size_t kSyntheticClips = 256;

using Clock = std::chrono::steady_clock;

Duration since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count() * second;
}

Duration cpu_time() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return (static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec)) * second;
}

/// Takes the next clips and does a step with them.
using NextStep = std::function<std::optional<double>()>;

/// When a run of steps is over: after both.
struct Share {
  long steps = 1;
  Duration time{};
};

Progress run_steps(const NextStep& next, const Share& share, std::vector<double>& losses,
                   std::vector<Duration>& durations) {
  Progress progress;
  progress.first = static_cast<long>(durations.size()) + 1;
  const std::size_t losses_before = losses.size();
  const auto start = Clock::now();
  long count = 0;
  while (count < share.steps || since(start) < share.time) {
    const auto step_start = Clock::now();
    if (const std::optional<double> loss = next()) losses.push_back(*loss);
    durations.push_back(since(step_start));
    ++count;
  }
  progress.last = progress.first + count - 1;
  progress.per_step = since(start) / static_cast<double>(count);
  if (const std::size_t got = losses.size() - losses_before; got > 0)
    progress.loss = std::accumulate(losses.end() - static_cast<long>(got), losses.end(), 0.0) /
                    static_cast<double>(got);
  return progress;
}

/// The measured steps as a whole: marks, durations and CPU time.
class MeasuredRun {
 public:
  MeasuredRun(const Settings& settings, const Stepper& stepper, const Listener& listener,
              Result& result)
      : settings_(settings),
        stepper_(stepper),
        listener_(listener),
        result_(result),
        marks_(MarkSender::from_environment()) {
    stepper_.synchronize();
    cpu_start_ = cpu_time();
    start_ = Clock::now();
    marks_.begin(std::string(kStepsWindow));
  }

  /// A block of steps, or an epoch.
  void block(const NextStep& next, const Share& share, std::optional<long> epoch = {}) {
    const std::string window(kBlockWindow);
    marks_.begin(window);
    Progress progress = run_steps(next, share, result_.losses, result_.step_durations);
    stepper_.synchronize();
    marks_.end(window, {{"steps", std::to_string(progress.last - progress.first + 1)}});
    progress.epoch = epoch;
    listener_.on_progress(progress);
  }

  void end(std::size_t samples) {
    marks_.end(std::string(kStepsWindow), attributes(samples));
    result_.elapsed = since(start_);
    result_.cpu = cpu_time() - cpu_start_;
  }

 private:
  std::map<std::string, std::string> attributes(std::size_t samples) const {
    std::map<std::string, std::string> result{
        {"steps", std::to_string(result_.step_durations.size())},
        {"samples", std::to_string(samples)},
        {"batch", std::to_string(settings_.batch)},
        {"precision", std::string(name_of(settings_.precision))},
        {"device", settings_.device},
        {"threads", std::to_string(settings_.threads)},
        {"warmup", std::to_string(settings_.warmup)},
        {"torch", torch_version()},
        {"seed", std::to_string(settings_.seed)},
        {"protocol", std::string(name_of(settings_.protocol))},
        {"mode", std::string(name_of(settings_.mode))},
        {"data", std::string(data_name(settings_))}};
    if (result_.start.clips) result["clips"] = std::to_string(*result_.start.clips);
    if (settings_.protocol == Protocol::paper) result["epochs"] = std::to_string(settings_.epochs);
    return result;
  }

  const Settings& settings_;
  const Stepper& stepper_;
  const Listener& listener_;
  Result& result_;
  MarkSender marks_;
  Clock::time_point start_;
  Duration cpu_start_{};
};

void announce(const Stepper& stepper, std::optional<std::size_t> clips, const Listener& listener,
              Result& result) {
  result.start = Start{stepper.parameter_count(), torch_version(), clips};
  listener.on_start(result.start);
}

void run_steps_protocol(const Settings& settings, Stepper& stepper, ReadyClips& clips,
                        const Listener& listener, Result& result) {
  const NextStep next = [&] {
    clips.next(stepper.inputs(), stepper.targets());
    return stepper.step(static_cast<std::size_t>(settings.batch));
  };
  if (settings.warmup > 0) {
    std::vector<Duration> durations;
    Progress progress = run_steps(next, {settings.warmup, {}}, result.warmup_losses, durations);
    progress.warmup = true;
    listener.on_progress(progress);
  }
  MeasuredRun run(settings, stepper, listener, result);
  for (long block = 0; block < settings.blocks; ++block) {
    const bool one_more = block < settings.steps % settings.blocks;
    run.block(next, {settings.steps / settings.blocks + (one_more ? 1 : 0),
                     settings.at_least / static_cast<double>(settings.blocks)});
  }
  run.end(result.step_durations.size() * static_cast<std::size_t>(settings.batch));
}

void run_paper_protocol(const Settings& settings, Stepper& stepper, DecodedClips& clips,
                        const Listener& listener, Result& result) {
  const NextStep next = [&] {
    return stepper.step(clips.next(stepper.inputs(), stepper.targets()));
  };
  const auto batch = static_cast<std::size_t>(settings.batch);
  const auto steps = static_cast<long>((clips.size() + batch - 1) / batch);
  MeasuredRun run(settings, stepper, listener, result);
  for (long epoch = 0; epoch < settings.epochs; ++epoch) {
    clips.begin_epoch(static_cast<std::uint64_t>(epoch));
    run.block(next, {steps, {}}, epoch + 1);
  }
  run.end(clips.size() * static_cast<std::size_t>(settings.epochs));
}

Score evaluate(const Settings& settings, Stepper& stepper, const FeatureTable& table) {
  const std::size_t labels = settings.task.labels;
  const std::size_t values = settings.task.bands * settings.task.frames;
  std::vector<float> logits(stepper.targets().size());
  Score score;
  for (std::size_t first = 0; first < table.size();) {
    const std::size_t count =
        std::min(table.size() - first, static_cast<std::size_t>(settings.batch));
    for (std::size_t i = 0; i < count; ++i) {
      std::ranges::copy(table.features(first + i), stepper.inputs().subspan(i * values).begin());
      std::ranges::copy(table.targets(first + i), stepper.targets().subspan(i * labels).begin());
    }
    stepper.predict(count, logits);
    add(score, std::span(logits).first(count * labels), stepper.targets().first(count * labels),
        labels);
    first += count;
  }
  return score;
}

Result train_in_steps(const Settings& settings, const Listener& listener, std::ostream& out) {
  Result result;
  FeatureTable table = settings.data
                           ? load_features(*settings.data, settings.task, Part::train, out)
                           : make_synthetic_clips(settings.task, kSyntheticClips, settings.seed);
  std::optional<std::size_t> count;
  if (settings.data) count = table.size();
  ReadyClips clips(settings.task, std::move(table), settings.seed);
  std::optional<FeatureTable> held_out;
  if (settings.evaluate)
    held_out = load_features(*settings.data, settings.task, Part::held_out, out);
  Stepper stepper(settings);
  announce(stepper, count, listener, result);
  run_steps_protocol(settings, stepper, clips, listener, result);
  if (held_out) result.score = evaluate(settings, stepper, *held_out);
  return result;
}

Result train_as_in_the_paper(const Settings& settings, const Listener& listener,
                             std::ostream& out) {
  Result result;
  std::optional<FeatureTable> held_out;
  if (settings.evaluate)
    held_out = load_features(*settings.data, settings.task, Part::held_out, out);
  DecodedClips clips(settings.task, load_clips(*settings.data, out), settings.data->rate,
                     settings.seed);
  Stepper stepper(settings);
  announce(stepper, clips.size(), listener, result);
  run_paper_protocol(settings, stepper, clips, listener, result);
  if (held_out) result.score = evaluate(settings, stepper, *held_out);
  return result;
}

}  // namespace

Result train(const Settings& settings, const Listener& listener, std::ostream& out) {
  prepare_torch(settings);
  return settings.protocol == Protocol::paper ? train_as_in_the_paper(settings, listener, out)
                                              : train_in_steps(settings, listener, out);
}

}  // namespace isojoule::trainer
