// A fork in which a test does something.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <exception>

namespace isojoule {

/// Whether `act` ended without an exception, and within 20 s, in a fork of this process. Nothing
/// else of the test runs there.
template <class Act>
bool ends_well_in_a_fork(Act act) {
  const pid_t child = fork();
  if (child == 0) {
    alarm(20);  // what waits for a lock or a thread that is not there is killed
    try {
      act();
    } catch (const std::exception&) {
      _exit(1);
    }
    _exit(0);
  }
  int status = -1;
  return waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace isojoule
