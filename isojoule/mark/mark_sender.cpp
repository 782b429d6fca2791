#include "isojoule/mark/mark_sender.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <utility>

#include "isojoule/core/world.hpp"

namespace isojoule {

MarkSender MarkSender::from_environment() {
  const char* path = std::getenv(kMarksVariable);
  return MarkSender(path != nullptr ? path : "");
}

MarkSender::MarkSender(std::string socket_path) : path_(std::move(socket_path)) {
  if (!path_.empty()) socket_ = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

MarkSender::MarkSender(MarkSender&& other) noexcept
    : path_(std::move(other.path_)), socket_(std::exchange(other.socket_, -1)) {}

MarkSender::~MarkSender() {
  if (socket_ >= 0) close(socket_);
}

void MarkSender::begin(const std::string& name) { send(Mark::Edge::begin, name, {}); }

void MarkSender::end(const std::string& name,
                     const std::map<std::string, std::string>& attributes) {
  send(Mark::Edge::end, name, attributes);
}

void MarkSender::send(Mark::Edge edge, const std::string& name,
                      const std::map<std::string, std::string>& attributes) {
  const std::string text = format_mark(Mark{edge, name, real_world().clock->now(), attributes});
  sockaddr_un address{};
  if (socket_ < 0 || path_.size() >= sizeof address.sun_path) return;
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path_.c_str(), path_.size() + 1);
  // The address goes with each datagram: a meter that restarts on the same path is found again.
  [[maybe_unused]] const ssize_t ignored =
      sendto(socket_, text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL,
             reinterpret_cast<const sockaddr*>(&address), sizeof address);
}

}  // namespace isojoule
