#include "isojoule/workload/plan.hpp"

#include <algorithm>

#include "isojoule/core/error.hpp"
#include "isojoule/workload/workload.hpp"

namespace isojoule {
namespace {

std::vector<std::string> all_references() {
  std::vector<std::string> ids;
  for (const Workload& workload : reference_workloads()) ids.push_back(workload.id.name());
  return ids;
}

}  // namespace

std::span<const Plan> plans() {
  static const std::vector<Plan> all{
      {"references",
       {"rnn-1x128", "cnn-1x128", "mlp-4x2048", "crnn-1.1x64.64", "cnn-2x256", "cnn-2x512"}},
      {"dual", {"rnn-1x128", "crnn-2.2x1024.256"}},
      {"all", all_references()},
  };
  return all;
}

const Plan& find_plan(std::string_view name) {
  std::vector<std::string> known;
  for (const Plan& plan : plans()) {
    if (plan.name == name) return plan;
    known.push_back(plan.name);
  }
  throw unknown_name("plan", name, known);
}

std::vector<std::string> expand_plans(std::span<const std::string> names) {
  std::vector<std::string> ids;
  for (const std::string& name : names) {
    const auto plan = std::ranges::find(plans(), name, &Plan::name);
    if (plan == plans().end()) {
      ids.push_back(name);
    } else {
      ids.insert(ids.end(), plan->workloads.begin(), plan->workloads.end());
    }
  }
  return ids;
}

}  // namespace isojoule
