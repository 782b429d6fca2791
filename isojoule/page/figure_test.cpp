#include "isojoule/page/figure.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/page/data_builder.hpp"
#include "isojoule/page/vega_lite.hpp"

namespace isojoule {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

Figure points() {
  DataBuilder data;
  data.text("pair", "pair").text("family", "family").number("x", "x, J").number("y", "y, J");
  data.row({std::string("a"), std::string("cnn"), std::optional(1.0), std::optional(2.0)});
  data.row({std::string("b"), std::string("mlp"), std::optional(3.0), std::optional<double>()});
  data.row({std::string("a"), std::string("mlp"), std::optional(5.0), std::optional(6.0)});
  Figure figure;
  figure.id = "1";
  figure.alternative = "Points.";
  figure.data = data.take();
  figure.layers = {{Glyph::point, "x", "y", {}, {}, "family"}};
  figure.x = {"x, J", Scale::logarithmic};
  figure.y = {"y, J"};
  figure.pickers = {{"pair", "pair", "a"}};
  figure.key = {{"cnn", 0}, {"mlp", 8}};
  return figure;
}

TEST(Figure, RowsAreThoseOfThePickedValues) {
  EXPECT_THAT(picked_rows(points(), {}), ElementsAre(0, 2));
  EXPECT_THAT(picked_rows(points(), {{"pair", "", "b"}}), ElementsAre(1));
  EXPECT_THAT(picked_rows(points(), {{"pair", "", "c"}}), IsEmpty());
}

TEST(Keyring, AValueKeepsItsPlaceInWhateverFigure) {
  Keyring keyring;
  keyring.entries("machine", {"a", "b"});
  const auto entries = keyring.entries("machine", {"b", "c"});
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries[0].place, 1U);
  EXPECT_EQ(entries[1].place, 2U);
  EXPECT_EQ(keyring.entries("rule", {"b"})[0].place, 0U);
}

TEST(VegaLite, DrawsNoRowThatItCannot) {
  const Json spec = vega_lite_spec(points());
  const Json& steps = spec["layer"][0]["transform"];
  ASSERT_EQ(steps.size(), 2U);
  EXPECT_EQ(steps[0]["filter"], "isValid(datum['x']) && isValid(datum['y'])");
  // x alone is logarithmic; the page drops this step where the reader picks linear axes.
  EXPECT_EQ(steps[1]["filter"], Json::parse(R"({"field": "x", "gt": 0})"));
}

TEST(VegaLite, ALineIsBrokenWhereItsValueIsMissing) {
  Figure figure = points();
  figure.layers = {{Glyph::line, "x", "y"}};
  EXPECT_EQ(vega_lite_spec(figure)["layer"][0]["transform"][0]["filter"], "isValid(datum['x'])");
}

TEST(VegaLite, CategoriesAreAllDrawn) {
  Figure figure = points();
  figure.layers = {{Glyph::span, "family"}};
  figure.x = {"family", Scale::category};
  EXPECT_EQ(vega_lite_spec(figure)["layer"][0]["transform"], Json::array());
}

TEST(VegaLite, TellsApartMoreValuesThanColours) {
  const Json encoding = vega_lite_spec(points())["layer"][0]["encoding"];
  // The places 0 and 8: the ninth has the second colour again, and another marker.
  EXPECT_EQ(encoding["color"]["scale"]["range"][1], palette()[1]);
  EXPECT_NE(encoding["shape"]["scale"]["range"][1], vega_shapes()[1]);
}

TEST(VegaLite, AnIdentityLineGoesOverTheRangeOfBothAxes) {
  Figure figure = points();
  figure.identity_line = true;
  figure.facet = "family";
  const Json layers = vega_lite_spec(figure)["spec"]["layer"];
  ASSERT_EQ(layers.size(), 3U);
  EXPECT_EQ(layers[0]["encoding"]["x"]["field"], layers[0]["encoding"]["y"]["field"]);
  EXPECT_NE(layers[0]["encoding"]["x"]["field"], layers[1]["encoding"]["x"]["field"]);
}

}  // namespace
}  // namespace isojoule
