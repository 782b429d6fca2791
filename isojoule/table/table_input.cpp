#include "isojoule/table/table_input.hpp"

#include <iostream>
#include <utility>

#include "isojoule/core/error.hpp"

namespace isojoule {
namespace {

constexpr const char* kStandardInput = "-";

/// nullptr: standard input.
std::unique_ptr<InputStream> opened(const std::string& file) {
  if (file == kStandardInput) return nullptr;
  auto stream = std::make_unique<InputStream>(real_files(), file);
  if (stream->error())
    throw Error(ErrorCode::io, file + ": cannot be opened: " + reason_of(stream->error()));
  return stream;
}

std::string beginning_of(std::istream& in, const std::string& where) {
  std::string beginning(kBeginningBytes, '\0');
  in.read(beginning.data(), static_cast<std::streamsize>(beginning.size()));
  if (in.bad()) throw Error(ErrorCode::io, where + ": cannot be read");
  beginning.resize(static_cast<std::size_t>(in.gcount()));
  return beginning;
}

}  // namespace

TableInput::Buffer::Buffer(std::string& beginning, std::streambuf& source) : source_(source) {
  setg(beginning.data(), beginning.data(), beginning.data() + beginning.size());
}

TableInput::Buffer::int_type TableInput::Buffer::underflow() {
  block_.resize(kBeginningBytes);
  const auto read = source_.sgetn(block_.data(), static_cast<std::streamsize>(block_.size()));
  if (read <= 0) return traits_type::eof();
  setg(block_.data(), block_.data(), block_.data() + read);
  return traits_type::to_int_type(block_.front());
}

TableInput::TableInput(const std::string& file)
    : file_(opened(file)),
      where_(file == kStandardInput ? "standard input" : file),
      beginning_(beginning_of(file_ ? *file_ : std::cin, where_)),
      buffer_(beginning_, file_ ? *file_->rdbuf() : *std::cin.rdbuf()),
      stream_(&buffer_) {}

TableInput::TableInput(std::istream& in, std::string where)
    : where_(std::move(where)),
      beginning_(beginning_of(in, where_)),
      buffer_(beginning_, *in.rdbuf()),
      stream_(&buffer_) {}

}  // namespace isojoule
