#include "support/fake_world.hpp"

namespace isojoule {

FakeWorld::FakeWorld() : world_{root_.path(), &clock_, &loader_, &environment_, &processes_} {}

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
