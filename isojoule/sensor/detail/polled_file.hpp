// A small file of /proc or /sys that is opened once and read again and again.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace isojoule::detail {

/// One open file. Keeping it open makes a reading one system call, and lets a reader go on that
/// gives up its privileges after opening.
class PolledFile {
 public:
  /// Opens it for reading; error() tells whether that worked.
  explicit PolledFile(const std::filesystem::path& path);
  PolledFile(PolledFile&& other) noexcept;
  PolledFile& operator=(PolledFile&&) = delete;
  ~PolledFile();

  /// errno of the opening; 0 if it is open.
  int error() const noexcept { return error_; }

  /// The file's first bytes as they are now, kept in `buffer`; fewer than `buffer` holds if the
  /// file is shorter. Empty if they cannot be read; `why_not` then says why.
  std::optional<std::string_view> read(std::span<char> buffer, std::string& why_not) const;

 private:
  int descriptor_;
  int error_;
};

/// The whole text as one unsigned decimal number, a final newline allowed. Empty for anything else:
/// nothing, a sign, other characters, more than 64 bits.
std::optional<std::uint64_t> parse_count(std::string_view text);

/// The file's text as such a number. Empty if there is none; `why_not` then says why.
std::optional<std::uint64_t> read_count(const PolledFile& file, std::string& why_not);

/// The system's words for an errno.
std::string describe_errno(int error);

}  // namespace isojoule::detail
