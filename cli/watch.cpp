#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cmath>
#include <memory>
#include <optional>

#include "isojoule/core/error.hpp"
#include "isojoule/meter/meter.hpp"
#include "isojoule/page/text.hpp"

#include "context.hpp"
#include "live_table.hpp"
#include "screen.hpp"
#include "sensors.hpp"
#include "status_line.hpp"
#include "text_output.hpp"
#include "values.hpp"

namespace isojoule::cli {
namespace {

/// Meters of power have to be read more often than people look.
constexpr Duration kLongestPeriod = 100.0 * millisecond;

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

/// The sensors of this machine being read, for as long as it lives.
class View {
 public:
  View(const World& world, std::vector<std::unique_ptr<Sensor>> sensors, Duration period)
      : clock_(*world.clock), begin_(clock_.now()) {
    const TraceHeader header = trace_header(clock_, sensors, period, ISOJOULE_VERSION);
    readings_ = std::make_shared<LiveReadings>(header);
    history_ = std::make_shared<LiveHistory>(header);
    meter_ = std::make_unique<Meter>(
        world, std::move(sensors),
        std::make_shared<TraceTee>(std::vector<std::shared_ptr<TraceSink>>{readings_, history_}),
        period);
    meter_->start();
  }
  std::string text(int width) const {
    const Instant now = clock_.now();
    return render_text(live_table(readings_->channels(), history_->trends(now), now - begin_),
                       width);
  }
  Duration elapsed() const { return clock_.now() - begin_; }

 private:
  const Clock& clock_;
  Instant begin_;
  std::shared_ptr<LiveReadings> readings_;
  std::shared_ptr<LiveHistory> history_;
  std::unique_ptr<Meter> meter_;
};

struct Pace {
  Duration period;
  std::optional<Duration> length;
  bool once;

  bool is_over(const View& view) const { return length && view.elapsed() >= *length; }
  /// To the next look, or to the end.
  Duration next_wait(const View& view) const {
    return length ? std::min(period, *length - view.elapsed()) : period;
  }
};

Pace pace_of(const WatchArguments& options) {
  Pace pace{parse_duration("--period", options.period), std::nullopt, options.once};
  if (!(pace.period >= 100.0 * millisecond && pace.period <= hour))
    throw Error(ErrorCode::usage, "--period must be from 100ms to 1h");
  if (options.length.empty()) return pace;
  pace.length = parse_duration("--for", options.length);
  if (!(*pace.length > Duration{})) throw Error(ErrorCode::usage, "--for must be more than 0s");
  return pace;
}

void watch_on_screen(const World& world, const WatchedSignals& signals, const View& view,
                     const Pace& pace) {
  const bool plain = !world.environment->get("NO_COLOR").value_or("").empty();
  const bool keys = isatty(STDIN_FILENO) != 0;
  std::string last;
  {
    Screen screen;
    News news = News::time;
    while (news != News::end && !pace.is_over(view)) {
      if (news == News::stop) {
        screen.leave();
        signals.stop_here();
      }
      if (in_foreground(STDOUT_FILENO)) {  // after bg the terminal is the shell's
        screen.enter();
        last = view.text(std::max(1, terminal_size(STDOUT_FILENO).columns));
        screen.show(last + "\nq ends it.\n", plain);
      }
      news = wait_for_news(*world.clock, signals, pace.next_wait(view), keys);
    }
  }
  print_text(last);  // what was seen stays on the terminal
}

void watch_in_lines(const World& world, const WatchedSignals& signals, const View& view,
                    const Pace& pace) {
  while (!output_error()) {
    const News news = wait_for_news(*world.clock, signals, pace.next_wait(view), false);
    if (news == News::resized) continue;
    if (news == News::stop) {
      signals.stop_here();
      continue;
    }
    if (news == News::end) return;
    print_text(view.text(kTextWidth) + (pace.once ? "" : "\n"));
    flush_text();
    if (pace.once || pace.is_over(view)) return;
  }
}

void watch(const World& world, const WatchArguments& options) {
  const Pace pace = pace_of(options);
  std::vector<std::unique_ptr<Sensor>> sensors = sensors_to_view(world, options.sensors);
  const WatchedSignals signals;
  const View view(world, std::move(sensors), std::min(kLongestPeriod, pace.period));
  const std::string kind = world.environment->get("TERM").value_or("");
  const bool on_screen = !pace.once && isatty(STDOUT_FILENO) != 0 && kind != "dumb" &&
                         !kind.empty() && in_foreground(STDOUT_FILENO);
  if (on_screen) {
    watch_on_screen(world, signals, view, pace);
  } else {
    watch_in_lines(world, signals, view, pace);
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
