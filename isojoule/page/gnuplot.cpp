#include "isojoule/page/gnuplot.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "isojoule/core/error.hpp"
#include "isojoule/page/detail/gnuplot_text.hpp"
#include "isojoule/page/detail/plot_layout.hpp"
#include "isojoule/page/detail/plotted.hpp"

namespace isojoule {
namespace {

using detail::logarithmic_ticks;
using detail::PlotLayout;
using detail::Plotted;
using detail::quoted;
using detail::Range;
using detail::symmetric_ticks;
using detail::tick_quoted;

class Script {
 public:
  Script(const Figure& figure, PrintFormat format, const FigureOptions& options)
      : figure_(figure),
        format_(format),
        plotted_(figure, options.chosen),
        layout_(plotted_, options.columns) {}

  std::string text(const std::string& output) const {
    if (plotted_.empty())
      throw Error(ErrorCode::bad_input,
                  "figure " + figure_.id + " has nothing to draw with what was picked");
    std::string script = detail::terminal_line(format_, layout_.width_mm, layout_.height_mm) +
                         "set output '" + output + "'" + "\n" +
                         "set encoding utf8\nset multiplot\nset style fill solid 1.0\n"
                         "set border 3 lw 0.6\nset tics nomirror scale 0.5\nunset key\n"
                         "set grid lw 0.4 lc rgb '#dddddd'\n";
    for (std::size_t i = 0; i < plotted_.panels().size(); ++i) script += panel(i);
    return script + legend() + "unset multiplot\nset output\n";
  }

 private:
  std::string axes(std::size_t index) const {
    const std::size_t row = index / layout_.grid_columns;
    const std::size_t column = index % layout_.grid_columns;
    const bool is_last = index + layout_.grid_columns >= plotted_.panels().size();
    const double left =
        layout_.left_mm + static_cast<double>(column) * (layout_.panel_mm + detail::kPanelGapMm);
    const double top = layout_.height_mm -
                       static_cast<double>(row) * (layout_.panel_height_mm + layout_.head_mm) -
                       layout_.head_mm + 1.0;
    std::string text = fmt::format(
        "set lmargin at screen {:.5f}\nset rmargin at screen {:.5f}\nset tmargin at screen {:.5f}\n"
        "set bmargin at screen {:.5f}\nset xrange [{:.9g}:{:.9g}]\nset yrange [{:.9g}:{:.9g}]\n",
        left / layout_.width_mm, (left + layout_.panel_mm) / layout_.width_mm,
        top / layout_.height_mm, (top - layout_.panel_height_mm) / layout_.height_mm,
        plotted_.x().low, plotted_.x().high, plotted_.y().empty() ? 0.0 : plotted_.y().low,
        plotted_.y().empty() ? 1.0 : plotted_.y().high);
    text += "set format x\nset format y\n";  // what a panel before hid
    text += "set title " + quoted(plotted_.panels()[index], 40) + " offset 0,-0.7\n";
    text += "set xtics " + ticks(figure_.x, plotted_.x()) + "\nset ytics " +
            ticks(figure_.y, plotted_.y()) + "\n";
    text += is_last ? x_title(index) : std::string("unset xlabel\n");
    if (!is_last || is_told_by_key(figure_)) text += hidden(figure_.x, plotted_.x(), "x");
    text += column == 0 ? "set ylabel " + quoted(figure_.y.title) + " offset 0.8,0\n"
                        : "unset ylabel\n" + hidden(figure_.y, plotted_.y(), "y");
    return text;
  }

  /// Below each panel, or, where these would run into each other, once below all of them.
  std::string x_title(std::size_t index) const {
    const double title_mm = static_cast<double>(figure_.x.title.size()) * detail::kCharacterMm;
    if (layout_.grid_columns == 1 || title_mm < layout_.panel_mm)
      return "set xlabel " + quoted(figure_.x.title) +
             (layout_.is_slanted ? "\n" : " offset 0,0.4\n");
    if (index + 1 < plotted_.panels().size()) return "unset xlabel\n";
    const double all_mm =
        static_cast<double>(layout_.grid_columns) * (layout_.panel_mm + detail::kPanelGapMm) -
        detail::kPanelGapMm;
    return fmt::format("unset xlabel\nset label 1 {} at screen {:.5f},{:.5f} center\n",
                       quoted(figure_.x.title), (layout_.left_mm + all_mm / 2.0) / layout_.width_mm,
                       (layout_.legend_mm + 3.0) / layout_.height_mm);
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
    for (std::size_t i = 0; i < plotted_.categories().size(); ++i)
      labels.push_back(fmt::format("{} {}", tick_quoted(plotted_.categories()[i]), i));
    return fmt::format("({}){}", fmt::join(labels, ", "),
                       layout_.is_slanted ? " rotate by -35 left" : " norotate");
  }

  std::string panel(std::size_t index) const {
    std::string blocks;
    std::vector<std::string> plots;
    if (figure_.identity_line) plots.emplace_back("x with lines lc rgb '#000000' lw 0.5");
    for (std::size_t l = 0; l < figure_.layers.size(); ++l) {
      const Layer& layer = figure_.layers[l];
      const std::size_t series = layer.colour.empty() ? 1 : figure_.key.size();
      for (std::size_t k = 0; k < series; ++k) {
        const std::string name = fmt::format("$p{}_{}_{}", index, l, k);
        const std::string data =
            plotted_.lines_of(layer, index, layer.colour.empty() ? std::nullopt : std::optional(k));
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

  std::string style(const Layer& layer, std::optional<std::size_t> place) const {
    return detail::style(layer, place, plotted_.bar_width(),
                         plotted_.y().empty() ? Range{0.0, 1.0} : plotted_.y());
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
        layout_.legend_mm / layout_.height_mm, layout_.legend_columns,
        fmt::join(plots, ", \\\n  "));
  }

  const Figure& figure_;
  const PrintFormat format_;
  const Plotted plotted_;
  const PlotLayout layout_;
};

}  // namespace

std::string render_gnuplot(const Figure& figure, PrintFormat format, const FigureOptions& options,
                           const std::string& output) {
  if (output.find_first_of("'\n") != std::string::npos)
    throw Error(ErrorCode::usage,
                "gnuplot cannot write to a file with a quote in its name: " + output);
  return Script(figure, format, options).text(output);
}

}  // namespace isojoule
