#include "isojoule/page/vega_lite.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace isojoule {
namespace {

constexpr const char* kSchema = "https://vega.github.io/schema/vega-lite/v6.json";

// Labels of ticks: 20k, 0.5, 3e-7; on a logarithmic axis those that begin with 1, 2 or 5 alone.
constexpr const char* kLabel =
    "format(datum.value, abs(datum.value) >= 1000 ? '~s' : datum.value != 0 && "
    "abs(datum.value) < 1e-3 ? '~e' : '~g')";
constexpr const char* kLogLabel =
    "indexof('125', slice(format(datum.value, 'e'), 0, 1)) < 0 ? '' : format(datum.value, "
    "datum.value >= 1000 ? '~s' : datum.value < 1e-3 ? '~e' : '~g')";

// Vega's own for such a scale leave out all between -1 and 1.
const Json kSymmetricTicks{-1e6, -1e5, -1e4, -1000, -100, -30, -10, -3, -1, 0, 0.5, 1, 10, 100};

const char* scale_name(Scale scale) {
  switch (scale) {
    case Scale::linear:
      return "linear";
    case Scale::logarithmic:
      return "log";
    case Scale::symmetric:
      return "symlog";
    case Scale::category:
      return "band";
  }
  return "linear";
}

const char* glyph_name(Glyph glyph) {
  switch (glyph) {
    case Glyph::point:
      return "point";
    case Glyph::line:
      return "line";
    case Glyph::stairs:
      return "stairs";
    case Glyph::interval:
      return "interval";
    case Glyph::bar:
      return "bar";
    case Glyph::span:
      return "span";
    case Glyph::ring:
      return "ring";
  }
  return "point";
}

Json mark_json(Glyph glyph) {
  switch (glyph) {
    case Glyph::point:
      return Json{{"type", "point"}, {"style", "dot"}, {"filled", true}, {"size", 45}};
    case Glyph::line:
      return Json{{"type", "line"}, {"strokeWidth", 1.5}};
    case Glyph::stairs:
      return Json{{"type", "line"}, {"strokeWidth", 1.5}, {"interpolate", "step-after"}};
    case Glyph::interval:
      return Json{{"type", "rule"}, {"style", "interval"}};
    case Glyph::bar:
      return Json{{"type", "bar"}};
    case Glyph::span:
      return Json{{"type", "rect"}, {"opacity", 0.25}};
    case Glyph::ring:
      return Json{{"type", "point"}, {"style", "ring"}, {"filled", false}, {"size", 190}};
  }
  return Json{{"type", "point"}};
}

/// Other colours come round again with other markers, so that 49 values can be told apart.
std::size_t shape_place(std::size_t place) {
  return (place + place / palette().size()) % vega_shapes().size();
}

Json dash_of(std::size_t place) {
  static const std::vector<Json> dashes{{1, 0}, {6, 3}, {2, 2}, {8, 3, 2, 3}};
  return dashes[place % dashes.size()];
}

/// The key as a scale: its values, and what each of them is drawn with.
template <class Of>
Json key_scale(const Figure& figure, Of of) {
  Json domain = Json::array();
  Json range = Json::array();
  for (const KeyEntry& entry : figure.key) {
    domain.push_back(entry.value);
    range.push_back(of(entry.place));
  }
  return Json{{"domain", std::move(domain)}, {"range", std::move(range)}};
}

Json key_channel(const Figure& figure, const std::string& column, Json scale) {
  return Json{{"field", column},
              {"type", "nominal"},
              {"title", figure.key_title},
              {"scale", std::move(scale)}};
}

void add_key(const Figure& figure, const Layer& layer, Json& encoding) {
  if (layer.colour.empty()) return;
  const auto colour = [](std::size_t place) { return palette()[place % palette().size()]; };
  const auto shape = [](std::size_t place) { return vega_shapes()[shape_place(place)]; };
  encoding["color"] = key_channel(figure, layer.colour, key_scale(figure, colour));
  if (layer.glyph == Glyph::point)
    encoding["shape"] = key_channel(figure, layer.colour, key_scale(figure, shape));
  if (is_path(layer.glyph))
    encoding["strokeDash"] = key_channel(figure, layer.colour, key_scale(figure, dash_of));
}

Json axis_channel(const Figure& figure, const Axis& axis, const std::string& column) {
  if (axis.scale == Scale::category) {
    Json order = distinct(figure.data->column(column).texts());
    return Json{{"field", column},
                {"type", "nominal"},
                {"title", axis.title},
                {"sort", std::move(order)},
                {"axis", {{"labelAngle", 0}, {"labelLimit", 160}, {"labelOverlap", "greedy"}}}};
  }
  const bool is_log = axis.scale == Scale::logarithmic;
  Json scale{{"type", scale_name(axis.scale)}, {"nice", !is_log && !axis.tight}};
  scale[is_log ? "padding" : "zero"] = is_log ? Json(8) : Json(axis.from_zero);
  if (axis.cut_below) {
    scale["domainMin"] = *axis.cut_below;
    scale["nice"] = false;
  }
  return Json{{"field", column},
              {"type", "quantitative"},
              {"title", axis.title},
              {"scale", std::move(scale)},
              {"axis",
               {{"labelOverlap", "greedy"},
                {axis.scale == Scale::symmetric ? "values" : "tickCount",
                 axis.scale == Scale::symmetric ? kSymmetricTicks : Json(5)},
                {"labelExpr", is_log ? kLogLabel : kLabel}}}};
}

/// Keeps the rows that a layer can draw: an expression for what is missing or not marked, and for
/// each column on a logarithmic axis a step of its own, {"field", "gt": 0}.
Json filters_of(const Figure& figure, const Layer& layer) {
  std::vector<std::string> terms;
  Json positive = Json::array();
  const auto add_channel = [&](const std::string& column, const Axis& axis, bool can_miss) {
    if (column.empty() || axis.scale == Scale::category) return;
    if (!can_miss) terms.push_back(fmt::format("isValid(datum['{}'])", column));
    if (axis.scale == Scale::logarithmic)
      positive.push_back(Json{{"filter", {{"field", column}, {"gt", 0}}}});
  };
  add_channel(layer.x, figure.x, false);
  add_channel(layer.x2, figure.x, false);
  add_channel(layer.y, figure.y, is_path(layer.glyph));  // a line is broken there
  add_channel(layer.y2, figure.y, false);
  if (!layer.where.empty()) terms.push_back(fmt::format("datum['{}'] != ''", layer.where));
  Json filters = Json::array();
  if (!terms.empty())
    filters.push_back(Json{{"filter", fmt::format("{}", fmt::join(terms, " && "))}});
  filters.insert(filters.end(), positive.begin(), positive.end());
  return filters;
}

Json tooltip_of(const Figure& figure) {
  Json list = Json::array();
  for (const DataColumn& column : figure.data->columns) {
    Json item{{"field", column.name},
              {"type", column.is_text() ? "nominal" : "quantitative"},
              {"title", column.title}};
    if (!column.is_text()) item["format"] = ".4~g";
    list.push_back(std::move(item));
  }
  return list;
}

/// The text column that stands on a category axis puts values of the key beside each other.
void add_offset(const Figure& figure, Json& encoding) {
  if (!figure.side_by_side || figure.key.empty()) return;
  Json order = Json::array();
  for (const KeyEntry& entry : figure.key) order.push_back(entry.value);
  for (const Layer& layer : figure.layers) {
    if (layer.colour.empty()) continue;
    encoding["xOffset"] = Json{{"field", layer.colour}, {"sort", std::move(order)}};
    return;
  }
}

Json layer_json(const Figure& figure, const Layer& layer, std::size_t number) {
  Json encoding = Json::object();
  if (!layer.x.empty()) encoding["x"] = axis_channel(figure, figure.x, layer.x);
  if (is_told_by_key(figure)) encoding["x"]["axis"] = Json{{"labels", false}, {"ticks", false}};
  if (!layer.x2.empty()) encoding["x2"] = Json{{"field", layer.x2}};
  if (!layer.y.empty()) encoding["y"] = axis_channel(figure, figure.y, layer.y);
  if (!layer.y2.empty()) encoding["y2"] = Json{{"field", layer.y2}};
  if (std::ranges::find(figure.layers, Glyph::bar, &Layer::glyph) != figure.layers.end())
    encoding["y"]["scale"]["zero"] = true;
  add_key(figure, layer, encoding);
  add_offset(figure, encoding);
  if (!is_path(layer.glyph)) encoding["tooltip"] = tooltip_of(figure);
  Json mark = mark_json(layer.glyph);
  if (figure.y.cut_below) mark["clip"] = true;
  return Json{{"name", glyph_name(layer.glyph) + std::to_string(number)},
              {"transform", filters_of(figure, layer)},
              {"mark", std::move(mark)},
              {"encoding", std::move(encoding)}};
}

/// x = y, over the range of both: drawn through the data itself, which puts both axes on one range.
void add_identity_line(const Figure& figure, Json& layers) {
  const auto points = std::ranges::find_if(figure.layers, [](const Layer& layer) {
    return layer.glyph == Glyph::point && !layer.x.empty() && !layer.y.empty();
  });
  if (points == figure.layers.end()) return;
  int number = 0;
  for (const std::string& column : {points->x, points->y}) {
    const Layer line{Glyph::line, column, column};
    Json drawn = layer_json(figure, line, 0);
    drawn["name"] = "identity" + std::to_string(number++);
    drawn["mark"] = Json{{"type", "line"}, {"style", "identity"}};
    layers.insert(layers.begin(), std::move(drawn));
  }
}

}  // namespace

const std::vector<std::string>& vega_shapes() {
  static const std::vector<std::string> shapes{
      "circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "triangle-right"};
  return shapes;
}

Json vega_lite_spec(const Figure& figure) {
  Json layers = Json::array();
  for (std::size_t i = 0; i < figure.layers.size(); ++i)
    layers.push_back(layer_json(figure, figure.layers[i], i));
  if (figure.identity_line) add_identity_line(figure, layers);
  Json spec{
      {"$schema", kSchema}, {"description", figure.alternative}, {"data", {{"name", "rows"}}}};
  if (figure.facet.empty()) {
    spec["layer"] = std::move(layers);
    return spec;
  }
  spec["facet"] = Json{{"field", figure.facet},
                       {"type", "nominal"},
                       {"title", nullptr},
                       {"sort", distinct(figure.data->column(figure.facet).texts())}};
  spec["columns"] = 2;
  spec["spec"] = Json{{"layer", std::move(layers)}};
  return spec;
}

}  // namespace isojoule
