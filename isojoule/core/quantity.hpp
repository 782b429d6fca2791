// Physical quantities as types: energy, power, duration, work.
//
// A Quantity is a double in SI units (joule, second, floating-point operation) whose exponents are
// part of its type, so that adding joules to watts does not compile. Numbers go in and come out
// only through a named unit:
//
//   Energy e = 3.5 * kilojoule;      double j = e.in(joule);      Power p = e / (2.0 * second);
#pragma once

#include <compare>
#include <type_traits>

namespace isojoule {

/// A quantity of dimension joule^J second^S flop^F. Default-constructed it is zero.
/// Plain value; every operation is a single IEEE double operation and never throws.
template <int J, int S, int F>
class Quantity {
 public:
  constexpr Quantity() = default;

  /// How many `unit`s this is: `energy.in(joule)`.
  constexpr double in(Quantity unit) const { return si_ / unit.si_; }

  constexpr Quantity operator-() const { return Quantity(-si_); }
  constexpr Quantity& operator+=(Quantity other) {
    si_ += other.si_;
    return *this;
  }
  constexpr Quantity& operator-=(Quantity other) {
    si_ -= other.si_;
    return *this;
  }
  friend constexpr Quantity operator+(Quantity a, Quantity b) { return Quantity(a.si_ + b.si_); }
  friend constexpr Quantity operator-(Quantity a, Quantity b) { return Quantity(a.si_ - b.si_); }
  friend constexpr Quantity operator*(Quantity a, double b) { return Quantity(a.si_ * b); }
  friend constexpr Quantity operator*(double a, Quantity b) { return Quantity(a * b.si_); }
  friend constexpr Quantity operator/(Quantity a, double b) { return Quantity(a.si_ / b); }
  friend constexpr auto operator<=>(Quantity a, Quantity b) = default;

 private:
  explicit constexpr Quantity(double si) : si_(si) {}

  template <int, int, int>
  friend class Quantity;
  friend struct QuantityAccess;

  double si_ = 0.0;
};

/// The one place where a bare number meets a dimension; used by the units and operators below.
struct QuantityAccess {
  template <class Q>
  static constexpr Q make(double si) {
    return Q(si);
  }
  template <int J, int S, int F>
  static constexpr double si(Quantity<J, S, F> q) {
    return q.si_;
  }
};

/// Product of two quantities; a plain double when the dimensions cancel.
template <int J1, int S1, int F1, int J2, int S2, int F2>
constexpr auto operator*(Quantity<J1, S1, F1> a, Quantity<J2, S2, F2> b) {
  const double product = QuantityAccess::si(a) * QuantityAccess::si(b);
  if constexpr (J1 + J2 == 0 && S1 + S2 == 0 && F1 + F2 == 0) {
    return product;
  } else {
    return QuantityAccess::make<Quantity<J1 + J2, S1 + S2, F1 + F2>>(product);
  }
}

/// Ratio of two quantities; a plain double when they have the same dimension.
template <int J1, int S1, int F1, int J2, int S2, int F2>
constexpr auto operator/(Quantity<J1, S1, F1> a, Quantity<J2, S2, F2> b) {
  const double ratio = QuantityAccess::si(a) / QuantityAccess::si(b);
  if constexpr (J1 == J2 && S1 == S2 && F1 == F2) {
    return ratio;
  } else {
    return QuantityAccess::make<Quantity<J1 - J2, S1 - S2, F1 - F2>>(ratio);
  }
}

using Energy = Quantity<1, 0, 0>;
using Power = Quantity<1, -1, 0>;
using Duration = Quantity<0, 1, 0>;
using Work = Quantity<0, 0, 1>;

/// One SI unit of a quantity's type; 1 of a plain number. For code that is generic over both:
/// `value / si_unit<T>` is a number, `number * si_unit<T>` a value.
template <class T>
inline constexpr T si_unit = QuantityAccess::make<T>(1.0);
template <>
inline constexpr double si_unit<double> = 1.0;

inline constexpr Energy joule = QuantityAccess::make<Energy>(1.0);
inline constexpr Energy microjoule = 1e-6 * joule;
inline constexpr Energy millijoule = 1e-3 * joule;
inline constexpr Energy kilojoule = 1e3 * joule;
inline constexpr Energy kilowatt_hour = 3.6e6 * joule;

inline constexpr Duration second = QuantityAccess::make<Duration>(1.0);
inline constexpr Duration microsecond = 1e-6 * second;
inline constexpr Duration millisecond = 1e-3 * second;
inline constexpr Duration minute = 60.0 * second;
inline constexpr Duration hour = 3600.0 * second;

inline constexpr Power watt = joule / second;
inline constexpr Power milliwatt = 1e-3 * watt;
inline constexpr Power kilowatt = 1e3 * watt;

inline constexpr Work flop = QuantityAccess::make<Work>(1.0);
inline constexpr Work gigaflop = 1e9 * flop;

}  // namespace isojoule
