#include "isojoule/report/comparison_tables.hpp"

#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "isojoule/page/quantity_text.hpp"
#include "isojoule/report/answer_tables.hpp"

namespace isojoule {
namespace {

using Align = Column::Align;
using By = Settling::By;

std::string references_text(const Answer& side) {
  return side.fit->used.empty() ? "measured" : std::to_string(side.fit->used.size());
}

/// What the normalizer has learnt from, where there was need of one.
std::string others_note(const Comparison& comparison) {
  const FitFacts& fit =
      comparison.first.fit->others ? *comparison.first.fit : *comparison.second.fit;
  if (!fit.others) return {};
  if (*fit.others == 0)
    return "No other machine to learn from: " + fit.normalizer +
           " is based on its priors and the references.";
  return fmt::format("{} has learnt from {} other machine{}.", fit.normalizer, *fit.others,
                     *fit.others == 1 ? "" : "s");
}

std::vector<std::string> row(const std::string& name, const ComparedTraining& training,
                             const Answer& side) {
  return {name,
          training.machine,
          to_text(side.source),
          to_text(side.energy->point),
          to_text(side.energy->interval.value, "none"),
          references_text(side)};
}

std::string ratio_text(const Estimate<double>& ratio) {
  if (!ratio.interval) return fmt::format("{:.3g} times", ratio.point);
  return fmt::format("{:.3g} times ({:.3g} to {:.3g})", ratio.point, ratio.interval->lower,
                     ratio.interval->upper);
}

/// "97.4 %", rounded down, so that what is below a bound does not look like it; never 100 %, of
/// which nobody can be sure.
std::string probability_text(double probability) {
  if (probability > 0.999) return "more than 99.9 %";
  return fmt::format("{:.1f} %", std::floor(1000.0 * probability) / 10.0);
}

/// That the answer is to be taken with care, behind a verdict.
std::string unlike_text(const Comparison& comparison, const ComparisonContext& context) {
  std::vector<std::string> names;
  if (!comparison.first.unlike.empty()) names.push_back(context.first);
  if (!comparison.second.unlike.empty()) names.push_back(context.second);
  if (names.empty()) return {};
  return fmt::format(" That is less sure than it looks: {} {} unlike the references, see below.",
                     fmt::join(names, " and "), names.size() == 1 ? "is" : "are");
}

std::string verdict_text(const CompareQuestion& question, const Comparison& comparison,
                         const ComparisonContext& context) {
  const std::string ratio =
      fmt::format("the first uses {} what the second uses", ratio_text(comparison.ratio));
  if (!comparison.probability_less)
    return fmt::format("Indistinguishable: {}, and how far runs of them scatter is not known.",
                       ratio);
  const double less = *comparison.probability_less;
  const std::string care = unlike_text(comparison, context);
  switch (comparison.verdict) {
    case Verdict::less:
      return fmt::format("{} uses less on {}, with a probability of {}: {}.{}", context.first,
                         question.on, probability_text(less), ratio, care);
    case Verdict::more:
      return fmt::format("{} uses more on {}, with a probability of {}: {}.{}", context.first,
                         question.on, probability_text(1.0 - less), ratio, care);
    case Verdict::indistinguishable:
      break;
  }
  return fmt::format(
      "Indistinguishable on {}: {}; that it uses less has a probability of {}, and a verdict takes "
      "{:.8g} %.",
      question.on, ratio, probability_text(less), 100.0 * question.certainty);
}

std::string settling_text(const CompareQuestion& question, const Settling& settling) {
  switch (settling.by) {
    case By::nothing:
      return {};
    case By::repeats:
      if (settling.number == 0)
        return "What would settle it: more runs of each, three or more, so that it is known how "
               "far "
               "they scatter.";
      return fmt::format(
          "What would settle it: {} runs of each in all, measured where they were, if they differ "
          "as it looks now.",
          settling.number);
    case By::references:
      return fmt::format(
          "What would settle it: about {} more reference{} on {}, if they differ as it looks now.",
          settling.number, settling.number == 1 ? "" : "s", question.on);
    case By::on_machine:
      if (settling.number == 0)
        return fmt::format(
            "What would settle it: training both on {} itself, several times each; more references "
            "would not.",
            question.on);
      return fmt::format(
          "What would settle it: training both on {} itself, {} run{} of each; more references "
          "would not.",
          question.on, settling.number, settling.number == 1 ? "" : "s");
    case By::never:
      return "They are so near each other that a hundred runs of each would hardly settle it.";
  }
  return {};
}

const char* name(By by) {
  switch (by) {
    case By::nothing:
      return "nothing";
    case By::repeats:
      return "repeats";
    case By::references:
      return "references";
    case By::on_machine:
      return "on_machine";
    case By::never:
      break;
  }
  return "never";
}

Json side_to_json(const std::string& name, const ComparedTraining& training, const Answer& side) {
  Json json{{"training", name}, {"machine", training.machine}};
  json.update(answer_to_json(side));
  return json;
}

}  // namespace

Table comparison_table(const CompareQuestion& question, const Comparison& comparison,
                       const ComparisonContext& context) {
  Table table;
  table.title = "Energy on " + question.on;
  table.columns = {{"training"},
                   {"measured on"},
                   {"energy there", Align::right},
                   {"energy", Align::right},
                   {"90 % interval"},
                   {"references", Align::right}};
  table.rows = {row(context.first, question.first, comparison.first),
                row(context.second, question.second, comparison.second)};
  table.notes.push_back(verdict_text(question, comparison, context));
  if (comparison.probability_less)
    table.notes.push_back(fmt::format(
        "What the ratio's spread is made of, each as a standard deviation: measuring {}, the law "
        "between the machines {:.1f} %, what each training has of its own {:.1f} %.",
        comparison.measuring_sd > 0.0 ? fmt::format("{:.1f} %", 100.0 * comparison.measuring_sd)
                                      : std::string("not known by itself"),
        100.0 * comparison.references_sd, 100.0 * comparison.own_sd));
  if (const std::string text = settling_text(question, comparison.settling); !text.empty())
    table.notes.push_back(text);
  if (const std::string text = others_note(comparison); !text.empty()) table.notes.push_back(text);
  if (!comparison.first.unlike.empty())
    table.notes.push_back(
        fmt::format("{} is unlike the references: {}.", context.first, comparison.first.unlike));
  if (!comparison.second.unlike.empty())
    table.notes.push_back(
        fmt::format("{} is unlike the references: {}.", context.second, comparison.second.unlike));
  if (context.modelled)
    table.notes.emplace_back("It is based on modelled energies: no sensor measured them.");
  for (const std::string& remark : context.remarks) table.notes.push_back(remark);
  return table;
}

Json comparison_to_json(const CompareQuestion& question, const Comparison& comparison,
                        const ComparisonContext& context) {
  const auto& interval = comparison.ratio.interval;
  return Json{{"schema", schema_text("isojoule.comparison", 1)},
              {"on", question.on},
              {"first", side_to_json(context.first, question.first, comparison.first)},
              {"second", side_to_json(context.second, question.second, comparison.second)},
              {"ratio", comparison.ratio.point},
              {"ratio_lower", interval ? Json(interval->lower) : Json(nullptr)},
              {"ratio_upper", interval ? Json(interval->upper) : Json(nullptr)},
              {"probability_less",
               comparison.probability_less ? Json(*comparison.probability_less) : Json(nullptr)},
              {"certainty", question.certainty},
              {"verdict", to_string(comparison.verdict)},
              {"sd_log_ratio",
               {{"measuring",
                 comparison.measuring_sd > 0.0 ? Json(comparison.measuring_sd) : Json(nullptr)},
                {"references", comparison.references_sd},
                {"own", comparison.own_sd}}},
              {"settle",
               {{"by", name(comparison.settling.by)},
                {"number", comparison.settling.number > 0 ? Json(comparison.settling.number)
                                                          : Json(nullptr)}}},
              {"kind", context.modelled ? "modelled" : "measured"},
              {"remarks", context.remarks}};
}

}  // namespace isojoule
