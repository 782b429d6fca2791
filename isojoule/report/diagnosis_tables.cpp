#include "isojoule/report/diagnosis_tables.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "isojoule/page/quantity_text.hpp"
#include "isojoule/report/answer_tables.hpp"

namespace isojoule {
namespace {

using Align = Column::Align;

double error(const Answer& one) { return one.energy->point / *one.truth - 1.0; }

/// Where there is no interval, nothing is held.
bool is_held(const Answer& one) {
  const auto& interval = one.energy->interval;
  return interval && interval->lower <= *one.truth && *one.truth <= interval->upper;
}

/// The last point with at most half as many references as the last one; nullptr without any.
const CurvePoint* half_way(const std::vector<CurvePoint>& curve) {
  const CurvePoint* half = nullptr;
  for (const CurvePoint& point : curve) {
    if (2 * point.references <= curve.back().references) half = &point;
  }
  return half;
}

}  // namespace

Table doubtful_table(const std::string& from, const std::vector<DoubtfulRow>& rows) {
  Table table;
  table.title = "Energies that the others do not explain, seen from " + from;
  table.columns = {
      {"workload"}, {"machine"}, {"measured/expected", Align::right}, {"weight", Align::right}};
  for (const DoubtfulRow& row : rows)
    table.rows.push_back({row.workload, row.machine, fmt::format("{:.2f}", row.factor),
                          fmt::format("{:.2f}", row.weight)});
  if (rows.empty()) table.notes.emplace_back("No suspicious rows.");
  table.notes.emplace_back(
      "A run beside another one on the same board shows like this, and so does a workload that "
      "truly is unlike all others. Measure it again before it is left out.");
  return table;
}

Table left_out_table(const std::string& from, const std::string& to, const PairErrors& errors) {
  Table table;
  table.title = fmt::format("Each workload on {}, predicted from {} by the others", to, from);
  table.columns = {{"workload"},      {"measured", Align::right}, {"predicted", Align::right},
                   {"90 % interval"}, {"off by", Align::right},   {""}};
  std::vector<Answer> rows = errors.left_out;
  std::ranges::stable_sort(rows, std::greater<>(),
                           [](const Answer& one) { return std::abs(std::log1p(error(one))); });
  for (const Answer& one : rows) {
    table.rows.push_back({one.workload, to_text(*one.truth), to_text(one.energy->point),
                          to_text(one.energy->interval.value, "none"),
                          fmt::format("{:+.1f} %", 100.0 * error(one)),
                          is_held(one) ? "" : "outside"});
  }
  return table;
}

Table learning_curve_table(const std::string& from, const std::string& to,
                           const PairErrors& errors) {
  Table table;
  table.title = fmt::format("What references are worth, from {} to {}", from, to);
  table.columns = {{"references", Align::right},
                   {errors.normalizer + ", MdAPE %", Align::right},
                   {"coverage of its 90 % interval, %", Align::right},
                   {errors.baseline + ", MdAPE %", Align::right}};
  for (const CurvePoint& point : errors.curve)
    table.rows.push_back({std::to_string(point.references),
                          fmt::format("{:.1f}", 100.0 * point.mdape),
                          fmt::format("{:.0f}", 100.0 * point.coverage90),
                          fmt::format("{:.1f}", 100.0 * point.baseline_mdape)});
  table.notes.push_back(
      fmt::format("Medians over {} workloads, each left out in turn; references as {} would choose "
                  "them.",
                  errors.left_out.size(), errors.normalizer));
  if (const CurvePoint* half = half_way(errors.curve)) {
    const CurvePoint& last = errors.curve.back();
    table.notes.push_back(
        fmt::format("From {} references to {} the error of {} goes from {:.1f} % to {:.1f} %.",
                    half->references, last.references, errors.normalizer, 100.0 * half->mdape,
                    100.0 * last.mdape));
  }
  return table;
}

namespace {

Json doubtful_to_json(const std::vector<DoubtfulRow>& rows) {
  Json list = Json::array();
  for (const DoubtfulRow& row : rows)
    list.push_back({{"workload", row.workload},
                    {"hardware", row.machine},
                    {"weight", row.weight},
                    {"measured_over_expected", row.factor}});
  return list;
}

void add_errors(Json& json, const PairErrors& errors) {
  Json left_out = Json::array();
  for (const Answer& one : errors.left_out)
    left_out.push_back({{"workload", one.workload},
                        {"measured_energy_j", one.truth->in(joule)},
                        {"energy_j", one.energy->point.in(joule)},
                        {"lower_j", lower_to_json(one)},
                        {"upper_j", upper_to_json(one)}});
  Json curve = Json::array();
  for (const CurvePoint& point : errors.curve)
    curve.push_back({{"references", point.references},
                     {"mdape", point.mdape},
                     {"baseline_mdape", point.baseline_mdape},
                     {"coverage90", point.coverage90}});
  json["normalizer"] = errors.normalizer;
  json["baseline"] = errors.baseline;
  json["left_out"] = std::move(left_out);
  json["learning_curve"] = std::move(curve);
}

}  // namespace

Json diagnosis_to_json(const std::vector<DoubtfulRow>& doubtful,
                       const std::optional<PairErrors>& errors) {
  Json json{{"schema", schema_text("isojoule.diagnosis", 1)}};
  if (errors) add_errors(json, *errors);
  json["doubtful"] = doubtful_to_json(doubtful);
  return json;
}

}  // namespace isojoule
