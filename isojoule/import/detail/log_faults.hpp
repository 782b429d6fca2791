// What is wrong with a log, each kind once with its lines.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace isojoule::detail {

class LogFaults {
 public:
  void add(std::size_t line, const std::string& what);
  /// Without a line.
  void add(const std::string& what);

  /// "its time cannot be understood; the row was left out (lines 17, 20-25; 7 in all)".
  std::vector<std::string> texts() const;

 private:
  static constexpr std::size_t kMostKinds = 50;
  static constexpr std::size_t kMostStretches = 10;
  struct Kind {
    std::string what;
    std::vector<std::pair<std::size_t, std::size_t>> stretches;  ///< of lines, first and last
    std::size_t count = 0;
  };
  Kind* find(const std::string& what);

  std::vector<Kind> kinds_;
  std::size_t others_ = 0;  ///< of kinds that there is no room for
};

}  // namespace isojoule::detail
