#include "screen.hpp"

#include <unistd.h>

#include "status_line.hpp"
#include "text_output.hpp"

namespace isojoule::cli {
namespace {

constexpr const char* kEnter = "\033[?1049h\033[?25l";
constexpr const char* kLeave = "\033[?25h\033[?1049l";

void put(const std::string& text) {
  flush_text();
  draw(STDOUT_FILENO, text);
}

}  // namespace

void Screen::enter() {
  if (entered_) return;
  has_input_ = in_foreground(STDIN_FILENO) && tcgetattr(STDIN_FILENO, &before_) == 0;
  if (has_input_) {
    termios keys = before_;
    keys.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
    tcsetattr(STDIN_FILENO, TCSADRAIN, &keys);
  }
  put(kEnter);
  entered_ = true;
}

void Screen::leave() {
  if (!entered_) return;
  put(kLeave);
  if (has_input_) tcsetattr(STDIN_FILENO, TCSADRAIN, &before_);
  entered_ = false;
}

void Screen::show(const std::string& text, bool plain) {
  const int rows = terminal_size(STDOUT_FILENO).rows;
  std::string drawn = "\033[H";
  std::size_t at = 0;
  for (int row = 0; row < rows && at < text.size(); ++row) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const bool bold = row == 0 && !plain;
    if (row > 0) drawn += "\r\n";
    drawn +=
        (bold ? "\033[1m" : "") + text.substr(at, end - at) + (bold ? "\033[0m" : "") + "\033[K";
    at = end + 1;
  }
  put(drawn + "\033[J");
}

}  // namespace isojoule::cli
