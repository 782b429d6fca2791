#include "isojoule/cost/breakdown.hpp"

#include "isojoule/cost/count.hpp"

namespace isojoule {

std::uint64_t FlopCount::total() const { return (Count(matmul) + elementwise).value(); }

FlopCount CostBreakdown::step() const {
  return {(Count(forward.matmul) + backward.matmul + optimizer.matmul).value(),
          (Count(forward.elementwise) + backward.elementwise + optimizer.elementwise).value()};
}

}  // namespace isojoule
