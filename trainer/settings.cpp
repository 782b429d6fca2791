#include "trainer/settings.hpp"

namespace isojoule::trainer {

std::string_view name_of(Protocol protocol) {
  return protocol == Protocol::steps ? "steps" : "paper";
}

std::string_view name_of(Mode mode) {
  switch (mode) {
    case Mode::test:
      return "test";
    case Mode::forward:
      return "forward";
    case Mode::train:
      break;
  }
  return "train";
}

std::string_view name_of(Precision precision) {
  switch (precision) {
    case Precision::tf32:
      return "tf32";
    case Precision::amp_float16:
      return "amp-float16";
    case Precision::amp_bfloat16:
      return "amp-bfloat16";
    case Precision::float32:
      break;
  }
  return "float32";
}

std::string_view data_name(const Settings& settings) {
  return settings.data ? name_of(settings.data->kind) : "synthetic";
}

bool knows_steps(const Settings& settings) { return settings.at_least == Duration{}; }

}  // namespace isojoule::trainer
