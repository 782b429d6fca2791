#include "isojoule/core/workload_id.hpp"

#include <algorithm>
#include <utility>

#include "isojoule/core/error.hpp"
#include "isojoule/core/text.hpp"

namespace isojoule {
namespace {

constexpr std::size_t kMaxBytes = 200;

bool is_control(char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; }

}  // namespace

WorkloadId::WorkloadId(std::string name) : name_(std::move(name)) {
  if (name_.empty() || name_.size() > kMaxBytes)
    throw Error(ErrorCode::bad_input,
                "a workload's name must have 1 to 200 bytes, not " + std::to_string(name_.size()));
  if (!is_utf8(name_)) throw Error(ErrorCode::bad_input, "a workload's name must be UTF-8");
  if (std::ranges::any_of(name_, is_control) || name_.front() == ' ' || name_.back() == ' ')
    throw Error(ErrorCode::bad_input,
                "a workload's name must not hold control characters, or begin or end with a space");
}

}  // namespace isojoule
