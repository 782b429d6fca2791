#include "isojoule/page/figure.hpp"

#include <algorithm>
#include <cassert>
#include <unordered_set>
#include <utility>

#include "isojoule/core/error.hpp"

namespace isojoule {

std::size_t DataTable::rows() const {
  if (columns.empty()) return 0;
  return std::visit([](const auto& values) { return values.size(); }, columns.front().values);
}

const DataColumn* DataTable::find(std::string_view name) const {
  const auto found = std::ranges::find(columns, name, &DataColumn::name);
  return found == columns.end() ? nullptr : &*found;
}

const DataColumn& DataTable::column(std::string_view name) const {
  const DataColumn* found = find(name);
  assert(found != nullptr);
  return *found;
}

Picker choose(const Figure& figure, const std::string& column, const std::string& value) {
  std::vector<std::string> names;
  for (const Picker& picker : figure.pickers) names.push_back(picker.column);
  if (std::ranges::find(names, column) == names.end()) throw unknown_name("choice", column, names);
  const std::vector<std::string> values = distinct(figure.data->column(column).texts());
  if (std::ranges::find(values, value) == values.end()) throw unknown_name(column, value, values);
  return {column, "", value};
}

bool is_told_by_key(const Figure& figure) {
  return figure.x.scale == Scale::category && !figure.facet.empty() &&
         std::ranges::any_of(figure.layers, [](const Layer& layer) {
           return !layer.colour.empty() && layer.colour == layer.x;
         });
}

std::vector<std::size_t> picked_rows(const Figure& figure, const std::vector<Picker>& chosen) {
  std::vector<std::size_t> rows(figure.data->rows());
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = i;
  for (const Picker& picker : figure.pickers) {
    const auto own = std::ranges::find(chosen, picker.column, &Picker::column);
    const std::string& value = own == chosen.end() ? picker.initial : own->initial;
    const TextValues& texts = figure.data->column(picker.column).texts();
    std::erase_if(rows, [&](std::size_t row) { return texts[row] != value; });
  }
  return rows;
}

std::vector<std::string> distinct(const TextValues& texts) {
  std::vector<std::string> values;
  std::unordered_set<std::string> seen;
  for (const std::string& text : texts) {
    if (seen.insert(text).second) values.push_back(text);
  }
  return values;
}

std::vector<KeyEntry> Keyring::entries(const std::string& kind,
                                       const std::vector<std::string>& values) {
  auto own = std::ranges::find(kinds_, kind, [](const auto& entry) { return entry.first; });
  if (own == kinds_.end()) own = kinds_.insert(kinds_.end(), {kind, {}});
  std::vector<KeyEntry> entries;
  for (const std::string& value : values) {
    const auto found = std::ranges::find(own->second, value);
    entries.push_back({value, static_cast<std::size_t>(found - own->second.begin())});
    if (found == own->second.end()) own->second.push_back(value);
  }
  return entries;
}

const std::vector<std::string>& palette() {
  static const std::vector<std::string> colours{"#0072B2", "#E69F00", "#009E73", "#CC79A7",
                                                "#56B4E9", "#D55E00", "#8C8C8C"};
  return colours;
}

}  // namespace isojoule
