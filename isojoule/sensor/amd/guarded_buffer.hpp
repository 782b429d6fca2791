// A buffer for a vendor's structure whose true size may not be the one that we know.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>

namespace isojoule::amd {

/// Larger than any of AMD SMI's structures that are asked for here, and filled with a pattern, so
/// that it shows how far the library has written: what a newer library adds to a structure neither
/// harms us nor passes unseen.
class GuardedBuffer {
 public:
  GuardedBuffer() { bytes_.fill(kPattern); }

  void* data() { return bytes_.data(); }
  const char* text() const { return reinterpret_cast<const char*>(bytes_.data()); }

  /// The number that stands at `offset`.
  template <class Number>
  Number at(std::size_t offset) const {
    Number number;
    std::memcpy(&number, bytes_.data() + offset, sizeof number);
    return number;
  }

  /// Whether nothing was written from `size` on.
  bool is_untouched_from(std::size_t size) const {
    return std::all_of(bytes_.begin() + static_cast<std::ptrdiff_t>(size), bytes_.end(),
                       [](std::byte byte) { return byte == kPattern; });
  }

 private:
  static constexpr std::byte kPattern{0xa5};
  alignas(16) std::array<std::byte, 4096> bytes_;
};

}  // namespace isojoule::amd
