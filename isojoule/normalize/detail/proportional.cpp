// Normalizers that need no regression: none, single, dual.
#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "isojoule/normalize/detail/feature_fit.hpp"
#include "isojoule/stats/line.hpp"

namespace isojoule::detail {
namespace {

/// A straight line, or a factor, without anything to judge its error by.
class ExactFit final : public FeatureFit {
 public:
  ExactFit(Line line, std::string no_interval)
      : line_(line), no_interval_(std::move(no_interval)) {}

  double predict(std::span<const double> features) const override { return line_(features[0]); }
  Outcome<Interval<double>> interval(std::span<const double>, double) const override {
    return Outcome<Interval<double>>::refuse(no_interval_);
  }

 private:
  Line line_;
  std::string no_interval_;
};

Outcome<FeatureModel> exact(std::vector<std::string> used, Line line, std::string no_interval) {
  return FeatureModel{std::make_shared<ExactFit>(line, std::move(no_interval)), std::move(used)};
}

/// Places of the references by their first feature; equal ones by name, so that the order given
/// does not matter.
std::vector<std::size_t> ascending(const FeatureReferences& references) {
  std::vector<std::size_t> order(references.names.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  const auto key = [&references](std::size_t i) {
    return std::tie(references.features.column(0)[i], references.names[i]);
  };
  std::ranges::sort(order, [&key](std::size_t a, std::size_t b) { return key(a) < key(b); });
  return order;
}

/// Of equal highest ones the first by name.
std::size_t highest(const FeatureReferences& references, const std::vector<std::size_t>& order) {
  const std::span<const double> x = references.features.column(0);
  std::size_t place = order.size() - 1;
  while (place > 0 && x[order[place - 1]] == x[order[place]]) --place;
  return order[place];
}

Outcome<std::size_t> chosen(const FeatureReferences& references, const std::string& which) {
  const std::vector<std::size_t> order = ascending(references);
  if (which == "lowest") return order.front();
  if (which == "highest") return highest(references, order);
  if (which == "median") return order[(order.size() - 1) / 2];
  const auto found = std::ranges::find(references.names, which);
  if (found == references.names.end())
    return Outcome<std::size_t>::refuse(which + " is not among the references");
  return static_cast<std::size_t>(found - references.names.begin());
}

Outcome<FeatureModel> fit_none(const std::string&, FeatureReferences&& references) {
  if (const std::string why = why_not_one_feature(references); !why.empty()) return refuse(why);
  if (!references.energy_first) return refuse("needs the energy on the source machine");
  return exact({}, {0.0, 1.0}, "nothing is known of the other machine");
}

Outcome<FeatureModel> fit_single(const std::string& which, FeatureReferences&& references) {
  if (references.names.empty()) return refuse("needs one reference, there is none");
  const Outcome<std::size_t> place = chosen(references, which);
  if (!place) return refuse(place.refused);
  if (const std::string why = why_not_one_feature(references); !why.empty()) return refuse(why);
  if (const std::string why = why_not_positive(references); !why.empty()) return refuse(why);
  const std::size_t r = *place;
  return exact({references.names[r]}, {0.0, references.target_j[r] / references.features(r, 0)},
               "one reference leaves no residual to judge the error by");
}

Outcome<FeatureModel> fit_dual(const std::string&, FeatureReferences&& references) {
  if (references.names.size() < 2)
    return refuse(fmt::format("needs two references, there {}",
                              references.names.empty() ? "is none" : "is one"));
  if (const std::string why = why_not_one_feature(references); !why.empty()) return refuse(why);
  if (const std::string why = why_not_positive(references); !why.empty()) return refuse(why);
  const std::vector<std::size_t> order = ascending(references);
  const std::size_t low = order.front();
  const std::size_t high = highest(references, order);
  const std::span<const double> x = references.features.column(0);
  const auto line =
      line_through(x[low], references.target_j[low], x[high], references.target_j[high]);
  if (!line)
    return refuse(
        fmt::format("the lowest and the highest reference have the same {} on the source "
                    "machine, so that no line is determined",
                    references.energy_first ? "energy" : "value"));
  return exact({references.names[low], references.names[high]}, *line,
               "a line through two references leaves no residual to judge the error by");
}

}  // namespace

NormalizerKind none_normalizer() {
  return {"none",
          "the energy as it is",
          {},
          true,
          {{Purpose::normalize}, {Purpose::comparison}},
          learn_features<fit_none>};
}

NormalizerKind single_normalizer() {
  return {"single",
          "proportional, through one reference",
          {"lowest", "highest", "median"},
          true,
          {{Purpose::normalize, "lowest"},
           {Purpose::normalize, "highest"},
           {Purpose::comparison, "lowest"},
           {Purpose::comparison, "highest"},
           {Purpose::comparison, "median"}},
          learn_features<fit_single>};
}

NormalizerKind dual_normalizer() {
  return {"dual",
          "the line through the references with the lowest and the highest energy",
          {},
          true,
          {{Purpose::normalize}, {Purpose::comparison}},
          learn_features<fit_dual>};
}

}  // namespace isojoule::detail
