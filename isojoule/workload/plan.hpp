// Named lists of workloads to be measured together.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace isojoule {

struct Plan {
  std::string name;
  std::vector<std::string> workloads;  ///< ids of reference workloads, from small to large
};

/// All plans; valid as long as the program runs.
///
/// "references": some workloads of all four architectures, from the lowest in FLOPs to the 37th of
/// 43, in less than a minute and 1 GB on a 2-core CPU (figures in docs/workloads.md).
/// "dual": the lowest and the highest in FLOPs.
/// "all": the 43.
std::span<const Plan> plans();

/// Throws Error(unknown_name) with the names that are known.
const Plan& find_plan(std::string_view name);

/// `names` with each plan's name among them replaced by its workloads.
std::vector<std::string> expand_plans(std::span<const std::string> names);

}  // namespace isojoule
