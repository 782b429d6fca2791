#include "isojoule/stats/student_t.hpp"

#include <cassert>
#include <cmath>

#include <boost/math/distributions/students_t.hpp>

namespace isojoule {
namespace {

// Without long double, which is another type on every machine.
using Policy = boost::math::policies::policy<boost::math::policies::promote_double<false>>;
using StudentT = boost::math::students_t_distribution<double, Policy>;

}  // namespace

double student_t_quantile(double p, double degrees_of_freedom) {
  assert(p > 0.0 && p < 1.0 && degrees_of_freedom > 0.0);
  return boost::math::quantile(StudentT(degrees_of_freedom), p);
}

double student_t_two_sided(double t, double degrees_of_freedom) {
  assert(degrees_of_freedom > 0.0);
  return 2.0 * boost::math::cdf(boost::math::complement(StudentT(degrees_of_freedom), std::abs(t)));
}

}  // namespace isojoule
