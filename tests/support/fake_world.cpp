#include "support/fake_world.hpp"

#include <cerrno>
#include <system_error>

namespace isojoule {
namespace {

class FakePerfCounter final : public PerfCounter {
 public:
  explicit FakePerfCounter(const FakePerfEvents::Event& event) : event_(event) {}
  std::optional<std::uint64_t> read(std::string& why_not) override {
    if (event_.read_error == 0) return event_.counts;
    why_not = std::generic_category().message(event_.read_error);
    return std::nullopt;
  }

 private:
  const FakePerfEvents::Event& event_;
};

class FakeIpmiDevice final : public IpmiDevice {
 public:
  explicit FakeIpmiDevice(FakeIpmi& script) : script_(script) {}
  std::optional<std::vector<std::uint8_t>> ask(std::uint8_t function, std::uint8_t command,
                                               std::span<const std::uint8_t> data,
                                               Duration patience, std::string& why_not) override {
    script_.requests.push_back({function, command, {data.begin(), data.end()}, patience});
    if (!script_.answer) why_not = "the controller did not answer in time";
    return script_.answer;
  }

 private:
  FakeIpmi& script_;
};

}  // namespace

std::unique_ptr<IpmiDevice> FakeIpmi::open(const std::filesystem::path&, int& error) {
  ++opened;
  error = open_error;
  if (error != 0) return nullptr;
  return std::make_unique<FakeIpmiDevice>(*this);
}

std::unique_ptr<PerfCounter> FakePerfEvents::open(std::uint32_t type, std::uint64_t config, int cpu,
                                                  int& error) {
  const auto found = events_.find({type, config, cpu});
  error = found == events_.end() ? ENOENT : found->second.open_error;
  if (error != 0) return nullptr;
  return std::make_unique<FakePerfCounter>(found->second);
}

FakeWorld::FakeWorld()
    : world_{root_.path(), &clock_,       &loader_, &environment_,
             &processes_,  &perf_events_, &ipmi_,   &files_} {}

void FakeWorld::write(const std::string& absolute, const std::string& text) {
  write_file(world_.path(absolute), text);
}

void FakeWorld::remove(const std::string& absolute) {
  std::filesystem::remove_all(world_.path(absolute));
}

void FakeWorld::set_environment(const std::string& name, const std::string& value) {
  environment_.values[name] = value;
}

void FakeWorld::set_library(const std::string& name, const std::filesystem::path& file) {
  loader_.files[name] = file;
}

void FakeWorld::set_children_cpu_microseconds(std::uint64_t microseconds) {
  processes_.microseconds = microseconds;
}

std::unique_ptr<Library> FakeWorld::FakeLoader::open(const std::string& name,
                                                     std::string& why_not) {
  const auto found = files.find(name);
  if (found == files.end()) {
    why_not = name + ": cannot open shared object file: No such file or directory";
    return nullptr;
  }
  return real_world().libraries->open(found->second.string(), why_not);
}

std::optional<std::string> FakeWorld::FakeEnvironment::get(const std::string& name) const {
  const auto found = values.find(name);
  if (found == values.end()) return std::nullopt;
  return found->second;
}

}  // namespace isojoule
