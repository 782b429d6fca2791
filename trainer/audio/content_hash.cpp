#include "trainer/audio/content_hash.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cstring>
#include <vector>

#include "isojoule/stats/random.hpp"

namespace isojoule::trainer {
namespace {

/// Reads until `buffer` is full or the file ends; the number of bytes, or -1.
ssize_t read_full(int descriptor, std::vector<char>& buffer) {
  std::size_t filled = 0;
  while (filled < buffer.size()) {
    const ssize_t got = read(descriptor, buffer.data() + filled, buffer.size() - filled);
    if (got < 0) return -1;
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  return static_cast<ssize_t>(filled);
}

}  // namespace

std::optional<Content> content_of(const std::filesystem::path& file) {
  constexpr std::size_t kBuffer = std::size_t{1} << 20;
  const int descriptor = open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return std::nullopt;
  std::vector<char> buffer(kBuffer);
  Content content;
  ssize_t got = 0;
  while ((got = read_full(descriptor, buffer)) > 0) {
    const auto count = static_cast<std::size_t>(got);
    content.bytes += count;
    for (std::size_t at = 0; at < count; at += sizeof(std::uint64_t)) {
      std::uint64_t word = 0;
      std::memcpy(&word, buffer.data() + at, std::min(sizeof word, count - at));
      word ^= content.hash;
      content.hash = splitmix64(word);
    }
  }
  close(descriptor);
  if (got < 0) return std::nullopt;
  return content;
}

}  // namespace isojoule::trainer
