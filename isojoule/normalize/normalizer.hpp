// The normalizers: rules that predict the energy on one machine from what is known on another.
//
// Douwes and Serizel, "Normalizing energy consumption for hardware-independent evaluation", ICASSP
// 2025, and simple rules beside theirs; formulas in docs/method.md.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "isojoule/core/estimate.hpp"
#include "isojoule/core/outcome.hpp"
#include "isojoule/core/quantity.hpp"
#include "isojoule/stats/matrix.hpp"

namespace isojoule {

struct NormalizerSpec {
  enum class Rule {
    none,        ///< the first feature as it is
    single,      ///< proportional to the first feature, through one reference
    ratio,       ///< proportional, by the geometric mean of the references' ratios
    dual,        ///< the line through the references with the lowest and the highest first feature
    linear,      ///< ordinary least squares on all features
    log_linear,  ///< the same between logarithms
    polynomial,  ///< ordinary least squares on 1, x, x^2 of one feature
    svr,         ///< epsilon support vector regression, radial kernel, energies in kWh
    tuned_svr,   ///< the same with C and epsilon by inner cross-validation
    pooled,      ///< Gaussian process over all machines of a table: pooled.hpp
  };
  Rule rule = Rule::linear;
  std::string reference;  ///< of single: "lowest", "highest", "median" (of an even number the
                          ///< lower of the two) or a workload's name

  friend bool operator==(const NormalizerSpec&, const NormalizerSpec&) = default;
};

/// "none", "single:lowest", "single:highest", "single:median", "single:NAME", "ratio", "dual",
/// "linear", "log-linear", "polynomial", "svr", "svr-tuned", "pooled". Throws Error(unknown_name)
/// with near names.
NormalizerSpec parse_normalizer(std::string_view text);
std::string to_string(const NormalizerSpec& spec);

/// The workload that a single reference is given by; empty if it is given by its energy, and for
/// other rules.
std::string named_reference(const NormalizerSpec& spec);

/// What pooled sees of a workload.
inline constexpr const char* kAllThatIsKnown = "known";

/// What a rule sees of a workload, in words: the features, or kAllThatIsKnown of pooled.
std::string features_text(const NormalizerSpec& spec, const std::string& features);

/// The confidence of the intervals that are shown.
inline constexpr double kConfidence = 0.9;

/// Reference workloads, in a canonical order that the caller keeps.
struct References {
  std::vector<std::string> names;
  Matrix features;               ///< on the source, one row each; energies in J
  std::vector<double> target_j;  ///< on the target
  bool energy_first = true;      ///< whether the first feature is the source's energy
  std::uint64_t seed = 1;        ///< for the folds of svr-tuned
};

/// A rule that has seen its references. Immutable; may be used by several threads at once.
class FittedNormalizer {
 public:
  virtual ~FittedNormalizer() = default;

  /// Joules on the target for the features of one workload. A line can give a negative number: it
  /// is returned as it is.
  double predict(std::span<const double> features) const { return do_predict(features); }

  /// The interval of a new workload, where one is honest: distribution-free (leave-one-out
  /// residuals) from nine references on, if they are enough for the confidence, as nine are for
  /// 0.9; else Student's t with at least one residual degree of freedom. Elsewhere the reason why
  /// there is none.
  Outcome<Interval<double>> interval(std::span<const double> features, double confidence) const {
    return do_interval(features, confidence);
  }

  /// Why a workload is unlike the references, so that its interval is to be trusted less, as a
  /// phrase: "its energy is 4.2 times the most of the references"; empty: it is not, or the rule
  /// does not look.
  std::string unlike(std::span<const double> features) const { return do_unlike(features); }

  /// Names of the references that it stands on, in the order of the fit.
  const std::vector<std::string>& used() const { return used_; }

 protected:
  explicit FittedNormalizer(std::vector<std::string> used) : used_(std::move(used)) {}

 private:
  virtual double do_predict(std::span<const double> features) const = 0;
  virtual Outcome<Interval<double>> do_interval(std::span<const double> features,
                                                double confidence) const = 0;
  virtual std::string do_unlike(std::span<const double>) const { return {}; }
  std::vector<std::string> used_;
};

using Fit = std::shared_ptr<const FittedNormalizer>;

/// What a rule says of one workload, with its interval or why there is none. Refused for what is no
/// positive energy.
Outcome<Estimate<Energy>> estimate_energy(const FittedNormalizer& fit,
                                          std::span<const double> features);

/// Fits a rule. Refused, with the reason: too few references, references that do not determine the
/// rule (equal energies, regressors that depend on each other), features that the rule cannot use,
/// numbers that are not positive where the rule needs ratios or logarithms; pooled, which needs a
/// table of machines: see PooledModel. A single reference that
/// is named and not there throws Error(unknown_name).
Outcome<Fit> fit_normalizer(const NormalizerSpec& spec, const References& references);

}  // namespace isojoule
