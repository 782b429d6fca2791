// Whether a file is still the same.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

namespace isojoule::trainer {

struct Content {
  std::uint64_t bytes = 0;
  std::uint64_t hash = 0;

  friend bool operator==(const Content&, const Content&) = default;
};

/// The hash of a file's bytes, by derive_seed of their little-endian words of 64 bits, the last
/// padded with zeros. It tells files apart that were changed, not files that were forged. Empty for
/// what cannot be read and for what is no regular file.
std::optional<Content> content_of(const std::filesystem::path& file);

}  // namespace isojoule::trainer
