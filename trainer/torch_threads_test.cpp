#include "trainer/torch_threads.hpp"

#include <gtest/gtest.h>
#include <torch/types.h>

namespace isojoule::trainer {
namespace {

/// Products of 1e-20 and 1e-20, whose sums are denormal: about 6e-39.
torch::Tensor denormal_products() {
  constexpr std::int64_t kSide = 512;
  return torch::matmul(torch::full({kSide, 64}, 1e-20), torch::full({64, kSide}, 1e-20));
}

TEST(FlushDenormals, ReachesTheThreadsThatTheBlasHadBefore) {
  set_threads(2);
  EXPECT_GT(denormal_products().min().item<float>(), 0.0F);
  flush_denormals();
  set_threads(2);
  EXPECT_EQ(denormal_products().count_nonzero().item<std::int64_t>(), 0);
}

}  // namespace
}  // namespace isojoule::trainer
