#pragma once

#include <stdlib.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "isojoule/sensor/nvml/nvml.hpp"

#include "support/fake_world.hpp"

namespace isojoule {

/// NVML by the fake library, which answers from a script (tests/fake_nvml).
class NvmlTest : public testing::Test {
 public:
  ~NvmlTest() override { unsetenv("FAKE_NVML_SCRIPT"); }

 protected:
  static constexpr const char* kLibrary = "libnvidia-ml.so.1";

  NvmlTest() {
    fake_.set_library(kLibrary, ISOJOULE_FAKE_NVML);
    setenv("FAKE_NVML_SCRIPT", (fake_.root() / "nvml.txt").c_str(), 1);
  }

  void script(const std::string& text) { fake_.write("/nvml.txt", text); }
  Probe probe() { return probe_nvml(fake_.world()); }
  std::unique_ptr<Sensor> open(const Subject& subject = {}) {
    return open_nvml(fake_.world(), subject, probe_);
  }

  /// Polls once; the fault is kept in fault_.
  std::vector<Sample> poll(Sensor& sensor) {
    std::vector<Sample> samples(sensor.channels().size());
    fault_ = sensor.poll(samples);
    return samples;
  }
  /// Polls once; what one channel showed.
  Sample poll(Sensor& sensor, const std::string& id) { return poll(sensor)[place(sensor, id)]; }

  static std::vector<std::string> ids(const Sensor& sensor) {
    std::vector<std::string> result;
    for (const Channel& channel : sensor.channels()) result.push_back(channel.id);
    return result;
  }

  static std::size_t place(const Sensor& sensor, const std::string& id) {
    const auto all = sensor.channels();
    const auto found = std::ranges::find(all, id, &Channel::id);
    if (found == all.end()) throw std::out_of_range("no channel " + id);
    return static_cast<std::size_t>(found - all.begin());
  }
  static const Channel& channel(const Sensor& sensor, const std::string& id) {
    return sensor.channels()[place(sensor, id)];
  }

  FakeWorld fake_;
  Probe probe_;  ///< of the last opening
  std::optional<Fault> fault_;
};

}  // namespace isojoule
