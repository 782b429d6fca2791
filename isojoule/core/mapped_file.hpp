// A file in memory.
#pragma once

#include <filesystem>
#include <string_view>

namespace isojoule {

/// The bytes of a whole file, read only, for as long as the object lives. A file that others cut
/// meanwhile ends the program, as memory that is taken away does.
class MappedFile {
 public:
  /// Throws Error(io) for what cannot be opened and for what is no regular file, without waiting.
  explicit MappedFile(const std::filesystem::path& file);
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  ~MappedFile();

  std::string_view bytes() const { return {static_cast<const char*>(data_), size_}; }

 private:
  void* data_ = nullptr;  ///< null of an empty file
  std::size_t size_ = 0;
};

}  // namespace isojoule
