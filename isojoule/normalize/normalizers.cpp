// The table of normalizers.
#include <algorithm>

#include "isojoule/core/error.hpp"
#include "isojoule/normalize/normalizer.hpp"

// A line for each: `name` is described by the function name_normalizer of its file.
#define ISOJOULE_NORMALIZERS(NORMALIZER) \
  NORMALIZER(none)                       \
  NORMALIZER(single)                     \
  NORMALIZER(dual)                       \
  NORMALIZER(ratio)                      \
  NORMALIZER(linear)                     \
  NORMALIZER(log_linear)                 \
  NORMALIZER(polynomial)                 \
  NORMALIZER(svr)                        \
  NORMALIZER(tuned_svr)                  \
  NORMALIZER(pooled)

namespace isojoule {

namespace detail {
#define ISOJOULE_DECLARE(name) NormalizerKind name##_normalizer();
ISOJOULE_NORMALIZERS(ISOJOULE_DECLARE)
#undef ISOJOULE_DECLARE
}  // namespace detail

const std::vector<NormalizerKind>& normalizer_kinds() {
#define ISOJOULE_CALL(name) detail::name##_normalizer(),
  static const std::vector<NormalizerKind> kinds{ISOJOULE_NORMALIZERS(ISOJOULE_CALL)};
#undef ISOJOULE_CALL
  return kinds;
}

std::vector<std::string> normalizer_names() {
  std::vector<std::string> names;
  for (const NormalizerKind& kind : normalizer_kinds()) {
    if (kind.arguments.empty()) names.push_back(kind.name);
    for (const std::string& argument : kind.arguments) names.push_back(kind.name + ":" + argument);
  }
  return names;
}

Normalizer parse_normalizer(std::string_view text) {
  const std::string_view name = text.substr(0, text.find(':'));
  const std::string_view argument = name == text ? "" : text.substr(name.size() + 1);
  for (const NormalizerKind& kind : normalizer_kinds()) {
    // One that takes an argument needs it, another one has none.
    if (kind.name == name && kind.arguments.empty() == (name == text) &&
        argument.empty() == kind.arguments.empty())
      return {&kind, std::string(argument)};
  }
  throw unknown_name("normalizer", text, normalizer_names());
}

std::vector<Normalizer> default_normalizers(Purpose purpose, std::optional<std::size_t> energies) {
  std::vector<Normalizer> result;
  for (const NormalizerKind& kind : normalizer_kinds()) {
    for (const DefaultFor& one : kind.defaults) {
      const bool is_small = !energies || !one.most_energies || *energies <= *one.most_energies;
      if (one.purpose == purpose && is_small) result.push_back({&kind, one.argument});
    }
  }
  return result;
}

}  // namespace isojoule
