#include "isojoule/core/ipmi.hpp"

#include <cerrno>
#include <string>

#include <gtest/gtest.h>

#include "support/temp_directory.hpp"

namespace isojoule {
namespace {

TEST(KernelIpmi, SaysThatThereIsNoDevice) {
  const TempDirectory directory;
  int error = 0;
  EXPECT_EQ(kernel_ipmi().open(directory.path() / "ipmi0", error), nullptr);
  EXPECT_EQ(error, ENOENT);
}

TEST(KernelIpmi, GetsNoAnswerFromWhatIsNoController) {
  const TempDirectory directory;
  write_file(directory.path() / "ipmi0", "");
  int error = 0;
  const auto device = kernel_ipmi().open(directory.path() / "ipmi0", error);
  ASSERT_NE(device, nullptr);
  std::string why_not;
  EXPECT_EQ(device->ask(0x06, 0x01, {}, 1.0 * hour, why_not), std::nullopt);
  EXPECT_EQ(why_not, "Inappropriate ioctl for device");
}

}  // namespace
}  // namespace isojoule
