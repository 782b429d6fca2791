// Normalizers by least squares: ratio, linear, log-linear, polynomial.
#include <array>
#include <cmath>
#include <optional>

#include "isojoule/normalize/detail/feature_fit.hpp"
#include "isojoule/stats/conformal.hpp"
#include "isojoule/stats/least_squares.hpp"
#include "isojoule/stats/polynomial.hpp"
#include "isojoule/stats/prediction_interval.hpp"

namespace isojoule::detail {
namespace {

using IntervalOutcome = Outcome<Interval<double>>;

/// Fewer references than this leave the distribution-free interval out of reach at 0.9.
constexpr std::size_t kConformalFrom = 9;

/// Leave-one-out residuals, and the half width of the usual interval, which is asked for again and
/// again.
class Residuals {
 public:
  Residuals() = default;
  explicit Residuals(Outcome<std::vector<double>> residuals) {
    if (!residuals) return;  // without one of its references the normalizer would have no fit
    values_ = std::move(*residuals.value);
    const Outcome<double> half = conformal_half_width(values_, kConfidence);
    if (half) usual_half_width_ = *half;
  }

  std::optional<double> half_width(double confidence) const {
    if (confidence == kConfidence) return usual_half_width_;
    const Outcome<double> half = conformal_half_width(values_, confidence);
    return half ? std::optional(*half) : std::nullopt;
  }

 private:
  std::vector<double> values_;
  std::optional<double> usual_half_width_;
};

/// Around a prediction: distribution-free if there are residuals enough, else Student's t.
template <class StudentT>
IntervalOutcome around(double prediction, const Residuals& residuals, double confidence,
                       StudentT student_t) {
  const std::optional<double> half = residuals.half_width(confidence);
  if (!half) return student_t();
  return Interval<double>{prediction - *half, prediction + *half, confidence};
}

/// E_B = a + b x.
class LinearFit final : public FeatureFit {
 public:
  LinearFit(LineFit fit, Residuals residuals) : fit_(fit), residuals_(std::move(residuals)) {}

  double predict(std::span<const double> features) const override {
    return fit_.predict(features[0]);
  }
  IntervalOutcome interval(std::span<const double> features, double confidence) const override {
    return around(fit_.predict(features[0]), residuals_, confidence,
                  [&] { return prediction_interval(fit_, features[0], confidence); });
  }

 private:
  LineFit fit_;
  Residuals residuals_;
};

/// Of one row. No transform makes more of them than there are features.
class Regressors {
 public:
  void add(double value) { values_[count_++] = value; }
  /// Room for as many more, to be filled.
  std::span<double> extend(std::size_t count) {
    count_ += count;
    return std::span(values_).subspan(count_ - count, count);
  }
  operator std::span<const double>() const { return std::span(values_).first(count_); }

 private:
  std::array<double, kFeatures> values_{};
  std::size_t count_ = 0;
};

/// How features become regressors, and the regression's answer joules.
class Transform {
 public:
  virtual ~Transform() = default;
  virtual Regressors regressors(std::span<const double> features) const = 0;
  virtual double answer(double energy_j, std::span<const double> features) const = 0;
  /// The inverse of answer; increasing in `answer`.
  virtual double energy(double answer, std::span<const double> features) const = 0;
};

class Identity final : public Transform {
 public:
  Regressors regressors(std::span<const double> features) const override {
    Regressors row;
    for (const double feature : features) row.add(feature);
    return row;
  }
  double answer(double energy_j, std::span<const double>) const override { return energy_j; }
  double energy(double answer, std::span<const double>) const override { return answer; }
};

/// ln E_B on ln of each feature.
class Logarithms final : public Transform {
 public:
  Regressors regressors(std::span<const double> features) const override {
    Regressors row;
    for (const double feature : features) row.add(std::log(feature));
    return row;
  }
  double answer(double energy_j, std::span<const double>) const override {
    return std::log(energy_j);
  }
  double energy(double answer, std::span<const double>) const override { return std::exp(answer); }
};

/// ln (E_B / x), a constant: its mean is the logarithm of the geometric mean of the ratios.
class LogarithmOfRatio final : public Transform {
 public:
  Regressors regressors(std::span<const double>) const override { return {}; }
  double answer(double energy_j, std::span<const double> features) const override {
    return std::log(energy_j / features[0]);
  }
  double energy(double answer, std::span<const double> features) const override {
    return features[0] * std::exp(answer);
  }
};

class Powers final : public Transform {
 public:
  explicit Powers(PolynomialBasis basis) : basis_(basis) {}
  Regressors regressors(std::span<const double> features) const override {
    Regressors row;
    basis_.fill(row.extend(static_cast<std::size_t>(basis_.degree)), features[0]);
    return row;
  }
  double answer(double energy_j, std::span<const double>) const override { return energy_j; }
  double energy(double answer, std::span<const double>) const override { return answer; }

 private:
  PolynomialBasis basis_;
};

using TransformPointer = std::shared_ptr<const Transform>;

class TransformedFit final : public FeatureFit {
 public:
  TransformedFit(TransformPointer transform, LeastSquares fit, Residuals residuals)
      : transform_(std::move(transform)), fit_(std::move(fit)), residuals_(std::move(residuals)) {}

  double predict(std::span<const double> features) const override {
    return transform_->energy(fit_.predict(transform_->regressors(features)), features);
  }
  IntervalOutcome interval(std::span<const double> features, double confidence) const override {
    const Regressors row = transform_->regressors(features);
    IntervalOutcome answer = around(fit_.predict(row), residuals_, confidence,
                                    [&] { return prediction_interval(fit_, row, confidence); });
    if (!answer) return answer;
    return Interval<double>{transform_->energy(answer->lower, features),
                            transform_->energy(answer->upper, features), confidence};
  }

 private:
  TransformPointer transform_;
  LeastSquares fit_;
  Residuals residuals_;
};

Outcome<FeatureModel> fit_transformed(FeatureReferences&& references, TransformPointer transform) {
  const std::size_t rows = references.names.size();
  if (rows == 0) return refuse("needs references, there is none");
  Matrix regressors;
  std::vector<double> answers(rows);
  std::vector<double> features(references.features.columns());
  for (std::size_t r = 0; r < rows; ++r) {
    references.features.copy_row(r, features);
    const Regressors made = transform->regressors(features);
    const std::span<const double> row = made;
    if (r == 0) regressors = Matrix(rows, row.size());
    for (std::size_t c = 0; c < row.size(); ++c) regressors(r, c) = row[c];
    answers[r] = transform->answer(references.target_j[r], features);
  }
  Outcome<LeastSquares> fit = fit_least_squares(regressors, answers);
  if (!fit) return refuse(std::move(fit.refused));
  Residuals residuals;
  if (rows >= kConformalFrom)
    residuals = Residuals(leave_one_out_residuals(*fit, regressors, answers));
  return FeatureModel{std::make_shared<TransformedFit>(std::move(transform), std::move(*fit.value),
                                                       std::move(residuals)),
                      std::move(references.names)};
}

Outcome<FeatureModel> fit_ratio(const std::string&, FeatureReferences&& references) {
  if (const std::string why = why_not_one_feature(references); !why.empty()) return refuse(why);
  if (const std::string why = why_not_positive(references); !why.empty()) return refuse(why);
  return fit_transformed(std::move(references), std::make_shared<LogarithmOfRatio>());
}

Outcome<FeatureModel> fit_linear(const std::string&, FeatureReferences&& references) {
  if (references.features.columns() > 1)
    return fit_transformed(std::move(references), std::make_shared<Identity>());
  const std::span<const double> x = references.features.column(0);
  const Outcome<LineFit> fit = fit_line(x, references.target_j);
  if (!fit) return refuse(fit.refused);
  Residuals residuals;
  if (references.names.size() >= kConformalFrom)
    residuals = Residuals(leave_one_out_residuals(*fit, x, references.target_j));
  return FeatureModel{std::make_shared<LinearFit>(*fit, std::move(residuals)),
                      std::move(references.names)};
}

Outcome<FeatureModel> fit_log_linear(const std::string&, FeatureReferences&& references) {
  if (const std::string why = why_not_positive(references); !why.empty()) return refuse(why);
  return fit_transformed(std::move(references), std::make_shared<Logarithms>());
}

Outcome<FeatureModel> fit_polynomial(const std::string&, FeatureReferences&& references) {
  constexpr int kDegree = 2;
  if (const std::string why = why_not_one_feature(references); !why.empty()) return refuse(why);
  const Outcome<PolynomialBasis> basis =
      make_polynomial_basis(references.features.column(0), kDegree);
  if (!basis) return refuse(basis.refused);
  return fit_transformed(std::move(references), std::make_shared<Powers>(*basis));
}

}  // namespace

NormalizerKind ratio_normalizer() {
  return {"ratio",
          "proportional, by the geometric mean of the references' ratios",
          {},
          true,
          {{Purpose::comparison}, {Purpose::report}, {Purpose::baseline}},
          learn_features<fit_ratio>};
}

NormalizerKind linear_normalizer() {
  return {"linear", "ordinary least squares on all features",   {},
          true,     {{Purpose::comparison}, {Purpose::report}}, learn_features<fit_linear>};
}

NormalizerKind log_linear_normalizer() {
  return {
      "log-linear", "ordinary least squares between logarithms", {},
      true,         {{Purpose::comparison}, {Purpose::report}},  learn_features<fit_log_linear>};
}

NormalizerKind polynomial_normalizer() {
  return {"polynomial",
          "ordinary least squares on 1, x, x^2 of one feature",
          {},
          true,
          {{Purpose::comparison}},
          learn_features<fit_polynomial>};
}

}  // namespace isojoule::detail
