// Writes a trace while the run goes on.
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "isojoule/core/files.hpp"
#include "isojoule/core/owning_process.hpp"
#include "isojoule/trace/trace_sink.hpp"

namespace isojoule {

/// Appends events to a new file, each with one write(2): after SIGKILL the file holds everything up
/// to the last event, and at most that one is cut. Thread-safe. A copy that a fork made writes
/// nothing, waits for nothing and may be destroyed: the file is the parent's.
class TraceWriter final : public TraceSink {
 public:
  /// Makes the file (and its directory), readable and writable by the owner. Throws Error(io) if
  /// that cannot be done, also if it exists. `files` must outlive the writer.
  TraceWriter(Files& files, const std::filesystem::path& file, const TraceHeader& header);

  const std::filesystem::path& file() const { return file_; }

  /// Never throws: a failed write (a full disk) is remembered in failure() and later events are
  /// dropped, so that what stands in the file stays readable.
  void append(const TraceEvent& event) noexcept override;

  /// Why writing stopped; empty while it has not. In a fork: that it is one.
  std::string failure() const;

 private:
  void write_frame(const std::vector<std::uint8_t>& frame);

  OwningProcess owner_;
  std::filesystem::path file_;
  Instant epoch_;
  std::unique_ptr<OutputFile> output_;
  mutable std::mutex mutex_;
  std::vector<std::uint8_t> buffer_;
  std::string failure_;
};

}  // namespace isojoule
