// The workload's end of the marks.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "isojoule/core/mark.hpp"
#include "isojoule/core/owning_process.hpp"

namespace isojoule {

/// Whether a meter listens at that socket now. Where none is bound to it (any more) there is none;
/// one that this user may not look at counts.
bool is_listened_to(const std::string& socket_path);

/// Sends marks to whoever measures this process. Errors in sending are ignored and nothing ever
/// blocks: a dead or slow meter never hurts a training. A mark that could not be sent, because the
/// socket's queue was full, is made known with the next one. Not for sharing between threads. A
/// copy that a fork made sends marks of its own, and leaves what its parent could not send to it.
class MarkSender {
 public:
  /// To the socket that ISOJOULE_MARKS names; sends nothing where it is not set.
  static MarkSender from_environment();
  /// To `socket_path`; an empty path sends nothing.
  explicit MarkSender(std::string socket_path);
  MarkSender(MarkSender&& other) noexcept;
  MarkSender& operator=(MarkSender&&) = delete;
  ~MarkSender();

  /// Whether somebody asked for marks. (Whether they still listen is not known.)
  bool enabled() const { return !path_.empty(); }

  /// Sent with the present CLOCK_MONOTONIC. Synchronize the device first. Throws Error(bad_input)
  /// for a name or attribute that cannot be sent (see format_mark).
  ///
  ///     marks.begin("steps");
  ///     for (...) {
  ///       train(batch);
  ///       if (due) {
  ///         marks.pause("steps");  // what follows is not measured as steps
  ///         validate();
  ///         marks.resume("steps");
  ///       }
  ///     }
  ///     marks.end("steps", {{"steps", "100"}});
  void begin(const std::string& name);
  void pause(const std::string& name);
  void resume(const std::string& name);
  void end(const std::string& name, const std::map<std::string, std::string>& attributes = {});

 private:
  void send(Mark::Edge edge, const std::string& name,
            const std::map<std::string, std::string>& attributes);
  bool deliver(const std::string& text) const;
  void note_unsent(const std::string& name);

  std::string path_;
  int socket_ = -1;
  OwningProcess unsent_of_;
  std::vector<std::string> unsent_;  ///< as Mark::unsent
};

}  // namespace isojoule
