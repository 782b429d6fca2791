// A count that refuses to overflow.
#pragma once

#include <cstdint>

#include "isojoule/core/error.hpp"

namespace isojoule {

/// A whole number below 2^64. Sums and products that do not fit throw Error(bad_input).
class Count {
 public:
  // Implicit, so that formulas read as they are written in the headers.
  constexpr Count(std::uint64_t value) : value_(value) {}
  constexpr std::uint64_t value() const { return value_; }

  friend Count operator+(Count a, Count b) {
    std::uint64_t sum = 0;
    if (__builtin_add_overflow(a.value_, b.value_, &sum)) too_large();
    return sum;
  }
  friend Count operator*(Count a, Count b) {
    std::uint64_t product = 0;
    if (__builtin_mul_overflow(a.value_, b.value_, &product)) too_large();
    return product;
  }
  Count& operator+=(Count other) { return *this = *this + other; }

 private:
  [[noreturn]] static void too_large() {
    throw Error(ErrorCode::bad_input,
                "the model is too large: a count of it exceeds 2^64; use fewer layers or units");
  }

  std::uint64_t value_;
};

}  // namespace isojoule
