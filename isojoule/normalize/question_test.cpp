#include "isojoule/normalize/question.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/core/error.hpp"

namespace isojoule {
namespace {

using testing::HasSubstr;
using testing::SizeIs;
using testing::ThrowsMessage;

Observation row(const std::string& workload, const std::string& hardware, double joules,
                std::optional<double> flops = std::nullopt) {
  Observation result;
  result.workload = workload;
  result.hardware = hardware;
  result.energy = joules * joule;
  if (flops) result.flops = *flops * flop;
  return result;
}

/// B = 3 A; "new" is known on A only.
Dataset table() {
  return Dataset(std::vector{row("a", "A", 1), row("a", "B", 3), row("b", "A", 2), row("b", "B", 6),
                             row("c", "A", 4), row("c", "B", 13), row("new", "A", 8)});
}

Question question(const std::string& normalizer) {
  Question result;
  result.from = {"A"};
  result.to = "B";
  result.references = {"b", "a"};
  result.normalizer = parse_normalizer(normalizer);
  return result;
}

TEST(AnswerQuestion, AnswersForAllThatAreNoReferences) {
  const auto answers = answer_question(table(), question("ratio"));
  ASSERT_THAT(answers, SizeIs(2));
  EXPECT_EQ(answers[0].workload, "c");
  EXPECT_DOUBLE_EQ(answers[0].energy->point.in(joule), 12.0);
  EXPECT_DOUBLE_EQ(answers[0].truth->in(joule), 13.0) << "the truth has no part in the answer";
  EXPECT_EQ(answers[1].workload, "new");
  EXPECT_DOUBLE_EQ(answers[1].energy->point.in(joule), 24.0);
  EXPECT_FALSE(answers[1].truth) << "nobody has measured it there";
  EXPECT_TRUE(answers[1].extrapolated);
}

TEST(AnswerQuestion, AReferenceCanBeAskedForByName) {
  Question asked = question("single:lowest");
  asked.workloads = {"b"};
  const auto answers = answer_question(table(), asked);
  ASSERT_THAT(answers, SizeIs(1));
  EXPECT_DOUBLE_EQ(answers[0].energy->point.in(joule), 6.0);
  EXPECT_FALSE(answers[0].extrapolated);
  EXPECT_NE(answers[0].energy->interval.refused, "");
}

TEST(AnswerQuestion, WhatCannotBeFittedIsRefusedForEachWithTheReason) {
  Question asked = question("dual");
  asked.references = {"a"};
  for (const Answer& answer : answer_question(table(), asked)) {
    EXPECT_FALSE(answer.energy);
    EXPECT_THAT(answer.energy.refused, HasSubstr("needs two references"));
  }
}

TEST(AnswerQuestion, AFeatureThatIsNotKnownIsNamed) {
  Question asked = question("linear");
  asked.features = parse_features("energy+flops");
  EXPECT_THAT(answer_question(table(), asked).front().energy.refused,
              HasSubstr("workload a has no known FLOPs"));
}

TEST(AnswerQuestion, ANegativeResultIsRefused) {
  // The line through (10, 10) and (20, 100) is at -80 J for 0 J.
  const Dataset steep(std::vector{row("a", "A", 10), row("a", "B", 10), row("b", "A", 20),
                                  row("b", "B", 100), row("c", "A", 1)});
  const auto answers = answer_question(steep, question("dual"));
  EXPECT_THAT(answers.at(0).energy.refused, HasSubstr("not a positive energy"));
}

TEST(AnswerQuestion, NamesWhatItLacks) {
  const auto ask = [](auto change) {
    return [change] {
      Question asked = question("ratio");
      change(asked);
      answer_question(table(), asked);
    };
  };
  EXPECT_THAT(ask([](Question& q) { q.to = "C"; }),
              ThrowsMessage<Error>(HasSubstr("unknown machine 'C'")));
  EXPECT_THAT(ask([](Question& q) { q.references = {"neu"}; }),
              ThrowsMessage<Error>(HasSubstr("did you mean new?")));
  EXPECT_THAT(ask([](Question& q) { q.references = {"new"}; }),
              ThrowsMessage<Error>(HasSubstr("the energy of 'new' on 'B' is not known")));
}

TEST(AnswerQuestion, NoneIsNeverExtrapolatedSinceItUsesNoReference) {
  for (const Answer& answer : answer_question(table(), question("none"))) {
    EXPECT_FALSE(answer.extrapolated) << answer.workload;
    EXPECT_EQ(answer.energy->point, answer.source);
  }
}

TEST(AnswerQuestion, SharesWhatTheFitIsBasedOn) {
  const auto answers = answer_question(table(), question("dual"));
  EXPECT_EQ(answers[0].fit, answers[1].fit);
  EXPECT_THAT(answers[0].fit->used, testing::ElementsAre("a", "b"));
  EXPECT_EQ(answers[0].fit->normalizer, "dual");
  EXPECT_FALSE(answers[0].fit->others);
  EXPECT_EQ(answer_question(table(), question("pooled"))[0].fit->others, 0U);
}

TEST(AnswerQuestion, ANamedReferenceThatIsNotOfferedIsAnError) {
  EXPECT_THAT([] { answer_question(table(), question("single:c")); },
              ThrowsMessage<Error>(HasSubstr("unknown reference 'c'")));
}

TEST(AnswerQuestion, TakesOneSource) {
  Question asked = question("ratio");
  asked.from = {"A", "B"};
  EXPECT_THAT([&] { answer_question(table(), asked); },
              ThrowsMessage<Error>(HasSubstr("takes one machine")));
}

TEST(CommonWorkloads, AreThoseKnownOnBoth) {
  EXPECT_THAT(common_workloads(table(), "A", "B"), testing::ElementsAre("a", "b", "c"));
}

}  // namespace
}  // namespace isojoule
