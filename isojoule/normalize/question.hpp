// What trainings that were measured on one machine would use on another: one question, one answer.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "isojoule/core/estimate.hpp"
#include "isojoule/core/outcome.hpp"
#include "isojoule/core/quantity.hpp"
#include "isojoule/normalize/dataset.hpp"
#include "isojoule/normalize/features.hpp"
#include "isojoule/normalize/normalizer.hpp"

namespace isojoule {

/// Asked of a table of energies; a record and profiles are asked about as rows of one.
struct Question {
  std::vector<std::string> from;  ///< where the workloads were measured: one machine
  std::string to;
  std::vector<std::string> workloads;   ///< empty: all that are known on `from` and are no
                                        ///< references
  std::vector<std::string> references;  ///< workloads whose energy on both may be used
  Normalizer normalizer = parse_normalizer("linear");
  FeatureSet features{Feature::energy};  ///< of a normalizer that takes features
};

/// What a fit is based on; its answers share it.
struct FitFacts {
  std::string normalizer;             ///< "none", "single:lowest", "dual"
  std::vector<std::string> used;      ///< references, in the order of the fit
  std::optional<std::size_t> others;  ///< other machines that it has learnt from; empty of a
                                      ///< normalizer that learns from none
};

/// Of one workload.
struct Answer {
  std::string workload;
  Energy source{};              ///< where it was measured
  std::optional<Energy> truth;  ///< on the target, where the table has it; not used for the answer
  Outcome<Estimate<Energy>> energy = Outcome<Estimate<Energy>>::refuse("not asked");
  bool extrapolated = false;  ///< the source energy lies outside that of the references offered;
                              ///< false of a normalizer that uses none, and if refused
  std::string unlike = {};    ///< why it is unlike the references (Fitted::unlike)
  std::shared_ptr<const FitFacts> fit = std::make_shared<const FitFacts>();
};

/// One answer for each workload, or, where the normalizer cannot be fitted, each refused with its
/// reason. A prediction that is no positive energy is refused. Throws Error(unknown_name) with near
/// names for machines, references and workloads that the table does not have and for a normalizer's
/// reference that is not among those of the question; Error(bad_input) for a reference that is not
/// known on both machines or a workload that is not known on `from`; Error(usage) unless there is
/// one source.
///
///     Question question;
///     question.from = {"A"};
///     question.to = "B";
///     question.references = common_workloads(dataset, "A", "B");
///     for (const Answer& answer : answer_question(dataset, question)) ...
std::vector<Answer> answer_question(const Dataset& dataset, const Question& question);

/// Names of the workloads that are known on both machines, ascending. Throws Error(unknown_name).
std::vector<std::string> common_workloads(const Dataset& dataset, const std::string& a,
                                          const std::string& b);

/// A prediction as it is shown.
Estimate<Energy> estimate_of(const Prediction& prediction);

/// One pair of machines as a question is asked about it. It learns from all other machines what
/// they show of workloads that are known on `from`, those asked about included. A workload that is
/// known on `from` alone, or beside it on `to` without being a reference, shows nothing and changes
/// nothing.
class PairView {
 public:
  /// `references` are places of workloads, ascending, known on both machines.
  PairView(const Dataset& dataset, std::size_t from, std::size_t to,
           std::vector<std::size_t> references);

  const View& view() const { return view_; }
  const References& references() const { return references_; }
  /// The row of a workload that is known on `from`, by its place.
  std::size_t row(std::size_t place) const;

 private:
  std::vector<std::size_t> places_;
  View view_;
  References references_;
};

}  // namespace isojoule
