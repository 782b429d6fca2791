#include "isojoule/normalize/features.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "isojoule/core/error.hpp"

namespace isojoule {
namespace {

struct FeatureColumn {
  Feature feature;
  const char* name;
  const char* in_words;
  std::vector<double> MachinePair::* values;
};

constexpr std::array<FeatureColumn, 4> kColumns{
    {{Feature::energy, "energy", "energy", &MachinePair::source_j},
     {Feature::flops, "flops", "FLOPs", &MachinePair::flops},
     {Feature::parameters, "params", "parameters", &MachinePair::parameters},
     {Feature::duration, "duration", "duration", &MachinePair::duration_s}}};

const FeatureColumn& column_of(Feature feature) {
  return *std::ranges::find(kColumns, feature, &FeatureColumn::feature);
}

Feature feature_from_string(std::string_view name) {
  std::vector<std::string> known;
  for (const FeatureColumn& column : kColumns) {
    if (column.name == name) return column.feature;
    known.emplace_back(column.name);
  }
  throw unknown_name("feature", name, known);
}

}  // namespace

FeatureSet parse_features(std::string_view text) {
  FeatureSet features;
  while (true) {
    const std::string_view name = text.substr(0, text.find('+'));
    const Feature feature = feature_from_string(name);
    if (std::ranges::find(features, feature) != features.end())
      throw Error(ErrorCode::usage, fmt::format("feature '{}' stands twice", name));
    features.push_back(feature);
    if (name.size() == text.size()) break;
    text.remove_prefix(name.size() + 1);
  }
  std::ranges::sort(features);
  return features;
}

std::string to_string(const FeatureSet& features) {
  std::vector<std::string> names;
  for (const Feature feature : features) names.emplace_back(column_of(feature).name);
  return fmt::format("{}", fmt::join(names, "+"));
}

Outcome<Matrix> select_features(const MachinePair& pair, const FeatureSet& features,
                                std::span<const std::size_t> rows) {
  Matrix matrix(rows.size(), features.size());
  for (std::size_t c = 0; c < features.size(); ++c) {
    const FeatureColumn& column = column_of(features[c]);
    const std::vector<double>& values = pair.*column.values;
    const std::span<double> cells = matrix.column(c);
    for (std::size_t r = 0; r < rows.size(); ++r) {
      cells[r] = values[rows[r]];
      if (std::isnan(cells[r]))
        return Outcome<Matrix>::refuse(
            fmt::format("workload {} has no known {}", pair.names[rows[r]], column.in_words));
    }
  }
  return matrix;
}

}  // namespace isojoule
