// The thermal design power of a CPU by its name, or by the names nearest to it.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "isojoule/core/quantity.hpp"
#include "isojoule/sensor/cpu_model/cpu_name.hpp"

namespace isojoule {

/// A thermal design power (TDP) of one package.
struct TdpEstimate {
  Power tdp{};
  Power least{};  ///< with `most`: about 90 % of such estimates have the true value between
  Power most{};
  bool by_name = false;  ///< the table has this very CPU
  std::string basis;     ///< in words: "by name", "by 5 names like it"
};

/// One CPU of the table.
struct TdpFact {
  CpuName name;  ///< without `key`
  Power tdp{};
};

/// The TDP of the CPU with this very name. Where the table has two (a CPU that was sold with two),
/// their geometric mean. Empty if it has none.
///
///     named_tdp(parse_cpu_name("Intel(R) Xeon(R) Gold 6248 CPU @ 2.50GHz"))->tdp   // 150 W
std::optional<TdpEstimate> named_tdp(const CpuName& name);

/// The TDP by the names that are nearest to this one, which itself is left out: those of its family
/// with its suffix and a near number weigh most. Of the powers found, the one within 15 % of which
/// most of the weight lies. Empty if no name of its family is known. Families ("core i7") for which
/// `may_use` does not hold are left out as well.
std::optional<TdpEstimate> similar_tdp(
    const CpuName& name, const std::function<bool(std::string_view family)>& may_use = {});

/// The median TDP of all CPUs of the table for which `is_one` holds, with the range of 90 % of
/// them. Empty if there is none. `basis` says whose it is: "Milan servers".
std::optional<TdpEstimate> typical_tdp(const std::function<bool(const TdpFact&)>& is_one,
                                       std::string_view basis);

}  // namespace isojoule
