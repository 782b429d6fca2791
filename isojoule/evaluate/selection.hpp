// Which workloads become references.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "isojoule/core/outcome.hpp"
#include "isojoule/normalize/normalizer.hpp"

namespace isojoule {

/// How references are chosen. Only the source machine is looked at: choosing by what the target
/// machine would show would mean having measured it.
enum class Selection {
  lowest,         ///< those with the lowest energy
  highest,        ///< those with the highest
  min_max,        ///< half the lowest, half the highest; of an odd number one more of the lowest
  random,         ///< by chance
  space_filling,  ///< the lowest, then each time the one farthest from all chosen, in ln energy
  variance,       ///< what most reduces what is left open: Learner::order
};

/// The names of all, in the order of the enumeration.
std::vector<std::string> selection_names();

/// "lowest", "highest", "min-max", "random", "space-filling", "variance". Throws
/// Error(unknown_name).
Selection selection_from_string(std::string_view text);
std::string_view to_string(Selection selection);

/// Places of `count` of the candidates, ascending. `source_j` are their energies, positive; ties go
/// to the earlier place. `seed` is only used by random, whose choices for a smaller count are among
/// those for a larger one. Refused for none and for more than there are candidates, and
/// where the selection needs more than energies: first_references.
Outcome<std::vector<std::size_t>> select_references(Selection selection,
                                                    std::span<const double> source_j,
                                                    std::size_t count, std::uint64_t seed);

/// Whether a selection asks a learner instead of the energies: variance.
bool needs_learner(Selection selection);

/// The first `count` rows in the order of a learner, ascending. Refused as Learner::order, for none
/// and for more than there are.
Outcome<std::vector<std::size_t>> first_references(const Learner& learner, std::size_t count);

/// How many references.
struct ReferenceCount {
  enum class Unit { percent, number, all };
  Unit unit = Unit::all;
  int value = 0;

  /// For a training part of `rows` workloads: a percentage p is 2 (p rows / 200) in whole numbers
  /// (the paper's rule) and 100 % is all of them.
  std::size_t of(std::size_t rows) const;
};

/// "10 %", "4", "all".
std::string to_string(const ReferenceCount& count);

/// "3" or "all"; `text` of a percentage is a whole number from 1 to 100. Throw Error(usage).
ReferenceCount count_from_string(std::string_view text);
ReferenceCount percent_from_string(std::string_view text);

}  // namespace isojoule
