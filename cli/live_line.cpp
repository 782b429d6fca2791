#include "live_line.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <utility>

#include "isojoule/app/live_text.hpp"

#include "status_line.hpp"

namespace isojoule::cli {
namespace {

constexpr int kTerminal = STDERR_FILENO;
constexpr int kRedrawMilliseconds = 1000;
constexpr int kLeaveMilliseconds = 200;  // a terminal held by Ctrl-S must not keep us from stopping

// What the handlers and stop() tell the thread, a byte each. Only the thread writes to the
// terminal.
constexpr char kResized = 'r';
constexpr char kStopping = 's';
constexpr char kContinued = 'c';
constexpr char kEnd = 'e';

/// A pipe that handlers can use; -1 where there is none.
struct Pipe {
  std::atomic<int> read_end = -1;
  std::atomic<int> write_end = -1;

  bool open() {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) return false;
    read_end = ends[0];
    write_end = ends[1];
    return true;
  }
  void close() {
    for (std::atomic<int>* end : {&read_end, &write_end}) {
      const int descriptor = end->exchange(-1);
      if (descriptor >= 0) ::close(descriptor);
    }
  }
  /// Async-signal-safe, like all below.
  void put(char byte) const { [[maybe_unused]] const ssize_t written = write(write_end, &byte, 1); }
  /// 0 if nothing comes in time.
  char take(int milliseconds) const {
    pollfd waiting{read_end, POLLIN, 0};
    char byte = 0;
    if (poll(&waiting, 1, milliseconds) <= 0 || read(read_end, &byte, 1) != 1) return 0;
    return byte;
  }
};

Pipe told;  // to the thread
Pipe left;  // by the thread: the terminal has its row back

void on_resize(int) {
  const int saved = errno;
  told.put(kResized);
  errno = saved;
}

/// Ctrl-Z: first the row is given back, then we stop as if there were no handler.
void on_stop(int) {
  static std::atomic_flag under_way;  // another thread may be here already
  if (under_way.test_and_set()) return;
  const int saved = errno;
  while (left.take(0) != 0) {  // what came too late the last time
  }
  told.put(kStopping);
  left.take(kLeaveMilliseconds);

  struct sigaction standard{};
  struct sigaction ours{};
  standard.sa_handler = SIG_DFL;
  sigaction(SIGTSTP, &standard, &ours);
  sigset_t stop;
  sigset_t before;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTSTP);
  raise(SIGTSTP);
  pthread_sigmask(SIG_UNBLOCK, &stop, &before);  // here we stand still
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  sigaction(SIGTSTP, &ours, nullptr);

  told.put(kContinued);
  errno = saved;
  under_way.clear();
}

struct sigaction handle(int number, void (*handler)(int)) {
  struct sigaction action{};
  struct sigaction before{};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  sigfillset(&action.sa_mask);
  sigaction(number, nullptr, &before);
  if (before.sa_handler == SIG_DFL) sigaction(number, &action, nullptr);
  return before;
}

/// A thread that takes no signals.
template <class Run>
std::thread quiet_thread(Run run) {
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  std::thread thread(std::move(run));
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return thread;
}

}  // namespace

LiveLine::LiveLine(World world) : world_(std::move(world)) {}

LiveLine::~LiveLine() { stop(); }

void LiveLine::start(std::shared_ptr<const LiveReadings> readings) {
  stop();
  const std::string kind = world_.environment->get("TERM").value_or("");
  if (isatty(kTerminal) == 0 || kind.empty() || kind == "dumb") return;
  if (!told.open() || !left.open()) {
    told.close();
    return;
  }
  const Instant begin = world_.clock->now();
  thread_ = quiet_thread([this, readings = std::move(readings), begin] { run(*readings, begin); });
  stop_action_ = handle(SIGTSTP, on_stop);
  resize_action_ = handle(SIGWINCH, on_resize);
}

void LiveLine::stop() {
  if (!thread_.joinable()) return;
  sigaction(SIGTSTP, &stop_action_, nullptr);
  sigaction(SIGWINCH, &resize_action_, nullptr);
  told.put(kEnd);
  thread_.join();
  told.close();
  left.close();
}

void LiveLine::run(const LiveReadings& readings, Instant begin) const {
  StatusLine line(kTerminal);
  char news = told.take(kRedrawMilliseconds);
  while (news != kEnd) {
    if (news == kStopping) {
      line.leave();
      left.put(kStopping);
      while ((news = told.take(-1)) != kContinued && news != kEnd) {
      }
      continue;
    }
    line.show(live_text(readings.channels(), world_.clock->now() - begin));
    news = told.take(kRedrawMilliseconds);
  }
}

}  // namespace isojoule::cli
