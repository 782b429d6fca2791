#include "isojoule/page/text.hpp"

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <numeric>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "isojoule/page/detail/harmless.hpp"

namespace isojoule {
namespace {

using detail::harmless;

constexpr std::size_t kGap = 2;  // spaces between columns

using Lines = std::vector<std::string>;

bool starts_code_point(char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }

/// Code points of valid UTF-8.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, starts_code_point));
}

/// Bytes of the first `count` code points.
std::size_t bytes_of(std::string_view text, std::size_t count) {
  std::size_t bytes = 0;
  while (bytes < text.size()) {
    if (starts_code_point(text[bytes]) && count-- == 0) break;
    ++bytes;
  }
  return bytes;
}

/// A word, or a part of one that is too long for a line.
struct Piece {
  std::string_view text;
  bool continues;  ///< the piece before it, so that no space may come between
};

std::vector<Piece> pieces_of(std::string_view text, std::size_t width) {
  std::vector<Piece> pieces;
  bool continues = false;
  while (true) {
    if (!continues) text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    if (text.empty()) return pieces;
    const std::string_view word = text.substr(0, text.find(' '));
    const std::string_view piece = word.substr(0, bytes_of(word, width));
    pieces.push_back({piece, continues});
    continues = piece.size() < word.size();
    text.remove_prefix(piece.size());
  }
}

/// One line of text as lines of at most `first` and then `rest` columns; as it is if it fits.
Lines wrap_line(std::string_view text, std::size_t first, std::size_t rest) {
  Lines lines{std::string()};
  if (width_of(text) <= first) return {std::string(text)};
  for (const auto& [piece, continues] : pieces_of(text, rest)) {
    const std::size_t width = lines.size() == 1 ? first : rest;
    const std::size_t used = width_of(lines.back());
    if (used == 0) {
      lines.back() = piece;
    } else if (!continues && used + 1 + width_of(piece) <= width) {
      lines.back().append(" ").append(piece);
    } else {
      lines.emplace_back(piece);
    }
  }
  return lines;
}

Lines wrap_line(std::string_view text, std::size_t width) { return wrap_line(text, width, width); }

void append(Lines& lines, const Lines& more) {
  lines.insert(lines.end(), more.begin(), more.end());
}

std::string padded(const std::string& text, std::size_t width, Column::Align align) {
  const std::string space(width - width_of(text), ' ');
  return align == Column::Align::right ? space + text : text + space;
}

/// Titles or a row of cells, side by side, each wrapped to its column.
Lines row_lines(const std::vector<Column>& columns, const std::vector<std::string>& cells,
                std::span<const std::size_t> widths) {
  std::vector<Lines> wrapped;
  std::size_t height = 0;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    wrapped.push_back(wrap_line(cells[i], widths[i]));
    height = std::max(height, wrapped.back().size());
  }
  Lines lines;
  for (std::size_t y = 0; y < height; ++y) {
    std::string line;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (i > 0) line.append(kGap, ' ');
      line += padded(y < wrapped[i].size() ? wrapped[i][y] : "", widths[i], columns[i].align);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    lines.push_back(std::move(line));
  }
  return lines;
}

std::size_t sum(std::span<const std::size_t> values) {
  return std::accumulate(values.begin(), values.end(), std::size_t{0});
}

/// Makes the widest columns narrower, none below its floor, until all fit into `total`.
void narrow(std::vector<std::size_t>& widths, std::span<const std::size_t> floors,
            std::size_t total) {
  while (sum(widths) > total) {
    std::optional<std::size_t> widest;
    for (std::size_t i = 0; i < widths.size(); ++i) {
      if (widths[i] > floors[i] && (!widest || widths[i] > widths[*widest])) widest = i;
    }
    if (!widest) return;
    --widths[*widest];
  }
}

/// Widths of the columns so that all fit: first by wrapping between words, `longest_words` being
/// whole, then within them. Empty if they cannot fit.
std::vector<std::size_t> fit(std::vector<std::size_t> widths,
                             std::span<const std::size_t> longest_words, std::size_t total) {
  constexpr std::size_t kNarrowest = 6;  // below it, wrapped text cannot be read
  const std::size_t gaps = kGap * (widths.size() - 1);
  if (gaps >= total) return {};
  narrow(widths, longest_words, total - gaps);
  narrow(widths, std::vector<std::size_t>(widths.size(), kNarrowest), total - gaps);
  if (sum(widths) + gaps > total) return {};
  return widths;
}

std::size_t longest_word(std::string_view text) {
  std::size_t longest = 0;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    longest = std::max(longest, width_of(word));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
  }
  return longest;
}

/// For more columns than fit: each row as a paragraph.
Lines list_lines(const std::vector<std::string>& titles,
                 const std::vector<std::vector<std::string>>& rows, int width) {
  Lines lines;
  for (const std::vector<std::string>& row : rows) {
    if (!lines.empty()) lines.emplace_back();
    for (std::size_t i = 0; i < titles.size(); ++i)
      lines.push_back(wrap_text(titles[i] + ": " + row[i], width, width > 2 ? 2 : 0));
  }
  return lines;
}

Lines table_lines(const Table& table, int width) {
  std::vector<std::string> titles;
  std::vector<std::size_t> widths;
  std::vector<std::size_t> longest_words;
  for (const Column& column : table.columns) {
    titles.push_back(harmless(column.title));
    widths.push_back(width_of(titles.back()));
    longest_words.push_back(longest_word(titles.back()));
  }
  std::vector<std::vector<std::string>> rows = table.rows;
  for (std::vector<std::string>& row : rows) {
    assert(row.size() == titles.size());
    for (std::size_t i = 0; i < row.size(); ++i) {
      row[i] = harmless(row[i]);
      widths[i] = std::max(widths[i], width_of(row[i]));
      longest_words[i] = std::max(longest_words[i], longest_word(row[i]));
    }
  }
  if (titles.empty()) return {};
  widths = fit(std::move(widths), longest_words, static_cast<std::size_t>(width));
  if (widths.empty()) return list_lines(titles, rows, width);

  Lines lines = row_lines(table.columns, titles, widths);
  std::vector<std::string> rules;
  for (const std::size_t column : widths) rules.emplace_back(column, '-');
  append(lines, row_lines(table.columns, rules, widths));
  for (const auto& row : rows) append(lines, row_lines(table.columns, row, widths));
  return lines;
}

struct BlockWriter {
  std::string operator()(const std::string& paragraph) const { return wrap_text(paragraph) + "\n"; }
  std::string operator()(const Verbatim& verbatim) const {
    // Every line is indented: the first one, too, follows a line break.
    return wrap_text("\n" + verbatim.text, kTextWidth, 4).substr(1) + "\n";
  }
  std::string operator()(const NamedTable& named) const { return render_text(named.table); }
  std::string operator()(const Figure& figure) const {
    return wrap_text(figure.title + " " + figure.caption + " (--figure " + figure.id + ")") + "\n";
  }
};

}  // namespace

std::string render_text(const Table& table) { return render_text(table, kTextWidth); }

std::string render_text(const Table& table, int width) {
  assert(width > 0);
  const auto wrapped = [width](const std::string& text) {
    return wrap_line(harmless(text), static_cast<std::size_t>(width));
  };
  Lines notes;
  for (const std::string& note : table.notes) append(notes, wrapped(note));
  const Lines title = table.title.empty() ? Lines{} : wrapped(table.title);
  std::string text;
  for (const Lines& part : {title, table_lines(table, width), notes}) {
    if (!part.empty() && !text.empty()) text += '\n';
    for (const std::string& line : part) text += line + '\n';
  }
  return text;
}

std::string render_text(const Document& document) {
  std::string text = wrap_text(document.title) + "\n\n" + wrap_text(document.summary) + "\n";
  for (const Section& section : document.sections) {
    text += "\n== " + wrap_text(section.heading) + "\n";
    for (const Block& block : section.blocks) text += "\n" + std::visit(BlockWriter{}, block);
  }
  return text;
}

std::string wrap_text(const std::string& text, int width, int indent) {
  assert(indent >= 0 && indent < width);
  const auto full = static_cast<std::size_t>(width);
  const auto space = static_cast<std::size_t>(indent);
  const std::string clean = harmless(text, true);
  std::string_view rest = clean;
  std::string result;
  bool first = true;
  while (true) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    for (const std::string& part : wrap_line(line, first ? full : full - space, full - space)) {
      if (!first) result += '\n' + std::string(part.empty() ? 0 : space, ' ');
      result += part;
      first = false;
    }
    if (line.size() == rest.size()) return result;
    rest.remove_prefix(line.size() + 1);
  }
}

}  // namespace isojoule
