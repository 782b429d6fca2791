#include "isojoule/normalize/features.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "isojoule/core/error.hpp"

namespace isojoule {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

struct FeatureColumn {
  Feature feature;
  const char* name;
  const char* in_words;
  double (*value)(const DatasetWorkload& workload, const DatasetCell& cell);  // NaN: not known
};

template <class T>
double si_or_unknown(const std::optional<T>& value) {
  return value ? *value / si_unit<T> : kUnknown;
}

constexpr std::array<FeatureColumn, kFeatures> kColumns{
    {{Feature::energy, "energy", "energy",
      [](const DatasetWorkload&, const DatasetCell& cell) { return cell.energy.in(joule); }},
#define ISOJOULE_OF_WORKLOAD(member, name, words, ...)                                     \
  {Feature::member, name, words, [](const DatasetWorkload& workload, const DatasetCell&) { \
     return si_or_unknown(workload.member);                                                \
   }},
#define ISOJOULE_OF_RUN(member, name, words, ...) \
  {Feature::member, name, words,                  \
   [](const DatasetWorkload&, const DatasetCell& cell) { return si_or_unknown(cell.member); }},
     ISOJOULE_FEATURES(ISOJOULE_OF_WORKLOAD, ISOJOULE_OF_RUN)
#undef ISOJOULE_OF_WORKLOAD
#undef ISOJOULE_OF_RUN
    }};

const FeatureColumn& column_of(Feature feature) {
  return kColumns[static_cast<std::size_t>(feature)];
}

Feature feature_from_string(std::string_view name) {
  const auto found = std::ranges::find(kColumns, name, &FeatureColumn::name);
  if (found == kColumns.end()) throw unknown_name("feature", name, feature_names());
  return found->feature;
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

std::vector<std::string> feature_names() {
  std::vector<std::string> names;
  for (const FeatureColumn& column : kColumns) names.emplace_back(column.name);
  return names;
}

void MachineColumns::reserve(std::size_t rows) {
  names.reserve(rows);
  families.reserve(rows);
  variance.reserve(rows);
  for (std::vector<double>& column : features) column.reserve(rows);
}

void MachineColumns::add(const DatasetWorkload& workload, const std::optional<DatasetCell>& cell) {
  names.push_back(workload.name);
  families.push_back(workload.family);
  variance.push_back(cell ? log_variance(*cell) : 0.0);
  DatasetCell nothing;
  nothing.energy = kUnknown * joule;
  for (const FeatureColumn& column : kColumns)
    features[static_cast<std::size_t>(column.feature)].push_back(
        column.value(workload, cell ? *cell : nothing));
}

MachineColumns columns_on(const Dataset& dataset, std::size_t machine,
                          std::span<const std::size_t> workloads) {
  MachineColumns columns;
  columns.reserve(workloads.size());
  for (const std::size_t w : workloads)
    columns.add(dataset.workloads()[w], dataset.cell(w, machine));
  return columns;
}

std::string not_known_text(const MachineColumns& columns, Feature feature, std::size_t row) {
  return fmt::format("workload {} has no known {}", columns.names[row],
                     column_of(feature).in_words);
}

Outcome<Matrix> select_features(const MachineColumns& columns, const FeatureSet& features,
                                std::span<const std::size_t> rows) {
  Matrix matrix(rows.size(), features.size());
  for (std::size_t c = 0; c < features.size(); ++c) {
    const std::vector<double>& values = columns.of(features[c]);
    const std::span<double> cells = matrix.column(c);
    for (std::size_t r = 0; r < rows.size(); ++r) {
      cells[r] = values[rows[r]];
      if (std::isnan(cells[r]))
        return Outcome<Matrix>::refuse(not_known_text(columns, features[c], rows[r]));
    }
  }
  return matrix;
}

const Feature* read_features(const MachineColumns& columns, const FeatureSet& features,
                             std::size_t row, FeatureRow& values) {
  for (std::size_t c = 0; c < features.size(); ++c) {
    values[c] = columns.of(features[c])[row];
    if (std::isnan(values[c])) return &features[c];
  }
  return nullptr;
}

}  // namespace isojoule
