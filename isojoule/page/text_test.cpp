#include "isojoule/page/text.hpp"

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace isojoule {
namespace {

using Align = Column::Align;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

/// Code points of valid UTF-8: bytes that do not continue one.
std::size_t columns_of(const std::string& line) {
  return static_cast<std::size_t>(
      std::ranges::count_if(line, [](char c) { return (c & 0xC0) != 0x80; }));
}

std::size_t widest(const std::string& text) {
  std::size_t width = 0;
  for (const std::string& line : lines_of(text)) width = std::max(width, columns_of(line));
  return width;
}

/// The cells' characters in order, without the spaces and line breaks of the layout.
std::string squeezed(std::string text) {
  std::erase_if(text, [](char c) { return c == ' ' || c == '\n' || c == '-'; });
  return text;
}

Table example() {
  return {"Workloads",
          {{"workload", Align::left}, {"parameters", Align::right}},
          {{"mlp-1x64", "524,938"}, {"größer", "7"}},
          {"Counted by hand."}};
}

TEST(RenderText, AlignsItsColumns) {
  EXPECT_EQ(render_text(example()),
            "Workloads\n"
            "\n"
            "workload  parameters\n"
            "--------  ----------\n"
            "mlp-1x64     524,938\n"
            "größer             7\n"
            "\n"
            "Counted by hand.\n");
}

TEST(RenderText, LeavesNoSpacesAtTheEndOfALine) {
  Table table = example();
  table.columns[1].align = Align::left;
  table.rows[1][1] = "";
  for (const std::string& line : lines_of(render_text(table)))
    EXPECT_FALSE(line.ends_with(' ')) << line;
}

TEST(RenderText, WrapsTheWidestColumnAtSpaces) {
  const Table table{"",
                    {{"name", Align::left}, {"remark", Align::left}, {"n", Align::right}},
                    {{"a", "one two three four", "1"}, {"b", "five", "22"}},
                    {}};
  EXPECT_EQ(render_text(table, 20),
            "name  remark       n\n"
            "----  ----------  --\n"
            "a     one two      1\n"
            "      three four\n"
            "b     five        22\n");
}

TEST(RenderText, CutsWordsThatAreTooLong) {
  const Table table{"", {{"id", Align::left}, {"n", Align::right}}, {{"abcdefghijklmno", "1"}}, {}};
  EXPECT_EQ(render_text(table, 10),
            "id       n\n"
            "-------  -\n"
            "abcdefg  1\n"
            "hijklmn\n"
            "o\n");
}

TEST(RenderText, BecomesAListWhereTheColumnsCannotFit) {
  Table table;
  for (int i = 0; i < 40; ++i) table.columns.push_back({"c" + std::to_string(i), Align::left});
  table.rows.assign(2, std::vector<std::string>(40, "value"));
  const std::string text = render_text(table);
  EXPECT_LE(widest(text), 100u);
  const auto lines = lines_of(text);
  ASSERT_EQ(lines.size(), 81u);
  EXPECT_EQ(lines[0], "c0: value");
  EXPECT_EQ(lines[39], "c39: value");
  EXPECT_EQ(lines[40], "");
  EXPECT_EQ(lines[41], "c0: value");
}

TEST(RenderText, AnEmptyTableShowsItsHead) {
  Table table = example();
  table.rows.clear();
  table.title.clear();
  table.notes.clear();
  EXPECT_EQ(render_text(table), "workload  parameters\n--------  ----------\n");
}

TEST(RenderText, WithoutColumnsThereAreTitleAndNotes) {
  EXPECT_EQ(render_text(Table{"Title", {}, {}, {"One.", "Two."}}), "Title\n\nOne.\nTwo.\n");
  EXPECT_EQ(render_text(Table{}), "");
}

TEST(RenderText, ReplacesWhatIsNotACharacterToShow) {
  const Table table{"a\nb",
                    {{"\x1b[31m", Align::left}},
                    {{"tab\tbell\x07nul" + std::string(1, '\0') + "del\x7f"},
                     {"c1\u009b lines\u2028 turned\u202e left\u2066"},
                     {"bad\xFF\xC3 utf8"},
                     {"ünïcödé ✓ stays"}},
                    {"note\r\n"}};
  EXPECT_EQ(render_text(table),
            "a?b\n"
            "\n"
            "?[31m\n"
            "------------------------\n"
            "tab?bell?nul?del?\n"
            "c1? lines? turned? left?\n"
            "bad?? utf8\n"
            "ünïcödé ✓ stays\n"
            "\n"
            "note??\n");
}

TEST(RenderText, NeverExceedsItsWidthNorLosesACharacter) {
  std::string emoji;
  for (int i = 0; i < 150; ++i) emoji += "🚀";
  const std::string arabic =
      "مرحبا بالعالم هذا نص طويل جدا لا ينتهي أبدا حتى يملأ "
      "السطر كله ثم يزيد عليه كثيرا من الكلمات";
  const std::vector<std::string> hostile{std::string(200, 'w'),
                                         emoji,
                                         arabic,
                                         std::string(300, ' '),
                                         "",
                                         "short",
                                         std::string(100, 'x') + " " + std::string(101, 'y'),
                                         "e\u0301 combined"};
  for (const int width : {1, 2, 3, 7, 8, 20, 99, 100}) {
    for (std::size_t columns = 1; columns <= hostile.size(); ++columns) {
      Table table;
      std::vector<std::string> row(hostile.begin(),
                                   hostile.begin() + static_cast<std::ptrdiff_t>(columns));
      for (std::size_t i = 0; i < columns; ++i)
        table.columns.push_back({"title " + std::to_string(i), i % 2 ? Align::right : Align::left});
      table.rows = {row, std::vector<std::string>(columns, hostile[2])};
      table.title = hostile[2];
      table.notes = {hostile[0], hostile[6]};
      const std::string text = render_text(table, width);
      ASSERT_LE(widest(text), static_cast<std::size_t>(width)) << columns;
      EXPECT_TRUE(text.ends_with('\n'));
      for (const std::string cell : {"w", "🚀", "x", "y"}) {
        const auto count = [&cell](const std::string& in) {
          std::size_t n = 0;
          for (auto at = in.find(cell); at != std::string::npos; at = in.find(cell, at + 1)) ++n;
          return n;
        };
        std::size_t given = 0;
        for (const std::string& word : row) given += count(word);
        for (const std::string& word : table.notes) given += count(word);
        EXPECT_EQ(count(squeezed(text)), given) << cell << " at " << width;
      }
    }
  }
}

TEST(RenderText, ARowOfAnotherLengthIsABug) {
  Table table = example();
  table.rows[0].pop_back();
  EXPECT_DEBUG_DEATH(render_text(table), "row.size\\(\\)");
}

TEST(RenderText, NoLineOfADocumentIsWiderThanATerminal) {
  Document document;
  document.title = document.summary = std::string(30, 't') + std::string(200, ' ') + "end";
  document.sections = {{"s", "Heading", {Verbatim{"isojoule report " + std::string(250, 'x')}}}};
  const std::string text = render_text(document);
  EXPECT_NE(text.find("    isojoule report\n    xxxx"), std::string::npos) << text;
  std::size_t begin = 0;
  for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n', begin)) {
    EXPECT_LE(end - begin, 100U) << text.substr(begin, end - begin);
    begin = end + 1;
  }
}

TEST(WrapText, BreaksAtSpacesAndIndents) {
  EXPECT_EQ(wrap_text("one two three four", 9), "one two\nthree\nfour");
  EXPECT_EQ(wrap_text("one two three four", 9, 2), "one two\n  three\n  four");
  EXPECT_EQ(wrap_text("as it is", 8), "as it is");
  EXPECT_EQ(wrap_text("", 8), "");
}

TEST(WrapText, CutsLongWordsWithoutPuttingSpacesIntoThem) {
  EXPECT_EQ(wrap_text("abcdefghij", 4), "abcd\nefgh\nij");
  // The first line has 6 columns, the others 4 after their indent.
  EXPECT_EQ(wrap_text("abcdefghij kl", 6, 2), "abcd\n  efgh\n  ij\n  kl");
  EXPECT_EQ(wrap_text("a bcdefghij", 4), "a\nbcde\nfghi\nj");
}

TEST(WrapText, KeepsLineBreaks) {
  EXPECT_EQ(wrap_text("one\n\ntwo three", 6, 1), "one\n\n two\n three");
  EXPECT_EQ(wrap_text("end\n", 5), "end\n");
}

TEST(WrapText, CountsCodePoints) {
  EXPECT_EQ(wrap_text("äöü ßéè", 7), "äöü ßéè");
  EXPECT_EQ(wrap_text("äöü ßéè", 6), "äöü\nßéè");
}

TEST(WrapText, ReplacesControlCharacters) { EXPECT_EQ(wrap_text("a\x1b[0m\tb\xFF"), "a?[0m?b?"); }

}  // namespace
}  // namespace isojoule
