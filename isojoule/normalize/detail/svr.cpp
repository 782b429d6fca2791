// Support vector regression, energies in kWh as in the paper.
#include "isojoule/stats/svr.hpp"

#include "isojoule/core/quantity.hpp"
#include "isojoule/normalize/detail/fits.hpp"

namespace isojoule::detail {
namespace {

constexpr double kJoulesPerKilowattHour = kilowatt_hour.in(joule);

class SvrFit final : public FittedNormalizer {
 public:
  SvrFit(std::vector<std::string> used, Svr model, bool energy_first)
      : FittedNormalizer(std::move(used)), model_(std::move(model)), energy_first_(energy_first) {}

 private:
  double do_predict(std::span<const double> features) const override {
    std::vector<double> row(features.begin(), features.end());
    if (energy_first_) row[0] /= kJoulesPerKilowattHour;
    return model_.predict(row) * kJoulesPerKilowattHour;
  }
  Outcome<Interval<double>> do_interval(std::span<const double>, double) const override {
    return Outcome<Interval<double>>::refuse("a support vector regression states no error");
  }
  Svr model_;
  bool energy_first_;
};

/// The references with energies in kWh.
struct InKilowattHours {
  explicit InKilowattHours(const References& references)
      : features(references.features), target(references.target_j) {
    if (references.energy_first) {
      for (double& energy : features.column(0)) energy /= kJoulesPerKilowattHour;
    }
    for (double& energy : target) energy /= kJoulesPerKilowattHour;
  }
  Matrix features;
  std::vector<double> target;
};

Outcome<Fit> fit_with(const References& references, const InKilowattHours& data,
                      const SvrParameters& parameters) {
  Outcome<Svr> model = fit_svr(data.features, data.target, parameters);
  if (!model) return refuse(model.refused);
  return Fit(
      std::make_shared<SvrFit>(references.names, std::move(*model.value), references.energy_first));
}

}  // namespace

Outcome<Fit> fit_plain_svr(const NormalizerSpec&, const References& references) {
  return fit_with(references, InKilowattHours(references), SvrParameters{});
}

Outcome<Fit> fit_tuned_svr(const NormalizerSpec&, const References& references) {
  const InKilowattHours data(references);
  const Outcome<SvrTuning> tuning = tune_svr(data.features, data.target, references.seed);
  if (!tuning) return refuse(tuning.refused);
  return fit_with(references, data, tuning->best);
}

}  // namespace isojoule::detail
