#include "isojoule/app/machine_pair.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "isojoule/core/error.hpp"

namespace isojoule {

std::pair<std::string, std::string> choose_machine_pair(const std::string& from,
                                                        const std::string& to,
                                                        const Dataset& dataset) {
  for (const std::string& name : {from, to}) {
    if (!name.empty()) dataset.machine(name);
  }
  if (!from.empty() && from == to)
    throw Error(ErrorCode::usage, "--from and --to name the same machine: name two");
  const auto chosen = [&dataset](const std::string& name, const std::string& other) {
    const std::vector<std::string>& machines = dataset.machines();
    return !name.empty() ? name : machines[machines[0] == other ? 1 : 0];
  };
  const std::string source = chosen(from, to);
  return {source, chosen(to, source)};
}

std::pair<std::string, std::string> parse_machine_pair(const std::string& text,
                                                       const Dataset& dataset) {
  const std::vector<std::string>& machines = dataset.machines();
  const auto is_known = [&machines](const std::string& name) {
    return std::ranges::find(machines, name) != machines.end();
  };
  // A name may hold colons itself, so every place is tried.
  for (std::size_t at = text.find(':'); at != std::string::npos; at = text.find(':', at + 1)) {
    std::pair pair{text.substr(0, at), text.substr(at + 1)};
    if (is_known(pair.first) && is_known(pair.second) && pair.first != pair.second) return pair;
  }
  if (const std::size_t at = text.find(':'); at != std::string::npos) {
    dataset.machine(text.substr(0, at));
    dataset.machine(text.substr(at + 1));
  }
  throw Error(ErrorCode::usage, "pair '" + text + "' must be FROM:TO, two machines");
}

}  // namespace isojoule
