#include "isojoule/core/mapped_file.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "isojoule/core/error.hpp"

namespace isojoule {
namespace {

[[noreturn]] void fail(const std::filesystem::path& file, int descriptor, int error) {
  if (descriptor >= 0) close(descriptor);
  throw Error(ErrorCode::io, file.string() + ": cannot be read: " + std::strerror(error));
}

}  // namespace

MappedFile::MappedFile(const std::filesystem::path& file) {
  const int descriptor = open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  struct stat status{};
  if (descriptor < 0 || fstat(descriptor, &status) != 0) fail(file, descriptor, errno);
  if (!S_ISREG(status.st_mode)) fail(file, descriptor, S_ISDIR(status.st_mode) ? EISDIR : EINVAL);
  size_ = static_cast<std::size_t>(status.st_size);
  if (size_ > 0) data_ = mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, descriptor, 0);
  if (data_ == MAP_FAILED) fail(file, descriptor, errno);
  close(descriptor);
}

MappedFile::~MappedFile() {
  if (data_ != nullptr) munmap(data_, size_);
}

}  // namespace isojoule
