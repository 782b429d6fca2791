// The bottom row of a terminal, kept for a line of ours while a command has the rows above it.
#pragma once

#include <string>

namespace isojoule::cli {

struct TerminalSize {
  int rows = 0;
  int columns = 0;

  friend bool operator==(const TerminalSize&, const TerminalSize&) = default;
};

/// Of the terminal behind `descriptor`; zeros where there is none.
TerminalSize terminal_size(int descriptor);

/// Whether the terminal behind `descriptor` is ours to write to: not while a shell has it back.
bool in_foreground(int descriptor);

/// Sets the terminal's scroll region to all rows but the last (DECSTBM), as apt does for its
/// progress bar, and writes there; the cursor is where the command left it before and after each
/// call (DECSC, DECRC).
///
/// One thread at a time. Writes nothing before the first show(); what cannot be written is lost.
/// Programs that fill the screen themselves (editors) set regions of their own, and the line is
/// then in their way.
class StatusLine {
 public:
  static constexpr TerminalSize kLeast{5, 40};

  /// `descriptor` is that of a terminal, and not owned.
  explicit StatusLine(int descriptor) : descriptor_(descriptor) {}
  StatusLine(const StatusLine&) = delete;
  StatusLine& operator=(const StatusLine&) = delete;
  /// Leaves.
  ~StatusLine() { leave(); }

  /// Shows one line of plain text, cut to the columns. Takes up a changed size; writes nothing
  /// while the terminal is too small or not in the foreground.
  void show(const std::string& text);

  /// Gives the row back: the region is the whole screen again, the line is gone.
  void leave();

 private:
  int descriptor_;
  TerminalSize size_;  ///< for which the region was set; zeros: it is not
};

}  // namespace isojoule::cli
