#include "isojoule/normalize/normalizer.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "isojoule/core/error.hpp"
#include "isojoule/normalize/detail/fits.hpp"

namespace isojoule {
namespace {

using Rule = NormalizerSpec::Rule;
using FitFunction = Outcome<Fit> (*)(const NormalizerSpec&, const References&);

struct RuleRow {
  Rule rule;
  const char* name;
  FitFunction fit;
};

constexpr std::array<RuleRow, 10> kRules{{{Rule::none, "none", detail::fit_none},
                                          {Rule::single, "single", detail::fit_single},
                                          {Rule::ratio, "ratio", detail::fit_ratio},
                                          {Rule::dual, "dual", detail::fit_dual},
                                          {Rule::linear, "linear", detail::fit_linear},
                                          {Rule::log_linear, "log-linear", detail::fit_log_linear},
                                          {Rule::polynomial, "polynomial", detail::fit_polynomial},
                                          {Rule::svr, "svr", detail::fit_plain_svr},
                                          {Rule::tuned_svr, "svr-tuned", detail::fit_tuned_svr},
                                          {Rule::pooled, "pooled", detail::fit_pooled}}};

const RuleRow& row_of(Rule rule) { return *std::ranges::find(kRules, rule, &RuleRow::rule); }

}  // namespace

NormalizerSpec parse_normalizer(std::string_view text) {
  constexpr std::string_view kSingle = "single:";
  if (text.starts_with(kSingle) && text.size() > kSingle.size())
    return {Rule::single, std::string(text.substr(kSingle.size()))};
  std::vector<std::string> known;
  for (const RuleRow& row : kRules) {
    if (row.rule == Rule::single) {
      known.insert(known.end(), {"single:lowest", "single:highest", "single:median"});
      continue;
    }
    if (row.name == text) return {row.rule, {}};
    known.emplace_back(row.name);
  }
  throw unknown_name("normalizer", text, known);
}

std::string to_string(const NormalizerSpec& spec) {
  const std::string name = row_of(spec.rule).name;
  return spec.rule == Rule::single ? name + ":" + spec.reference : name;
}

std::string named_reference(const NormalizerSpec& spec) {
  constexpr std::array<std::string_view, 3> kByEnergy{"lowest", "highest", "median"};
  const bool by_energy = std::ranges::find(kByEnergy, spec.reference) != kByEnergy.end();
  return spec.rule == Rule::single && !by_energy ? spec.reference : "";
}

std::string features_text(const NormalizerSpec& spec, const std::string& features) {
  return spec.rule == Rule::pooled ? kAllThatIsKnown : features;
}

Outcome<Fit> fit_normalizer(const NormalizerSpec& spec, const References& references) {
  return row_of(spec.rule).fit(spec, references);
}

Outcome<Estimate<Energy>> estimate_energy(const FittedNormalizer& fit,
                                          std::span<const double> features) {
  const double energy_j = fit.predict(features);
  if (!(energy_j > 0.0) || !std::isfinite(energy_j))
    return Outcome<Estimate<Energy>>::refuse(
        fmt::format("the result is {:.4g} J, not a positive energy", energy_j));
  Estimate<Energy> estimate{energy_j * joule, std::nullopt, {}};
  const auto interval = fit.interval(features, kConfidence);
  if (interval) {
    estimate.interval =
        Interval<Energy>{interval->lower * joule, interval->upper * joule, interval->confidence};
  } else {
    estimate.no_interval = interval.refused;
  }
  return estimate;
}

}  // namespace isojoule
