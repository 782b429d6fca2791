#include "isojoule/app/diagnosis.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/core/error.hpp"

#include "support/test_table.hpp"

namespace isojoule {
namespace {

using test_table::error_of;
using testing::SizeIs;

const Dataset& table() {
  static const Dataset dataset(test_table::rows(12, 3));
  return dataset;
}

TEST(Diagnose, OfOneMachineAreDoubtfulEnergiesAlone) {
  const Diagnosis diagnosis = diagnose(table(), {"A", "", 1.0});
  EXPECT_FALSE(diagnosis.errors);
  EXPECT_THAT(diagnosis_tables(diagnosis), SizeIs(1));
  const Json json = diagnosis_to_json(diagnosis);
  EXPECT_EQ(json.at("doubtful").size(), diagnosis.doubtful.size());
  EXPECT_FALSE(json.contains("left_out"));
}

TEST(Diagnose, TheWeightDecidesWhichEnergiesAreNamed) {
  EXPECT_THAT(diagnose(table(), {"A", "", 0.0}).doubtful, SizeIs(0));
  EXPECT_GT(diagnose(table(), {"A", "", 1.0}).doubtful.size(), 0U);
  EXPECT_EQ(diagnose(table(), {"A"}).doubtful.size(), doubtful_rows(table(), "A", 0.3).size());
}

TEST(Diagnose, OfTwoMachinesIsAlsoWhatReferencesAreWorth) {
  const Diagnosis diagnosis = diagnose(table(), {"A", "B"});
  ASSERT_TRUE(diagnosis.errors);
  EXPECT_THAT(diagnosis.errors->left_out, SizeIs(12));
  EXPECT_THAT(diagnosis_tables(diagnosis), SizeIs(3));
  EXPECT_EQ(diagnosis_to_json(diagnosis).at("left_out").size(), 12U);
}

TEST(Diagnose, RefusesWhatMakesNoSense) {
  EXPECT_EQ(error_of([] { diagnose(table(), {"A", "A"}); }).code(), ErrorCode::usage);
  for (const double wrong : {-0.1, 1.1, std::nan("")})
    EXPECT_EQ(error_of([&] { check_diagnosis({"A", "", wrong}); }).code(), ErrorCode::usage);
  EXPECT_EQ(error_of([] { diagnose(table(), {"Z"}); }).code(), ErrorCode::unknown_name);
}

}  // namespace
}  // namespace isojoule
