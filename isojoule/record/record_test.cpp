#include "isojoule/record/record.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/core/error.hpp"
#include "isojoule/core/mark.hpp"

#include "support/sample_record.hpp"

namespace isojoule {
namespace {

using detail::sample_channel;
using detail::sample_record;
using detail::sample_window;
using ::testing::HasSubstr;

std::optional<StepEnergy> step_energy(const Record& record,
                                      std::optional<Scope> scope = std::nullopt) {
  const Outcome<StepEnergy> energy = energy_per_step(record, scope);
  EXPECT_EQ(energy.refused.empty(), energy.value.has_value()) << energy.refused;
  return energy.value;
}

std::string refusal(const Record& record, std::optional<Scope> scope = std::nullopt) {
  const Outcome<StepEnergy> energy = energy_per_step(record, scope);
  EXPECT_FALSE(energy);
  return energy.refused;
}

/// The sample with a change to its steps window.
Record with_steps(const std::function<void(Window&)>& change) {
  Record record = sample_record();
  change(record.windows[0]);
  return record;
}

TEST(EnergyPerStep, DividesTheStepsWindowByItsSteps) {
  const auto energy = step_energy(sample_record());
  ASSERT_TRUE(energy);
  EXPECT_EQ(energy->steps, 10);
  EXPECT_EQ(energy->per_step, 5.0 * joule);            // 50 J / 10
  EXPECT_EQ(energy->duration_per_step, 0.2 * second);  // 2 s / 10
  // 4 J and 6 J a step: sqrt((1 + 1)/1).
  EXPECT_EQ(energy->sd, std::sqrt(2.0) * joule);
}

TEST(EnergyPerStep, StatesItsBasis) {
  const Basis expected{Scope::package, Kind::measured, Boundary::gross, "steps", 8, "float32"};
  EXPECT_EQ(step_energy(sample_record())->basis, expected);
}

TEST(EnergyPerStep, BatchAndPrecisionAreUnknownWhereNotSaid) {
  const auto energy = step_energy(with_steps([](Window& steps) {
    steps.attributes.erase("batch");
    steps.attributes.erase("precision");
  }));
  EXPECT_EQ(energy->basis.batch, std::nullopt);
  EXPECT_EQ(energy->basis.precision, "");
  for (const char* bad : {"0", "-8", "8.0", "8x", "", "99999999999"}) {
    EXPECT_EQ(step_energy(with_steps([bad](Window& steps) {
                steps.attributes["batch"] = bad;
              }))->basis.batch,
              std::nullopt)
        << bad;
  }
}

TEST(EnergyPerStep, IsModelledWhereItsTotalIs) {
  const auto energy = step_energy(with_steps([](Window& steps) {
    steps.measurement.channels = {
        sample_channel("package-0", Scope::package, Kind::modelled, 50.0 * joule)};
  }));
  EXPECT_EQ(energy->basis.kind, Kind::modelled);
}

/// The sample on a machine that also has a GPU, which used 30 J.
Record with_gpu(const std::string& device) {
  return with_steps([&device](Window& steps) {
    steps.measurement.channels.push_back(
        sample_channel("gpu-0", Scope::gpu, Kind::measured, 30.0 * joule));
    if (device.empty()) {
      steps.attributes.erase("device");
    } else {
      steps.attributes["device"] = device;
    }
  });
}

TEST(EnergyPerStep, TakesTheScopeThatTheTrainingRanOn) {
  EXPECT_EQ(step_energy(with_gpu("cpu"))->per_step, 5.0 * joule);
  EXPECT_EQ(step_energy(with_gpu("cuda"))->per_step, 3.0 * joule);
  EXPECT_EQ(step_energy(with_gpu("cuda:1"))->per_step, 3.0 * joule);
  EXPECT_EQ(step_energy(with_gpu("cuda"))->basis.scope, Scope::gpu);
  Record by_context = with_gpu("");
  by_context.context["device"] = "cpu";
  EXPECT_EQ(step_energy(by_context)->basis.scope, Scope::package);
}

TEST(EnergyPerStep, WithoutADeviceTakesTheDefaultScope) {
  EXPECT_EQ(step_energy(with_gpu(""))->basis.scope, Scope::gpu);
  EXPECT_EQ(step_energy(with_gpu("tpu"))->basis.scope, Scope::gpu);
}

TEST(EnergyPerStep, TakesTheScopeThatWasAskedFor) {
  EXPECT_EQ(step_energy(with_gpu("cpu"), Scope::gpu)->basis.scope, Scope::gpu);
  EXPECT_EQ(refusal(sample_record(), Scope::dram),
            "its dram energy is not known: no sensor of dram energy");
}

TEST(EnergyPerStep, ATrainingOnAGpuWithoutASensorHasNone) {
  EXPECT_EQ(refusal(with_steps([](Window& steps) { steps.attributes["device"] = "cuda"; })),
            "its gpu energy is not known: no sensor of gpu energy");
}

TEST(EnergyPerStep, NeedsExactlyOneStepsWindow) {
  Record record = sample_record();
  record.windows.push_back(record.windows[0]);
  EXPECT_EQ(refusal(record), "it has 2 windows 'steps' where one is expected");
  record.windows.clear();
  EXPECT_THAT(refusal(record), HasSubstr("no window 'steps'"));
}

TEST(EnergyPerStep, NeedsStepsWithUndoubtedEdges) {
  EXPECT_EQ(refusal(with_steps([](Window& steps) { steps.doubt = "it was started twice"; })),
            "its window 'steps' cannot be trusted: it was started twice (one process alone should "
            "send it)");
}

TEST(EnergyPerStep, ReadingsOfAnotherRunHaveNone) {
  Record record = sample_record();
  record.context[kReplayContext] = "old.trace";
  EXPECT_EQ(refusal(record), "its readings are those of the trace old.trace, not of the command");
}

TEST(EnergyPerStep, DoubtedBlocksDoNotCount) {
  Record record = sample_record();
  record.windows.push_back(sample_window("block", 1.5, 0.5, 500.0 * joule, {{"steps", "5"}}));
  record.windows.back().doubt = "it was started twice";
  EXPECT_EQ(step_energy(record)->sd, std::sqrt(2.0) * joule);
}

TEST(EnergyPerStep, NeedsAPositiveNumberOfSteps) {
  for (const char* bad : {"0", "-10", "ten", "10.5", "1e3", " 10", "", "99999999999999999999"}) {
    EXPECT_THAT(refusal(with_steps([bad](Window& steps) { steps.attributes["steps"] = bad; })),
                HasSubstr("does not say how many"))
        << bad;
  }
  EXPECT_THAT(refusal(with_steps([](Window& steps) { steps.attributes.clear(); })),
              HasSubstr("does not say how many"));
}

TEST(EnergyPerStep, NeedsAKnownPositiveEnergy) {
  const auto with_energy = [](std::optional<Energy> energy) {
    return with_steps([energy](Window& steps) {
      steps.measurement = detail::sample_measurement(2.0 * second, energy);
    });
  };
  EXPECT_EQ(refusal(with_energy(std::nullopt)),
            "its package energy is not known: made:package-0: it was reset");
  EXPECT_EQ(refusal(with_energy(Energy{})), "its package energy is 0 J, which is not positive");
  EXPECT_EQ(refusal(with_energy(-1.0 * joule)),
            "its package energy is -1 J, which is not positive");
  EXPECT_EQ(refusal(with_steps([](Window& steps) {
              steps.measurement.channels.clear();
              steps.attributes.erase("device");
            })),
            "it has no sensor of gpu or package energy");
}

TEST(EnergyPerStep, SpreadNeedsTwoKnownBlocks) {
  Record record = sample_record();
  record.windows[2].measurement = detail::sample_measurement(1.0 * second, std::nullopt);
  EXPECT_EQ(step_energy(record)->sd, std::nullopt);
  record.windows.resize(1);
  EXPECT_EQ(step_energy(record)->sd, std::nullopt);
}

TEST(EnergyPerStep, BlocksMayHaveDifferentNumbersOfSteps) {
  Record record = sample_record();
  // 4 J and 6 J a step, as before: the spread is of joules per step, not of joules.
  record.windows[1] = sample_window("block", 1.0, 0.2, 4.0 * joule, {{"steps", "1"}});
  record.windows[2] = sample_window("block", 1.2, 1.8, 54.0 * joule, {{"steps", "9"}});
  EXPECT_EQ(step_energy(record)->sd, std::sqrt(2.0) * joule);
}

TEST(EnergyPerStep, BlocksOutsideTheStepsOrWithoutACountDoNotCount) {
  Record record = sample_record();
  record.windows.push_back(sample_window("block", 0.0, 0.9, 500.0 * joule, {{"steps", "5"}}));
  record.windows.push_back(sample_window("block", 2.5, 0.6, 500.0 * joule, {{"steps", "5"}}));
  record.windows.push_back(sample_window("block", 1.5, 0.5, 500.0 * joule, {}));
  record.windows.push_back(sample_window("other", 1.5, 0.5, 500.0 * joule, {{"steps", "5"}}));
  EXPECT_EQ(step_energy(record)->sd, std::sqrt(2.0) * joule);
}

TEST(EnergyPerStep, AKilledCommandKeepsTheStepsThatItFinished) {
  Record record = sample_record();
  record.outcome = {CommandOutcome::State::incomplete, 137, 9};
  EXPECT_TRUE(step_energy(record));
}

TEST(RecordId, HasTheTimeInItsFirstTenCharacters) {
  // The pair that the ULID specification's reference implementation is tested with.
  EXPECT_EQ(make_record_id(1469918176385).substr(0, 10), "01ARYZ6S41");
  EXPECT_EQ(make_record_id(0).substr(0, 10), "0000000000");
  EXPECT_EQ(make_record_id((std::int64_t{1} << 48) - 1).substr(0, 10), "7ZZZZZZZZZ");
}

TEST(RecordId, OfATimeThatItCannotHoldIsRefused) {
  const std::int64_t after = std::int64_t{1} << 48;
  for (const std::int64_t time : {std::int64_t{-1}, std::int64_t{-86'400'000}, after}) {
    try {
      make_record_id(time);
      ADD_FAILURE() << time;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::bad_input);
      EXPECT_THAT(error.what(), HasSubstr(std::to_string(time) + " ms since 1970"));
    }
  }
}

TEST(RecordId, IsCrockfordBase32) {
  const std::string id = make_record_id(1769862896000);
  EXPECT_EQ(id.size(), 26u);
  EXPECT_EQ(id.find_first_not_of("0123456789ABCDEFGHJKMNPQRSTVWXYZ"), std::string::npos) << id;
}

TEST(RecordId, SortsByTime) {
  std::int64_t time = 1;
  std::string before = make_record_id(0);
  // Every carry of every digit is among 31, 32, 33, 1023, 1024, ... .
  for (int bits = 5; bits < 48; bits += 5) {
    for (const int step : {-1, 0, 1}) {
      time = (std::int64_t{1} << bits) + step;
      const std::string id = make_record_id(time);
      EXPECT_LT(before, id);
      before = id;
    }
  }
}

TEST(RecordId, IsAnotherEachTime) {
  std::set<std::string> ids;
  for (int i = 0; i < 1000; ++i) ids.insert(make_record_id(1769862896000));
  EXPECT_EQ(ids.size(), 1000u);
  // Each random character takes many values: 1000 draws miss one of 32 with 32 x (31/32)^1000 <
  // 1e-12.
  for (std::size_t place = 10; place < 26; ++place) {
    std::set<char> seen;
    for (const std::string& id : ids) seen.insert(id[place]);
    EXPECT_EQ(seen.size(), 32u) << place;
  }
}

TEST(EnergyPerStep, ABlockCountsWhereItLiesInThePiecesOfTheSteps) {
  // The steps are paused from 1.5 s to 2 s: the blocks, from 1 s to 2 s and from 2 s to 3 s.
  const auto paused = [](std::vector<WindowPiece> first_block) {
    Record record = sample_record();
    record.windows[0].pieces = {{1.0 * second, 0.5 * second}, {2.0 * second, 1.0 * second}};
    record.windows[0].measurement.elapsed = 1.5 * second;
    record.windows[1].pieces = std::move(first_block);
    return record;
  };
  EXPECT_EQ(step_energy(paused({}))->sd, std::nullopt) << "it goes on through the pause";
  const auto energy = step_energy(paused({{1.0 * second, 0.25 * second},
                                          {1.25 * second, 0.25 * second}}));
  EXPECT_EQ(energy->sd, std::sqrt(2.0) * joule);
  EXPECT_EQ(energy->duration_per_step, 0.15 * second) << "pauses take no part in it";
}

}  // namespace
}  // namespace isojoule
