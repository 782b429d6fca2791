// Predictions for the workloads of a table of energies.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "isojoule/core/estimate.hpp"
#include "isojoule/normalize/dataset.hpp"
#include "isojoule/normalize/features.hpp"
#include "isojoule/normalize/normalizer.hpp"

namespace isojoule {

struct DataQuestion {
  std::string from;  ///< machine on which the workloads are known
  std::string to;
  std::vector<std::string> references;  ///< workloads whose energy on both may be used
  std::vector<std::string> workloads;   ///< to predict; empty: all that are known on `from` and are
                                        ///< no references
  NormalizerSpec normalizer;
  FeatureSet features{Feature::energy};  ///< not of pooled, which takes all that is known
};

struct DataAnswer {
  std::string workload;
  Energy source;                ///< on `from`
  std::optional<Energy> truth;  ///< on `to`, where the table has it; not used for the prediction
  std::optional<Estimate<Energy>> energy;  ///< empty: refused
  std::string refused;
  bool extrapolated = false;  ///< the source energy lies outside its references'
  std::string unlike = {};    ///< why it is unlike the references (FittedNormalizer::unlike)
  std::optional<std::size_t> others =
      {};  ///< of pooled: how many other machines it has learnt from
};

/// One answer for each workload, or, where the rule cannot be fitted, each refused with its reason.
/// Throws Error(unknown_name) with near names for machines, references and workloads that the table
/// does not have, Error(bad_input) for a reference that is not known on both machines or a workload
/// that is not known on `from`.
std::vector<DataAnswer> predict_data(const Dataset& dataset, const DataQuestion& question);

}  // namespace isojoule
