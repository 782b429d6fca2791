#include "isojoule/mark/mark_listener.hpp"

#include <poll.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
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

MarkListener::MarkListener(std::function<void(const Mark&)> on_mark)
    : on_mark_(std::move(on_mark)),
      directory_(make_private_directory()),
      path_(directory_ / "marks") {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = path_.string();
  bool ok = path.size() < sizeof address.sun_path;
  if (ok) {
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    socket_ = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    stop_event_ = eventfd(0, EFD_CLOEXEC);
    ok = socket_ >= 0 && stop_event_ >= 0 &&
         bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  if (!ok) {
    const std::string why = std::strerror(errno);
    stop();
    throw Error(ErrorCode::io, "cannot listen for marks at " + path + ": " + why);
  }
  thread_ = std::thread([this] { run(); });
}

MarkListener::~MarkListener() { stop(); }

void MarkListener::stop() {
  if (thread_.joinable()) {
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = write(stop_event_, &one, sizeof one);
    thread_.join();
  }
  for (int* descriptor : {&socket_, &stop_event_}) {
    if (*descriptor >= 0) close(std::exchange(*descriptor, -1));
  }
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

void MarkListener::run() {
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
