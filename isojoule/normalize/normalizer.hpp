// Normalizers: how the energy on one machine is predicted from what is known on another.
//
// Douwes and Serizel, "Normalizing energy consumption for hardware-independent evaluation", ICASSP
// 2025, and others beside theirs; formulas in docs/method.md. A normalizer learns from a View, is
// fitted to references, and then predicts rows of the view. What only some can do (put references
// in order, doubt energies, state how two predictions depend on each other) is asked of all, and
// refused with a reason by the others: callers ask for a capability, never for a name.
#pragma once

#include <cstddef>
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
#include "isojoule/normalize/features.hpp"
#include "isojoule/normalize/view.hpp"
#include "isojoule/stats/heavy_tailed.hpp"

namespace isojoule {

/// The confidence of the intervals that are shown.
inline constexpr double kConfidence = 0.9;

/// Rows of a view whose energies on the target are known.
struct References {
  std::vector<std::size_t> rows;  ///< ascending
  std::vector<double> energy_j;   ///< on the target
  std::vector<double> variance;   ///< of their logarithms, as repeats show it (log_variance)
  std::uint64_t seed = 1;         ///< for normalizers that draw lots
};

/// One row on the target.
struct Prediction {
  double energy_j;  ///< a line can give a negative number: it is returned as it is
  /// Where one is honest: distribution-free (leave-one-out residuals) from nine references on, if
  /// they are enough for the confidence, as nine are for 0.9; else Student's t with at least one
  /// residual degree of freedom; or the normalizer's own. Elsewhere the reason why there is none.
  Outcome<Interval<double>> interval;
};

/// The distribution of a logarithm, and what its variance is made of.
struct LogDistribution {
  std::vector<MixturePart> parts;    ///< their weights add up to 1
  double references_variance = 0.0;  ///< of the common law: more references would lessen it
  double measuring_variance = 0.0;   ///< of the energies on the source, as repeats there show it
  double own_variance = 0.0;  ///< of what departs from the law in its own way: only a run on the
                              ///< target itself would show
};

/// A normalizer that has seen its references. Immutable; may be used by several threads at once.
class Fitted {
 public:
  virtual ~Fitted() = default;

  /// Refused where something that the normalizer needs of the row is not known.
  virtual Outcome<Prediction> predict(std::size_t row, double confidence = kConfidence) const = 0;

  /// Capability: ln of the row's energy on the target in J.
  virtual Outcome<LogDistribution> distribution(std::size_t row) const;

  /// Capability: ln of the energy of `a` over that of `b`. What the references leave open of both
  /// alike cancels.
  virtual Outcome<LogDistribution> ratio(std::size_t a, std::size_t b) const;

  /// Why a row is unlike the references, so that its interval is to be trusted less, as a phrase:
  /// "its energy is 4.2 times the most of the references". Empty: it is not, or the normalizer does
  /// not look.
  virtual std::string unlike(std::size_t row) const;

  /// Names of the references that it is based on, in the order of the fit; empty of one that takes
  /// the energy as it is.
  const std::vector<std::string>& used() const { return used_; }

  /// From how many other machines it has learnt; empty of one that learns from none.
  virtual std::optional<std::size_t> others() const { return std::nullopt; }

 protected:
  explicit Fitted(std::vector<std::string> used) : used_(std::move(used)) {}

 private:
  std::vector<std::string> used_;
};

using Fit = std::shared_ptr<const Fitted>;

/// A row, and what would be left open of all rows with it and those before it measured.
struct ReferenceStep {
  std::size_t row;
  double mean_sd;  ///< standard deviation of ln energy on the target, mean over what is learnt from
};

/// An energy that nothing explains.
struct DoubtedCell {
  std::size_t row;
  std::optional<std::size_t> machine;  ///< empty: the source, against all others
  double weight;                       ///< how much it still counts: 1 where nothing speaks against
  double factor;                       ///< measured over what the others let expect
};

/// What a normalizer knows of a view before anything of the target is known. Immutable; may be used
/// by several threads at once.
class Learner {
 public:
  virtual ~Learner() = default;

  /// Refused, with the reason: too few references, references that do not determine it (equal
  /// energies, regressors that depend on each other), features that it cannot use, numbers that are
  /// not positive where it needs ratios or logarithms, a named reference that is not among them.
  virtual Outcome<Fit> fit(const References& references) const = 0;

  /// Capability: learnable rows, the best reference first; at most `count`, and fewer where fewer
  /// can be put in order. `costs`: one positive number for each learnable row; each time the row
  /// that brings the most for its cost is taken; empty: all cost alike.
  virtual Outcome<std::vector<ReferenceStep>> order(std::size_t count,
                                                    std::span<const double> costs = {}) const;

  /// Capability: energies that weigh less than `below` with everything known, the least first. A
  /// run beside another one on a board is such a cell; so is a workload that is unlike all others.
  virtual Outcome<std::vector<DoubtedCell>> doubts(double below) const;

  /// As Fitted::others.
  virtual std::optional<std::size_t> others() const { return std::nullopt; }
};

using LearnerPointer = std::shared_ptr<const Learner>;

struct NormalizerKind;

/// One of the normalizers, with what stands behind its colon: "single:lowest".
struct Normalizer {
  const NormalizerKind* kind;  ///< a line of normalizer_kinds()
  std::string argument;

  friend bool operator==(const Normalizer&, const Normalizer&) = default;
};

/// What is asked without being named.
enum class Purpose {
  normalize,   ///< of a measured training
  comparison,  ///< of normalizers with each other
  report,      ///< of a table, beside the paper's
  compare,     ///< two trainings on a common machine
  diagnose,    ///< a pair of machines, and
  baseline,    ///< what that is held against
  order,       ///< references in order, doubtful energies
};

struct DefaultFor {
  Purpose purpose;
  std::string argument = {};
  /// Above so many energies, workloads x machines, only where it is named: it takes too long.
  std::optional<std::size_t> most_energies = {};
};

/// A line of the table of normalizers.
struct NormalizerKind {
  std::string name;
  std::string summary;                 ///< a line of help
  std::vector<std::string> arguments;  ///< words behind a colon; any other one is the name of a
                                       ///< reference. Empty: it takes none
  bool takes_features;                 ///< sees the features that are asked for; else all that is
                                       ///< known
  std::vector<DefaultFor> defaults;
  /// Refused for a view that nothing can be learnt from.
  Outcome<LearnerPointer> (*learn)(const Normalizer&, const FeatureSet&, const View&);
};

/// All normalizers, in the order in which they are listed.
const std::vector<NormalizerKind>& normalizer_kinds();

/// What a user can write: "none", "single:lowest", ..., "pooled".
std::vector<std::string> normalizer_names();

/// Throws Error(unknown_name) with near names.
Normalizer parse_normalizer(std::string_view text);
std::string to_string(const Normalizer& normalizer);

/// Those asked for a purpose, in the order of the table. `energies`: workloads x machines of the
/// table; empty: whatever its size.
std::vector<Normalizer> default_normalizers(Purpose purpose,
                                            std::optional<std::size_t> energies = std::nullopt);

/// The workload that the argument names; empty if it is one of the kind's words.
std::string named_reference(const Normalizer& normalizer);

/// What a normalizer that takes no features sees of a workload.
inline constexpr const char* kAllThatIsKnown = "known";

/// What a normalizer sees of a workload, in words: the features, or kAllThatIsKnown.
std::string features_text(const Normalizer& normalizer, const std::string& features);

/// `features` are those of a normalizer that takes features; others ask the view for what they
/// want.
Outcome<LearnerPointer> learn(const Normalizer& normalizer, const FeatureSet& features,
                              const View& view);

}  // namespace isojoule
