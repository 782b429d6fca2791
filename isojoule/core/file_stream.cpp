#include "isojoule/core/file_stream.hpp"

#include <cstddef>

namespace isojoule {
namespace {

constexpr std::size_t kBufferBytes = 1 << 16;

}  // namespace

InputStream::InputStream(Files& files, const std::filesystem::path& file) : std::istream(nullptr) {
  buffer_.file = files.open_to_read(file, buffer_.error);
  if (buffer_.file) buffer_.bytes.resize(kBufferBytes);
  rdbuf(&buffer_);  // clears the state
  if (!buffer_.file) setstate(failbit);
}

InputStream::Buffer::int_type InputStream::Buffer::underflow() {
  if (!file) return traits_type::eof();
  const std::size_t got = error ? 0 : file->read(bytes, error);
  if (got == 0 && error) throw std::system_error(error);
  if (got == 0) return traits_type::eof();
  setg(bytes.data(), bytes.data(), bytes.data() + got);
  return traits_type::to_int_type(bytes.front());
}

}  // namespace isojoule
