#include "isojoule/mark/mark_listener.hpp"

#include <poll.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <utility>

#include "isojoule/core/error.hpp"
#include "isojoule/core/world.hpp"

namespace isojoule {
namespace {

std::filesystem::path make_private_directory() {
  // Not $XDG_RUNTIME_DIR: the path must fit a socket address and survive containers that share
  // /tmp.
  std::string name = (std::filesystem::temp_directory_path() / "isojoule-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr)
    throw Error(ErrorCode::io, "cannot make a directory for marks in " +
                                   std::filesystem::temp_directory_path().string() + ": " +
                                   std::strerror(errno));
  return name;
}

}  // namespace

MarkSocket::MarkSocket() : directory_(make_private_directory()), path_(directory_ / "marks") {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = path_.string();
  errno = ENAMETOOLONG;
  if (path.size() < sizeof address.sun_path) {
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    descriptor_ = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor_ >= 0 &&
        bind(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
      return;
  }
  const std::string why = std::strerror(errno);
  if (descriptor_ >= 0) close(descriptor_);
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
  throw Error(ErrorCode::io, "cannot listen for marks at " + path + ": " + why);
}

MarkSocket::~MarkSocket() {
  close(descriptor_);
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
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
