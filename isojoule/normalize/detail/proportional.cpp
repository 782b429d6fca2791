// Rules that need no regression: none, single, dual.
#include <algorithm>
#include <cmath>
#include <tuple>

#include <fmt/format.h>

#include "isojoule/core/error.hpp"
#include "isojoule/normalize/detail/fits.hpp"
#include "isojoule/stats/line.hpp"

namespace isojoule::detail {
namespace {

/// A straight line, or a factor, without anything to judge its error by.
class ExactFit final : public FittedNormalizer {
 public:
  ExactFit(std::vector<std::string> used, Line line, std::string no_interval)
      : FittedNormalizer(std::move(used)), line_(line), no_interval_(std::move(no_interval)) {}

 private:
  double do_predict(std::span<const double> features) const override { return line_(features[0]); }
  Outcome<Interval<double>> do_interval(std::span<const double>, double) const override {
    return Outcome<Interval<double>>::refuse(no_interval_);
  }
  Line line_;
  std::string no_interval_;
};

Outcome<Fit> exact(std::vector<std::string> used, Line line, std::string no_interval) {
  return Fit(std::make_shared<ExactFit>(std::move(used), line, std::move(no_interval)));
}

/// Places of the references by their first feature; equal ones by name, so that the order given
/// does not matter.
std::vector<std::size_t> ascending(const References& references) {
  std::vector<std::size_t> order(references.names.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  const auto key = [&references](std::size_t i) {
    return std::tie(references.features.column(0)[i], references.names[i]);
  };
  std::ranges::sort(order, [&key](std::size_t a, std::size_t b) { return key(a) < key(b); });
  return order;
}

/// Of equal highest ones the first by name.
std::size_t highest(const References& references, const std::vector<std::size_t>& order) {
  const std::span<const double> x = references.features.column(0);
  std::size_t place = order.size() - 1;
  while (place > 0 && x[order[place - 1]] == x[order[place]]) --place;
  return order[place];
}

std::size_t chosen(const References& references, const std::string& which) {
  const std::vector<std::size_t> order = ascending(references);
  if (which == "lowest") return order.front();
  if (which == "highest") return highest(references, order);
  if (which == "median") return order[(order.size() - 1) / 2];
  const auto found = std::ranges::find(references.names, which);
  if (found == references.names.end()) throw unknown_name("reference", which, references.names);
  return static_cast<std::size_t>(found - references.names.begin());
}

bool is_positive(double value) { return value > 0.0 && std::isfinite(value); }

}  // namespace

std::string why_not_positive(const References& references) {
  for (std::size_t i = 0; i < references.names.size(); ++i) {
    for (std::size_t c = 0; c < references.features.columns(); ++c) {
      const double value = references.features(i, c);
      if (!is_positive(value))
        return c == 0 && references.energy_first
                   ? fmt::format(
                         "reference {} on the source machine is {:.4g} J, not a positive "
                         "energy",
                         references.names[i], value)
                   : fmt::format("a feature of reference {} is {:.4g}, not positive",
                                 references.names[i], value);
    }
    if (!is_positive(references.target_j[i]))
      return fmt::format("reference {} on the target machine is {:.4g} J, not a positive energy",
                         references.names[i], references.target_j[i]);
  }
  return {};
}

std::string why_not_one_feature(const References& references) {
  return references.features.columns() == 1 ? "" : "uses one feature, not several";
}

Outcome<Fit> fit_none(const NormalizerSpec&, const References& references) {
  if (const std::string why = why_not_one_feature(references); !why.empty()) return refuse(why);
  if (!references.energy_first) return refuse("needs the energy on the source machine");
  return exact({}, {0.0, 1.0}, "nothing is known of the other machine");
}

Outcome<Fit> fit_single(const NormalizerSpec& spec, const References& references) {
  if (references.names.empty()) return refuse("needs one reference, there is none");
  const std::size_t r = chosen(references, spec.reference);
  if (const std::string why = why_not_one_feature(references); !why.empty()) return refuse(why);
  if (const std::string why = why_not_positive(references); !why.empty()) return refuse(why);
  return exact({references.names[r]}, {0.0, references.target_j[r] / references.features(r, 0)},
               "one reference leaves no residual to judge the error by");
}

Outcome<Fit> fit_dual(const NormalizerSpec&, const References& references) {
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

}  // namespace isojoule::detail
