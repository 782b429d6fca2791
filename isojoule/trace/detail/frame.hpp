// The bytes of one event: shared by the writer and the reader.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace isojoule::detail {

inline constexpr char kTraceMagic[8] = {'i', 's', 'o', 'j', 't', 'r', 'c', '\n'};

enum class FrameType : std::uint8_t {
  header = 'H',
  poll = 'P',           ///< with a bit for each sample: whether it is there
  complete_poll = 'p',  ///< every sample is there
  mark = 'M',
  fault = 'F',
  clocks = 'C',
  command = 'X',
  rest = 'R',
};

/// LEB128, 7 bits a byte, lowest first.
inline void put_varint(std::vector<std::uint8_t>& out, std::uint64_t value) {
  while (value >= 0x80) {
    out.push_back(static_cast<std::uint8_t>(value | 0x80));
    value >>= 7;
  }
  out.push_back(static_cast<std::uint8_t>(value));
}

/// Signed, small magnitudes short (zigzag).
inline void put_signed(std::vector<std::uint8_t>& out, std::int64_t value) {
  const auto bits = static_cast<std::uint64_t>(value);
  put_varint(out, value < 0 ? ~(bits << 1) : bits << 1);
}

inline void put_text(std::vector<std::uint8_t>& out, const std::string& text) {
  put_varint(out, text.size());
  out.insert(out.end(), text.begin(), text.end());
}

/// Takes values off the front of a frame's payload; everything is empty after the first fault.
class Cursor {
 public:
  explicit Cursor(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  std::optional<std::uint64_t> varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      if (bytes_.empty()) return fail();
      const std::uint8_t byte = bytes_.front();
      bytes_ = bytes_.subspan(1);
      value |= std::uint64_t{byte & 0x7fu} << shift;
      if ((byte & 0x80) == 0) return value;
    }
    return fail();
  }

  std::optional<std::int64_t> signed_varint() {
    const auto bits = varint();
    if (!bits) return std::nullopt;
    return static_cast<std::int64_t>((*bits & 1) != 0 ? ~(*bits >> 1) : *bits >> 1);
  }

  std::optional<std::uint8_t> byte() {
    if (bytes_.empty()) {
      fail();
      return std::nullopt;
    }
    const std::uint8_t value = bytes_.front();
    bytes_ = bytes_.subspan(1);
    return value;
  }

  std::optional<std::string> text() {
    const auto size = varint();
    if (!size || *size > bytes_.size()) {
      fail();
      return std::nullopt;
    }
    const auto part = bytes_.first(static_cast<std::size_t>(*size));
    bytes_ = bytes_.subspan(part.size());
    return std::string(part.begin(), part.end());
  }

  bool at_end() const { return bytes_.empty() && !failed_; }

 private:
  std::optional<std::uint64_t> fail() {
    failed_ = true;
    bytes_ = {};
    return std::nullopt;
  }

  std::span<const std::uint8_t> bytes_;
  bool failed_ = false;
};

}  // namespace isojoule::detail
