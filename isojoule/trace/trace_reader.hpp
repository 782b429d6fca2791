// Reads a trace, also one that is still being written or was cut off.
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "isojoule/core/file_stream.hpp"
#include "isojoule/trace/trace.hpp"

namespace isojoule {

/// Streams the events of a file in constant memory, in the order in which they were written: in
/// time order within one source, nearly so between sources.
class TraceReader {
 public:
  /// Throws Error(io) if the file cannot be read, Error(bad_input) if it is not a trace, is of a
  /// newer version, or its header is damaged.
  explicit TraceReader(const std::filesystem::path& file, Files& files = real_files());

  const TraceHeader& header() const { return header_; }

  /// The next event; empty at the end. A cut-off last event counts as the end (see truncated());
  /// damage before the end throws Error(bad_input) with the offset, a failure to read Error(io).
  /// Whole events that cannot be understood are passed over (see passed_over()) where the file is
  /// of a newer minor version, and Error(bad_input) elsewhere.
  std::optional<TraceEvent> next();

  /// Whether reading ended within an event.
  bool truncated() const { return truncated_; }

  /// Number of events so far that only a newer isojoule understands.
  std::size_t passed_over() const { return passed_over_; }

 private:
  std::optional<std::vector<std::uint8_t>> next_frame();
  void require_readable() const;

  std::filesystem::path file_;
  InputStream stream_;
  std::uint64_t size_ = 0;
  std::uint64_t offset_ = 0;
  TraceHeader header_;
  bool truncated_ = false;
  bool passes_over_unknown_ = false;
  std::size_t passed_over_ = 0;
};

}  // namespace isojoule
