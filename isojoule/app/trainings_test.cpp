#include "isojoule/app/trainings.hpp"

#include <functional>
#include <vector>

#include <gtest/gtest.h>

#include "isojoule/core/error.hpp"

#include "support/test_table.hpp"

namespace isojoule {
namespace {

using test_table::error_of;

Basis basis() {
  return {Scope::package, Kind::measured, Boundary::gross, kStepsProtocol, 8, "float32"};
}

void check(const Basis& a, const Basis& b, bool allow_modelled) {
  check_comparable(a, "record 01H", b, "profile 'xeon'", allow_modelled);
}

TEST(CheckComparable, EqualBasesAre) {
  EXPECT_NO_THROW(check(basis(), basis(), false));
  Basis modelled = basis();
  modelled.kind = Kind::modelled;
  EXPECT_NO_THROW(check(modelled, modelled, false));
}

TEST(CheckComparable, ModelledAgainstMeasuredMustBeAskedFor) {
  Basis modelled = basis();
  modelled.kind = Kind::modelled;
  const Error error = error_of([&] { check(basis(), modelled, false); });
  EXPECT_EQ(error.code(), ErrorCode::incompatible);
  EXPECT_STREQ(error.what(),
               "record 01H and profile 'xeon' cannot be compared: kind: measured against modelled "
               "(unless modelled energies are allowed)");
  EXPECT_NO_THROW(check(basis(), modelled, true));
  EXPECT_NO_THROW(check(modelled, basis(), true));
}

TEST(CheckComparable, AnyOtherDifferenceIsRefusedEvenThen) {
  const std::vector<std::function<void(Basis&)>> changes{
      [](Basis& b) { b.scope = Scope::gpu; },   [](Basis& b) { b.boundary = Boundary::net; },
      [](Basis& b) { b.protocol = "command"; }, [](Basis& b) { b.batch = 16; },
      [](Basis& b) { b.batch = std::nullopt; }, [](Basis& b) { b.precision = "tf32"; },
      [](Basis& b) { b.precision.clear(); }};
  for (const auto& change : changes) {
    Basis other = basis();
    change(other);
    EXPECT_EQ(error_of([&] { check(basis(), other, true); }).code(), ErrorCode::incompatible);
  }
}

TEST(CheckComparable, NamesEveryDifference) {
  Basis other = basis();
  other.kind = Kind::modelled;
  other.batch = 16;
  EXPECT_STREQ(error_of([&] { check(basis(), other, true); }).what(),
               "record 01H and profile 'xeon' cannot be compared: kind: measured against modelled; "
               "batch: 8 against 16");
}

}  // namespace
}  // namespace isojoule
