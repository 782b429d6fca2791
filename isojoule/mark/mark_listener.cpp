#include "isojoule/mark/mark_listener.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <utility>
#include <vector>

#include "isojoule/core/error.hpp"
#include "isojoule/core/files.hpp"

namespace isojoule {
namespace {

/// Where the socket may lie: where the user wants temporary files, and where there is most often
/// room for them. Its path must fit an address, and be seen from within containers that share /tmp,
/// so XDG_RUNTIME_DIR comes last.
std::vector<std::filesystem::path> candidate_directories(const Environment& environment) {
  std::vector<std::filesystem::path> candidates;
  if (const auto wanted = environment.get("TMPDIR"); wanted && !wanted->empty())
    candidates.emplace_back(*wanted);
  candidates.emplace_back("/tmp");
  if (const auto runtime = environment.get("XDG_RUNTIME_DIR"); runtime && !runtime->empty())
    candidates.emplace_back(*runtime);
  return candidates;
}

/// A socket bound to `path`; -1 if that cannot be done.
int bound_socket(const std::string& path, std::error_code& error) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    error = std::make_error_code(std::errc::filename_too_long);
    return -1;
  }
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  const int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (descriptor >= 0 &&
      bind(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
    return descriptor;
  error = {errno, std::generic_category()};
  if (descriptor >= 0) close(descriptor);
  return -1;
}

}  // namespace

MarkSocket::MarkSocket(const World& world) : files_(*world.files) {
  std::string reasons;
  for (const auto& candidate : candidate_directories(*world.environment)) {
    std::error_code error;
    directory_ = files_.make_temporary_directory(candidate / "isojoule-", error);
    if (!error) {
      path_ = directory_ / "marks";
      descriptor_ = bound_socket(path_.string(), error);
      if (descriptor_ >= 0) return;
      files_.remove(directory_);
    }
    reasons += (reasons.empty() ? "" : "; ") + candidate.string() + ": " + reason_of(error);
  }
  throw Error(ErrorCode::io, "there is no place for the socket of marks (" + reasons +
                                 "); set TMPDIR to a directory with a short name");
}

MarkSocket::~MarkSocket() {
  close(descriptor_);
  if (!owner_.is_here()) return;
  files_.remove(path_);
  files_.remove(directory_);
}

MarkListener::MarkListener(const MarkSocket& socket, std::function<void(const Mark&)> on_mark)
    : socket_(socket.descriptor()),
      on_mark_(std::move(on_mark)),
      stop_event_(eventfd(0, EFD_CLOEXEC)) {
  if (stop_event_ < 0)
    throw Error(ErrorCode::io, std::string("cannot listen for marks: ") + std::strerror(errno));
  thread_ = std::thread([this] { run(); });
}

MarkListener::~MarkListener() {
  stop();
  close(stop_event_);
}

void MarkListener::stop() {
  if (!thread_.joinable()) return;
  if (!owner_.is_here()) {
    // The event would stop the parent's thread, and there is none here to be joined: its handle is
    // left behind.
    new std::thread(std::move(thread_));
    return;
  }
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = write(stop_event_, &one, sizeof one);
  thread_.join();
}

void MarkListener::run() const {
  std::array<char, kMaxMarkBytes + 1> buffer;  // one more, so that a longer datagram is noticed
  while (true) {
    std::array<pollfd, 2> ready{{{socket_, POLLIN, 0}, {stop_event_, POLLIN, 0}}};
    if (poll(ready.data(), ready.size(), -1) < 0 && errno != EINTR) return;
    while (true) {
      const ssize_t size = recv(socket_, buffer.data(), buffer.size(), 0);
      if (size < 0) break;
      const std::string_view datagram(buffer.data(), static_cast<std::size_t>(size));
      const Instant received = real_world().clock->now();
      if (const auto mark = parse_mark(datagram, received)) on_mark_(*mark);
    }
    if (ready[1].revents != 0) return;  // after the socket was emptied
  }
}

}  // namespace isojoule
