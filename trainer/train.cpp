#include "trainer/train.hpp"

#include <dlfcn.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <numeric>
#include <span>

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <torch/cuda.h>
#include <torch/optim/adam.h>
#include <torch/utils.h>
#include <torch/version.h>

#include "isojoule/core/error.hpp"
#include "isojoule/core/mark.hpp"
#include "isojoule/mark/mark_sender.hpp"

#include "trainer/clips.hpp"
#include "trainer/model.hpp"

namespace isojoule::trainer {
namespace {

constexpr double kLearningRate = 1e-3;
constexpr std::size_t kClips = 256;

/// LibTorch sets the threads of OpenMP and MKL, but not those of OpenBLAS, which Debian's builds
/// on.
void set_threads(int threads) {
  at::set_num_threads(threads);
  using SetThreads = void (*)(int);
  if (void* set = dlsym(RTLD_DEFAULT, "openblas_set_num_threads"))
    reinterpret_cast<SetThreads>(set)(threads);
}

void prepare_torch(const Settings& settings) {
  set_threads(settings.threads);
  // Gradients that vanish become denormal numbers, with which a CPU is ten times slower.
  at::globalContext().setFlushDenormal(true);
  at::globalContext().setAllowTF32CuDNN(false);
  at::globalContext().setAllowTF32CuBLAS(false);
  torch::manual_seed(settings.seed);
}

torch::Device find_device(const std::string& name) {
  const torch::Device device(name);
  if (!device.is_cuda()) return device;
  const auto count = static_cast<int>(torch::cuda::device_count());
  if (!torch::cuda::is_available() || count == 0)
    throw Error(ErrorCode::usage, "device '" + name +
                                      "': LibTorch " TORCH_VERSION
                                      " sees no CUDA device here; use --device cpu");
  if (device.has_index() && device.index() >= count)
    throw Error(ErrorCode::usage,
                "device '" + name + "': there are " + std::to_string(count) +
                    " CUDA devices; use cuda:0 to cuda:" + std::to_string(count - 1));
  return device;
}

class Trainer {
 public:
  explicit Trainer(const Settings& settings)
      : device_(find_device(settings.device)),
        clips_(settings.task, kClips, settings.seed),
        inputs_(sizes(settings, {1, settings.task.bands, settings.task.frames})),
        targets_(sizes(settings, {settings.task.labels})),
        model_(settings.workload.architecture, settings.task),
        adam_(on_device(model_, device_).parameters(), torch::optim::AdamOptions(kLearningRate)) {}

  std::uint64_t parameter_count() const { return model_.parameter_count(); }

  /// One training step; returns its loss, reading which waits for the device.
  double step() {
    clips_.next(inputs_.values(), targets_.values());
    const torch::Tensor inputs = inputs_.tensor().to(device_);
    const torch::Tensor targets = targets_.tensor().to(device_);
    adam_.zero_grad();
    const torch::Tensor loss =
        torch::binary_cross_entropy_with_logits(model_.forward(inputs), targets);
    loss.backward();
    adam_.step();
    return static_cast<double>(loss.item<float>());
  }

  void synchronize() const {
    if (device_.is_cuda()) torch::cuda::synchronize(device_.index());
  }

 private:
  /// A batch on the host.
  class Buffer {
   public:
    explicit Buffer(const std::vector<std::int64_t>& sizes) : tensor_(torch::empty(sizes)) {}
    const torch::Tensor& tensor() const { return tensor_; }
    std::span<float> values() {
      return {tensor_.data_ptr<float>(), static_cast<std::size_t>(tensor_.numel())};
    }

   private:
    torch::Tensor tensor_;
  };

  static std::vector<std::int64_t> sizes(const Settings& settings,
                                         std::initializer_list<std::uint64_t> of_a_clip) {
    std::vector<std::int64_t> result{settings.batch};
    for (const std::uint64_t size : of_a_clip) result.push_back(static_cast<std::int64_t>(size));
    return result;
  }

  static Model& on_device(Model& model, const torch::Device& device) {
    model.to(device);
    model.train();
    return model;
  }

  torch::Device device_;
  SyntheticClips clips_;
  Buffer inputs_;
  Buffer targets_;
  Model model_;
  torch::optim::Adam adam_;
};

std::map<std::string, std::string> steps_attributes(const Settings& settings) {
  return {{"steps", std::to_string(settings.steps)},
          {"samples", std::to_string(settings.steps * settings.batch)},
          {"batch", std::to_string(settings.batch)},
          {"precision", kPrecision},
          {"device", settings.device},
          {"threads", std::to_string(settings.threads)},
          {"warmup", std::to_string(settings.warmup)},
          {"torch", TORCH_VERSION},
          {"seed", std::to_string(settings.seed)}};
}

Duration since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() * second;
}

/// Does `count` steps and adds their losses and durations.
Progress run_steps(Trainer& trainer, long count, std::vector<double>& losses,
                   std::vector<Duration>& durations) {
  Progress progress;
  progress.first = static_cast<long>(losses.size()) + 1;
  progress.last = progress.first + count - 1;
  const auto start = std::chrono::steady_clock::now();
  for (long i = 0; i < count; ++i) {
    const auto step_start = std::chrono::steady_clock::now();
    losses.push_back(trainer.step());
    durations.push_back(since(step_start));
  }
  progress.per_step = since(start) / static_cast<double>(count);
  progress.loss =
      std::accumulate(losses.end() - count, losses.end(), 0.0) / static_cast<double>(count);
  return progress;
}

void warm_up(Trainer& trainer, const Settings& settings, const Listener& listener, Result& result) {
  if (settings.warmup == 0) return;
  std::vector<Duration> durations;
  Progress progress = run_steps(trainer, settings.warmup, result.warmup_losses, durations);
  progress.warmup = true;
  listener.on_progress(progress);
}

void run_measured(Trainer& trainer, const Settings& settings, const Listener& listener,
                  Result& result) {
  const std::string steps_window(kStepsWindow);
  const std::string block_window(kBlockWindow);
  MarkSender marks = MarkSender::from_environment();
  trainer.synchronize();
  const auto start = std::chrono::steady_clock::now();
  marks.begin(steps_window);
  for (long block = 0; block < settings.blocks; ++block) {
    const bool one_more = block < settings.steps % settings.blocks;
    const long count = settings.steps / settings.blocks + (one_more ? 1 : 0);
    marks.begin(block_window);
    const Progress progress = run_steps(trainer, count, result.losses, result.step_durations);
    trainer.synchronize();
    marks.end(block_window, {{"steps", std::to_string(count)}});
    listener.on_progress(progress);
  }
  marks.end(steps_window, steps_attributes(settings));
  result.elapsed = since(start);
}

}  // namespace

Result train(const Settings& settings, const Listener& listener) {
  prepare_torch(settings);
  Trainer trainer(settings);
  Result result;
  result.start = Start{trainer.parameter_count(), TORCH_VERSION};
  listener.on_start(result.start);
  warm_up(trainer, settings, listener, result);
  run_measured(trainer, settings, listener, result);
  return result;
}

}  // namespace isojoule::trainer
