#include "isojoule/page/gnuplot.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/core/error.hpp"
#include "isojoule/page/data_builder.hpp"
#include "isojoule/page/detail/gnuplot_text.hpp"

namespace isojoule {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

using Number = std::optional<double>;

Figure bars() {
  DataBuilder data;
  data.text("rule", "rule").text("pair", "pair").number("error", "error, %");
  data.row({std::string("ratio"), std::string("a"), Number(20.0)});
  data.row({std::string("it's 5 %"), std::string("a"), Number(10.0)});
  data.row({std::string("ratio"), std::string("b"), Number()});
  Figure figure;
  figure.id = "1";
  figure.data = data.take();
  figure.layers = {{Glyph::bar, "rule", "error", {}, {}, "rule"}};
  figure.x = {"rule", Scale::category};
  figure.y = {"error, %"};
  figure.key = {{"ratio", 0}, {"it's 5 %", 1}};
  figure.pickers = {{"pair", "pair", "a"}};
  return figure;
}

TEST(Gnuplot, TextsCannotEndTheirQuotes) {
  const std::string script = render_gnuplot(bars(), PrintFormat::pdf, {}, "f.pdf");
  EXPECT_THAT(script, Not(HasSubstr("it's")));
  EXPECT_THAT(script, HasSubstr("'it\u2019s 5 %%' 1"));     // a tick is a format
  EXPECT_THAT(script, HasSubstr("title 'it\u2019s 5 %'"));  // the key is none
}

TEST(Gnuplot, ALongTextIsCutBetweenCharacters) {
  EXPECT_EQ(detail::quoted("\u00e4\u00f6\u00fc", 2), "'\u00e4\u00f6...'");
  EXPECT_EQ(detail::quoted("\u00e4\u00f6\u00fc", 3), "'\u00e4\u00f6\u00fc'");
}

TEST(Gnuplot, ValuesDifferInMoreThanColour) {
  const std::string script = render_gnuplot(bars(), PrintFormat::pdf, {}, "f.pdf");
  EXPECT_THAT(script, HasSubstr("fs solid 1.0"));
  EXPECT_THAT(script, HasSubstr("fs pattern 4"));
}

TEST(Gnuplot, AFigureIsAsWideAsAColumn) {
  EXPECT_THAT(render_gnuplot(bars(), PrintFormat::pdf, {1}, "f"), HasSubstr("size 8.50cm"));
  EXPECT_THAT(render_gnuplot(bars(), PrintFormat::pdf, {2}, "f"), HasSubstr("size 17.60cm"));
}

TEST(Gnuplot, NothingToDrawIsSaid) {
  EXPECT_THROW(render_gnuplot(bars(), PrintFormat::pdf, {1, {{"pair", "", "b"}}}, "f"), Error);
  EXPECT_THROW(render_gnuplot(bars(), PrintFormat::pdf, {}, "it's.pdf"), Error);
}

TEST(Gnuplot, ALineIsBrokenWhereAValueIsMissing) {
  DataBuilder data;
  data.number("x", "x").number("y", "y");
  for (const Number y : {Number(1.0), Number(), Number(2.0)})
    data.row({Number(static_cast<double>(data.rows())), y});
  Figure figure;
  figure.data = data.take();
  figure.layers = {{Glyph::line, "x", "y"}};
  EXPECT_THAT(render_gnuplot(figure, PrintFormat::pdf, {}, "f"), HasSubstr("EOD\n0 1\n\n2 2\nEOD"));
}

TEST(Gnuplot, LogarithmsArePlacedAndNegativesAreNot) {
  EXPECT_DOUBLE_EQ(*detail::placed(1000.0, Scale::logarithmic), 3.0);
  EXPECT_FALSE(detail::placed(0.0, Scale::logarithmic).has_value());
  EXPECT_FALSE(detail::placed(-1.0, Scale::logarithmic).has_value());
  EXPECT_DOUBLE_EQ(*detail::placed(-std::expm1(2.0), Scale::symmetric), -2.0);
}

Figure intervals(const std::vector<std::pair<Number, Number>>& ends) {
  DataBuilder data;
  data.number("x", "x").number("lower", "lower").number("upper", "upper");
  for (const auto& [lower, upper] : ends) data.row({Number(10.0), lower, upper});
  Figure figure;
  figure.data = data.take();
  figure.layers = {{Glyph::interval, "x", "lower", {}, "upper"}};
  figure.x = {"x", Scale::logarithmic};
  figure.y = {"y", Scale::logarithmic};
  return figure;
}

TEST(Gnuplot, AnIntervalThatReachesZeroBeginsAtTheAxisLeast) {
  // Upper ends at 2 and 3 decades: the axis begins 5 % of that below 2.
  const std::string script =
      render_gnuplot(intervals({{Number(-5.0), Number(100.0)}, {Number(0.0), Number(1000.0)}}),
                     PrintFormat::pdf, {}, "f");
  EXPECT_THAT(script, HasSubstr("set yrange [1.95:3.05]"));
  EXPECT_THAT(script, HasSubstr("EOD\n1 1.95 2\n1 1.95 3\nEOD"));
}

TEST(Gnuplot, AnIntervalOfWhichNothingIsPositiveIsNotDrawn) {
  EXPECT_THROW(render_gnuplot(intervals({{Number(-5.0), Number(-1.0)}}), PrintFormat::pdf, {}, "f"),
               Error);
  EXPECT_THROW(render_gnuplot(intervals({{Number(), Number(1.0)}}), PrintFormat::pdf, {}, "f"),
               Error);
}

TEST(Gnuplot, ATitleThatIsTooLongForEachPanelStandsOnce) {
  Figure figure = bars();
  figure.pickers.clear();
  figure.facet = "pair";
  figure.layers[0].colour.clear();
  figure.x.title = "references, % of the training part, of every pair";
  const std::string script = render_gnuplot(figure, PrintFormat::pdf, {1}, "f");
  EXPECT_THAT(script, Not(HasSubstr("set xlabel '")));
  EXPECT_THAT(script, HasSubstr("set label 1 'references, % of the training part, of every pair'"));
  figure.x.title = "rule";
  EXPECT_THAT(render_gnuplot(figure, PrintFormat::pdf, {1}, "f"), HasSubstr("set xlabel 'rule'"));
}

TEST(Gnuplot, TicksOfADecadeAreOneTwoFive) {
  EXPECT_EQ(detail::logarithmic_ticks({2.9, 4.05}),
            "('1k' 3, '2k' 3.30103, '5k' 3.69897, '10k' 4)");
}

}  // namespace
}  // namespace isojoule
