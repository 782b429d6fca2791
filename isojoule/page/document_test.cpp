#include "isojoule/page/document.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/core/error.hpp"
#include "isojoule/page/data_builder.hpp"
#include "isojoule/page/html.hpp"
#include "isojoule/page/latex.hpp"
#include "isojoule/page/markdown.hpp"
#include "isojoule/page/table_data.hpp"

namespace isojoule {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const char* const kScript = "<script>alert(1)</script>";

Table small_table() {
  return {"Energies",
          {{"workload"}, {"energy, J", Column::Align::right}},
          {{"cnn_1", "1.5"}, {"", "-"}},
          {"A note."}};
}

Document hostile_document() {
  DataBuilder data;
  data.text("name", kScript).number("x", "x");
  data.row({std::string(kScript), std::optional(1.0)});
  Figure figure;
  figure.id = "1";
  figure.title = figure.caption = figure.alternative = kScript;
  figure.data = data.take();
  figure.layers = {{Glyph::bar, "name", "x"}};
  figure.x = {kScript, Scale::category};
  Document document;
  document.title = document.summary = document.made_by = kScript;
  document.sections = {{"s",
                        kScript,
                        {std::string(kScript), Verbatim{kScript},
                         NamedTable{"t", {kScript, {{kScript}}, {{kScript}}, {kScript}}}, figure}}};
  return document;
}

std::size_t count_of(const std::string& text, const std::string& what) {
  std::size_t count = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1))
    ++count;
  return count;
}

TEST(Markdown, IsAPipeTable) {
  EXPECT_EQ(render_markdown(small_table()),
            "**Energies**\n\n| workload | energy, J |\n|---|---:|\n| cnn\\_1 | 1.5 |\n| | - |\n\nA "
            "note.\n");
}

TEST(Markdown, EscapesWhatMeansSomething) {
  const std::string text = render_markdown(Table{"", {{"a"}}, {{"x|y\n*z* <b> `c`"}}, {}});
  EXPECT_THAT(text, HasSubstr("| x\\|y?\\*z\\* &lt;b&gt; \\`c\\` |"));
}

TEST(Markdown, AVerbatimTextCannotEndItsFence) {
  Document document;
  document.sections = {{"s", "S", {Verbatim{"a\n````\nb"}}}};
  EXPECT_THAT(render_markdown(document), HasSubstr("`````\na\n````\nb\n`````\n"));
}

TEST(Latex, HasTheRulesOfBooktabs) {
  EXPECT_EQ(render_latex(small_table()),
            "\\begin{table}\n\\centering\n\\caption{Energies}\n\\begin{tabular}{lr}\n\\toprule\n"
            "workload & energy, J \\\\\n\\midrule\ncnn\\_1 & 1.5 \\\\\n & {-} \\\\\n\\bottomrule\n"
            "\\end{tabular}\n\\par\\smallskip{\\footnotesize A note.}\n\\end{table}\n");
}

TEST(Latex, ATitleLosesItsNumberAndNothingElse) {
  const auto caption = [](const char* title) {
    return render_latex(Table{title, {{"a"}}, {}, {}});
  };
  EXPECT_THAT(caption("Table 2. Machines."), HasSubstr("\\caption{Machines.}"));
  EXPECT_THAT(caption("Table of all. Yes."), HasSubstr("\\caption{Table of all. Yes.}"));
  EXPECT_THAT(caption("Scores. All"), HasSubstr("\\caption{Scores. All}"));
}

TEST(Latex, ALongTableGoesOverPages) {
  Table table{"Long", {{"a"}}, {}, {}};
  table.rows.assign(46, {"x"});
  const std::string text = render_latex(table);
  EXPECT_THAT(text, HasSubstr("\\begin{longtable}{l}\n\\caption{Long}\\\\\n\\toprule\na \\\\\n"));
  EXPECT_THAT(text, HasSubstr("\\endhead\nx \\\\\n"));
  EXPECT_THAT(text, Not(HasSubstr("\\begin{table}")));
}

TEST(Latex, EscapesWhatMeansSomething) {
  const std::string text = render_latex(Table{"", {{"a"}}, {{"\\input{x} $%&#_^~[--]"}}, {}});
  EXPECT_THAT(text, HasSubstr("\\textbackslash{}input\\{x\\} \\$\\%\\&\\#\\_\\textasciicircum{}"
                              "\\textasciitilde{}{[}{-}{-}{]}"));
}

TEST(Latex, NamesCharactersThatPdflatexDoesNotKnow) {
  Document document;
  document.title = "\xD8\xA7 \xF0\x9F\x94\x8B";
  const std::string text = render_latex(document);
  EXPECT_THAT(text, HasSubstr("\\DeclareUnicodeCharacter{0627}{(U+0627)}"));
  EXPECT_THAT(text, HasSubstr("\\DeclareUnicodeCharacter{1F50B}{(U+1F50B)}"));
}

TEST(Csv, OfATableIsQuoted) {
  EXPECT_EQ(render_csv(Table{"t", {{"a"}, {"b"}}, {{"x,y", "say \"hi\""}}, {"n"}}),
            "a,b\n\"x,y\",\"say \"\"hi\"\"\"\n");
}

TEST(Csv, OfATableRepeatsWhatAnEmptyFirstCellStandsForAndNamesEachColumn) {
  const Table table{
      "t", {{"pair"}, {"R2"}, {""}}, {{"a", "1", "*"}, {"", "2", ""}, {"", "3", "~"}}, {}};
  EXPECT_EQ(render_csv(table), "pair,R2,remark\na,1,*\na,2,\na,3,~\n");
  const Json json = table_to_json(table);
  EXPECT_EQ(json["columns"][2], "remark");
  EXPECT_EQ(json["rows"][2][0], "a");
}

TEST(Csv, OfAFigureHasMissingNumbersEmpty) {
  DataBuilder data;
  data.text("name", "n").number("x", "x");
  data.row({std::string("a"), std::optional<double>()});
  data.row({std::string("b"), std::optional(0.1)});
  Figure figure;
  figure.data = data.take();
  EXPECT_EQ(render_csv(figure), "name,x\na,\nb,0.1\n");
}

TEST(Html, LeavesNoElementThatATextBringsAlong) {
  const std::string page = render_html(hostile_document());
  EXPECT_THAT(page, Not(HasSubstr(kScript)));
  EXPECT_THAT(page, HasSubstr("&lt;script&gt;alert(1)&lt;/script&gt;"));
  // The data, the licences' comment, and three scripts of ours.
  EXPECT_EQ(count_of(page, "</script>"), 4U);
}

TEST(Html, DataCannotEndItsElement) {
  EXPECT_EQ(script_json(Json("</script><!--&\xE2\x80\xA8")),
            "\"\\u003c/script\\u003e\\u003c!--\\u0026\\u2028\"");
}

TEST(Html, NamesNoPlaceOnTheNetworkToLoadFrom) {
  const std::string page = render_html(Document{});
  for (const char* way : {"<link", "src=\"", "@import", "url("}) {
    const std::string before_scripts = page.substr(0, page.find("<script"));
    EXPECT_THAT(before_scripts, Not(HasSubstr(way)));
  }
}

TEST(Document, AnUnknownTableOrFigureIsNamedWithNearOnes) {
  const Document document = hostile_document();
  EXPECT_EQ(find_table(document, "t").rows.size(), 1U);
  EXPECT_EQ(find_figure(document, "1").id, "1");
  EXPECT_THROW(find_table(document, "1"), Error);
  EXPECT_THROW(find_figure(document, "t"), Error);
}

TEST(RenderLatex, SetsMinusRangesAndArrowsAsTheyAreMeant) {
  Table table;
  table.columns = {{"pair"}, {"value", Column::Align::right}};
  table.rows = {
      {"K80 -> V100", "-0.09 (2.1)"}, {"cnn-2x128", "1.3e-07"}, {"2026-11-25", "0.175-0.212"}};
  const std::string text = render_latex(table);
  EXPECT_THAT(text, HasSubstr("K80 $\\to$ V100 & $-$0.09 (2.1)"));
  EXPECT_THAT(text, HasSubstr("cnn{-}2x128 & 1.3e$-$07"));
  EXPECT_THAT(text, HasSubstr("2026{-}11{-}25 & 0.175--0.212"));
}

}  // namespace
}  // namespace isojoule
