#include "isojoule/energy/accuracy.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <utility>

#include <fmt/format.h>

#include "isojoule/energy/uncertainty.hpp"
#include "isojoule/stats/student_t.hpp"

namespace isojoule {
namespace {

using Row = AccuracyPrior;
using enum AccuracyBasis;

constexpr std::string_view kSc24 =
    "13 boards beside one external meter: Yang, Adamek, Armour, SC24, arXiv 2312.02741";
constexpr std::string_view kNeverCompared = "no board of this family was ever compared";

// gain: centre, half-widths of family and board; offset: half-widths of family and board; meter.
constexpr std::array kTable{
    // NVIDIA. Kepler, Maxwell, Pascal: seven boards. Turing, Ampere, Ada: six; newer generations
    // are taken with them. `other` reaches as far as each of the two.
    Row{"nvml/to-pascal", 1.001, 0.051, 0.049, 10.1 * watt, 10.1 * watt, 0.020, published, kSc24,
        "", std::nullopt},
    Row{"nvml/turing-on", 0.995, 0.055, 0.053, 16.4 * watt, 16.4 * watt, 0.020, published, kSc24,
        "", std::nullopt},
    Row{"nvml/other", 1.000, 0.062, 0.053, 16.4 * watt, 16.4 * watt, 0.020, assumed, kSc24,
        kNeverCompared, std::nullopt},
    Row{"nvml/memory", 1.000, 0.150, 0.100, 5.0 * watt, 5.0 * watt, 0.0, assumed,
        "nothing is published on the power of a board's memory", kNeverCompared, std::nullopt},
    // AMD and Intel boards.
    Row{"amd/board", 1.000, 0.080, 0.060, 8.0 * watt, 8.0 * watt, 0.0, assumed,
        "MI250X and MI300A agree with the node's own sensors but for losses (arXiv 2604.06056); "
        "those are no meter",
        kNeverCompared, std::nullopt},
    Row{"intel/board", 1.000, 0.080, 0.060, 8.0 * watt, 8.0 * watt, 0.0, assumed,
        "nothing is published", kNeverCompared, std::nullopt},
    // Packages. An external meter sees the node, so no package was ever compared alone.
    Row{"rapl/intel", 1.000, 0.050, 0.030, 0.7 * watt, 0.7 * watt, 0.0, assumed,
        "measured by the regulators since Haswell-EP, and one line against AC power for all loads: "
        "Hackenberg et al., IPDPSW 2015; strongly correlated with power at the plug: Khan et al., "
        "TOMPECS 3(2), 2018; a model before Haswell-EP",
        "no package was compared alone", std::nullopt},
    Row{"rapl/amd", 1.000, 0.120, 0.050, 1.4 * watt, 1.4 * watt, 0.0, assumed,
        "a model, which does not see the power that depends on data: Schoene et al., CLUSTER 2021, "
        "arXiv 2108.00808",
        "no package was compared alone", std::nullopt},
    Row{"rapl/unknown", 1.000, 0.120, 0.050, 1.4 * watt, 1.4 * watt, 0.0, assumed,
        "the wider of Intel and AMD", "no package was compared alone", std::nullopt},
    Row{"rapl/memory", 1.000, 0.150, 0.080, 2.0 * watt, 2.0 * watt, 0.0, assumed,
        "an offset that differs between systems, worse when idle: Desrochers, Paradis, Weaver, "
        "MEMSYS 2016",
        "", std::nullopt},
    // Nodes.
    Row{"node/ipmi", 1.000, 0.080, 0.050, 10.0 * watt, 10.0 * watt, 0.0, datasheet,
        "supplies within 5 %, or 10 W below 200 W (Intel R2000IP specification, table 33); wider "
        "for other makers and for what the controller makes of it",
        "", std::nullopt},
    Row{"node/acpi", 1.000, 0.080, 0.050, 10.0 * watt, 10.0 * watt, 0.0, assumed,
        "as for IPMI; the firmware's own figure (ACPI 6.5, _PMC) is not read", "", std::nullopt},
    Row{"node/supply", 1.000, 0.080, 0.050, 10.0 * watt, 10.0 * watt, 0.0, assumed,
        "as for IPMI; Corsair states nothing", "", std::nullopt},
    Row{"node/jetson", 1.000, 0.030, 0.030, 0.2 * watt, 0.2 * watt, 0.0, assumed,
        "the INA3221 is within 1 %; its shunt resistor is not published", "", std::nullopt},
    // What has no row of its own.
    Row{"other", 1.000, 0.120, 0.090, 10.0 * watt, 10.0 * watt, 0.0, assumed,
        "nothing is known of this sensor", kNeverCompared, std::nullopt},
};

const Row* find_row(std::string_view family) {
  const auto found = std::ranges::find(kTable, family, &Row::family);
  return found == kTable.end() ? nullptr : &*found;
}

/// A product's name holds `words`, and before them its beginning, a space or a dash.
bool has_words(std::string_view name, std::string_view words) {
  for (std::size_t at = name.find(words); at != std::string_view::npos;
       at = name.find(words, at + 1))
    if (at == 0 || name[at - 1] == ' ' || name[at - 1] == '-') return true;
  return false;
}

// How NVIDIA's products of each generation begin, for traces that lack the family. The first that
// fits is taken: "TITAN V" is Volta, "TITAN RTX" is Turing, other TITANs are older.
constexpr std::array kProducts{
    std::pair{"V100", "nvml/other"},          std::pair{"GV100", "nvml/other"},
    std::pair{"TITAN V", "nvml/other"},       std::pair{"RTX", "nvml/turing-on"},
    std::pair{"GTX 16", "nvml/turing-on"},    std::pair{"T4", "nvml/turing-on"},
    std::pair{"T400", "nvml/turing-on"},      std::pair{"T600", "nvml/turing-on"},
    std::pair{"T1000", "nvml/turing-on"},     std::pair{"A10", "nvml/turing-on"},
    std::pair{"A2", "nvml/turing-on"},        std::pair{"A16", "nvml/turing-on"},
    std::pair{"A30", "nvml/turing-on"},       std::pair{"A40", "nvml/turing-on"},
    std::pair{"A80", "nvml/turing-on"},       std::pair{"L4", "nvml/turing-on"},
    std::pair{"L20", "nvml/turing-on"},       std::pair{"H100", "nvml/turing-on"},
    std::pair{"H20", "nvml/turing-on"},       std::pair{"H800", "nvml/turing-on"},
    std::pair{"GH200", "nvml/turing-on"},     std::pair{"B100", "nvml/turing-on"},
    std::pair{"B200", "nvml/turing-on"},      std::pair{"GB200", "nvml/turing-on"},
    std::pair{"GB300", "nvml/turing-on"},     std::pair{"B300", "nvml/turing-on"},
    std::pair{"GTX", "nvml/to-pascal"},       std::pair{"GT ", "nvml/to-pascal"},
    std::pair{"TITAN", "nvml/to-pascal"},     std::pair{"Quadro K", "nvml/to-pascal"},
    std::pair{"Quadro M", "nvml/to-pascal"},  std::pair{"Quadro P", "nvml/to-pascal"},
    std::pair{"Quadro GP", "nvml/to-pascal"}, std::pair{"Tesla K", "nvml/to-pascal"},
    std::pair{"Tesla M", "nvml/to-pascal"},   std::pair{"Tesla P", "nvml/to-pascal"},
    std::pair{"P100", "nvml/to-pascal"},      std::pair{"P40", "nvml/to-pascal"},
};

// What the id of a channel begins with, where that is enough.
constexpr std::array kBackends{
    std::pair{"amd:", "amd/board"},
    std::pair{"hwmon:amdgpu:", "amd/board"},
    std::pair{"hwmon:amd_energy:", "rapl/amd"},
    std::pair{"hwmon:i915:", "intel/board"},
    std::pair{"hwmon:xe:", "intel/board"},
    std::pair{"hwmon:power_meter:", "node/acpi"},
    std::pair{"hwmon:corsairpsu:", "node/supply"},
    std::pair{"hwmon:ina3221:", "node/jetson"},
    std::pair{"ipmi:", "node/ipmi"},
    std::pair{"level-zero:", "intel/board"},
    std::pair{"rapl:", "rapl/unknown"},
};

std::string_view family_of_nvidia(const Channel& channel) {
  if (channel.scope == Scope::gpu_memory) return "nvml/memory";
  if (channel.scope != Scope::gpu) return "nvml/other";
  const auto fits = [&](const auto& product) { return has_words(channel.label, product.first); };
  const auto found = std::ranges::find_if(kProducts, fits);
  return found == kProducts.end() ? "nvml/other" : found->second;
}

/// A half-width of 90 % as the scale of Student's t, which is its standard uncertainty here.
double standard_of(double half_width) {
  static const double t95 = student_t_quantile(0.95, kAccuracyDegreesOfFreedom);
  return half_width / t95;
}

}  // namespace

std::string_view to_string(AccuracyBasis basis) {
  switch (basis) {
    case published:
      return "published";
    case datasheet:
      return "datasheet";
    case assumed:
      return "assumed";
  }
  return "?";
}

std::span<const AccuracyPrior> accuracy_table() { return kTable; }

std::string_view accuracy_family(const Channel& channel) {
  if (const Row* row = find_row(channel.family)) return row->family;
  if (channel.id.starts_with("nvml:")) return family_of_nvidia(channel);
  if (channel.id.starts_with("rapl:") && channel.scope == Scope::dram) return "rapl/memory";
  const auto fits = [&](const auto& backend) { return channel.id.starts_with(backend.first); };
  const auto found = std::ranges::find_if(kBackends, fits);
  return found == kBackends.end() ? "other" : found->second;
}

std::optional<AccuracyPrior> accuracy_prior(const Channel& channel) {
  if (channel.kind == Kind::modelled || channel.is_gauge()) return std::nullopt;
  AccuracyPrior prior = *find_row(accuracy_family(channel));
  if (channel.scope == Scope::gpu && channel.max_power) prior.pivot = *channel.max_power / 2.0;
  return prior;
}

std::vector<UncertaintyComponent> accuracy_components(const AccuracyPrior& prior,
                                                      const std::string& component, Energy energy,
                                                      Duration time) {
  const std::string family(prior.family);
  const Duration below = prior.pivot ? time - energy / *prior.pivot : time;
  const std::string gain =
      fmt::format("{:.3g}, +- {:.3g} % ({})", prior.gain,
                  100.0 * std::hypot(prior.gain_family, prior.gain_board), to_string(prior.basis));
  const std::string offset = fmt::format(
      "+- {:.3g} W ({})", std::hypot(prior.offset_family.in(watt), prior.offset_board.in(watt)),
      to_string(prior.basis));
  const auto part = [](const char* source, Energy standard, const std::string& how,
                       const std::string& shared, bool proportional) {
    const Energy magnitude = standard < Energy{} ? -standard : standard;
    return UncertaintyComponent{
        source, Evaluation::type_b, magnitude, kAccuracyDegreesOfFreedom, how,
        shared, proportional};
  };
  std::vector<UncertaintyComponent> components{
      part("gain", standard_of(prior.gain_family) * energy, gain, family, true),
      part("gain", standard_of(prior.gain_board) * energy, gain, component, true),
      part("offset", standard_of(1.0) * prior.offset_family * below, offset, family, false),
      part("offset", standard_of(1.0) * prior.offset_board * below, offset, component, false)};
  if (prior.meter > 0.0)
    components.push_back(
        {"meter", Evaluation::type_b, energy * (prior.meter / std::numbers::sqrt3), std::nullopt,
         fmt::format("+- {:.3g} %, rectangular: the meter of the comparisons", 100.0 * prior.meter),
         "the meter of " + std::string(prior.source), true});
  return components;
}

std::string accuracy_text(const AccuracyPrior& prior) {
  return fmt::format("{}, {}, table {}{}{}", prior.family, to_string(prior.basis), kAccuracyVersion,
                     prior.remark.empty() ? "" : ": ", prior.remark);
}

}  // namespace isojoule
