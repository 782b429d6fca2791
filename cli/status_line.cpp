#include "status_line.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <fmt/format.h>

#include "isojoule/page/text.hpp"

#include "text_output.hpp"

namespace isojoule::cli {
namespace {

constexpr const char* kSave = "\0337";     // DECSC
constexpr const char* kRestore = "\0338";  // DECRC

/// One line of characters that only show.
std::string cut_to(const std::string& text, int columns) {
  const std::string wrapped = wrap_text(text, columns);
  return wrapped.substr(0, wrapped.find('\n'));
}

/// Sets the region. A cursor in the last row would never leave it again: so it is moved down (IND),
/// which makes the screen scroll there, and up again.
std::string enter_sequence(int rows) {
  return fmt::format("\033D{}\033[1;{}r{}\033[A", kSave, rows - 1, kRestore);
}

std::string line_sequence(int row, const std::string& text) {
  return fmt::format("{}\033[{};1H\033[0m\033[2K{}{}", kSave, row, text, kRestore);
}

std::string leave_sequence(int row) {
  return fmt::format("{}\033[r\033[{};1H\033[0m\033[2K{}", kSave, row, kRestore);
}

}  // namespace

TerminalSize terminal_size(int descriptor) {
  winsize size{};
  if (ioctl(descriptor, TIOCGWINSZ, &size) != 0) return {};
  return {size.ws_row, size.ws_col};
}

bool in_foreground(int descriptor) { return tcgetpgrp(descriptor) == getpgrp(); }

void StatusLine::show(const std::string& text) {
  if (!in_foreground(descriptor_)) return;
  const TerminalSize size = terminal_size(descriptor_);
  if (size.rows < kLeast.rows || size.columns < kLeast.columns) {
    leave();
    return;
  }
  if (size != size_) {
    leave();
    draw(descriptor_, enter_sequence(size.rows));
    size_ = size;
  }
  draw(descriptor_, line_sequence(size.rows, cut_to(text, size.columns)));
}

void StatusLine::leave() {
  if (size_ == TerminalSize{}) return;
  draw(descriptor_, leave_sequence(size_.rows));
  size_ = {};
}

}  // namespace isojoule::cli
