// A number, or the reason why there is none.
#pragma once

#include <optional>
#include <string>
#include <utility>

namespace isojoule {

/// What a computation gave, or in words why the data do not allow one. Exactly one of the two is
/// there: `refused` is empty if and only if there is a value. A refusal is a lower-case phrase that
/// fits behind "refused: ", without a full stop; it is not an Error.
template <class T>
struct Outcome {
  std::optional<T> value;
  std::string refused;

  Outcome(T given) : value(std::move(given)) {}
  static Outcome refuse(std::string reason) { return Outcome(std::nullopt, std::move(reason)); }

  explicit operator bool() const { return value.has_value(); }
  const T& operator*() const { return *value; }
  const T* operator->() const { return &*value; }

 private:
  Outcome(std::nullopt_t, std::string reason) : refused(std::move(reason)) {}
};

}  // namespace isojoule
