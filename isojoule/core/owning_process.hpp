// Which process an object belongs to: a fork copies objects, but not the threads that serve them
// nor the right to what they keep.
#pragma once

#include <sys/types.h>
#include <unistd.h>

namespace isojoule {

/// Made with an object, it says whether the object is used in the process that made it. In a fork
/// the object's threads are not there, its locks may be held for ever, and its files and sockets
/// are the parent's:
///
///     if (!owner_.is_here()) return;  // before any lock
///
/// A copy keeps the process of the original. Thread-safe.
class OwningProcess {
 public:
  bool is_here() const noexcept { return getpid() == process_; }

 private:
  pid_t process_ = getpid();
};

}  // namespace isojoule
