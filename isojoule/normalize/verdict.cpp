#include "isojoule/normalize/verdict.hpp"

namespace isojoule {

std::string to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::less:
      return "less";
    case Verdict::more:
      return "more";
    case Verdict::indistinguishable:
      break;
  }
  return "indistinguishable";
}

}  // namespace isojoule
