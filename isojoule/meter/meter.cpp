#include "isojoule/meter/meter.hpp"

#include <algorithm>
#include <utility>

namespace isojoule {
TraceHeader trace_header(const Clock& clock, std::span<const std::unique_ptr<Sensor>> sensors,
                         Duration period, const std::string& version) {
  TraceHeader header{version, format_utc(clock.wall()), clock.now(), period, {}};
  for (const auto& sensor : sensors)
    header.sources.push_back(
        {sensor->backend(), {sensor->channels().begin(), sensor->channels().end()}});
  return header;
}

/// Owns one sensor and polls it on a thread. Shared between the meter and the thread, so that a
/// thread that hangs in a vendor's library can be left behind without touching freed memory.
class Meter::Sampler : public std::enable_shared_from_this<Meter::Sampler> {
 public:
  Sampler(std::size_t index, std::unique_ptr<Sensor> sensor, Clock* clock, Duration period,
          std::shared_ptr<TraceSink> sink)
      : index_(index),
        sensor_(std::move(sensor)),
        clock_(clock),
        period_(period),
        sink_(std::move(sink)),
        samples_(sensor_->channels().size()) {}

  void start() {
    thread_ = std::thread([self = shared_from_this()] { self->run(); });
  }

  /// Whether the first reading is done; waits for it at most until `deadline`.
  bool wait_started(std::chrono::steady_clock::time_point deadline) {
    std::unique_lock lock(mutex_);
    return changed_.wait_until(lock, deadline, [this] { return started_; });
  }

  void request_poll() { waker_.wake(); }

  void request_stop() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    waker_.wake();
  }

  /// Waits at most until `deadline` for the last reading; leaves a hung thread behind.
  void finish(std::chrono::steady_clock::time_point deadline) {
    if (!thread_.joinable()) return;
    std::unique_lock lock(mutex_);
    const bool ended = changed_.wait_until(lock, deadline, [this] { return ended_; });
    lock.unlock();
    if (ended) {
      thread_.join();
      return;
    }
    thread_.detach();
    sink_->append(Fault{FaultKind::fatal, clock_->now(), sensor_->backend(),
                        "the sensor did not answer at the end and was left behind"});
  }

 private:
  void run() {
    Instant next = clock_->now();
    Instant last = next;
    bool alive = poll_once();
    set(started_);
    // A reading that was under way when the stop came may have looked before the command's end, so
    // the last one is one that began after it.
    bool stopping = false;
    while (alive && !stopping) {
      const Instant now = clock_->now();
      // After a stop (Ctrl-Z) the missed readings are not made up for.
      while (next <= now) next = next + period_;
      clock_->sleep_until(next, waker_);
      stopping = is_stopping();
      const bool due = clock_->now() >= next;
      if (!due && !stopping && clock_->now() - last < period_ / 10.0) continue;
      last = clock_->now();
      alive = poll_once();
    }
    set(ended_);
  }

  /// Reads every channel once. False if there is no point in going on.
  bool poll_once() {
    note_suspend();
    const Instant before = clock_->now();
    std::optional<Fault> fault = sensor_->poll(samples_);
    const Instant after = clock_->now();
    sink_->append(TracePoll{index_, before + (after - before) / 2.0, samples_});
    if (!fault) return true;
    fault->time = after;
    if (fault->source.empty()) fault->source = sensor_->backend();
    sink_->append(*fault);
    return fault->kind == FaultKind::retry ||
           std::ranges::any_of(samples_, [](const Sample& sample) { return sample.has_value(); });
  }

  /// Between two readings the machine may have slept, which only the boot clock tells.
  void note_suspend() {
    const Instant monotonic = clock_->now();
    const Instant boot = clock_->boot_time();
    const Duration suspended = boot - monotonic;
    if (suspended_ && suspended - *suspended_ > kLeastSuspend)
      sink_->append(TraceClocks{monotonic, boot});
    suspended_ = suspended;
  }

  bool is_stopping() {
    const std::lock_guard lock(mutex_);
    return stopping_;
  }

  void set(bool& flag) {
    const std::lock_guard lock(mutex_);
    flag = true;
    changed_.notify_all();
  }

  const std::size_t index_;
  const std::unique_ptr<Sensor> sensor_;
  Clock* const clock_;
  const Duration period_;
  const std::shared_ptr<TraceSink> sink_;
  std::vector<Sample> samples_;
  std::optional<Duration> suspended_;  ///< since the machine was started, as last seen
  Waker waker_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool started_ = false;
  bool stopping_ = false;
  bool ended_ = false;
  std::thread thread_;
};

Meter::Meter(const World& world, std::vector<std::unique_ptr<Sensor>> sensors,
             std::shared_ptr<TraceSink> sink, Duration period)
    : clock_(world.clock), sink_(std::move(sink)) {
  for (std::size_t i = 0; i < sensors.size(); ++i)
    samplers_.push_back(std::make_shared<Sampler>(i, std::move(sensors[i]), clock_, period, sink_));
}

Meter::~Meter() {
  stop();
  // In a fork the samplers' threads are not there, and what they waited for can never be destroyed:
  // they are left behind.
  if (!owner_.is_here()) new std::vector(std::move(samplers_));
}

void Meter::start() {
  if (!owner_.is_here()) return;
  note_clocks();
  running_ = true;
  for (const auto& sampler : samplers_) sampler->start();
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  for (const auto& sampler : samplers_) sampler->wait_started(deadline);
}

void Meter::append(const TraceEvent& event) {
  if (owner_.is_here()) sink_->append(event);
}

void Meter::command_began(Instant time) { append(TraceCommand{TraceCommand::Edge::begin, time}); }

void Meter::command_ended(Instant time, std::optional<int> exit_code, std::optional<int> signal) {
  append(TraceCommand{TraceCommand::Edge::end, time, exit_code, signal});
}

void Meter::rest_began(Instant time) { append(TraceRest{TraceRest::Edge::begin, time}); }

void Meter::rest_ended(Instant time) { append(TraceRest{TraceRest::Edge::end, time}); }

void Meter::mark(const Mark& mark) {
  if (!owner_.is_here()) return;
  append(mark);
  for (const auto& sampler : samplers_) sampler->request_poll();
}

void Meter::stop() {
  if (!std::exchange(running_, false) || !owner_.is_here()) return;
  for (const auto& sampler : samplers_) sampler->request_stop();
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  for (const auto& sampler : samplers_) sampler->finish(deadline);
  note_clocks();
}

void Meter::note_clocks() {
  // Read in this order, a delay between the two looks like a short suspend, never a negative one.
  const Instant monotonic = clock_->now();
  append(TraceClocks{monotonic, clock_->boot_time()});
}

}  // namespace isojoule
