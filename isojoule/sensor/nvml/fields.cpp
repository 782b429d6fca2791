#include "isojoule/sensor/nvml/fields.hpp"

#include <cmath>
#include <optional>
#include <type_traits>

namespace isojoule::nvml {
namespace {

template <class Integer>
std::optional<std::uint64_t> whole(Integer number) {
  if constexpr (std::is_signed_v<Integer>) {
    if (number < 0) return std::nullopt;  // all ones among them
  } else {
    if (number == std::numeric_limits<Integer>::max()) return std::nullopt;
  }
  return static_cast<std::uint64_t>(number);
}

std::optional<std::uint64_t> rounded(double number) {
  constexpr double kTooLarge = 18446744073709551616.0;  // 2^64
  if (!(number >= 0.0 && number < kTooLarge)) return std::nullopt;
  return static_cast<std::uint64_t>(std::round(number));
}

std::optional<std::uint64_t> count_in(const FieldValue& answer) {
  switch (answer.type) {
    case ValueType::real:
      return rounded(answer.value.real);
    case ValueType::unsigned_int:
      return whole(answer.value.unsigned_int);
    case ValueType::unsigned_long:
      return whole(answer.value.unsigned_long);
    case ValueType::unsigned_long_long:
      return whole(answer.value.unsigned_long_long);
    case ValueType::signed_long_long:
      return whole(answer.value.signed_long_long);
    case ValueType::signed_int:
      return whole(answer.value.signed_int);
    case ValueType::unsigned_short:
      return whole(answer.value.unsigned_short);
  }
  return std::nullopt;
}

}  // namespace

void ask(const Api& api, Device device, std::span<FieldValue> values) {
  for (FieldValue& value : values) value.result = Result::not_supported;
  const Result all = call(api.field_values, device, static_cast<int>(values.size()), values.data());
  if (all == Result::success) return;
  for (FieldValue& value : values) value.result = all;
}

Result take_count(const FieldValue& answer, std::uint64_t& count) {
  if (answer.result != Result::success) return answer.result;
  const std::optional<std::uint64_t> number = count_in(answer);
  if (!number) return Result::no_data;
  count = *number;
  return Result::success;
}

}  // namespace isojoule::nvml
