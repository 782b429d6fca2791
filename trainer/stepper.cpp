#include "trainer/stepper.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include <ATen/Context.h>
#include <ATen/autocast_mode.h>
#include <torch/cuda.h>
#include <torch/optim/adam.h>
#include <torch/utils.h>
#include <torch/version.h>

#include "isojoule/core/error.hpp"

#include "trainer/device_memory.hpp"
#include "trainer/loss_scale.hpp"
#include "trainer/model.hpp"
#include "trainer/torch_threads.hpp"

namespace isojoule::trainer {
namespace {

constexpr double kLearningRate = 1e-3;

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

torch::Device roomy_device(const Settings& settings) {
  const torch::Device device = find_device(settings.device);
  if (device.is_cuda()) require_device_memory(settings, device.has_index() ? device.index() : 0);
  return device;
}

/// LibTorch 2 names the device in each of these calls; the older names are deprecated there.
void set_autocast(const torch::Device& device, at::ScalarType type, bool enabled) {
#if TORCH_VERSION_MAJOR >= 2
  at::autocast::set_autocast_dtype(device.type(), type);
  at::autocast::set_autocast_enabled(device.type(), enabled);
#else
  if (device.is_cuda()) {
    at::autocast::set_autocast_gpu_dtype(type);
    at::autocast::set_enabled(enabled);
  } else {
    at::autocast::set_autocast_cpu_dtype(type);
    at::autocast::set_cpu_enabled(enabled);
  }
#endif
}

/// While it lives, operations compute in the precision's type where that is thought to be safe.
class Autocast {
 public:
  Autocast(const torch::Device& device, Precision precision)
      : device_(device),
        type_(precision == Precision::amp_float16 ? at::kHalf : at::kBFloat16),
        on_(precision == Precision::amp_float16 || precision == Precision::amp_bfloat16) {
    if (!on_) return;
    set_autocast(device_, type_, true);
    at::autocast::increment_nesting();
  }
  Autocast(const Autocast&) = delete;
  Autocast& operator=(const Autocast&) = delete;
  ~Autocast() {
    if (!on_) return;
    if (at::autocast::decrement_nesting() == 0) at::autocast::clear_cache();
    set_autocast(device_, type_, false);
  }

 private:
  torch::Device device_;
  at::ScalarType type_;
  bool on_;
};

/// A batch on the host.
class Buffer {
 public:
  explicit Buffer(const std::vector<std::int64_t>& sizes) : tensor_(torch::empty(sizes)) {}
  std::span<float> values() {
    return {tensor_.data_ptr<float>(), static_cast<std::size_t>(tensor_.numel())};
  }
  torch::Tensor first(std::size_t clips) const {
    return tensor_.narrow(0, 0, static_cast<std::int64_t>(clips));
  }

 private:
  torch::Tensor tensor_;
};

std::vector<std::int64_t> sizes(const Settings& settings,
                                std::initializer_list<std::uint64_t> of_a_clip) {
  std::vector<std::int64_t> result{settings.batch};
  for (const std::uint64_t size : of_a_clip) result.push_back(static_cast<std::int64_t>(size));
  return result;
}

Model& on_device(Model& model, const torch::Device& device) {
  model.to(device);
  return model;
}

}  // namespace

class Stepper::Impl {
 public:
  explicit Impl(const Settings& settings)
      : mode_(settings.mode),
        precision_(settings.precision),
        device_(roomy_device(settings)),
        inputs_(sizes(settings, {1, settings.task.bands, settings.task.frames})),
        targets_(sizes(settings, {settings.task.labels})),
        model_(settings.workload.architecture, settings.task),
        adam_(on_device(model_, device_).parameters(), torch::optim::AdamOptions(kLearningRate)) {
    model_.train(mode_ == Mode::train);
    if (mode_ == Mode::train && precision_ == Precision::amp_float16) scale_.emplace(device_);
  }

  std::optional<double> step(std::size_t clips) {
    if (mode_ == Mode::train) return train(clips);
    const torch::NoGradGuard no_gradients;
    const torch::Tensor logits = forward(clips);
    if (mode_ == Mode::test) return value(loss(logits, clips));
    logits.cpu();
    return std::nullopt;
  }

  void predict(std::size_t clips, std::span<float> logits) {
    const torch::NoGradGuard no_gradients;
    model_.eval();
    const torch::Tensor values = forward(clips).cpu().contiguous();
    std::copy_n(values.data_ptr<float>(), values.numel(), logits.begin());
    model_.train(mode_ == Mode::train);
  }

  void synchronize() const {
    if (device_.is_cuda()) torch::cuda::synchronize(device_.index());
  }

  Model& model() { return model_; }
  Buffer& inputs() { return inputs_; }
  Buffer& targets() { return targets_; }

 private:
  double train(std::size_t clips) {
    adam_.zero_grad();
    const torch::Tensor error = loss(forward(clips), clips);
    if (scale_) {
      scale_->scaled(error).backward();
      if (scale_->unscale(model_.parameters())) adam_.step();
    } else {
      error.backward();
      adam_.step();
    }
    return value(error);
  }

  /// In single precision, whatever it was computed in.
  torch::Tensor forward(std::size_t clips) {
    const torch::Tensor inputs = inputs_.first(clips).to(device_);
    const Autocast autocast(device_, precision_);
    return model_.forward(inputs).to(torch::kFloat32);
  }

  torch::Tensor loss(const torch::Tensor& logits, std::size_t clips) {
    return torch::binary_cross_entropy_with_logits(logits, targets_.first(clips).to(device_));
  }

  static double value(const torch::Tensor& loss) { return static_cast<double>(loss.item<float>()); }

  Mode mode_;
  Precision precision_;
  torch::Device device_;
  Buffer inputs_;
  Buffer targets_;
  Model model_;
  torch::optim::Adam adam_;
  std::optional<LossScale> scale_;
};

void prepare_torch(const Settings& settings) {
  // Gradients that vanish become denormal numbers, with which a CPU is ten times slower.
  flush_denormals();
  set_threads(settings.threads);
  const bool tf32 = settings.precision == Precision::tf32;
  at::globalContext().setAllowTF32CuDNN(tf32);
  at::globalContext().setAllowTF32CuBLAS(tf32);
  torch::manual_seed(settings.seed);
}

const char* torch_version() { return TORCH_VERSION; }

Stepper::Stepper(const Settings& settings) : impl_(std::make_unique<Impl>(settings)) {}
Stepper::~Stepper() = default;

std::uint64_t Stepper::parameter_count() const { return impl_->model().parameter_count(); }
std::span<float> Stepper::inputs() { return impl_->inputs().values(); }
std::span<float> Stepper::targets() { return impl_->targets().values(); }
std::optional<double> Stepper::step(std::size_t clips) { return impl_->step(clips); }
void Stepper::predict(std::size_t clips, std::span<float> logits) { impl_->predict(clips, logits); }
void Stepper::synchronize() const { impl_->synchronize(); }

}  // namespace isojoule::trainer
