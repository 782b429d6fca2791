// What gnuplot draws of a figure: its picked rows as coordinates.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "isojoule/page/detail/gnuplot_text.hpp"
#include "isojoule/page/figure.hpp"

namespace isojoule::detail {

/// The figure must outlive it.
class Plotted {
 public:
  Plotted(const Figure& figure, const std::vector<Picker>& chosen);

  const Figure& figure() const { return figure_; }
  /// Values of the facet; one empty text without a facet.
  const std::vector<std::string>& panels() const { return panels_; }
  /// Of x, numbered from 0 on its axis; empty where x is no category.
  const std::vector<std::string>& categories() const { return categories_; }
  /// Whether there is nothing that can be drawn.
  bool empty() const { return !any_; }

  /// Of the axes, over all panels, with a margin.
  const Range& x() const { return x_; }
  const Range& y() const { return y_; }

  /// The data of a layer in a panel, of one place of the figure's key or of all: lines of
  /// coordinates in the order x, y, x2, y2, an empty line where a path is broken. Empty if nothing
  /// is drawn.
  std::string lines_of(const Layer& layer, std::size_t panel, std::optional<std::size_t> key) const;

  /// On the axis of categories.
  double bar_width() const;

 private:
  TextValues picked_texts(const std::string& column) const;
  std::optional<double> value_at(const std::string& column, const Axis& axis,
                                 std::size_t row) const;
  bool is_chosen(const Layer& layer, std::size_t row) const;
  std::vector<double> values_of(const Layer& layer, std::size_t row) const;
  std::vector<double> drawn_values(const Layer& layer, std::size_t row) const;
  std::vector<double> break_at(const Layer& layer, std::size_t row) const;
  std::optional<std::size_t> key_of(const Layer& layer, std::size_t row) const;
  double offset_of(std::size_t key) const;
  void find_ranges();
  void widen_ranges();

  const Figure& figure_;
  std::vector<std::size_t> rows_;
  std::vector<std::string> panels_;
  std::vector<std::string> categories_;
  bool any_ = false;
  Range x_;
  Range y_;
};

}  // namespace isojoule::detail
