#include "isojoule/energy/unseen_power.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace isojoule {
namespace {

// Values of tau that are averaged over; more change nothing in three digits.
constexpr std::size_t kTaus = 40;
// A chance of 0 would forbid what was seen once.
constexpr double kLeastChance = 1e-3;

double square(double value) { return value * value; }

/// What switching with a covariance of exp(-t / tau) gives, theta being T / tau and `share` that of
/// T over which a value is averaged.
struct Switching {
  double back;      ///< chance that the power goes straight back after a change
  double variance;  ///< n times that of the mean, over the half mean squared difference of a step
};

Switching switching(double theta, double share) {
  const double psi = std::max(theta * share, 1e-4);  // below, rounding eats the differences
  const double decay = std::exp(-theta);
  const double own = 2.0 * (psi + std::expm1(-psi)) / square(psi);
  // exp(-theta) 2 (cosh(psi) - 1) / psi^2, without an overflow.
  const double next = square((std::exp(psi) - 1.0) / psi) * std::exp(-theta - psi);
  const double near = own - next;
  const double far = own - next * decay;
  const double error = own + 2.0 * next / -std::expm1(-theta) - 2.0 / theta;
  return {std::clamp(1.0 - far / (2.0 * near), kLeastChance, 0.5), error / near};
}

}  // namespace

void UnseenPower::add(Duration step, Power first, Power last) {
  const double near = square((last - first).in(watt));
  ++steps_;
  length_ += step;
  near_ += near;
  fourth_ += square(near);
  if (before_ && before_->second == first) {
    ++pairs_;
    far_ += square((last - before_->first).in(watt));
  }
  before_ = {first, last};
}

void UnseenPower::join(const UnseenPower& other) {
  steps_ += other.steps_;
  length_ += other.length_;
  near_ += other.near_;
  fourth_ += other.fourth_;
  before_.reset();
  pairs_ += other.pairs_;
  far_ += other.far_;
}

std::optional<UnseenPower::Result> UnseenPower::result(Duration averaging) const {
  if (pairs_ == 0) return std::nullopt;
  const auto steps = static_cast<double>(steps_);
  const Duration interval = length_ / steps;
  const double share = averaging / interval;
  if (share > 0.99) return std::nullopt;
  if (near_ == 0.0) return Result{Power{}, steps, interval};

  const double near = near_ / (2.0 * steps);
  const double far = far_ / (2.0 * static_cast<double>(pairs_));
  const double changes = square(near_) / fourth_;
  const double back = std::clamp(1.0 - far / (2.0 * near), 0.0, 1.0);
  const double slowest = std::log(interval / length_);
  const double fastest = std::log(std::max(interval / kShortest, 10.0));
  std::array<Switching, kTaus> taus{};
  std::array<double, kTaus> logs{};
  for (std::size_t i = 0; i < kTaus; ++i) {
    const double place = static_cast<double>(i) / (kTaus - 1);
    taus[i] = switching(std::exp(slowest + place * (fastest - slowest)), share);
    logs[i] =
        changes * (back * std::log(taus[i].back) + (1.0 - back) * std::log(1.0 - taus[i].back));
  }
  const double highest = *std::ranges::max_element(logs);
  double weights = 0.0;
  double variance = 0.0;
  for (std::size_t i = 0; i < kTaus; ++i) {
    const double weight = std::exp(logs[i] - highest);
    weights += weight;
    variance += weight * taus[i].variance;
  }
  variance *= near / (weights * steps);
  return Result{std::sqrt(variance) * watt, 2.0 * changes, interval};
}

}  // namespace isojoule
