#include "isojoule/core/quantity.hpp"

#include <concepts>
#include <limits>
#include <type_traits>

#include <gtest/gtest.h>

#include "isojoule/core/instant.hpp"

namespace isojoule {
namespace {

template <class A, class B>
concept Addable = requires(A a, B b) { a + b; };
template <class A, class B>
concept Subtractable = requires(A a, B b) { a - b; };
template <class A, class B>
concept Comparable = requires(A a, B b) { a < b; };
template <class A, class B>
concept EqualityComparable = requires(A a, B b) { a == b; };
template <class A, class B>
concept Dividable = requires(A a, B b) { a / b; };
template <class Q, class Unit>
concept ReadableIn = requires(Q q, Unit unit) { q.in(unit); };

// The same dimension adds and compares; any other does not.
static_assert(Addable<Energy, Energy> && Subtractable<Duration, Duration>);
static_assert(!Addable<Energy, Power> && !Subtractable<Energy, Power>);
static_assert(!Addable<Energy, double> && !Addable<double, Duration>);
static_assert(Comparable<Power, Power> && EqualityComparable<Work, Work>);
static_assert(!Comparable<Energy, Duration> && !EqualityComparable<Energy, Power>);
static_assert(!Comparable<Energy, double> && !EqualityComparable<Energy, double>);
static_assert(!Addable<Instant, Instant> && !Addable<Instant, double> &&
              Addable<Instant, Duration>);

// No number goes in or comes out without a unit.
static_assert(!std::convertible_to<double, Energy> && !std::constructible_from<Energy, double>);
static_assert(!std::convertible_to<Energy, double> && !std::constructible_from<double, Energy>);
static_assert(!std::assignable_from<Energy&, double> && !std::is_assignable_v<Energy&, Power>);
static_assert(!std::convertible_to<Power, Energy> && !std::constructible_from<Energy, Work>);
static_assert(ReadableIn<Energy, Energy> && !ReadableIn<Energy, Power> &&
              !ReadableIn<Energy, double>);

// Products and ratios have the dimension that they should, and none where it cancels.
static_assert(std::same_as<decltype(watt * second), Energy>);
static_assert(std::same_as<decltype(second * watt), Energy>);
static_assert(std::same_as<decltype(joule / second), Power>);
static_assert(std::same_as<decltype(joule / watt), Duration>);
static_assert(std::same_as<decltype(flop / joule), Quantity<-1, 0, 1>>);
static_assert(std::same_as<decltype(joule / joule), double>);
static_assert(std::same_as<decltype(flop / joule * joule / flop), double>);
static_assert(std::same_as<decltype(2.0 * joule), Energy>);
static_assert(std::same_as<decltype(joule / 2.0), Energy>);
static_assert(!Dividable<double, Energy>);

// A plain double underneath: no price for the type.
static_assert(sizeof(Energy) == sizeof(double) && std::is_trivially_copyable_v<Energy>);
static_assert(Energy{} == 0.0 * joule);

TEST(Quantity, UnitsAreMultiplesOfTheSiUnit) {
  // Powers of ten that are whole numbers are exact; those below one are the nearest double.
  EXPECT_EQ((1.0 * kilojoule).in(joule), 1e3);
  EXPECT_EQ((1.0 * kilowatt_hour).in(joule), 3.6e6);
  EXPECT_EQ((1.0 * millijoule).in(joule), 1e-3);
  EXPECT_EQ((1.0 * microjoule).in(joule), 1e-6);
  EXPECT_EQ((1.0 * minute).in(second), 60.0);
  EXPECT_EQ((1.0 * hour).in(second), 3600.0);
  EXPECT_EQ((1.0 * millisecond).in(second), 1e-3);
  EXPECT_EQ((1.0 * microsecond).in(second), 1e-6);
  EXPECT_EQ((1.0 * kilowatt).in(watt), 1e3);
  EXPECT_EQ((1.0 * milliwatt).in(watt), 1e-3);
  EXPECT_EQ((1.0 * gigaflop).in(flop), 1e9);
  EXPECT_EQ((1.0 * kilowatt * hour).in(kilowatt_hour), 1.0);
}

TEST(Quantity, ComputesAsDoublesDo) {
  EXPECT_EQ((300.0 * watt * (10.0 * second) + 100.0 * watt * (10.0 * second)).in(joule), 4000.0);
  EXPECT_EQ((6.0 * joule / (3.0 * second)).in(watt), 2.0);
  EXPECT_EQ(6.0 * joule / (3.0 * joule), 2.0);
  EXPECT_EQ((-(2.0 * joule)).in(joule), -2.0);
  Energy energy = 5.0 * joule;
  energy += 2.0 * joule;
  energy -= 4.0 * joule;
  EXPECT_EQ(energy.in(joule), 3.0);
  EXPECT_EQ((energy - 1.0 * joule).in(joule), 2.0);
}

TEST(Quantity, OrdersAsDoublesDo) {
  EXPECT_LT(999.0 * joule, 1.0 * kilojoule);
  EXPECT_EQ(1000.0 * joule, 1.0 * kilojoule);
  const Energy nan = std::numeric_limits<double>::quiet_NaN() * joule;
  EXPECT_FALSE(nan < joule || nan > joule || nan == nan);
}

TEST(Instant, IsInWholeMicroseconds) {
  EXPECT_EQ(Instant::from_nanoseconds(1999).microseconds(), 1);
  EXPECT_EQ(Instant::from_nanoseconds(2000).microseconds(), 2);
  EXPECT_EQ(Instant::from_nanoseconds(-1).microseconds(), -1);
  EXPECT_EQ(Instant::from_nanoseconds(-1000).microseconds(), -1);
  EXPECT_EQ(Instant::from_nanoseconds(-1001).microseconds(), -2);
}

TEST(Instant, DifferenceIsADurationAndSumRoundsToTheNearest) {
  const Instant start = Instant::from_microseconds(5'000'000);
  const Instant end = Instant::from_microseconds(7'500'000);
  EXPECT_DOUBLE_EQ((end - start).in(second), 2.5);
  EXPECT_EQ(start + 2.5 * second, end);
  EXPECT_EQ((start + 0.6 * microsecond).microseconds(), 5'000'001);
  EXPECT_EQ((start + -0.6 * microsecond).microseconds(), 4'999'999);
  EXPECT_LT(start, end);
}

}  // namespace
}  // namespace isojoule
