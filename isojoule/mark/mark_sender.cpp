#include "isojoule/mark/mark_sender.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <utility>

#include "isojoule/core/world.hpp"

namespace isojoule {
namespace {

constexpr std::size_t kMaxUnsent = 8;            // names; their text stays short beside a mark's
constexpr std::size_t kLongestUnsentBytes = 73;  // a name of 64, " unsent=" and a comma

/// Empty: the path is too long for one.
std::optional<sockaddr_un> address_of(const std::string& path) {
  sockaddr_un address{};
  if (path.size() >= sizeof address.sun_path) return std::nullopt;
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  return address;
}

}  // namespace

bool is_listened_to(const std::string& socket_path) {
  const auto address = address_of(socket_path);
  if (socket_path.empty() || !address) return false;
  const int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (descriptor < 0) return false;
  const bool reached =
      connect(descriptor, reinterpret_cast<const sockaddr*>(&*address), sizeof *address) == 0;
  const bool denied = !reached && errno == EACCES;
  close(descriptor);
  return reached || denied;
}

MarkSender MarkSender::from_environment() {
  const char* path = std::getenv(kMarksVariable);
  return MarkSender(path != nullptr ? path : "");
}

MarkSender::MarkSender(std::string socket_path) : path_(std::move(socket_path)) {
  if (!path_.empty()) socket_ = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

MarkSender::MarkSender(MarkSender&& other) noexcept
    : path_(std::move(other.path_)),
      socket_(std::exchange(other.socket_, -1)),
      unsent_(std::move(other.unsent_)) {}

MarkSender::~MarkSender() {
  if (socket_ >= 0) close(socket_);
}

void MarkSender::begin(const std::string& name) { send(Mark::Edge::begin, name, {}); }

void MarkSender::pause(const std::string& name) { send(Mark::Edge::pause, name, {}); }

void MarkSender::resume(const std::string& name) { send(Mark::Edge::resume, name, {}); }

void MarkSender::end(const std::string& name,
                     const std::map<std::string, std::string>& attributes) {
  send(Mark::Edge::end, name, attributes);
}

void MarkSender::send(Mark::Edge edge, const std::string& name,
                      const std::map<std::string, std::string>& attributes) {
  Mark mark{edge, name, real_world().clock->now(), attributes};
  const std::string bare = format_mark(mark);  // throws for what is wrong with it, meter or not
  if (socket_ < 0) return;
  if (!unsent_of_.is_here()) {
    unsent_of_ = {};
    unsent_.clear();
  }
  mark.unsent = unsent_;
  const std::size_t added = kLongestUnsentBytes * unsent_.size();
  const bool tells = !unsent_.empty() && bare.size() + added <= kMaxMarkBytes;
  if (!deliver(tells ? format_mark(mark) : bare)) {
    note_unsent(name);
  } else if (tells) {
    unsent_.clear();
  }
}

bool MarkSender::deliver(const std::string& text) const {
  const auto address = address_of(path_);
  if (!address) return false;
  // The address goes with each datagram: a meter that restarts on the same path is found again.
  return sendto(socket_, text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL,
                reinterpret_cast<const sockaddr*>(&*address), sizeof *address) >= 0;
}

void MarkSender::note_unsent(const std::string& name) {
  if (std::ranges::find(unsent_, name) != unsent_.end()) return;
  if (unsent_.size() < kMaxUnsent) {
    unsent_.push_back(name);
  } else {
    unsent_ = {std::string(kEveryWindow)};
  }
}

}  // namespace isojoule
