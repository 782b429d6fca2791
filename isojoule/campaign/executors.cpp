// The table of executors.
#include <algorithm>

#include "isojoule/campaign/executor.hpp"
#include "isojoule/core/error.hpp"

// A line for each: `name` is described by the function name_executor of its file.
#define ISOJOULE_EXECUTORS(EXECUTOR) EXECUTOR(local)

namespace isojoule {

namespace detail {
#define ISOJOULE_DECLARE(name) ExecutorKind name##_executor();
ISOJOULE_EXECUTORS(ISOJOULE_DECLARE)
#undef ISOJOULE_DECLARE
}  // namespace detail

const std::vector<ExecutorKind>& executor_kinds() {
#define ISOJOULE_CALL(name) detail::name##_executor(),
  static const std::vector<ExecutorKind> kinds{ISOJOULE_EXECUTORS(ISOJOULE_CALL)};
#undef ISOJOULE_CALL
  return kinds;
}

const ExecutorKind& find_executor(const std::string& name) {
  const auto& kinds = executor_kinds();
  const auto found = std::ranges::find(kinds, name, &ExecutorKind::name);
  if (found != kinds.end()) return *found;
  std::vector<std::string> known;
  for (const ExecutorKind& kind : kinds) known.push_back(kind.name);
  throw unknown_name("executor", name, known);
}

}  // namespace isojoule
