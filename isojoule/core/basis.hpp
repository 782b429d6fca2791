// On what footing an energy stands: two energies are comparable only if theirs agree.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "isojoule/core/channel.hpp"

namespace isojoule {

/// The names of the protocols (docs/method.md).
inline constexpr const char* kStepsProtocol = "steps";      ///< joules per step, after warming up
inline constexpr const char* kPaperProtocol = "paper";      ///< the whole loop, decoding included
inline constexpr const char* kCommandProtocol = "command";  ///< the whole command, as it ran

/// What is done with a model (docs/method.md).
inline constexpr const char* kTrainMode = "train";      ///< forward, backward, optimizer
inline constexpr const char* kTestMode = "test";        ///< forward and loss, without gradients
inline constexpr const char* kForwardMode = "forward";  ///< bare inference

/// Whether the idle energy of the device is included.
enum class Boundary { gross, net };

std::string_view to_string(Boundary boundary);
/// Throws Error(unknown_name).
Boundary boundary_from_string(std::string_view text);

struct Basis {
  Scope scope = Scope::package;
  Kind kind = Kind::measured;
  Boundary boundary = Boundary::gross;
  std::string protocol;      ///< kStepsProtocol, kPaperProtocol, kCommandProtocol
  std::optional<int> batch;  ///< samples per step; empty: not known
  std::string precision;     ///< "float32", "tf32", "amp-bfloat16"; empty: not known
  std::string mode = kTrainMode;

  friend bool operator==(const Basis&, const Basis&) = default;
};

/// One way in which two bases differ, in words: "batch: 8 against 16".
struct BasisDifference {
  enum class Field { scope, kind, boundary, protocol, batch, precision, mode };
  Field field;
  std::string text;
};

/// Every field in which `a` and `b` differ, in the order above. A field that is unknown on one side
/// only differs from one that is known: what cannot be told cannot be compared.
std::vector<BasisDifference> differences(const Basis& a, const Basis& b);

}  // namespace isojoule
