#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>

#include "isojoule/app/live_sensors.hpp"
#include "isojoule/app/live_table.hpp"
#include "isojoule/core/error.hpp"
#include "isojoule/page/text.hpp"

#include "context.hpp"
#include "screen.hpp"
#include "status_line.hpp"
#include "text_output.hpp"
#include "values.hpp"

namespace isojoule::cli {
namespace {

struct WatchArguments {
  std::string period = "1s";
  std::string length;  ///< empty: until it is ended
  std::vector<std::string> sensors;
  bool once = false;
};

/// The signals that end a view, or change it, taken one by one instead of striking us. Threads that
/// are started while it lives have them blocked too.
class WatchedSignals {
 public:
  WatchedSignals() {
    sigemptyset(&watched_);
    for (const int number : {SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGTSTP, SIGWINCH})
      sigaddset(&watched_, number);
    pthread_sigmask(SIG_BLOCK, &watched_, &before_);
    descriptor_ = signalfd(-1, &watched_, SFD_CLOEXEC | SFD_NONBLOCK);
    if (descriptor_ < 0) throw Error(ErrorCode::io, "cannot take signals");
  }
  WatchedSignals(const WatchedSignals&) = delete;
  WatchedSignals& operator=(const WatchedSignals&) = delete;
  ~WatchedSignals() {
    close(descriptor_);
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }

  int descriptor() const { return descriptor_; }
  /// 0 if there is none.
  int take() const {
    signalfd_siginfo info{};
    return read(descriptor_, &info, sizeof info) == sizeof info ? static_cast<int>(info.ssi_signo)
                                                                : 0;
  }
  /// As Ctrl-Z does without us; returns when we go on.
  void stop_here() const {
    sigset_t stop;
    sigset_t blocked;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTSTP);
    raise(SIGTSTP);
    pthread_sigmask(SIG_UNBLOCK, &stop, &blocked);
    pthread_sigmask(SIG_SETMASK, &blocked, nullptr);
  }

 private:
  sigset_t watched_{};
  sigset_t before_{};
  int descriptor_ = -1;
};

enum class News { time, resized, stop, end };

/// Waits for `duration`, for a signal, or, where `keys`, for q.
News wait_for_news(const Clock& clock, const WatchedSignals& signals, Duration duration,
                   bool keys) {
  const Instant deadline = clock.now() + duration;
  while (true) {
    const double left_ms = (deadline - clock.now()).in(millisecond);
    if (left_ms <= 0.0) return News::time;
    pollfd waiting[2] = {{signals.descriptor(), POLLIN, 0}, {keys ? STDIN_FILENO : -1, POLLIN, 0}};
    if (poll(waiting, 2, static_cast<int>(std::ceil(left_ms))) <= 0) continue;
    if (waiting[1].revents != 0) {
      char key = 0;
      if (read(STDIN_FILENO, &key, 1) != 1) keys = false;  // nobody types any more
      if (key == 'q' || key == 'Q') return News::end;
    }
    switch (signals.take()) {
      case 0:
        break;
      case SIGWINCH:
        return News::resized;
      case SIGTSTP:
        return News::stop;
      default:
        return News::end;
    }
  }
}

std::string text_of(const LiveView& view, int width) {
  const LiveLook look = view.look();
  return render_text(live_table(look.channels, look.trends, look.elapsed), width);
}

WatchPace pace_of(const WatchArguments& options) {
  WatchPace pace;
  pace.period = parse_duration("--period", options.period);
  if (!options.length.empty()) pace.length = parse_duration("--for", options.length);
  check_pace(pace);
  return pace;
}

void watch_on_screen(const World& world, const WatchedSignals& signals, const LiveView& view,
                     const WatchPace& pace) {
  const bool plain = !world.environment->get("NO_COLOR").value_or("").empty();
  const bool keys = isatty(STDIN_FILENO) != 0;
  std::string last;
  {
    Screen screen;
    News news = News::time;
    while (news != News::end && !pace.is_over(view.elapsed())) {
      if (news == News::stop) {
        screen.leave();
        signals.stop_here();
      }
      if (in_foreground(STDOUT_FILENO)) {  // after bg the terminal is the shell's
        screen.enter();
        last = text_of(view, std::max(1, terminal_size(STDOUT_FILENO).columns));
        screen.show(last + "\nq ends it.\n", plain);
      }
      news = wait_for_news(*world.clock, signals, pace.next_wait(view.elapsed()), keys);
    }
  }
  print_text(last);  // what was seen stays on the terminal
}

void watch_in_lines(const World& world, const WatchedSignals& signals, const LiveView& view,
                    const WatchPace& pace, bool once) {
  while (!output_error()) {
    const News news = wait_for_news(*world.clock, signals, pace.next_wait(view.elapsed()), false);
    if (news == News::resized) continue;
    if (news == News::stop) {
      signals.stop_here();
      continue;
    }
    if (news == News::end) return;
    print_text(text_of(view, kTextWidth) + (once ? "" : "\n"));
    flush_text();
    if (once || pace.is_over(view.elapsed())) return;
  }
}

void watch(const World& world, const WatchArguments& options) {
  const WatchPace pace = pace_of(options);
  std::vector<std::unique_ptr<Sensor>> sensors = sensors_to_view(world, options.sensors);
  const WatchedSignals signals;
  const LiveView view(world, std::move(sensors), pace.sampling_period(), ISOJOULE_VERSION);
  const std::string kind = world.environment->get("TERM").value_or("");
  const bool on_screen = !options.once && isatty(STDOUT_FILENO) != 0 && kind != "dumb" &&
                         !kind.empty() && in_foreground(STDOUT_FILENO);
  if (on_screen) {
    watch_on_screen(world, signals, view, pace);
  } else {
    watch_in_lines(world, signals, view, pace, options.once);
  }
}

}  // namespace

void add_watch(CLI::App& app, Context& context) {
  CLI::App* command =
      app.add_subcommand("watch", "Watch what the sensors report, without a command");
  auto options = std::make_shared<WatchArguments>();
  command->add_option("--period", options->period, "Time between two tables")
      ->capture_default_str();
  command->add_option("--for", options->length, "End after this duration");
  command->add_option("--sensors", options->sensors, kSensorsHelp)->delimiter('+');
  command->add_flag("--once", options->once, "One table after one period, and end");
  command->footer(
      "On a terminal the table is redrawn in place until q or Ctrl-C; elsewhere one table follows\n"
      "another. Nothing is kept. Least and most are of means over a tenth of a second.\n\n"
      "Example:\n"
      "  isojoule watch\n"
      "  isojoule watch --once --sensors rapl+nvml");
  command->callback([&context, options] { watch(context.world, *options); });
}

}  // namespace isojoule::cli
