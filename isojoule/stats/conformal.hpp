// Intervals without a distribution.
//
// Vovk, Gammerman and Shafer, "Algorithmic learning in a random world", 2005; with leave-one-out
// residuals it is the jackknife of Barber, Candes, Ramdas and Tibshirani (Annals of Statistics
// 49(1), 2021). It covers with the stated confidence if a new workload's error is exchangeable with
// the residuals, which a fit that hardly changes without one of its rows comes near to.
#pragma once

#include <cstddef>
#include <span>

#include "isojoule/core/outcome.hpp"

namespace isojoule {

/// The rank ceil(confidence (k + 1)) that is taken of k residuals, counted from 1. A product that
/// is a whole number but for rounding counts as that number.
std::size_t conformal_rank(std::size_t k, double confidence);

/// Half the width of the interval around a prediction: the absolute residual of that rank among
/// the ascending absolute residuals. `residuals` are leave-one-out residuals, finite, in whatever
/// scale the interval is wanted (logarithms give factors). Refused where the rank is above k: for
/// confidence 0.9 below k = 9.
Outcome<double> conformal_half_width(std::span<const double> residuals, double confidence);

}  // namespace isojoule
