// The name by which the same training is recognised on every machine.
#pragma once

#include <compare>
#include <string>

namespace isojoule {

/// A validated name of a workload: 1 to 200 bytes of UTF-8 without control characters and without
/// white space at either end. The reference workloads' names ("cnn-2x128") are given a meaning by
/// the workload room; any other name is a user's own.
class WorkloadId {
 public:
  /// Throws Error(bad_input) for a name that is not allowed.
  explicit WorkloadId(std::string name);
  const std::string& name() const { return name_; }

  friend auto operator<=>(const WorkloadId&, const WorkloadId&) = default;

 private:
  std::string name_;
};

}  // namespace isojoule
