// The only door to the machine: whatever is read from it comes through here, so that tests can put
// a made tree, a scripted clock or a fake library in its place.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "isojoule/core/instant.hpp"
#include "isojoule/core/ipmi.hpp"

namespace isojoule {

class Files;  // files.hpp

/// Ends a sleep early. Thread-safe. A wake with no sleeper ends the next sleep at once.
class Waker {
 public:
  void wake();

  /// For clocks: waits until woken (true) or until `deadline` of `steady_clock` (false).
  bool wait_until(std::chrono::steady_clock::time_point deadline);
  /// For clocks: takes a pending wake, if there is one, without waiting.
  bool take();

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool woken_ = false;
};

/// Time. All members are thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  /// CLOCK_MONOTONIC: stands still while the machine is suspended.
  virtual Instant now() const noexcept = 0;
  /// CLOCK_BOOTTIME: goes on while the machine is suspended.
  virtual Instant boot_time() const noexcept = 0;
  /// The wall clock. A label only; it may step.
  virtual std::chrono::system_clock::time_point wall() const noexcept = 0;
  /// Returns at `deadline`, or when `waker` is woken.
  virtual void sleep_until(Instant deadline, Waker& waker) = 0;
};

/// A shared library that was opened at run time; closed by the destructor.
class Library {
 public:
  virtual ~Library() = default;
  /// nullptr if the library does not have it.
  virtual void* symbol(const char* name) const noexcept = 0;
};

class LibraryLoader {
 public:
  virtual ~LibraryLoader() = default;
  /// Empty if it cannot be opened; `why_not` then says why in words.
  virtual std::unique_ptr<Library> open(const std::string& name, std::string& why_not) = 0;
};

class Environment {
 public:
  virtual ~Environment() = default;
  virtual std::optional<std::string> get(const std::string& name) const = 0;
};

/// The processes that this one has started.
class Processes {
 public:
  virtual ~Processes() = default;
  /// CPU time, user and system, of all descendants that have ended and been waited for, in whole
  /// microseconds (getrusage, RUSAGE_CHILDREN).
  virtual std::uint64_t children_cpu_microseconds() const = 0;
};

/// One counter of the kernel's performance events; closed by the destructor.
class PerfCounter {
 public:
  virtual ~PerfCounter() = default;
  /// Counts since it was opened, in 64 bits. Empty if it cannot be read; `why_not` then says why in
  /// words.
  virtual std::optional<std::uint64_t> read(std::string& why_not) = 0;
};

class PerfEvents {
 public:
  virtual ~PerfEvents() = default;
  /// Counts the event `config` of the source `type` (numbers from /sys/bus/event_source/devices)
  /// for all that runs on `cpu` (perf_event_open, pid -1). Empty if it cannot be opened; `error` is
  /// then the errno.
  virtual std::unique_ptr<PerfCounter> open(std::uint32_t type, std::uint64_t config, int cpu,
                                            int& error) = 0;
};

/// References; all must outlive whatever was given the World, but for what `keeps` owns.
struct World {
  std::filesystem::path root = "/";  ///< where /sys, /proc and /etc are looked for
  Clock* clock = nullptr;
  LibraryLoader* libraries = nullptr;
  Environment* environment = nullptr;
  Processes* processes = nullptr;
  PerfEvents* perf_events = nullptr;
  Ipmi* ipmi = nullptr;
  Files* files = nullptr;  ///< what is kept and read for the user; not under the root
  std::shared_ptr<const void> keeps = nullptr;  ///< owns those of the above that nobody else owns

  /// `absolute` ("/proc/stat") under the root.
  std::filesystem::path path(const std::string& absolute) const;
};

/// This machine. The objects behind it live as long as the program.
World real_world();

/// The wall clock as "2026-01-31T12:34:56Z".
std::string format_utc(std::chrono::system_clock::time_point time);

/// A text file's contents; empty optional if it cannot be read. For the small files of /proc and
/// /sys; at most 1 MiB is read.
std::optional<std::string> read_text(const std::filesystem::path& path);

}  // namespace isojoule
