#include "isojoule/page/gnuplot.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "isojoule/core/error.hpp"
#include "isojoule/page/detail/gnuplot_text.hpp"

namespace isojoule {
namespace {

using detail::logarithmic_ticks;
using detail::placed;
using detail::quoted;
using detail::Range;
using detail::symmetric_ticks;
using detail::tick_quoted;

constexpr double kOneColumnMm = 85.0;
constexpr double kTwoColumnsMm = 176.0;
constexpr double kBelowAll = -std::numeric_limits<double>::infinity();

class Script {
 public:
  Script(const Figure& figure, const PrintOptions& options)
      : figure_(figure), options_(options), rows_(picked_rows(figure, options.chosen)) {
    if (!figure.facet.empty()) panels_ = distinct(picked_texts(figure.facet));
    if (panels_.empty()) panels_.emplace_back();
    for (const Layer& layer : figure.layers) {
      if (figure.x.scale == Scale::category && categories_.empty() && !layer.x.empty())
        categories_ = distinct(picked_texts(layer.x));
    }
    find_ranges();
  }

  std::string text(const std::string& output) {
    if (!any_)
      throw Error(ErrorCode::bad_input,
                  "figure " + figure_.id + " has nothing to draw with what was picked");
    lay_out();
    std::string script = detail::terminal_line(options_.format, width_mm_, height_mm_) +
                         "set output '" + output + "'" + "\n" +
                         "set encoding utf8\nset multiplot\nset style fill solid 1.0\n"
                         "set border 3 lw 0.6\nset tics nomirror scale 0.5\nunset key\n"
                         "set grid lw 0.4 lc rgb '#dddddd'\n";
    for (std::size_t i = 0; i < panels_.size(); ++i) script += panel(i);
    return script + legend() + "unset multiplot\nset output\n";
  }

 private:
  TextValues picked_texts(const std::string& column) const {
    const TextValues& texts = figure_.data->column(column).texts();
    TextValues result;
    for (const std::size_t row : rows_) result.push_back(texts[row]);
    return result;
  }

  /// A row's value on an axis; categories are numbered from 0.
  std::optional<double> value_at(const std::string& column, const Axis& axis,
                                 std::size_t row) const {
    const DataColumn& data = figure_.data->column(column);
    if (axis.scale == Scale::category) {
      const auto place = std::ranges::find(categories_, data.texts()[row]);
      return static_cast<double>(place - categories_.begin());
    }
    const std::optional<double> value = data.numbers()[row];
    return value ? placed(*value, axis.scale) : std::nullopt;
  }

  bool is_chosen(const Layer& layer, std::size_t row) const {
    return layer.where.empty() || !figure_.data->column(layer.where).texts()[row].empty();
  }

  /// Values of the channels that a layer has, in the order x, y, x2, y2; empty if one is missing.
  /// An interval's end that lies below all of a logarithmic axis is -infinity.
  std::vector<double> values_of(const Layer& layer, std::size_t row) const {
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
  std::vector<double> drawn_values(const Layer& layer, std::size_t row) const {
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

  void find_ranges() {
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
    if (figure_.identity_line) {
      x_.add(y_);
      y_ = x_;
    }
    const auto widened = [](Range& range, double part) {
      const double margin = range.high > range.low ? part * (range.high - range.low) : 0.5;
      range.low -= margin;
      range.high += margin;
    };
    const bool bars =
        std::ranges::find(figure_.layers, Glyph::bar, &Layer::glyph) != figure_.layers.end();
    const double foot = y_.low;
    widened(y_, 0.05);
    if ((bars || figure_.y.from_zero) && foot == 0.0) y_.low = 0.0;
    if (figure_.y.cut_below && !y_.empty())
      y_.low = std::max(y_.low, *placed(*figure_.y.cut_below, figure_.y.scale));
    if (figure_.x.scale == Scale::category) {
      x_ = {-0.5, static_cast<double>(categories_.size()) - 0.5};
    } else if (!figure_.x.tight) {
      widened(x_, 0.05);
    }
  }

  void lay_out() {
    width_mm_ = options_.columns == 2 ? kTwoColumnsMm : kOneColumnMm;
    const std::size_t most = options_.columns == 2 ? 4 : 2;
    const std::size_t fitting = std::min(most, panels_.size());
    grid_rows_ = (panels_.size() + fitting - 1) / fitting;
    grid_columns_ = (panels_.size() + grid_rows_ - 1) / grid_rows_;
    left_mm_ = 14.0;
    panel_mm_ = (width_mm_ - left_mm_ - 2.0) / static_cast<double>(grid_columns_) - kGapMm;
    if (figure_.identity_line) panel_mm_ = std::min(panel_mm_, kWidestSquareMm);
    const double ratio = figure_.identity_line   ? 1.0
                         : grid_columns_ > 1     ? 0.75
                         : options_.columns == 2 ? 0.42
                                                 : 0.6;
    panel_height_mm_ = panel_mm_ * ratio;
    bottom_mm_ = is_slanted() ? 19.0 : 8.0;
    find_legend();
    height_mm_ = static_cast<double>(grid_rows_) * (panel_height_mm_ + head_mm()) + bottom_mm_ +
                 legend_mm_ + 1.5;
  }

  double head_mm() const { return figure_.facet.empty() ? 2.0 : 5.0; }

  bool is_slanted() const {
    if (is_told_by_key(figure_)) return false;
    std::size_t characters = 0;
    for (const std::string& category : categories_)
      characters += std::min<std::size_t>(category.size(), 22) + 2;
    return static_cast<double>(characters) * kCharacterMm > panel_mm_;
  }

  std::string axes(std::size_t index) const {
    const std::size_t row = index / grid_columns_;
    const std::size_t column = index % grid_columns_;
    const bool is_last = index + grid_columns_ >= panels_.size();
    const double left = left_mm_ + static_cast<double>(column) * (panel_mm_ + kGapMm);
    const double top =
        height_mm_ - static_cast<double>(row) * (panel_height_mm_ + head_mm()) - head_mm() + 1.0;
    std::string text = fmt::format(
        "set lmargin at screen {:.5f}\nset rmargin at screen {:.5f}\nset tmargin at screen {:.5f}\n"
        "set bmargin at screen {:.5f}\nset xrange [{:.9g}:{:.9g}]\nset yrange [{:.9g}:{:.9g}]\n",
        left / width_mm_, (left + panel_mm_) / width_mm_, top / height_mm_,
        (top - panel_height_mm_) / height_mm_, x_.low, x_.high, y_.empty() ? 0.0 : y_.low,
        y_.empty() ? 1.0 : y_.high);
    text += "set format x\nset format y\n";  // what a panel before hid
    text += "set title " + quoted(panels_[index], 40) + " offset 0,-0.7\n";
    text += "set xtics " + ticks(figure_.x, x_) + "\nset ytics " + ticks(figure_.y, y_) + "\n";
    text += is_last ? x_title(index) : std::string("unset xlabel\n");
    if (!is_last || is_told_by_key(figure_)) text += hidden(figure_.x, x_, "x");
    text += column == 0 ? "set ylabel " + quoted(figure_.y.title) + " offset 0.8,0\n"
                        : "unset ylabel\n" + hidden(figure_.y, y_, "y");
    return text;
  }

  /// Below each panel, or, where these would run into each other, once below all of them.
  std::string x_title(std::size_t index) const {
    const double title_mm = static_cast<double>(figure_.x.title.size()) * kCharacterMm;
    if (grid_columns_ == 1 || title_mm < panel_mm_)
      return "set xlabel " + quoted(figure_.x.title) + (is_slanted() ? "\n" : " offset 0,0.4\n");
    if (index + 1 < panels_.size()) return "unset xlabel\n";
    const double all_mm = static_cast<double>(grid_columns_) * (panel_mm_ + kGapMm) - kGapMm;
    return fmt::format("unset xlabel\nset label 1 {} at screen {:.5f},{:.5f} center\n",
                       quoted(figure_.x.title), (left_mm_ + all_mm / 2.0) / width_mm_,
                       (legend_mm_ + 3.0) / height_mm_);
  }

  /// The ticks of an axis that stands beside another one with labels.
  std::string hidden(const Axis& axis, const Range& range, const char* letter) const {
    const std::string list = detail::without_labels(ticks(axis, range));
    return list.empty() ? fmt::format("set format {} ''\n", letter)
                        : fmt::format("set {}tics {}\n", letter, list);
  }

  std::string ticks(const Axis& axis, const Range& range) const {
    switch (axis.scale) {
      case Scale::linear:
        return "autofreq";
      case Scale::logarithmic:
        return logarithmic_ticks(range);
      case Scale::symmetric:
        return symmetric_ticks(range);
      case Scale::category:
        break;
    }
    std::vector<std::string> labels;
    for (std::size_t i = 0; i < categories_.size(); ++i)
      labels.push_back(fmt::format("{} {}", tick_quoted(categories_[i]), i));
    return fmt::format("({}){}", fmt::join(labels, ", "),
                       is_slanted() ? " rotate by -35 left" : " norotate");
  }

  double offset_of(std::size_t key) const {
    if (!figure_.side_by_side) return 0.0;
    const auto count = static_cast<double>(figure_.key.size());
    return (static_cast<double>(key) - (count - 1.0) / 2.0) * kCategory / count;
  }

  double bar_width() const {
    return figure_.side_by_side ? kCategory / static_cast<double>(figure_.key.size()) * 0.9 : 0.6;
  }

  /// Which of the key's values a row has, by the layer's column or that of any other.
  std::optional<std::size_t> key_of(const Layer& layer, std::size_t row) const {
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

  std::string panel(std::size_t index) {
    std::string blocks;
    std::vector<std::string> plots;
    if (figure_.identity_line) plots.emplace_back("x with lines lc rgb '#000000' lw 0.5");
    for (std::size_t l = 0; l < figure_.layers.size(); ++l) {
      const Layer& layer = figure_.layers[l];
      const std::size_t series = layer.colour.empty() ? 1 : figure_.key.size();
      for (std::size_t k = 0; k < series; ++k) {
        const std::string name = fmt::format("$p{}_{}_{}", index, l, k);
        const std::string data =
            lines_of(layer, index, layer.colour.empty() ? std::nullopt : std::optional(k));
        if (data.empty()) continue;
        blocks += name + " << EOD\n" + data + "EOD\n";
        plots.push_back(name + " " +
                        style(layer, layer.colour.empty() ? std::nullopt
                                                          : std::optional(figure_.key[k].place)));
      }
    }
    if (plots.empty()) plots.emplace_back("NaN notitle");
    return blocks + axes(index) + fmt::format("plot {}\n", fmt::join(plots, ", \\\n  "));
  }

  std::string lines_of(const Layer& layer, std::size_t panel,
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

  /// The x alone of a row of a line that has no y; empty if it has no x either.
  std::vector<double> break_at(const Layer& layer, std::size_t row) const {
    if (!is_chosen(layer, row)) return {};
    const auto x = value_at(layer.x, figure_.x, row);
    return x ? std::vector{*x} : std::vector<double>{};
  }

  std::string style(const Layer& layer, std::optional<std::size_t> place) const {
    return detail::style(layer, place, bar_width(), y_.empty() ? Range{0.0, 1.0} : y_);
  }

  void find_legend() {
    legend_mm_ = 0.0;
    if (figure_.key.empty()) return;
    std::size_t longest = 0;
    for (const KeyEntry& entry : figure_.key)
      longest = std::max(longest, std::min<std::size_t>(entry.value.size(), 30));
    const double entry_mm = static_cast<double>(longest) * kCharacterMm + 9.0;
    legend_columns_ =
        std::max<std::size_t>(1, static_cast<std::size_t>((width_mm_ - 4.0) / entry_mm));
    legend_columns_ = std::min(legend_columns_, figure_.key.size());
    legend_mm_ = 3.6 * std::ceil(static_cast<double>(figure_.key.size()) /
                                 static_cast<double>(legend_columns_)) +
                 2.0;
  }

  std::string legend() const {
    const auto layer =
        std::ranges::find_if(figure_.layers, [](const Layer& l) { return !l.colour.empty(); });
    if (figure_.key.empty() || layer == figure_.layers.end()) return {};
    std::vector<std::string> plots;
    for (const KeyEntry& entry : figure_.key) {
      std::string look = style(*layer, entry.place);
      look = look.substr(look.find(" with ") + 1);
      plots.push_back("NaN " + look + " title " + quoted(entry.value, 30));
    }
    return fmt::format(
        "set lmargin at screen 0.01\nset rmargin at screen 0.99\nset bmargin at screen 0.0\n"
        "set tmargin at screen {:.5f}\nunset title\nunset label\nunset xlabel\nunset ylabel\nunset "
        "tics\n"
        "unset border\nunset grid\nset xrange [0:1]\nset yrange [0:1]\n"
        "set key center center horizontal reverse Left maxcols {} samplen 1.5 spacing 0.9 width "
        "1\nplot {}\n",
        legend_mm_ / height_mm_, legend_columns_, fmt::join(plots, ", \\\n  "));
  }

  static constexpr double kWidestSquareMm = 90.0;
  static constexpr double kGapMm = 2.5;
  static constexpr double kCharacterMm = 1.4;
  static constexpr double kCategory = 0.85;  // part of a category that its bars take

  const Figure& figure_;
  const PrintOptions& options_;
  std::vector<std::size_t> rows_;
  std::vector<std::string> panels_;
  std::vector<std::string> categories_;
  bool any_ = false;  ///< something can be drawn
  Range x_;
  Range y_;
  double width_mm_ = 0.0;
  double height_mm_ = 0.0;
  double left_mm_ = 0.0;
  double panel_mm_ = 0.0;
  double panel_height_mm_ = 0.0;
  double bottom_mm_ = 0.0;
  double legend_mm_ = 0.0;
  std::size_t legend_columns_ = 1;
  std::size_t grid_rows_ = 1;
  std::size_t grid_columns_ = 1;
};

}  // namespace

std::string render_gnuplot(const Figure& figure, const PrintOptions& options,
                           const std::string& output) {
  if (output.find_first_of("'\n") != std::string::npos)
    throw Error(ErrorCode::usage,
                "gnuplot cannot write to a file with a quote in its name: " + output);
  return Script(figure, options).text(output);
}

}  // namespace isojoule
