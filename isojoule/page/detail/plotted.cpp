#include "isojoule/page/detail/plotted.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace isojoule::detail {
namespace {

constexpr double kBelowAll = -std::numeric_limits<double>::infinity();
constexpr double kCategory = 0.85;  // part of a category that its bars take

void widen(Range& range, double part) {
  const double margin = range.high > range.low ? part * (range.high - range.low) : 0.5;
  range.low -= margin;
  range.high += margin;
}

bool has_bars(const Figure& figure) {
  return std::ranges::find(figure.layers, Glyph::bar, &Layer::glyph) != figure.layers.end();
}

}  // namespace

Plotted::Plotted(const Figure& figure, const std::vector<Picker>& chosen)
    : figure_(figure), rows_(picked_rows(figure, chosen)) {
  if (!figure.facet.empty()) panels_ = distinct(picked_texts(figure.facet));
  if (panels_.empty()) panels_.emplace_back();
  for (const Layer& layer : figure.layers) {
    if (figure.x.scale == Scale::category && categories_.empty() && !layer.x.empty())
      categories_ = distinct(picked_texts(layer.x));
  }
  find_ranges();
  widen_ranges();
}

TextValues Plotted::picked_texts(const std::string& column) const {
  const TextValues& texts = figure_.data->column(column).texts();
  TextValues result;
  for (const std::size_t row : rows_) result.push_back(texts[row]);
  return result;
}

/// A row's value on an axis; categories are numbered from 0.
std::optional<double> Plotted::value_at(const std::string& column, const Axis& axis,
                                        std::size_t row) const {
  const DataColumn& data = figure_.data->column(column);
  if (axis.scale == Scale::category) {
    const auto place = std::ranges::find(categories_, data.texts()[row]);
    return static_cast<double>(place - categories_.begin());
  }
  const std::optional<double> value = data.numbers()[row];
  return value ? placed(*value, axis.scale) : std::nullopt;
}

bool Plotted::is_chosen(const Layer& layer, std::size_t row) const {
  return layer.where.empty() || !figure_.data->column(layer.where).texts()[row].empty();
}

/// Values of the channels that a layer has, in the order x, y, x2, y2; empty if one is missing. An
/// interval's end that lies below all of a logarithmic axis is -infinity.
std::vector<double> Plotted::values_of(const Layer& layer, std::size_t row) const {
  if (!is_chosen(layer, row)) return {};
  std::vector<double> values;
  for (const auto& [column, axis] :
       {std::pair{&layer.x, &figure_.x}, std::pair{&layer.y, &figure_.y},
        std::pair{&layer.x2, &figure_.x}, std::pair{&layer.y2, &figure_.y}}) {
    if (column->empty()) continue;
    auto value = value_at(*column, *axis, row);
    if (!value && layer.glyph == Glyph::interval && figure_.data->column(*column).numbers()[row])
      value = kBelowAll;
    if (!value) return {};
    values.push_back(*value);
  }
  return std::ranges::count(values, kBelowAll) > 1 ? std::vector<double>{} : values;
}

/// With open ends of intervals at the axis' least; empty where a whole one lies below it.
std::vector<double> Plotted::drawn_values(const Layer& layer, std::size_t row) const {
  std::vector<double> values = values_of(layer, row);
  if (layer.glyph != Glyph::interval || values.empty()) return values;
  const bool is_level = !layer.x2.empty();
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i] != kBelowAll) continue;
    if ((i == 1) == is_level) return {};  // where it stands, not where it ends
    values[i] = is_level ? x_.low : y_.low;
  }
  return values;
}

void Plotted::find_ranges() {
  for (const Layer& layer : figure_.layers) {
    for (const std::size_t row : rows_) {
      const std::vector<double> values = values_of(layer, row);
      if (values.empty()) continue;
      any_ = true;
      std::size_t i = 0;
      if (!layer.x.empty()) x_.add(values[i++]);
      if (!layer.y.empty()) y_.add(values[i++]);
      if (!layer.x2.empty()) x_.add(values[i++]);
      if (!layer.y2.empty()) y_.add(values[i++]);
    }
    if (layer.glyph == Glyph::bar) y_.add(0.0);
  }
  if (figure_.y.from_zero && !y_.empty()) y_.add(0.0);
  if (!figure_.identity_line) return;
  x_.add(y_);
  y_ = x_;
}

void Plotted::widen_ranges() {
  const double foot = y_.low;
  widen(y_, 0.05);
  if ((has_bars(figure_) || figure_.y.from_zero) && foot == 0.0) y_.low = 0.0;
  if (figure_.y.cut_below && !y_.empty())
    y_.low = std::max(y_.low, *placed(*figure_.y.cut_below, figure_.y.scale));
  if (figure_.x.scale == Scale::category) {
    x_ = {-0.5, static_cast<double>(categories_.size()) - 0.5};
  } else if (!figure_.x.tight) {
    widen(x_, 0.05);
  }
}

double Plotted::offset_of(std::size_t key) const {
  if (!figure_.side_by_side) return 0.0;
  const auto count = static_cast<double>(figure_.key.size());
  return (static_cast<double>(key) - (count - 1.0) / 2.0) * kCategory / count;
}

double Plotted::bar_width() const {
  return figure_.side_by_side ? kCategory / static_cast<double>(figure_.key.size()) * 0.9 : 0.6;
}

/// Which of the key's values a row has, by the layer's column or that of any other.
std::optional<std::size_t> Plotted::key_of(const Layer& layer, std::size_t row) const {
  std::string column = layer.colour;
  if (column.empty() && figure_.side_by_side) {
    for (const Layer& other : figure_.layers)
      if (!other.colour.empty()) column = other.colour;
  }
  if (column.empty() || figure_.key.empty()) return std::nullopt;
  const auto found =
      std::ranges::find(figure_.key, figure_.data->column(column).texts()[row], &KeyEntry::value);
  if (found == figure_.key.end()) return std::nullopt;
  return static_cast<std::size_t>(found - figure_.key.begin());
}

/// The x alone of a row of a line that has no y; empty if it has no x either.
std::vector<double> Plotted::break_at(const Layer& layer, std::size_t row) const {
  if (!is_chosen(layer, row)) return {};
  const auto x = value_at(layer.x, figure_.x, row);
  return x ? std::vector{*x} : std::vector<double>{};
}

std::string Plotted::lines_of(const Layer& layer, std::size_t panel,
                              std::optional<std::size_t> key) const {
  std::vector<std::vector<double>> lines;
  for (const std::size_t row : rows_) {
    if (!figure_.facet.empty() &&
        figure_.data->column(figure_.facet).texts()[row] != panels_[panel])
      continue;
    const auto own = key_of(layer, row);
    if (key && own != key) continue;
    std::vector<double> values = drawn_values(layer, row);
    if (values.empty() && is_path(layer.glyph)) values = break_at(layer, row);
    if (values.empty()) continue;
    if (figure_.x.scale == Scale::category && own) values[0] += offset_of(*own);
    lines.push_back(std::move(values));
  }
  if (is_path(layer.glyph)) {
    const auto x_of = [](const std::vector<double>& values) { return values.front(); };
    std::ranges::stable_sort(lines, {}, x_of);
  }
  std::string text;
  for (const auto& values : lines)
    text += values.size() > 1 ? fmt::format("{:.9g}\n", fmt::join(values, " ")) : "\n";
  return text.find_first_not_of('\n') == std::string::npos ? "" : text;
}

}  // namespace isojoule::detail
