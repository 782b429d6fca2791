// What is known of workloads on a machine, column by column, and which of it a normalizer sees.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "isojoule/core/outcome.hpp"
#include "isojoule/normalize/dataset.hpp"
#include "isojoule/stats/matrix.hpp"

namespace isojoule {

/// In the order of their columns: the energy on the machine, and the lines of ISOJOULE_FEATURES. In
/// SI units.
#define ISOJOULE_MEMBER(member, ...) member,
enum class Feature : std::size_t { energy, ISOJOULE_FEATURES(ISOJOULE_MEMBER, ISOJOULE_MEMBER) };
#undef ISOJOULE_MEMBER

#define ISOJOULE_ONE(...) +1
inline constexpr std::size_t kFeatures = 1 ISOJOULE_FEATURES(ISOJOULE_ONE, ISOJOULE_ONE);
#undef ISOJOULE_ONE

/// At least one feature, each once, ascending.
using FeatureSet = std::vector<Feature>;

/// "energy+flops+params": members joined by '+', in any order. Throws Error(unknown_name) with the
/// known ones, Error(usage) for one that stands twice.
FeatureSet parse_features(std::string_view text);
/// The canonical text: "energy+flops+params+duration" in that order.
std::string to_string(const FeatureSet& features);
/// All names, in that order.
std::vector<std::string> feature_names();

/// Workloads on one machine, column by column, in the order in which they were asked for. Not known
/// is NaN, which never leaves this struct as a number: see select_features.
struct MachineColumns {
  std::vector<std::string> names;
  std::vector<std::string> families;  ///< empty: not known
  std::vector<double> variance;       ///< log_variance; 0 where the energy is not known
  std::array<std::vector<double>, kFeatures> features;

  std::size_t size() const { return names.size(); }
  const std::vector<double>& of(Feature feature) const {
    return features[static_cast<std::size_t>(feature)];
  }
  const std::vector<double>& energy_j() const { return of(Feature::energy); }

  /// Makes room for so many rows.
  void reserve(std::size_t rows);
  /// A row more; `cell`: what is known on the machine.
  void add(const DatasetWorkload& workload, const std::optional<DatasetCell>& cell);
};

/// `workloads` are places in the dataset.
MachineColumns columns_on(const Dataset& dataset, std::size_t machine,
                          std::span<const std::size_t> workloads);

/// The features of some rows, one row each. Refused where a value is not known, naming it and the
/// workload.
Outcome<Matrix> select_features(const MachineColumns& columns, const FeatureSet& features,
                                std::span<const std::size_t> rows);

/// The features of one row, as many as were asked for.
using FeatureRow = std::array<double, kFeatures>;

/// Fills `values` with the features of a row. The first one that is not known; nullptr if all are.
const Feature* read_features(const MachineColumns& columns, const FeatureSet& features,
                             std::size_t row, FeatureRow& values);

/// "workload NAME has no known FLOPs"
std::string not_known_text(const MachineColumns& columns, Feature feature, std::size_t row);

}  // namespace isojoule
