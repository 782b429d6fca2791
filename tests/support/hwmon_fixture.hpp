// A machine with hwmon devices, for tests of the backend that reads them.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "isojoule/sensor/hwmon/hwmon.hpp"

#include "support/fake_world.hpp"

namespace isojoule {

class HwmonTest : public testing::Test {
 protected:
  /// A device with its files; each text gets its newline.
  void add(const std::string& device, const std::string& driver,
           const std::vector<std::pair<std::string, std::string>>& files) {
    write(device, "name", driver);
    for (const auto& [file, text] : files) write(device, file, text);
  }
  void write(const std::string& device, const std::string& file, const std::string& text) {
    fake_.write("/sys/class/hwmon/" + device + "/" + file, text + "\n");
  }
  void link_to_pci(const std::string& device, const std::string& address) {
    fake_.write("/sys/devices/" + address + "/vendor", "0x1002\n");
    fake_.write("/sys/devices/" + address + "/device", "0x744c\n");
    std::filesystem::create_symlink("../../../devices/" + address,
                                    fake_.root() / "sys/class/hwmon" / device / "device");
  }
  void add_amdgpu() {
    add("hwmon3", "amdgpu",
        {{"power1_average", "23000000"},
         {"power1_cap", "300000000"},
         {"power1_cap_max", "350000000"},
         {"power1_label", "PPT"},
         {"temp1_input", "40000"}});
    link_to_pci("hwmon3", "0000:03:00.0");
  }
  void add_amd_energy() {
    add("hwmon4", "amd_energy",
        {{"energy1_input", "11"},
         {"energy1_label", "Ecore000"},
         {"energy2_input", "12"},
         {"energy2_label", "Ecore001"},
         {"energy3_input", "1000"},
         {"energy3_label", "Esocket0"},
         {"energy4_input", "2000"},
         {"energy4_label", "Esocket1"}});
  }

  std::unique_ptr<Sensor> open() { return open_hwmon(fake_.world(), Subject{}, probe_); }
  Probe probe() { return probe_hwmon(fake_.world()); }
  static std::vector<std::string> ids(const std::unique_ptr<Sensor>& sensor) {
    std::vector<std::string> result;
    if (sensor)
      for (const Channel& channel : sensor->channels()) result.push_back(channel.id);
    return result;
  }
  static std::vector<Sample> poll(Sensor& sensor, std::optional<Fault>* fault = nullptr) {
    std::vector<Sample> samples(sensor.channels().size());
    const std::optional<Fault> seen = sensor.poll(samples);
    if (fault != nullptr) *fault = seen;
    return samples;
  }

  FakeWorld fake_;
  Probe probe_;  ///< of the last opening
};

}  // namespace isojoule
