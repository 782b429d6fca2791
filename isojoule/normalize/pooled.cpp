// The line of the pooled normalizer: a Gaussian process on ln E_B - ln E_A over all machines of a
// table.
#include <memory>

#include "isojoule/normalize/detail/pooled_learner.hpp"

namespace isojoule::detail {
namespace {

/// Up to so many energies, workloads x machines, it takes seconds.
constexpr std::size_t kMostUnasked = 130;

Outcome<LearnerPointer> learn_pooled(const Normalizer&, const FeatureSet&, const View& view) {
  return LearnerPointer(std::make_shared<PooledLearner>(view));
}

}  // namespace

NormalizerKind pooled_normalizer() {
  return {"pooled",
          "a Gaussian process that learns from all machines of a table",
          {},
          false,
          {{Purpose::normalize},
           {Purpose::comparison},
           {Purpose::report, "", kMostUnasked},
           {Purpose::compare},
           {Purpose::diagnose},
           {Purpose::order}},
          learn_pooled};
}

}  // namespace isojoule::detail
