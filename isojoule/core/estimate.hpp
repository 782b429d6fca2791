// A value with an honest statement of how sure it is.
#pragma once

#include <optional>
#include <string>

namespace isojoule {

/// An interval that covers the true value with the stated probability, 0 < confidence < 1.
template <class T>
struct Interval {
  T lower;
  T upper;
  double confidence;
};

/// A point and, where one is honest, an interval. Where none is, `no_interval` says why in words;
/// it is empty when there is an interval.
template <class T>
struct Estimate {
  T point;
  std::optional<Interval<T>> interval;
  std::string no_interval;
};

}  // namespace isojoule
