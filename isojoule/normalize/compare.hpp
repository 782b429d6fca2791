// Which of two trainings is the more frugal on a common machine, and what would settle it.
//
// ln of the ratio of their energies there, as a normalizer states it: jointly for two trainings
// measured on one machine, so that what is common to both cancels; independently for two of
// different ones, and without any normalizer for one that was measured on the common machine
// itself.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "isojoule/core/estimate.hpp"
#include "isojoule/core/quantity.hpp"
#include "isojoule/normalize/question.hpp"
#include "isojoule/normalize/verdict.hpp"

namespace isojoule {

/// A workload of the table as one machine measured it.
struct ComparedTraining {
  std::string workload;
  std::string machine;
  double amount = 1.0;         ///< its energy is that of the table times this
  double measuring_sd = 0.0;   ///< of ln of its energy, between runs; 0: nothing is known of it
  double measuring_dof = 0.0;  ///< degrees of freedom that it is known with
};

struct CompareQuestion {
  ComparedTraining first;
  ComparedTraining second;
  std::string on;
  std::vector<std::string> references;  ///< empty: all that are known on both machines, but for the
                                        ///< two that are compared, which may not be among them
  double certainty = 0.95;              ///< from which on a verdict is given
  Normalizer normalizer = default_normalizers(Purpose::compare).front();
};

/// What, by the parts of the variance, would bring the verdict. Normal theory on standard
/// deviations; the references' part is taken to fall with their number.
struct Settling {
  enum class By {
    nothing,     ///< it is settled
    repeats,     ///< `number` runs of each training in all, where they were measured
    references,  ///< `number` more references on the common machine
    on_machine,  ///< both on the common machine itself, `number` runs of each
    never,       ///< too near each other for a hundred runs
  };
  By by = By::nothing;
  int number = 0;  ///< 0: how many is not known, since nothing is known of how far runs scatter
};

struct Comparison {
  Answer first;            ///< on the common machine; without references: it was measured there
  Answer second;           ///< likewise
  Estimate<double> ratio;  ///< first / second
  std::optional<double> probability_less;  ///< that the first uses less; empty where nothing is
                                           ///< known of the spread
  Verdict verdict = Verdict::indistinguishable;  ///< of the first against the second
  double measuring_sd = 0.0;                     ///< parts of the sd of ln ratio: of measuring
                                                 ///< (0: not known by itself),
  double references_sd = 0.0;                    ///< of the law between the machines,
  double own_sd = 0.0;                           ///< and of what each has of its own
  Settling settling;
};

/// Throws Error(unknown_name) for what the table does not have, Error(bad_input) for a training
/// that is not known where it was measured, references that are not known on both machines and
/// machines without common workloads, Error(usage) for a reference that is compared, a certainty
/// out of (0.5, 1), an amount that is not positive, a training compared with itself, and a
/// normalizer that states no distribution.
Comparison compare_trainings(const Dataset& dataset, const CompareQuestion& question);

}  // namespace isojoule
