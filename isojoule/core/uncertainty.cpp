#include "isojoule/core/uncertainty.hpp"

#include <cmath>

namespace isojoule {

Energy UncertaintyBudget::standard() const {
  // By hypot, so that squares of tiny and huge energies stay within the range of numbers.
  double sum = 0.0;
  for (const UncertaintyComponent& component : components)
    sum = std::hypot(sum, component.standard.in(joule));
  return sum * joule;
}

}  // namespace isojoule
