#include "isojoule/workload/plan.hpp"

#include <algorithm>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/core/error.hpp"
#include "isojoule/workload/workload.hpp"

namespace isojoule {
namespace {

TEST(Plans, HoldReferenceWorkloadsEachOnce) {
  for (const Plan& plan : plans()) {
    std::set<std::string> seen;
    for (const std::string& id : plan.workloads) {
      EXPECT_NO_THROW(find_reference_workload(id)) << plan.name;
      EXPECT_TRUE(seen.insert(id).second) << plan.name << " holds " << id << " twice";
    }
    EXPECT_FALSE(plan.workloads.empty());
  }
}

TEST(Plans, NamesOfPlansStandForTheirWorkloads) {
  const std::vector<std::string> names{"cnn-2x128", "dual"};
  EXPECT_THAT(expand_plans(names),
              testing::ElementsAre("cnn-2x128", "rnn-1x128", "crnn-2.2x1024.256"));
}

TEST(Plans, DualIsTheLowestAndTheHighest) {
  const auto by_flops = [](const Workload& workload) { return workload.cost.flops_forward; };
  EXPECT_THAT(
      find_plan("dual").workloads,
      testing::ElementsAre(std::ranges::min(reference_workloads(), {}, by_flops).id.name(),
                           std::ranges::max(reference_workloads(), {}, by_flops).id.name()));
}

TEST(Plans, ReferencesGoFromTheLowestUpThroughAllArchitectures) {
  std::vector<Work> flops;
  std::set<std::string_view> architectures;
  for (const std::string& id : find_plan("references").workloads) {
    const Workload& workload = find_reference_workload(id);
    flops.push_back(workload.cost.flops_forward);
    architectures.insert(architecture_name(workload.architecture));
  }
  const auto by_flops = [](const Workload& workload) { return workload.cost.flops_forward; };
  EXPECT_EQ(flops.front(),
            std::ranges::min(reference_workloads(), {}, by_flops).cost.flops_forward);
  EXPECT_TRUE(std::ranges::is_sorted(flops));
  EXPECT_GT(flops.back(), 3.0 * find_reference_workload("cnn-2x128").cost.flops_forward);
  EXPECT_EQ(architectures.size(), 4U);
}

TEST(Plans, AllHoldsEveryReference) {
  EXPECT_EQ(find_plan("all").workloads.size(), reference_workloads().size());
}

TEST(Plans, AnUnknownPlanListsTheKnownOnes) {
  try {
    find_plan("everything");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::unknown_name);
    EXPECT_THAT(error.what(), testing::HasSubstr("references, dual, all"));
  }
}

}  // namespace
}  // namespace isojoule
