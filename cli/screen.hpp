// A whole screen of ours: the terminal's alternate one, given back as it was.
#pragma once

#include <termios.h>

#include <string>

namespace isojoule::cli {

/// While it lives, standard output shows the alternate screen without a cursor, and standard input
/// gives each key as it is typed, unseen. By one thread; one at a time.
class Screen {
 public:
  Screen() { enter(); }
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;
  ~Screen() { leave(); }

  /// Lines of plain text, the first in bold unless `plain`; what does not fit below is left out.
  void show(const std::string& text, bool plain);

  /// For a stop (Ctrl-Z): leave before it, enter after it. Neither does anything twice.
  void enter();
  void leave();

 private:
  termios before_{};
  bool has_input_ = false;
  bool entered_ = false;
};

}  // namespace isojoule::cli
