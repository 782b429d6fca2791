// The rails of NVIDIA's Jetson modules, measured by INA3221 chips: voltage x current, by name.
#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "isojoule/sensor/hwmon/sources.hpp"

namespace isojoule::hwmon {
namespace {

struct Rail {
  const Device* chip;
  std::string number;
};
using Rails = std::map<std::string, Rail>;

// What feeds the whole module: one rail, or all those that share its input. Of AGX Xavier and AGX
// Orin no rail is the input: the others of their rails (VDDQ_VDD2_1V8AO) are fed by these.
const std::vector<std::vector<std::string>> kInputs{
    {"VDD_IN"},                                     // TX1, TX2, Xavier NX, Orin NX and Nano
    {"POM_5V_IN"},                                  // Nano
    {"VDD_GPU_SOC", "VDD_CPU_CV", "VIN_SYS_5V0"},   // AGX Orin
    {"GPU", "CPU", "SOC", "CV", "VDDRQ", "SYS5V"},  // AGX Xavier
};

struct Part {
  std::string_view rail;
  Scope scope;
  const char* component;
  const char* is;
};
constexpr std::array kParts{
    Part{"VDD_GPU_SOC", Scope::gpu, "gpu-jetson", "GPU and SoC"},
    Part{"POM_5V_GPU", Scope::gpu, "gpu-jetson", "GPU"},
    Part{"VDD_SYS_GPU", Scope::gpu, "gpu-jetson", "GPU"},
    Part{"VDD_GPU", Scope::gpu, "gpu-jetson", "GPU"},
    Part{"GPU", Scope::gpu, "gpu-jetson", "GPU"},
    Part{"VDD_CPU_CV", Scope::package, "package-0", "CPU and vision engines"},
    Part{"POM_5V_CPU", Scope::package, "package-0", "CPU"},
    Part{"VDD_SYS_CPU", Scope::package, "package-0", "CPU"},
    Part{"VDD_CPU", Scope::package, "package-0", "CPU"},
    Part{"CPU", Scope::package, "package-0", "CPU"},
    Part{"VDD_CPU_GPU_CV", Scope::module, "module-0", "CPU, GPU and vision engines"},
    Part{"VDD_CPU_GPU", Scope::module, "module-0", "CPU and GPU"},
    Part{"VDD_SYS_DDR", Scope::dram, "dram", "memory"},
    Part{"VDDRQ", Scope::dram, "dram", "memory"},
};

Rails find_rails(const std::vector<const Device*>& chips) {
  Rails rails;
  for (const Device* chip : chips) {
    for (const std::string& number : numbers_of(*chip, "in", "_input")) {
      const std::string label = chip->line("in" + number + "_label");
      if (!label.empty() && chip->has("curr" + number + "_input"))
        rails.emplace(label, Rail{chip, number});
    }
  }
  return rails;
}

/// The sum of the named rails, which are all there. Voltages are in millivolts and currents in
/// milliamperes.
Source rail_source(const Rails& rails, const std::vector<std::string>& names, Channel channel) {
  channel.unit = kMicrowatt;
  Source source;
  for (const std::string& name : names) {
    const auto& [chip, number] = rails.at(name);
    set_averaging(*chip, "update_interval", channel);
    source.terms.push_back({chip->path / fmt::format("in{}_input", number),
                            chip->path / fmt::format("curr{}_input", number)});
  }
  source.channel = std::move(channel);
  return source;
}

void add_module(const Rails& rails, Finding& finding) {
  for (const std::vector<std::string>& input : kInputs) {
    if (!std::ranges::all_of(input, [&](const std::string& name) { return rails.contains(name); }))
      continue;
    const Device& chip = *rails.at(input.front()).chip;
    Channel channel =
        make_channel(chip, Scope::node, "node",
                     fmt::format("whole machine ({}, {})", chip.driver, fmt::join(input, " + ")));
    finding.sources.push_back(rail_source(rails, input, std::move(channel)));
    return;
  }
}

}  // namespace

Finding find_jetson_rails(const std::vector<const Device*>& chips) {
  const Rails rails = find_rails(chips);
  Finding finding;
  add_module(rails, finding);
  for (const Part& part : kParts) {
    const std::string name(part.rail);
    if (!rails.contains(name)) continue;
    Channel channel = make_channel(*rails.at(name).chip, part.scope, part.component,
                                   fmt::format("{} ({})", part.is, part.rail));
    finding.sources.push_back(rail_source(rails, {name}, std::move(channel)));
  }
  std::vector<std::string> others;
  for (const auto& [name, rail] : rails) {
    const bool is_part =
        std::ranges::any_of(kParts, [&](const Part& part) { return part.rail == name; });
    const bool is_input = std::ranges::any_of(
        kInputs, [&](const auto& input) { return input.size() == 1 && input.front() == name; });
    if (!is_part && !is_input) others.push_back(name);
  }
  if (!others.empty() && !finding.sources.empty())
    finding.why_not = fmt::format("{}: parts of the module", fmt::join(others, ", "));
  return finding;
}

}  // namespace isojoule::hwmon
