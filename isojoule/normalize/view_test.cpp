#include "isojoule/normalize/view.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/test_table.hpp"

namespace isojoule {
namespace {

using test_table::row;
using ::testing::ElementsAre;
using ::testing::IsNan;

/// a, b, c on A, B and C.
Dataset table() {
  std::vector<Observation> rows;
  double energy_j = 1.0;
  for (const char* workload : {"a", "b", "c"}) {
    for (const char* machine : {"A", "B", "C"}) rows.push_back(row(workload, machine, energy_j++));
  }
  return Dataset(rows);
}

TEST(View, HidesTheTarget) {
  const Dataset dataset = table();
  const View view(dataset, 0, 1, {0, 1, 2});
  for (std::size_t r = 0; r < 3; ++r) EXPECT_FALSE(view.cell(r, 1)) << r;
  EXPECT_EQ(view.cell(2, 2)->energy, 9.0 * joule);
  EXPECT_THAT(view.columns().energy_j(), ElementsAre(1, 4, 7));
  EXPECT_THAT(view.columns_on(1, std::vector<std::size_t>{0, 1}).energy_j(),
              ElementsAre(IsNan(), IsNan()));
}

TEST(View, HidesOtherMachinesOfRowsThatAreNotLearntFrom) {
  const Dataset dataset = table();
  const View view = View(dataset, 0, 1, {0, 1, 2}).learning({0, 2});
  EXPECT_TRUE(view.cell(0, 2));
  EXPECT_FALSE(view.cell(1, 2));
  EXPECT_TRUE(view.cell(1, 0)) << "of the source all is known";
  EXPECT_THAT(view.learnable(), ElementsAre(0, 2));
  EXPECT_THAT(view.columns_on(2, std::vector<std::size_t>{0, 1}).energy_j(),
              ElementsAre(3, IsNan()));
}

TEST(View, OfATargetBeyondTheTableShowsAllMachines) {
  const Dataset dataset = table();
  const View view(dataset, 2, std::nullopt, {0, 2});
  EXPECT_EQ(view.size(), 2U);
  EXPECT_EQ(view.machines(), 3U);
  EXPECT_EQ(view.machine_name(view.source()), "C");
  EXPECT_EQ(view.cell(1, 1)->energy, 8.0 * joule);
}

TEST(View, OfAMachineNormalizedToItselfShowsItAsTheSource) {
  const Dataset dataset = table();
  const View view(dataset, 0, 0, {0});
  EXPECT_TRUE(view.cell(0, 0));
}

}  // namespace
}  // namespace isojoule
