// The pooled normalizer once it has seen its references.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "isojoule/normalize/detail/pooled_state.hpp"
#include "isojoule/normalize/normalizer.hpp"

namespace isojoule::detail {

class PooledFitted final : public Fitted {
 public:
  /// `outputs`: the target under each component of the knowledge.
  PooledFitted(std::vector<std::string> used, std::shared_ptr<const PooledKnowledge> knowledge,
               std::vector<PooledProcess::NewOutput> outputs, std::vector<PooledPart> parts,
               PooledKnown known);

  Outcome<Prediction> predict(std::size_t row, double confidence) const override;
  Outcome<LogDistribution> distribution(std::size_t row) const override;
  /// The t noises of both are taken as one with the sum of their squared scales.
  Outcome<LogDistribution> ratio(std::size_t a, std::size_t b) const override;
  std::string unlike(std::size_t row) const override;
  std::optional<std::size_t> others() const override { return knowledge_->data.outputs; }

 private:
  LogDistribution log_energy(std::size_t row) const;

  std::shared_ptr<const PooledKnowledge> knowledge_;
  std::vector<PooledProcess::NewOutput> outputs_;
  std::vector<PooledPart> parts_;
  PooledKnown known_;
};

}  // namespace isojoule::detail
