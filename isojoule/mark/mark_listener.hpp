// The meter's end of the marks.
#pragma once

#include <filesystem>
#include <functional>
#include <thread>

#include "isojoule/core/mark.hpp"

namespace isojoule {

/// A Unix datagram socket in a private directory, and a thread that reads it.
class MarkListener {
 public:
  /// `on_mark` is called on the listener's thread for each well-formed mark; others are dropped.
  /// Throws Error(io) if the socket cannot be made.
  explicit MarkListener(std::function<void(const Mark&)> on_mark);
  MarkListener(const MarkListener&) = delete;
  MarkListener& operator=(const MarkListener&) = delete;
  /// Stops and removes the socket and its directory.
  ~MarkListener();

  /// For ISOJOULE_MARKS.
  const std::filesystem::path& path() const { return path_; }

  /// Reads what has been sent up to now, then stops. No call after it returns.
  void stop();

 private:
  void run();

  std::function<void(const Mark&)> on_mark_;
  std::filesystem::path directory_;
  std::filesystem::path path_;
  int socket_ = -1;
  int stop_event_ = -1;
  std::thread thread_;
};

}  // namespace isojoule
