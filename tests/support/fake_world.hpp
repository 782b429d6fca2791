#pragma once

#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "isojoule/core/world.hpp"

#include "support/fake_files.hpp"
#include "support/manual_clock.hpp"
#include "support/temp_directory.hpp"

namespace isojoule {

/// Performance events as a test says that they are. One that was not set is not there (ENOENT).
class FakePerfEvents final : public PerfEvents {
 public:
  struct Event {
    std::uint64_t counts = 0;
    int open_error = 0;  ///< errno of opening it
    int read_error = 0;  ///< errno of reading it
  };

  /// Made where it is not there yet. It stays where it is.
  Event& at(std::uint32_t type, std::uint64_t config, int cpu) {
    return events_[{type, config, cpu}];
  }
  std::unique_ptr<PerfCounter> open(std::uint32_t type, std::uint64_t config, int cpu,
                                    int& error) override;

 private:
  std::map<std::tuple<std::uint32_t, std::uint64_t, int>, Event> events_;
};

/// A management controller that answers as a test says.
class FakeIpmi final : public Ipmi {
 public:
  struct Request {
    std::uint8_t function = 0;
    std::uint8_t command = 0;
    std::vector<std::uint8_t> data;
    Duration patience;
  };

  std::unique_ptr<IpmiDevice> open(const std::filesystem::path& device, int& error) override;

  int open_error = 0;                               ///< errno of opening it
  int opened = 0;                                   ///< times that somebody tried
  std::optional<std::vector<std::uint8_t>> answer;  ///< to any command; empty: none in time
  std::vector<Request> requests;                    ///< that came
};

/// A machine made of a directory, a scripted clock, and whatever else a test says.
class FakeWorld {
 public:
  FakeWorld();

  const World& world() const { return world_; }
  ManualClock& clock() { return clock_; }
  std::filesystem::path root() const { return root_.path(); }
  /// Writes a file of the machine: write("/proc/stat", ...).
  void write(const std::string& absolute, const std::string& text);
  void remove(const std::string& absolute);
  void set_environment(const std::string& name, const std::string& value);
  /// What opening `name` ("libnvidia-ml.so.1") finds; other libraries are not there.
  void set_library(const std::string& name, const std::filesystem::path& file);
  void set_children_cpu_microseconds(std::uint64_t microseconds);
  FakePerfEvents& perf_events() { return perf_events_; }
  FakeIpmi& ipmi() { return ipmi_; }
  FakeFiles& files() { return files_; }

 private:
  class FakeLoader final : public LibraryLoader {
   public:
    std::unique_ptr<Library> open(const std::string& name, std::string& why_not) override;
    std::map<std::string, std::filesystem::path> files;
  };
  class FakeEnvironment final : public Environment {
   public:
    std::optional<std::string> get(const std::string& name) const override;
    std::map<std::string, std::string> values;
  };
  class FakeProcesses final : public Processes {
   public:
    std::uint64_t children_cpu_microseconds() const override { return microseconds; }
    std::uint64_t microseconds = 0;
  };

  TempDirectory root_;
  ManualClock clock_;
  FakeLoader loader_;
  FakeEnvironment environment_;
  FakeProcesses processes_;
  FakePerfEvents perf_events_;
  FakeIpmi ipmi_;
  FakeFiles files_;
  World world_;
};

}  // namespace isojoule
