#include "isojoule/run/device.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/core/error.hpp"

#include "support/fake_world.hpp"

namespace isojoule {
namespace {

using testing::HasSubstr;

class DeviceTest : public testing::Test {
 protected:
  std::optional<std::string> visible(const std::string& device) {
    return narrowed_to(device, fake.world()).environment->get("CUDA_VISIBLE_DEVICES");
  }
  std::string refusal(const std::string& device) {
    try {
      visible(device);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::usage);
      return error.what();
    }
    return "nothing thrown";
  }
  FakeWorld fake;
};

TEST_F(DeviceTest, OneOfAllBoards) {
  EXPECT_EQ(visible("cuda:12"), "12");
  EXPECT_EQ(visible("cuda"), std::nullopt);
  EXPECT_EQ(visible("cpu"), std::nullopt);
  EXPECT_EQ(visible(""), std::nullopt);
}

TEST_F(DeviceTest, OneOfTheVisibleBoards) {
  fake.set_environment("CUDA_VISIBLE_DEVICES", "3,GPU-8f6a,5");
  EXPECT_EQ(visible("cuda:0"), "3");
  EXPECT_EQ(visible("cuda:1"), "GPU-8f6a");
  EXPECT_EQ(visible("cuda"), "3,GPU-8f6a,5");
  EXPECT_THAT(refusal("cuda:3"), HasSubstr("has no board 3"));
}

TEST_F(DeviceTest, AmdsVariableIsNarrowedToo) {
  fake.set_environment("HIP_VISIBLE_DEVICES", "2,4");
  const World narrowed = narrowed_to("cuda:1", fake.world());
  EXPECT_EQ(narrowed.environment->get("HIP_VISIBLE_DEVICES"), "4");
  EXPECT_THAT(refusal("cuda:2"), HasSubstr("HIP_VISIBLE_DEVICES=2,4 has no board 2"));
}

TEST_F(DeviceTest, WhatIsNoDeviceIsRefused) {
  for (const char* device : {"cuda:", "cuda:1x", "cuda:-1", "cuda1", "gpu", "CUDA:1"})
    EXPECT_THAT(refusal(device), HasSubstr("is none of cpu, cuda and cuda:N")) << device;
}

TEST_F(DeviceTest, WhatIsNarrowedAgainKeepsBothEnvironments) {
  fake.set_environment("CUDA_VISIBLE_DEVICES", "3,5");
  const auto twice = [this] { return narrowed_to("cuda:0", narrowed_to("cuda:1", fake.world())); };
  EXPECT_EQ(twice().environment->get("CUDA_VISIBLE_DEVICES"), "5");
}

TEST_F(DeviceTest, OtherVariablesAreAsTheyWere) {
  fake.set_environment("HOME", "/home/x");
  EXPECT_EQ(narrowed_to("cuda:1", fake.world()).environment->get("HOME"), "/home/x");
}

}  // namespace
}  // namespace isojoule
