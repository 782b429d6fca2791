#include "isojoule/core/world.hpp"

#include <dlfcn.h>
#include <linux/perf_event.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <system_error>
#include <utility>

#include "isojoule/core/files.hpp"

namespace isojoule {
namespace {

Instant read_clock(clockid_t id) noexcept {
  timespec time{};
  clock_gettime(id, &time);
  return Instant::from_nanoseconds(std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec);
}

class RealClock final : public Clock {
 public:
  Instant now() const noexcept override { return read_clock(CLOCK_MONOTONIC); }
  Instant boot_time() const noexcept override { return read_clock(CLOCK_BOOTTIME); }
  std::chrono::system_clock::time_point wall() const noexcept override {
    return std::chrono::system_clock::now();
  }
  void sleep_until(Instant deadline, Waker& waker) override {
    // steady_clock is CLOCK_MONOTONIC in libstdc++ and libc++ on Linux.
    waker.wait_until(
        std::chrono::steady_clock::time_point(std::chrono::microseconds(deadline.microseconds())));
  }
};

class RealLibrary final : public Library {
 public:
  explicit RealLibrary(void* handle) : handle_(handle) {}
  RealLibrary(const RealLibrary&) = delete;
  RealLibrary& operator=(const RealLibrary&) = delete;
  ~RealLibrary() override { dlclose(handle_); }
  void* symbol(const char* name) const noexcept override { return dlsym(handle_, name); }

 private:
  void* handle_;
};

class RealLoader final : public LibraryLoader {
 public:
  std::unique_ptr<Library> open(const std::string& name, std::string& why_not) override {
    if (void* handle = dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL))
      return std::make_unique<RealLibrary>(handle);
    const char* error = dlerror();
    why_not = error != nullptr ? error : "cannot be opened";
    return nullptr;
  }
};

class RealEnvironment final : public Environment {
 public:
  std::optional<std::string> get(const std::string& name) const override {
    const char* value = std::getenv(name.c_str());
    if (value == nullptr) return std::nullopt;
    return value;
  }
};

class RealProcesses final : public Processes {
 public:
  std::uint64_t children_cpu_microseconds() const override {
    rusage usage{};
    getrusage(RUSAGE_CHILDREN, &usage);
    const auto us = [](const timeval& t) {
      return static_cast<std::uint64_t>(t.tv_sec) * 1'000'000 +
             static_cast<std::uint64_t>(t.tv_usec);
    };
    return us(usage.ru_utime) + us(usage.ru_stime);
  }
};

class RealPerfCounter final : public PerfCounter {
 public:
  explicit RealPerfCounter(int descriptor) : descriptor_(descriptor) {}
  RealPerfCounter(const RealPerfCounter&) = delete;
  RealPerfCounter& operator=(const RealPerfCounter&) = delete;
  ~RealPerfCounter() override { ::close(descriptor_); }
  std::optional<std::uint64_t> read(std::string& why_not) override {
    std::uint64_t count = 0;
    const ssize_t length = ::read(descriptor_, &count, sizeof count);
    if (length == sizeof count) return count;
    // The kernel tells the end of the file where an event has lost its processor.
    why_not = length < 0 ? std::generic_category().message(errno) : "the event was taken away";
    return std::nullopt;
  }

 private:
  int descriptor_;
};

class RealPerfEvents final : public PerfEvents {
 public:
  std::unique_ptr<PerfCounter> open(std::uint32_t type, std::uint64_t config, int cpu,
                                    int& error) override {
    perf_event_attr event{};
    event.size = sizeof event;
    event.type = type;
    event.config = config;
    constexpr pid_t kEveryProcess = -1;
    constexpr int kNoGroup = -1;
    const long descriptor =
        ::syscall(SYS_perf_event_open, &event, kEveryProcess, cpu, kNoGroup, PERF_FLAG_FD_CLOEXEC);
    if (descriptor >= 0) return std::make_unique<RealPerfCounter>(static_cast<int>(descriptor));
    error = errno;
    return nullptr;
  }
};

}  // namespace

void Waker::wake() {
  const std::lock_guard lock(mutex_);
  woken_ = true;
  changed_.notify_all();
}

bool Waker::wait_until(std::chrono::steady_clock::time_point deadline) {
  std::unique_lock lock(mutex_);
  const bool woken = changed_.wait_until(lock, deadline, [this] { return woken_; });
  woken_ = false;
  return woken;
}

bool Waker::take() {
  const std::lock_guard lock(mutex_);
  return std::exchange(woken_, false);
}

std::filesystem::path World::path(const std::string& absolute) const {
  return root / std::filesystem::path(absolute).relative_path();
}

World real_world() {
  static RealClock clock;
  static RealLoader loader;
  static RealEnvironment environment;
  static RealProcesses processes;
  static RealPerfEvents perf_events;
  return World{"/",        &clock,       &loader,        &environment,
               &processes, &perf_events, &kernel_ipmi(), &real_files()};
}

std::string format_utc(std::chrono::system_clock::time_point time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  char text[32];
  const std::size_t length = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
  return std::string(text, length);
}

std::optional<std::string> read_text(const std::filesystem::path& path) {
  constexpr std::size_t kMaxBytes = 1 << 20;
  std::error_code error;
  std::string text = read_file(real_files(), path, error, kMaxBytes);
  if (error) return std::nullopt;
  return text;
}

}  // namespace isojoule
