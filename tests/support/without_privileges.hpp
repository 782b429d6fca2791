#pragma once

#include <unistd.h>

#include <cstdlib>
#include <stdexcept>

namespace isojoule {

/// While it lives, the process has no right to what it does not own: root is denied nothing.
class WithoutPrivileges {
 public:
  WithoutPrivileges() {
    if (before_ == 0 && seteuid(kNobody) != 0) throw std::runtime_error("seteuid failed");
  }
  WithoutPrivileges(const WithoutPrivileges&) = delete;
  WithoutPrivileges& operator=(const WithoutPrivileges&) = delete;
  ~WithoutPrivileges() {
    if (seteuid(before_) != 0) std::abort();
  }

 private:
  static constexpr uid_t kNobody = 65534;
  const uid_t before_ = geteuid();
};

}  // namespace isojoule
