#include "isojoule/run/calibrate.hpp"

#include <cctype>
#include <charconv>

#include <fmt/format.h>

namespace isojoule {
namespace {

/// Lower case letters, digits and single hyphens; marks such as "(R)" are left out.
std::string slug(const std::string& text) {
  std::string result;
  bool in_brackets = false;
  for (const char c : text) {
    if (c == '(' || c == '@') in_brackets = true;
    const auto byte = static_cast<unsigned char>(c);
    if (!in_brackets && std::isalnum(byte) != 0) {
      result += static_cast<char>(std::tolower(byte));
    } else if (!result.empty() && result.back() != '-') {
      result += '-';
    }
    if (c == ')') in_brackets = false;
  }
  while (result.ends_with('-')) result.pop_back();
  return result;
}

bool on_gpu(const Training& training) { return training.device.starts_with("cuda"); }

}  // namespace

Calibration calibrate(const World& world, const CalibrateOptions& options,
                      const CalibrateEvents& events) {
  Calibration calibration;
  std::size_t index = 0;
  for (const std::string& id : options.workloads) {
    const Workload& workload = find_reference_workload(id);
    const HeldSignals signals;  // until the record is kept
    if (events.begin) events.begin(id, index++, options.workloads.size());
    Training training = options.training;
    training.workload = id;
    MeasureOptions measure = options.measure;
    measure.workload = workload.id;
    measure.cost = workload.cost;
    Record record = measure_command(world, signals, training_command(training), measure);
    if (events.measured) events.measured(record);
    if (record.outcome.state == CommandOutcome::State::complete) {
      calibration.records.push_back(std::move(record));
    } else if (record.outcome.exit_code == kDoesNotFit) {
      if (events.skipped) events.skipped(id, "it does not fit into memory");
    } else {
      calibration.broken_off = record.outcome;
      return calibration;
    }
  }
  return calibration;
}

Training as_trained(const Record& record, const Training& asked) {
  Training trained = asked;
  std::string why_not;
  const Window* steps = steps_window(record, why_not);
  if (steps == nullptr || !steps->attributes.contains("threads")) return trained;
  const std::string& text = steps->attributes.at("threads");
  int threads = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), threads);
  if (error == std::errc{} && end == text.data() + text.size() && threads > 0)
    trained.threads = threads;
  return trained;
}

std::string suggest_profile_name(const HostInfo& host, const Training& training) {
  if (on_gpu(training) && !host.gpus.empty()) return slug(host.gpus.front());
  std::string name = slug(host.cpu_model.empty() ? "cpu" : host.cpu_model);
  if (!host.hypervisor.empty()) name += "-vm";
  if (training.threads)
    name += fmt::format("-{}thread{}", *training.threads, *training.threads == 1 ? "" : "s");
  return name;
}

std::string describe_condition(const Training& training) {
  std::string text = training.device;
  if (training.threads)
    text += fmt::format(", {} thread{}", *training.threads, *training.threads == 1 ? "" : "s");
  return text;
}

}  // namespace isojoule
