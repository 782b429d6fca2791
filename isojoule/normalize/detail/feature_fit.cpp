#include "isojoule/normalize/detail/feature_fit.hpp"

#include <cmath>
#include <utility>

#include <fmt/format.h>

namespace isojoule::detail {
namespace {

class FeatureFitted final : public Fitted {
 public:
  FeatureFitted(FeatureModel model, FeatureSet features, View view)
      : Fitted(std::move(model.used)),
        fit_(std::move(model.fit)),
        features_(std::move(features)),
        view_(std::move(view)) {}

  Outcome<Prediction> predict(std::size_t row, double confidence) const override {
    FeatureRow values;
    if (const Feature* missing = read_features(view_.columns(), features_, row, values))
      return Outcome<Prediction>::refuse(not_known_text(view_.columns(), *missing, row));
    const std::span<const double> known = std::span(values).first(features_.size());
    return Prediction{fit_->predict(known), fit_->interval(known, confidence)};
  }

 private:
  std::shared_ptr<const FeatureFit> fit_;
  FeatureSet features_;
  View view_;
};

class FeatureLearner final : public Learner {
 public:
  FeatureLearner(FitFeatures fit_function, std::string argument, FeatureSet features, View view)
      : fit_function_(fit_function),
        argument_(std::move(argument)),
        features_(std::move(features)),
        view_(std::move(view)) {}

  Outcome<Fit> fit(const References& references) const override {
    Outcome<Matrix> known = select_features(view_.columns(), features_, references.rows);
    if (!known) return Outcome<Fit>::refuse(known.refused);
    FeatureReferences given;
    given.names.reserve(references.rows.size());
    for (const std::size_t row : references.rows) given.names.push_back(view_.columns().names[row]);
    given.features = std::move(*known.value);
    given.target_j = references.energy_j;
    given.energy_first = features_.front() == Feature::energy;
    given.seed = references.seed;
    Outcome<FeatureModel> model = fit_function_(argument_, std::move(given));
    if (!model) return Outcome<Fit>::refuse(std::move(model.refused));
    return Fit(std::make_shared<FeatureFitted>(std::move(*model.value), features_, view_));
  }

 private:
  FitFeatures fit_function_;
  std::string argument_;
  FeatureSet features_;
  View view_;
};

bool is_positive(double value) { return value > 0.0 && std::isfinite(value); }

}  // namespace

LearnerPointer feature_learner(FitFeatures fit, const Normalizer& normalizer,
                               const FeatureSet& features, const View& view) {
  return std::make_shared<FeatureLearner>(fit, normalizer.argument, features, view);
}

std::string why_not_positive(const FeatureReferences& references) {
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

std::string why_not_one_feature(const FeatureReferences& references) {
  return references.features.columns() == 1 ? "" : "uses one feature, not several";
}

}  // namespace isojoule::detail
