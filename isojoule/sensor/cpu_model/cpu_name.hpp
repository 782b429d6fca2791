// The name of a CPU, without what firmwares and people add to it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace isojoule {

/// A CPU's name in parts, in lower case. "Intel(R) Xeon(R) CPU E5-2680 v4 @ 2.40GHz" has the family
/// {"xeon", "e5"}, the number "2680" and the version "4"; "12th Gen Intel(R) Core(TM) i7-12700H"
/// the family {"core", "i7"}, the number "12700" and the suffix "h".
struct CpuName {
  std::vector<std::string> family;  ///< the words before the number, without "pro"
  std::string number;   ///< digits, maybe with a point; a '#' for a letter between them ("7r32")
  std::string suffix;   ///< letters and digits after the number, the one of "7r32" included
  std::string version;  ///< "4" of "v4"; empty: none
  bool pro = false;     ///< the family has the word "pro"
  std::string key;      ///< the whole name in one word: equal keys are equal CPUs

  friend bool operator==(const CpuName&, const CpuName&) = default;
};

/// Takes apart what the kernel calls `model name`, or what people write. Vendors, trademarks,
/// generations ("12th Gen"), frequencies, graphics, numbers of cores and words such as "CPU" are
/// dropped: they vary between firmwares. Never fails: a name that has no number has an empty one.
CpuName parse_cpu_name(std::string_view model);

/// Sets number, suffix and version from what follows a family, in one word: "2680v4", "12700h",
/// "7r32".
void set_cpu_number(std::string_view entry, CpuName& name);

}  // namespace isojoule
