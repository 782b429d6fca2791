// The meter's end of the marks.
#pragma once

#include <filesystem>
#include <functional>
#include <thread>

#include "isojoule/core/mark.hpp"
#include "isojoule/core/owning_process.hpp"
#include "isojoule/core/world.hpp"

namespace isojoule {

/// A Unix datagram socket in a private directory; both go with the object, but not with a copy that
/// a fork made.
class MarkSocket {
 public:
  /// In TMPDIR, else /tmp, else XDG_RUNTIME_DIR. Throws Error(io), with the reason of each, if it
  /// cannot be made in any of them. The world's files must outlive it.
  explicit MarkSocket(const World& world);
  MarkSocket(const MarkSocket&) = delete;
  MarkSocket& operator=(const MarkSocket&) = delete;
  ~MarkSocket();

  /// For ISOJOULE_MARKS.
  const std::filesystem::path& path() const { return path_; }
  int descriptor() const { return descriptor_; }

 private:
  Files& files_;
  OwningProcess owner_;
  std::filesystem::path directory_;
  std::filesystem::path path_;
  int descriptor_ = -1;
};

/// A thread that reads a socket, which must outlive it. A copy that a fork made has no thread; to
/// stop or destroy it does nothing to the parent's.
class MarkListener {
 public:
  /// `on_mark` is called on the listener's thread for each well-formed mark; others are dropped.
  /// Throws Error(io) if that cannot be set up.
  MarkListener(const MarkSocket& socket, std::function<void(const Mark&)> on_mark);
  MarkListener(const MarkListener&) = delete;
  MarkListener& operator=(const MarkListener&) = delete;
  ~MarkListener();

  /// Reads what has been sent up to now, then stops. No call of `on_mark` after it returns.
  void stop();

 private:
  void run() const;

  OwningProcess owner_;
  int socket_;
  std::function<void(const Mark&)> on_mark_;
  int stop_event_;
  std::thread thread_;
};

}  // namespace isojoule
