#include "isojoule/sensor/cpu_model/cpu_generation.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

namespace isojoule {
namespace {

constexpr std::array kGenerations{
    // name, marginal share, W per thread, idle W per package, results, CPUs
    CpuGeneration{"Core 2", 0.65, 14.25, 71.7, 75, 30},
    CpuGeneration{"Nehalem", 0.91, 7.38, 27.7, 148, 16},
    CpuGeneration{"Sandy Bridge", 0.84, 5.97, 21.9, 47, 16},
    CpuGeneration{"Ivy Bridge", 0.79, 5.51, 20.3, 12, 6},
    CpuGeneration{"Haswell", 0.78, 3.65, 14.7, 20, 5},
    CpuGeneration{"Broadwell", 0.98, 3.18, 14.4, 17, 4},
    CpuGeneration{"Skylake", 0.74, 4.14, 9.6, 7, 3},
    CpuGeneration{"Coffee Lake", 0.59, 3.80, 10.0, 9, 2},
    CpuGeneration{"Skylake-SP", 0.97, 3.49, 14.1, 72, 8},
    CpuGeneration{"Cascade Lake", 0.92, 3.22, 17.5, 72, 9},
    CpuGeneration{"Cooper Lake", 0.71, 3.15, 21.5, 8, 3},
    CpuGeneration{"Ice Lake-SP", 1.28, 4.09, 45.5, 8, 3},
    CpuGeneration{"K10", 0.79, 11.42, 49.1, 24, 15},
    CpuGeneration{"Bulldozer", 0.94, 7.30, 24.5, 26, 10},
    CpuGeneration{"Zen 1", 0.60, 1.86, 31.6, 4, 3},
    CpuGeneration{"Zen 2", 0.71, 1.19, 42.5, 35, 3},
    CpuGeneration{"Zen 3", 0.78, 1.53, 34.9, 16, 2},
    // No results: medians of the vendor's CPUs since 2017; "unknown" is chosen between these.
    CpuGeneration{"Sapphire Rapids", 0.91, 3.32, 16.8, 0, 0},
    CpuGeneration{"Emerald Rapids", 0.91, 3.32, 16.8, 0, 0},
    CpuGeneration{"Xeon 6", 0.91, 3.32, 16.8, 0, 0},
    CpuGeneration{"later Core", 0.91, 3.32, 16.8, 0, 0},
    CpuGeneration{"Zen 4", 0.71, 1.50, 33.6, 0, 0},
    CpuGeneration{"Zen 5", 0.71, 1.50, 33.6, 0, 0},
    CpuGeneration{"unknown", 0.85, 2.60, 20.0, 0, 0},
};

const CpuGeneration& named(std::string_view name) {
  const auto at = std::ranges::find(kGenerations, name, &CpuGeneration::name);
  return at == kGenerations.end() ? kGenerations.back() : *at;
}

std::string_view of_epyc(const CpuName& name) {
  if (name.number.size() != 4) return "unknown";
  switch (name.number.back()) {
    case '1':
      return "Zen 1";
    case '2':
      return "Zen 2";
    case '3':
      return "Zen 3";
    case '4':
      return "Zen 4";
    case '5':
      return "Zen 5";
    default:
      return "unknown";
  }
}

std::string_view of_ryzen(const CpuName& name) {
  if (name.number.size() != 4) return name.number.size() == 3 ? "Zen 5" : "unknown";
  switch (name.number.front()) {
    case '1':
    case '2':
      return "Zen 1";
    case '3':
    case '4':
      return "Zen 2";
    case '5':
    case '6':
      return "Zen 3";
    case '7':
    case '8':
      return "Zen 4";
    default:
      return "Zen 5";
  }
}

std::string_view of_scalable(const CpuName& name) {
  if (name.number.size() != 4) return "unknown";
  switch (name.number[1]) {
    case '1':
      return "Skylake-SP";
    case '2':
      return "Cascade Lake";
    case '3':
      return name.suffix.starts_with('h') ? "Cooper Lake" : "Ice Lake-SP";
    case '4':
      return "Sapphire Rapids";
    case '5':
      return "Emerald Rapids";
    default:
      return "unknown";
  }
}

std::string_view by_version(const CpuName& name) {
  if (name.version.empty()) return name.family[1] == "e7" ? "Nehalem" : "Sandy Bridge";
  switch (name.version[0]) {
    case '2':
      return "Ivy Bridge";
    case '3':
      return "Haswell";
    case '4':
      return "Broadwell";
    default:
      return "Skylake";
  }
}

std::string_view of_xeon(const CpuName& name) {
  const std::string series = name.family.size() > 1 ? name.family[1] : "";
  if (series == "bronze" || series == "silver" || series == "gold" || series == "platinum")
    return of_scalable(name);
  if (series == "max") return "Sapphire Rapids";
  if (series == "e3" || series == "e5" || series == "e7") return by_version(name);
  if (series == "e") return "Coffee Lake";
  if (name.number.size() != 4) return "unknown";
  if (name.number[0] == '6') return "Xeon 6";
  const std::string_view start = std::string_view(name.number).substr(0, 2);
  for (const std::string_view nehalem : {"34", "35", "36", "55", "56", "75"})
    if (start == nehalem) return "Nehalem";
  return series.empty() || series.size() == 1 ? "Core 2" : "unknown";
}

std::string_view of_core(const CpuName& name) {
  if (name.family.size() < 2 || name.family[1] == "2") return "Core 2";
  if (name.family[1] == "ultra" || name.number.size() < 3) return "later Core";
  if (name.number.size() == 3) return "Nehalem";
  const bool two_digits = name.number.size() > 4 || name.number[0] == '1';
  if (two_digits) return name.number.starts_with("10") ? "Coffee Lake" : "later Core";
  switch (name.number[0]) {
    case '2':
      return "Sandy Bridge";
    case '3':
      return "Ivy Bridge";
    case '4':
      return "Haswell";
    case '5':
      return "Broadwell";
    case '6':
    case '7':
      return "Skylake";
    default:
      return "Coffee Lake";
  }
}

std::string_view of_opteron(const CpuName& name) {
  const std::string_view start = std::string_view(name.number).substr(0, 2);
  for (const std::string_view bulldozer : {"32", "33", "42", "43", "62", "63"})
    if (start == bulldozer) return "Bulldozer";
  return "K10";
}

/// What hypervisors write instead of a product: "Intel Xeon Processor (Skylake, IBRS)".
std::string_view by_hypervisors_word(std::string_view model_name) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 13> kWords{
      {{"sapphirerapids", "Sapphire Rapids"},
       {"graniterapids", "Xeon 6"},
       {"cooperlake", "Cooper Lake"},
       {"cascadelake", "Cascade Lake"},
       {"icelake", "Ice Lake-SP"},
       {"skylake", "Skylake-SP"},
       {"broadwell", "Broadwell"},
       {"haswell", "Haswell"},
       {"ivy bridge", "Ivy Bridge"},
       {"sandy bridge", "Sandy Bridge"},
       {"rome", "Zen 2"},
       {"milan", "Zen 3"},
       {"genoa", "Zen 4"}}};
  std::string text(model_name);
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
  for (const auto& [word, generation] : kWords)
    if (text.find(word) != std::string::npos) return generation;
  return "unknown";
}

/// Of Intel's family 6, by model (arch/x86/include/asm/intel-family.h of Linux).
std::string_view of_intel_model(int model, int stepping) {
  struct Models {
    std::string_view generation;
    std::array<int, 10> models;
  };
  constexpr std::array<Models, 11> kModels{{{"Core 2", {15, 22, 23, 29}},
                                            {"Nehalem", {26, 30, 31, 37, 44, 46, 47}},
                                            {"Sandy Bridge", {42, 45}},
                                            {"Ivy Bridge", {58, 62}},
                                            {"Haswell", {60, 63, 69, 70}},
                                            {"Broadwell", {61, 71, 79, 86}},
                                            {"Skylake", {78, 94}},
                                            {"Coffee Lake", {142, 158, 165, 166}},
                                            {"Ice Lake-SP", {106, 108}},
                                            {"Sapphire Rapids", {143}},
                                            {"Emerald Rapids", {207}}}};
  if (model == 85) {
    if (stepping <= 4) return "Skylake-SP";
    return stepping <= 7 ? "Cascade Lake" : "Cooper Lake";
  }
  if (model == 173 || model == 174 || model == 175) return "Xeon 6";
  if (model == 0) return "unknown";  // the lists are filled up with it
  for (const Models& one : kModels)
    if (std::ranges::find(one.models, model) != one.models.end()) return one.generation;
  return model > 106 ? "later Core" : "unknown";
}

std::string_view of_amd_family(int family, int model) {
  switch (family) {
    case 16:
    case 17:
    case 18:
      return "K10";
    case 21:
      return "Bulldozer";
    case 23:
      return model < 0x30 ? "Zen 1" : "Zen 2";
    case 25: {
      const bool zen4 = (model >= 0x10 && model <= 0x1f) || model >= 0x60;
      return zen4 ? "Zen 4" : "Zen 3";
    }
    case 26:
      return "Zen 5";
    default:
      return "unknown";
  }
}

}  // namespace

const CpuGeneration& cpu_generation(const CpuName& name) {
  const std::string brand = name.family.empty() ? "" : name.family[0];
  if (name.number.empty()) return named("unknown");
  if (brand == "epyc") return named(of_epyc(name));
  if (brand == "ryzen") return named(of_ryzen(name));
  if (brand == "xeon") return named(of_xeon(name));
  if (brand == "core") return named(of_core(name));
  if (brand == "opteron") return named(of_opteron(name));
  return named("unknown");
}

const CpuGeneration& cpu_generation(const CpuIdentity& cpu) {
  const CpuGeneration& by_name = cpu_generation(parse_cpu_name(cpu.name));
  if (by_name.name != "unknown") return by_name;
  if (cpu.vendor == "AuthenticAMD" && cpu.family && cpu.model) {
    const CpuGeneration& by_model = named(of_amd_family(*cpu.family, *cpu.model));
    if (by_model.name != "unknown") return by_model;
  }
  const CpuGeneration& by_word = named(by_hypervisors_word(cpu.name));
  if (by_word.name != "unknown") return by_word;
  if (cpu.vendor == "GenuineIntel" && cpu.family == 6 && cpu.model)
    return named(of_intel_model(*cpu.model, cpu.stepping.value_or(0)));
  return named("unknown");
}

}  // namespace isojoule
