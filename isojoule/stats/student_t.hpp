// Student's t distribution.
#pragma once

namespace isojoule {

/// t with P(T <= t) = p, for 0 < p < 1 and more than 0 degrees of freedom.
double student_t_quantile(double p, double degrees_of_freedom);

/// P(|T| >= |t|).
double student_t_two_sided(double t, double degrees_of_freedom);

}  // namespace isojoule
