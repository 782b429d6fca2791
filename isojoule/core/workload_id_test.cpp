#include "isojoule/core/workload_id.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "isojoule/core/error.hpp"

namespace isojoule {
namespace {

bool refused(const std::string& name) {
  try {
    WorkloadId id(name);
  } catch (const Error& error) {
    return error.code() == ErrorCode::bad_input;
  }
  return false;
}

TEST(WorkloadId, TakesAnyReadableName) {
  const std::vector<std::string> names{"cnn-2x128", "my training, v2", "Größe",
                                       std::string(200, 'a')};
  for (const std::string& name : names) EXPECT_EQ(WorkloadId(name).name(), name);
}

TEST(WorkloadId, RefusesWhatCouldNotBeShownOrTold) {
  EXPECT_TRUE(refused(""));
  EXPECT_TRUE(refused(std::string(201, 'a')));
  EXPECT_TRUE(refused(" a"));
  EXPECT_TRUE(refused("a "));
  EXPECT_TRUE(refused("a\nb"));
  EXPECT_TRUE(refused("\x1b[31m"));
  EXPECT_TRUE(refused(std::string("a\0b", 3)));
  EXPECT_TRUE(refused("\x7f"));
  EXPECT_TRUE(refused("caf\xE9"));  // Latin-1, not UTF-8
}

TEST(WorkloadId, OrdersByName) {
  EXPECT_LT(WorkloadId("a"), WorkloadId("b"));
  EXPECT_EQ(WorkloadId("a"), WorkloadId("a"));
}

}  // namespace
}  // namespace isojoule
