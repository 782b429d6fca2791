// Support vector regression, energies in kWh as in the paper.
#include "isojoule/stats/svr.hpp"

#include <algorithm>

#include "isojoule/core/quantity.hpp"
#include "isojoule/normalize/detail/feature_fit.hpp"

namespace isojoule::detail {
namespace {

constexpr double kJoulesPerKilowattHour = kilowatt_hour.in(joule);

class SvrFit final : public FeatureFit {
 public:
  SvrFit(Svr model, bool energy_first) : model_(std::move(model)), energy_first_(energy_first) {}

  double predict(std::span<const double> features) const override {
    FeatureRow row{};
    std::ranges::copy(features, row.begin());
    if (energy_first_) row[0] /= kJoulesPerKilowattHour;
    return model_.predict(std::span(row).first(features.size())) * kJoulesPerKilowattHour;
  }
  Outcome<Interval<double>> interval(std::span<const double>, double) const override {
    return Outcome<Interval<double>>::refuse("a support vector regression states no error");
  }

 private:
  Svr model_;
  bool energy_first_;
};

/// The references with energies in kWh.
struct InKilowattHours {
  explicit InKilowattHours(const FeatureReferences& references)
      : features(references.features), target(references.target_j) {
    if (references.energy_first) {
      for (double& energy : features.column(0)) energy /= kJoulesPerKilowattHour;
    }
    for (double& energy : target) energy /= kJoulesPerKilowattHour;
  }
  Matrix features;
  std::vector<double> target;
};

Outcome<FeatureModel> fit_with(FeatureReferences&& references, const InKilowattHours& data,
                               const SvrParameters& parameters) {
  Outcome<Svr> model = fit_svr(data.features, data.target, parameters);
  if (!model) return refuse(model.refused);
  return FeatureModel{std::make_shared<SvrFit>(std::move(*model.value), references.energy_first),
                      std::move(references.names)};
}

Outcome<FeatureModel> fit_plain_svr(const std::string&, FeatureReferences&& references) {
  const InKilowattHours data(references);
  return fit_with(std::move(references), data, SvrParameters{});
}

Outcome<FeatureModel> fit_tuned_svr(const std::string&, FeatureReferences&& references) {
  const InKilowattHours data(references);
  const Outcome<SvrTuning> tuning = tune_svr(data.features, data.target, references.seed);
  if (!tuning) return refuse(tuning.refused);
  return fit_with(std::move(references), data, tuning->best);
}

}  // namespace

NormalizerKind svr_normalizer() {
  return {"svr",
          "epsilon support vector regression, radial kernel, energies in kWh",
          {},
          true,
          {{Purpose::comparison}},
          learn_features<fit_plain_svr>};
}

NormalizerKind tuned_svr_normalizer() {
  return {"svr-tuned", "svr with C and epsilon by inner cross-validation",
          {},          true,
          {},          learn_features<fit_tuned_svr>};
}

}  // namespace isojoule::detail
