#include "trainer/audio/content_hash.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <vector>

#include "isojoule/stats/random.hpp"

namespace isojoule::trainer {
namespace {

/// Of a regular file only, or -1: a pipe has no end, nor has /dev/zero, and opening one must not
/// wait.
int open_regular(const std::filesystem::path& file) {
  const int descriptor = open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  struct stat status{};
  if (descriptor < 0 || (fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode)))
    return descriptor;
  close(descriptor);
  return -1;
}

/// Reads until `buffer` is full or the file ends; the number of bytes, or -1.
ssize_t read_full(int descriptor, std::vector<char>& buffer) {
  std::size_t filled = 0;
  while (filled < buffer.size()) {
    const ssize_t got = read(descriptor, buffer.data() + filled, buffer.size() - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return -1;
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  return static_cast<ssize_t>(filled);
}

}  // namespace

std::optional<Content> content_of(const std::filesystem::path& file) {
  constexpr std::size_t kBuffer = std::size_t{1} << 20;
  const int descriptor = open_regular(file);
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
