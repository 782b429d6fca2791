#include "isojoule/normalize/predict_data.hpp"

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

DataQuestion question(const std::string& normalizer) {
  DataQuestion result;
  result.from = "A";
  result.to = "B";
  result.references = {"b", "a"};
  result.normalizer = parse_normalizer(normalizer);
  return result;
}

TEST(PredictData, AnswersForAllThatAreNoReferences) {
  const auto answers = predict_data(table(), question("ratio"));
  ASSERT_THAT(answers, SizeIs(2));
  EXPECT_EQ(answers[0].workload, "c");
  EXPECT_DOUBLE_EQ(answers[0].energy->point.in(joule), 12.0);
  EXPECT_DOUBLE_EQ(answers[0].truth->in(joule), 13.0) << "what the table says is not what is said";
  EXPECT_EQ(answers[1].workload, "new");
  EXPECT_DOUBLE_EQ(answers[1].energy->point.in(joule), 24.0);
  EXPECT_FALSE(answers[1].truth) << "nobody has measured it there";
  EXPECT_TRUE(answers[1].extrapolated);
}

TEST(PredictData, AReferenceCanBeAskedForByName) {
  DataQuestion asked = question("single:lowest");
  asked.workloads = {"b"};
  const auto answers = predict_data(table(), asked);
  ASSERT_THAT(answers, SizeIs(1));
  EXPECT_DOUBLE_EQ(answers[0].energy->point.in(joule), 6.0);
  EXPECT_FALSE(answers[0].extrapolated);
  EXPECT_NE(answers[0].energy->no_interval, "");
}

TEST(PredictData, WhatCannotBeFittedIsRefusedForEachWithTheReason) {
  DataQuestion asked = question("dual");
  asked.references = {"a"};
  for (const DataAnswer& answer : predict_data(table(), asked)) {
    EXPECT_FALSE(answer.energy);
    EXPECT_THAT(answer.refused, HasSubstr("needs two references"));
  }
}

TEST(PredictData, AFeatureThatIsNotKnownIsNamed) {
  DataQuestion asked = question("linear");
  asked.features = parse_features("energy+flops");
  EXPECT_THAT(predict_data(table(), asked).front().refused,
              HasSubstr("workload a has no known FLOPs"));
}

TEST(PredictData, ANegativeResultIsRefused) {
  // The line through (10, 10) and (20, 100) is at -80 J for 0 J.
  const Dataset steep(std::vector{row("a", "A", 10), row("a", "B", 10), row("b", "A", 20),
                                  row("b", "B", 100), row("c", "A", 1)});
  const auto answers = predict_data(steep, question("dual"));
  EXPECT_THAT(answers.at(0).refused, HasSubstr("not a positive energy"));
}

TEST(PredictData, NamesWhatItLacks) {
  const auto ask = [](auto change) {
    return [change] {
      DataQuestion asked = question("ratio");
      change(asked);
      predict_data(table(), asked);
    };
  };
  EXPECT_THAT(ask([](DataQuestion& q) { q.to = "C"; }),
              ThrowsMessage<Error>(HasSubstr("unknown machine 'C'")));
  EXPECT_THAT(ask([](DataQuestion& q) { q.references = {"neu"}; }),
              ThrowsMessage<Error>(HasSubstr("did you mean new?")));
  EXPECT_THAT(ask([](DataQuestion& q) { q.references = {"new"}; }),
              ThrowsMessage<Error>(HasSubstr("the energy of 'new' on 'B' is not known")));
}

}  // namespace
}  // namespace isojoule
