#include "isojoule/page/renderers.hpp"

#include <functional>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/core/error.hpp"
#include "isojoule/page/data_builder.hpp"

namespace isojoule {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

std::string message_of(const std::function<void()>& act) {
  try {
    act();
  } catch (const Error& error) {
    return error.what();
  }
  return "nothing was thrown";
}

Document small_document() {
  DataBuilder data;
  data.text("pair", "pair").number("x", "x");
  data.row({std::string("a"), std::optional(1.0)});
  data.row({std::string("b"), std::optional(2.0)});
  Figure figure;
  figure.id = "1";
  figure.title = "Figure 1.";
  figure.caption = "A caption.";
  figure.data = data.take();
  figure.layers = {{Glyph::bar, "pair", "x"}};
  figure.x = {"pair", Scale::category};
  figure.pickers = {{"pair", "pair", "a"}};
  Document document;
  document.title = "Title";
  document.summary = "Summary.";
  document.sections = {{"s",
                        "Heading",
                        {std::string("A paragraph."), Verbatim{"isojoule report"},
                         NamedTable{"t", {"Table 1. T.", {{"a"}}, {{"cell"}}, {}}}, figure}}};
  return document;
}

TEST(Renderers, EachWritesSomethingAndHasItsOwnEndings) {
  std::set<std::string> names;
  std::set<std::string> endings;
  for (const Renderer& renderer : renderers()) {
    SCOPED_TRACE(renderer.name);
    EXPECT_TRUE(names.insert(renderer.name).second);
    EXPECT_TRUE(renderer.table || renderer.figure || renderer.document);
    ASSERT_FALSE(renderer.endings.empty());
    for (const std::string& ending : renderer.endings) {
      EXPECT_TRUE(endings.insert(ending).second) << ending;
      EXPECT_EQ(renderer_by_ending(ending), &renderer) << ending;
    }
    EXPECT_EQ(&find_renderer(renderer.name), &renderer);
    // A file that is called by the name of the form has that form.
    EXPECT_EQ(renderer_by_ending(renderer.name), &renderer);
  }
}

TEST(Renderers, AnUnknownFormatIsRefusedWithAllNames) {
  const std::string message = message_of([] { find_renderer("docx"); });
  EXPECT_THAT(message, HasSubstr("unknown format 'docx'"));
  for (const Renderer& renderer : renderers()) EXPECT_THAT(message, HasSubstr(renderer.name));
  EXPECT_THAT(message_of([] { find_renderer("markdow"); }),
              AllOf(HasSubstr("markdown"), Not(HasSubstr("latex"))));
  EXPECT_EQ(renderer_by_ending("docx"), nullptr);
  EXPECT_EQ(renderer_by_ending(""), nullptr);
}

TEST(Renderers, WhatOneDoesNotWriteIsRefusedWithThoseThatDo) {
  const Document document = small_document();
  const Table& table = find_table(document, "t");
  const Figure& figure = find_figure(document, "1");
  const std::string of_table = message_of([&] { render(find_renderer("html"), table); });
  EXPECT_EQ(of_table, "a table is written as markdown, latex, csv, json or text, not as html");
  const std::string of_figure = message_of([&] { render(find_renderer("latex"), figure); });
  EXPECT_EQ(of_figure, "a figure is written as csv, json, svg, pdf or png, not as latex");
  const std::string of_document = message_of([&] { render(find_renderer("pdf"), document); });
  EXPECT_EQ(of_document,
            "a document is written as html, markdown, latex, csv, json or text, not as pdf");
}

TEST(Renderers, EachThatWritesTablesShowsTheCells) {
  const Document document = small_document();
  for (const std::string& name : renderers_of(Content::table))
    EXPECT_THAT(render(find_renderer(name), find_table(document, "t")), HasSubstr("cell")) << name;
  for (const std::string& name : renderers_of(Content::document))
    EXPECT_THAT(render(find_renderer(name), document), HasSubstr("cell")) << name;
  EXPECT_THAT(renderers_of(Content::figure), ElementsAre("csv", "json", "svg", "pdf", "png"));
}

TEST(Renderers, DataOfAFigureAreThoseThatAreChosen) {
  const Document document = small_document();
  const Figure& figure = find_figure(document, "1");
  const FigureOptions options{.chosen = {choose(figure, "pair", "b")}};
  EXPECT_EQ(render(find_renderer("csv"), figure, options), "pair,x\nb,2\n");
  EXPECT_EQ(render(find_renderer("csv"), figure), "pair,x\na,1\nb,2\n");
}

TEST(Renderers, ADocumentAsTextHasEachOfItsParts) {
  EXPECT_EQ(render(find_renderer("text"), small_document()),
            "Title\n\nSummary.\n\n== Heading\n\nA paragraph.\n\n    isojoule report\n\n"
            "Table 1. T.\n\na\n----\ncell\n\nFigure 1. A caption. (--figure 1)\n");
}

TEST(Choose, ColumnsAndValuesThatAreNotThereAreNamed) {
  const Document document = small_document();
  const Figure& figure = find_figure(document, "1");
  EXPECT_THAT(message_of([&] { choose(figure, "x", "1"); }), HasSubstr("unknown choice 'x'"));
  EXPECT_THAT(message_of([&] { choose(figure, "pair", "c"); }), HasSubstr("unknown pair 'c'"));
}

}  // namespace
}  // namespace isojoule
