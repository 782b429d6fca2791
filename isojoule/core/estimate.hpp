// A value with an honest statement of how sure it is.
#pragma once

#include "isojoule/core/outcome.hpp"

namespace isojoule {

/// An interval that covers the true value with the stated probability, 0 < confidence < 1.
template <class T>
struct Interval {
  T lower;
  T upper;
  double confidence;
};

/// A point and, where one is honest, an interval.
template <class T>
struct Estimate {
  T point{};
  Outcome<Interval<T>> interval = Outcome<Interval<T>>::refuse("not asked");
};

}  // namespace isojoule
