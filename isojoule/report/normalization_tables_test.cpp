#include "isojoule/report/normalization_tables.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/page/text.hpp"

#include "support/test_table.hpp"

namespace isojoule {
namespace {

using testing::Contains;
using testing::Each;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

MachineProfile machine(const std::string& name, Kind kind, double factor) {
  MachineProfile profile;
  profile.name = name;
  profile.condition = "cpu, 2 threads";
  profile.basis = {Scope::package, kind, Boundary::gross, "steps", 8, "float32"};
  for (const auto& [workload, joules] : {std::pair{"small", 1.0}, {"large", 10.0}}) {
    ReferenceEnergy reference;
    reference.workload = WorkloadId(workload);
    reference.energy.basis = profile.basis;
    reference.energy.per_step = factor * joules * joule;
    profile.references.push_back(reference);
  }
  return profile;
}

/// 2 J a step on A, 100 steps; B uses three times as much as A.
struct Asked {
  explicit Asked(Kind kind, double per_step = 2.0)
      : from(machine("A", kind, 1.0)), to(machine("B", kind, 3.0)) {
    asked.workload = WorkloadId("mine");
    asked.record = "01K";
    asked.from = from;
    asked.to = to;
    asked.steps = 100;
    asked.measured.basis = from.basis;
    asked.measured.steps = 10;
    asked.measured.per_step = per_step * joule;
    asked.source = 100.0 * asked.measured.per_step;
    asked.references = {{"small", 100.0 * joule, 300.0 * joule},
                        {"large", 1000.0 * joule, 3000.0 * joule}};
    for (const char* name : {"none", "single:lowest", "dual"})
      asked.answers.push_back(answer(name, {"small", "large"}));
  }

  /// Of the normalizer by these references.
  Answer answer(const std::string& normalizer, const std::vector<std::string>& references) const {
    std::vector<Observation> rows{test_table::row("mine", "A", asked.source.in(joule))};
    for (const ReferencePair& pair : asked.references) {
      rows.push_back(test_table::row(pair.workload, "A", pair.source.in(joule)));
      rows.push_back(test_table::row(pair.workload, "B", pair.target.in(joule)));
    }
    return answer_question(Dataset(rows),
                           {{"A"}, "B", {"mine"}, references, parse_normalizer(normalizer)})
        .front();
  }

  MachineProfile from;
  MachineProfile to;
  Normalization asked;
};

TEST(NormalizationTable, ShowsTheEnergyAndWhatItIsBasedOn) {
  const Asked question(Kind::measured);
  const Table table = normalization_table(question.asked);
  EXPECT_EQ(table.title, "mine, 100 steps of batch 8: energy on B");
  ASSERT_THAT(table.rows, SizeIs(3));
  EXPECT_THAT(table.rows[0], Contains("200 J"));
  EXPECT_THAT(table.rows[0], Contains(HasSubstr("not translated")));
  EXPECT_THAT(table.rows[1], Contains("600 J"));
  EXPECT_THAT(table.rows[2], Contains("600 J"));
  for (const auto& row : table.rows) {
    EXPECT_THAT(row, Contains(HasSubstr("from measured energies")));
    EXPECT_THAT(row, Each(Not(HasSubstr("extrapolated"))));
  }
}

TEST(NormalizationTable, WhatIsModelledSaysSoBesideEachNumber) {
  const Asked question(Kind::modelled);
  for (const auto& row : normalization_table(question.asked).rows)
    EXPECT_THAT(row, Contains(HasSubstr("from modelled energies")));
}

TEST(NormalizationTable, OneModelledSideMakesItModelled) {
  Asked question(Kind::measured);
  question.asked.to.basis.kind = Kind::modelled;
  const Table table = normalization_table(question.asked);
  EXPECT_THAT(table.rows[0], Contains(HasSubstr("from measured energies")))
      << "the energy here is not based on the other machine";
  EXPECT_THAT(table.rows[1], Contains(HasSubstr("from modelled energies")));
}

TEST(NormalizationTable, WhatIsExtrapolatedSaysSo) {
  const Asked question(Kind::measured, 20.0);
  const Table table = normalization_table(question.asked);
  EXPECT_THAT(table.rows[1], Contains(HasSubstr("extrapolated")));
  EXPECT_THAT(table.rows[2], Contains(HasSubstr("extrapolated")));
  EXPECT_THAT(table.notes, Contains(HasSubstr("outside of its references there, 100 J (small) to "
                                              "1.00 kJ (large)")));
}

TEST(NormalizationTable, ARefusalIsARowWithItsReason) {
  Asked question(Kind::measured);
  question.asked.answers = {question.answer("dual", {})};
  const Table table = normalization_table(question.asked);
  EXPECT_EQ(table.rows[0][2], "refused");
  EXPECT_EQ(table.rows[0].back(), question.asked.answers[0].energy.refused);
}

TEST(NormalizationJson, HoldsTheSameNumbers) {
  const Asked question(Kind::modelled);
  const Json json = normalization_to_json(question.asked);
  EXPECT_EQ(json["source_energy_j"], 200.0);
  EXPECT_EQ(json["answers"][1]["energy_j"], 600.0);
  EXPECT_EQ(json["answers"][1]["kind"], "modelled");
  EXPECT_EQ(json["answers"][1]["refused"], nullptr);
  EXPECT_EQ(json["answers"][1]["lower_j"], nullptr);
  EXPECT_EQ(json["references"][0]["target_energy_j"], 300.0);
}

}  // namespace
}  // namespace isojoule
