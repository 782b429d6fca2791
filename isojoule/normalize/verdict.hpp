// What is said of one quantity against another.
#pragma once

#include <string>

namespace isojoule {

enum class Verdict { less, more, indistinguishable };

/// "less", "more", "indistinguishable".
std::string to_string(Verdict verdict);

}  // namespace isojoule
