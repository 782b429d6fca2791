#include "isojoule/sensor/detail/polled_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <system_error>
#include <utility>

namespace isojoule::detail {

PolledFile::PolledFile(const std::filesystem::path& path)
    : descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)),
      error_(descriptor_ < 0 ? errno : 0) {}

PolledFile::PolledFile(PolledFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      error_(std::exchange(other.error_, EBADF)) {}

PolledFile::~PolledFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

std::optional<std::string_view> PolledFile::read(std::span<char> buffer,
                                                 std::string& why_not) const {
  const ssize_t length = ::pread(descriptor_, buffer.data(), buffer.size(), 0);
  if (length < 0) {
    why_not = describe_errno(errno);
    return std::nullopt;
  }
  return std::string_view(buffer.data(), static_cast<std::size_t>(length));
}

std::optional<std::uint64_t> parse_count(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  std::uint64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return count;
}

std::optional<std::uint64_t> read_count(const PolledFile& file, std::string& why_not) {
  std::array<char, 32> buffer;
  const auto text = file.read(buffer, why_not);
  if (!text) return std::nullopt;
  const auto count = parse_count(*text);
  if (!count) why_not = "not a number";
  return count;
}

std::string describe_errno(int error) { return std::generic_category().message(error); }

}  // namespace isojoule::detail
