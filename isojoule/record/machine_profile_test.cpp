#include "isojoule/record/machine_profile.hpp"

#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/core/error.hpp"

#include "support/sample_record.hpp"
#include "support/temp_directory.hpp"

namespace isojoule {
namespace {

using detail::sample_channel;
using detail::sample_record;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

/// A calibration record that used `joules` for its 10 steps.
Record calibration(std::string id, std::string workload, double joules) {
  Record record = sample_record(std::move(id), std::move(workload));
  record.windows.resize(1);
  record.windows[0].measurement.channels[0].energy = joules * joule;
  return record;
}

std::vector<Record> calibrations() {
  return {calibration("R1", "large", 400), calibration("R2", "small", 10),
          calibration("R3", "middle", 50)};
}

MachineProfile sample_profile() {
  return make_profile("xeon-2threads", "cpu, 2 threads", calibrations());
}

std::vector<std::string> workloads_of(const MachineProfile& profile) {
  std::vector<std::string> names;
  for (const ReferenceEnergy& reference : profile.references)
    names.push_back(reference.workload.name());
  return names;
}

Error error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error;
  }
  return {ErrorCode::usage, "nothing thrown"};
}

std::string bad_input(const std::function<void()>& action) {
  const Error error = error_of(action);
  EXPECT_EQ(error.code(), ErrorCode::bad_input) << error.what();
  return error.what();
}

TEST(MakeProfile, HoldsTheEnergiesInTheirOrder) {
  const MachineProfile profile = sample_profile();
  EXPECT_THAT(workloads_of(profile), ElementsAre("small", "middle", "large"));
  const ReferenceEnergy& small = profile.references[0];
  EXPECT_EQ(small.energy.per_step, 1.0 * joule);  // 10 J / 10 steps
  EXPECT_EQ(small.energy.steps, 10);
  EXPECT_EQ(small.energy.duration_per_step, 0.2 * second);
  EXPECT_EQ(small.energy.basis, profile.basis);
  EXPECT_EQ(small.sd_of_runs, std::nullopt);
  EXPECT_THAT(small.records, ElementsAre("R2"));
  EXPECT_EQ(small.cost, sample_record().cost);
}

TEST(MakeProfile, EqualEnergiesAreOrderedByName) {
  EXPECT_THAT(
      workloads_of(make_profile("p", "", {calibration("R1", "b", 5), calibration("R2", "a", 5)})),
      ElementsAre("a", "b"));
}

TEST(MakeProfile, SaysWhereItComesFrom) {
  std::vector<Record> records = calibrations();
  records[1].created = "2026-02-01T00:00:00Z";
  records[1].version = "0.1.1";
  const MachineProfile profile = make_profile("xeon-2threads", "cpu, 2 threads", records);
  EXPECT_EQ(profile.name, "xeon-2threads");
  EXPECT_EQ(profile.condition, "cpu, 2 threads");
  EXPECT_EQ(profile.created, "2026-02-01T00:00:00Z");
  EXPECT_EQ(profile.version, "0.1.1");
  EXPECT_EQ(profile.host.cpu_model, "Made CPU");
  EXPECT_EQ(profile.basis,
            (Basis{Scope::package, Kind::measured, Boundary::gross, "steps", 8, "float32"}));
}

TEST(MakeProfile, ContextIsWhatAllRecordsShare) {
  std::vector<Record> records = calibrations();
  records[0].context["torch"] = "2.6.0";
  records[0].windows[0].attributes["seed"] = "1";
  for (Record& record : records) record.windows[0].attributes["warmup"] = "3";
  EXPECT_THAT(make_profile("p", "", records).context,
              ElementsAre(Pair("device", "cpu"), Pair("threads", "2"), Pair("warmup", "3")));
}

TEST(MakeProfile, SensorsAreThoseThatSpokeForTheScope) {
  std::vector<Record> records = calibrations();
  for (Record& record : records) {
    auto& channels = record.windows[0].measurement.channels;
    channels.push_back(sample_channel("dram-0", Scope::dram, Kind::measured, 7.0 * joule));
    ChannelEnergy twin = sample_channel("package-0", Scope::package, Kind::modelled, 9.0 * joule);
    twin.channel.id = "model:package-0";
    channels.push_back(twin);
    channels.push_back(sample_channel("package-1", Scope::package, Kind::modelled, 1.0 * joule));
  }
  std::vector<std::string> ids;
  for (const Channel& channel : make_profile("p", "", records).sensors) ids.push_back(channel.id);
  EXPECT_THAT(ids, ElementsAre("made:package-0", "made:package-1"));
}

TEST(MakeProfile, RefusesRecordsThatDoNotBelongTogether) {
  const auto refusal = [](const std::function<void(Record&)>& change) {
    std::vector<Record> records = calibrations();
    records[0].host.settings = {{"cpu", "governor", "performance"}};
    change(records[2]);
    const Error error = error_of([&] { make_profile("p", "", records); });
    EXPECT_EQ(error.code(), ErrorCode::incompatible) << error.what();
    return std::string(error.what());
  };
  const std::string begin = "records R1 (large) and R3 (middle) do not fit into one profile: ";
  EXPECT_EQ(refusal([](Record& r) { r.windows[0].attributes["batch"] = "16"; }),
            begin + "batch: 8 against 16");
  EXPECT_EQ(refusal([](Record& r) {
              r.windows[0].measurement.channels[0].channel.kind = Kind::modelled;
              r.windows[0].attributes.erase("precision");
            }),
            begin + "kind: measured against modelled; precision: float32 against unknown");
  EXPECT_EQ(refusal([](Record& r) { r.host.cpu_model = "Other CPU"; }),
            begin + "machine: 'Made CPU' against 'Other CPU'");
  EXPECT_EQ(refusal([](Record& r) { r.host.settings = {{"cpu", "governor", "powersave"}}; }),
            begin + "governor of cpu: performance against powersave");
  EXPECT_EQ(refusal([](Record& r) { r.context["threads"] = "1"; }), begin + "threads: 2 against 1");
  EXPECT_EQ(refusal([](Record& r) { r.context.erase("threads"); }),
            begin + "threads: 2 against unknown");
}

TEST(MakeProfile, TakesTheMedianOfTheRunsOfAWorkload) {
  const MachineProfile profile =
      make_profile("p", "",
                   {calibration("R1", "a", 10), calibration("R2", "a", 30),
                    calibration("R3", "a", 11), calibration("R4", "b", 20)});
  ASSERT_THAT(workloads_of(profile), ElementsAre("a", "b"));
  const ReferenceEnergy& several = profile.references[0];
  EXPECT_EQ(several.energy.per_step, 1.1 * joule);  // of 1.0, 3.0 and 1.1: 10 steps each
  EXPECT_EQ(several.energy.steps, 30);
  EXPECT_THAT(several.records, ElementsAre("R1", "R2", "R3"));
  // Mean 1.7, squares 0.49 + 1.69 + 0.36 = 2.54, halved.
  ASSERT_TRUE(several.sd_of_runs);
  EXPECT_NEAR(several.sd_of_runs->in(joule), std::sqrt(1.27), 1e-15);
}

TEST(MakeProfile, ADriverThatChangedMeanwhileIsNoOtherMachine) {
  std::vector<Record> records = calibrations();
  records[0].host.settings = {{"nvidia", "driver", "550"}, {"gpu-GPU-a", "ECC", "on"}};
  records[1].host.settings = {{"nvidia", "driver", "560"}, {"gpu-GPU-a", "ECC", "off"}};
  EXPECT_NO_THROW(make_profile("p", "", records)) << "the energies are the CPU's";
}

TEST(MakeProfile, TakesTheIdlePowerFromWhatWasMeasuredAtRest) {
  std::vector<Record> records = calibrations();
  EXPECT_EQ(make_profile("p", "", records).idle_power, std::nullopt);
  const auto rest = [](double joules, Kind kind) {
    Measurement measurement;
    measurement.elapsed = 2.0 * second;
    measurement.channels = {sample_channel("package-0", Scope::package, kind, joules * joule)};
    return measurement;
  };
  records[0].idle_before = rest(20, Kind::measured);
  records[0].idle_after = rest(40, Kind::measured);
  records[1].idle_before = rest(1000, Kind::modelled);
  EXPECT_EQ(make_profile("p", "", records).idle_power, 15.0 * watt);
}

TEST(MakeProfile, RefusesWhatGivesNoProfile) {
  EXPECT_EQ(bad_input([] { make_profile("p", "", {}); }), "profile 'p' needs at least one record");
  std::vector<Record> records = calibrations();
  records[1].windows.clear();
  EXPECT_EQ(bad_input([&] { make_profile("p", "", records); }),
            "record R2 (small) has no energy per step: it has no window 'steps': the command did "
            "not send the marks");
}

TEST(MakeProfile, RefusesNamesThatMakeBadFileNamesOrOptions) {
  for (const std::string name : {"", "a b", "a/b", "..", ".hidden", "-", "--to", "_a", "ä"})
    EXPECT_THAT(bad_input([&] { make_profile(name, "", calibrations()); }),
                HasSubstr("profile name"))
        << name;
  for (const std::string name : {"a", "0", "A.b_c-9"})
    EXPECT_NO_THROW(make_profile(name, "", calibrations())) << name;
}

TEST(Describes, ItsOwnMachineInItsOwnCondition) {
  const MachineProfile profile = sample_profile();
  Record record = calibration("other", "mine", 1.0);
  EXPECT_TRUE(describes(profile, record));

  Record faster = record;
  faster.host.cpu_model = "Other CPU";
  EXPECT_FALSE(describes(profile, faster));

  Record one_thread = record;
  one_thread.context["threads"] = "1";
  EXPECT_FALSE(describes(profile, one_thread)) << "the profile was made with 2";
  one_thread.context.erase("threads");
  EXPECT_TRUE(describes(profile, one_thread)) << "a training need not say its threads";

  Record on_gpu = record;
  on_gpu.windows[0].attributes["device"] = "cuda";
  EXPECT_FALSE(describes(profile, on_gpu));
}

TEST(MachineProfile, FindsAReference) {
  const MachineProfile profile = sample_profile();
  ASSERT_NE(profile.find(WorkloadId("middle")), nullptr);
  EXPECT_EQ(profile.find(WorkloadId("middle"))->energy.per_step, 5.0 * joule);
  EXPECT_EQ(profile.find(WorkloadId("none")), nullptr);
}

TEST(ProfileJson, IsReadBackExactly) {
  MachineProfile profile = sample_profile();
  profile.references[0].energy.sd = 1.0 / 3.0 * joule;
  profile.references[1].cost.reset();
  profile.references[1].sd_of_runs = 0.1 * joule;
  profile.references[1].records = {"R3", "R5"};
  profile.idle_power = 1.0 / 7.0 * watt;
  profile.host.settings = {{"cpu", "boost", "on"}};
  const Json json = profile_to_json(profile);
  EXPECT_EQ(json["schema"], "isojoule.profile/2");
  const MachineProfile back = profile_from_json(parse_json(json.dump(), "text"), "text");
  EXPECT_EQ(back.name, profile.name);
  EXPECT_EQ(back.created, profile.created);
  EXPECT_EQ(back.version, profile.version);
  EXPECT_EQ(back.condition, profile.condition);
  EXPECT_EQ(back.host, profile.host);
  EXPECT_EQ(back.basis, profile.basis);
  EXPECT_EQ(back.context, profile.context);
  ASSERT_EQ(back.sensors.size(), 1u);
  EXPECT_EQ(back.sensors[0].id, "made:package-0");
  EXPECT_EQ(back.idle_power, profile.idle_power);
  ASSERT_EQ(back.references.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) {
    const ReferenceEnergy& expected = profile.references[i];
    EXPECT_EQ(back.references[i].workload, expected.workload);
    EXPECT_EQ(back.references[i].cost, expected.cost);
    EXPECT_EQ(back.references[i].records, expected.records);
    EXPECT_EQ(back.references[i].sd_of_runs, expected.sd_of_runs);
    EXPECT_EQ(back.references[i].energy.basis, profile.basis);
    EXPECT_EQ(back.references[i].energy.steps, expected.energy.steps);
    EXPECT_EQ(back.references[i].energy.per_step, expected.energy.per_step);
    EXPECT_EQ(back.references[i].energy.sd, expected.energy.sd);
    EXPECT_EQ(back.references[i].energy.duration_per_step, expected.energy.duration_per_step);
  }
  EXPECT_EQ(profile_to_json(back).dump(), json.dump());
}

TEST(ProfileJson, OneOfVersion1IsRead) {
  Json json = profile_to_json(sample_profile());
  json["schema"] = "isojoule.profile/1";
  json.erase("idle_power_w");
  json["basis"].erase("mode");
  json["host"].erase("settings");
  for (Json& reference : json["references"]) {
    reference.erase("records");
    reference.erase("sd_of_runs_j");
    reference["record"] = "OLD";
  }
  const MachineProfile profile = profile_from_json(json, "it");
  EXPECT_THAT(profile.references[0].records, ElementsAre("OLD"));
  EXPECT_EQ(profile.basis, sample_profile().basis);
}

TEST(ProfileJson, AnEditedFileIsPutInOrder) {
  Json json = profile_to_json(sample_profile());
  std::swap(json["references"][0], json["references"][2]);
  EXPECT_THAT(workloads_of(profile_from_json(json, "it")), ElementsAre("small", "middle", "large"));
}

TEST(ProfileJson, BadDocumentsAreRefused) {
  const auto with = [](const std::function<void(Json&)>& change) {
    Json json = profile_to_json(sample_profile());
    change(json);
    return bad_input([&json] { profile_from_json(json, "it"); });
  };
  const auto with_reference = [&with](const char* key, const Json& value) {
    return with([&](Json& json) { json["references"][1][key] = value; });
  };
  EXPECT_EQ(with_reference("energy_per_step_j", 0),
            "it: references[1]: key 'energy_per_step_j' is not positive");
  EXPECT_EQ(with_reference("energy_per_step_j", -5.0),
            "it: references[1]: key 'energy_per_step_j' is not positive");
  EXPECT_EQ(with_reference("energy_per_step_j", nullptr),
            "it: references[1]: key 'energy_per_step_j' has the wrong type");
  EXPECT_EQ(with_reference("steps", 0), "it: references[1]: key 'steps' is not positive");
  EXPECT_EQ(with_reference("duration_per_step_s", 0.0),
            "it: references[1]: key 'duration_per_step_s' is not positive");
  EXPECT_EQ(with_reference("sd_per_step_j", -0.1),
            "it: references[1]: key 'sd_per_step_j' is negative");
  EXPECT_EQ(with_reference("sd_of_runs_j", -0.1),
            "it: references[1]: key 'sd_of_runs_j' is negative");
  EXPECT_EQ(with([](Json& json) { json["idle_power_w"] = -1.0; }),
            "it: key 'idle_power_w' is negative");
  EXPECT_EQ(with_reference("workload", "small"),
            "it: references[1]: key 'workload' names small a second time");
  EXPECT_EQ(with([](Json& json) { json["references"] = Json::array(); }),
            "it: key 'references' is empty");
  EXPECT_EQ(with([](Json& json) { json["basis"]["boundary"] = "grosz"; }),
            "it: basis: key 'boundary': unknown boundary 'grosz'; did you mean gross?");
  EXPECT_THAT(with([](Json& json) { json["name"] = "../x"; }), HasSubstr("it: profile name"));
  EXPECT_THAT(with([](Json& json) { json["schema"] = "isojoule.profile/3"; }),
              HasSubstr("it is of the newer schema"));
  EXPECT_THAT(with([](Json& json) { json["schema"] = "isojoule.record/1"; }),
              HasSubstr("not a isojoule.profile"));
}

class ProfileFiles : public ::testing::Test {
 protected:
  std::string write(const std::string& name, const std::string& text) {
    const std::filesystem::path path = directory_.path() / name;
    write_file(path, text);
    return path.string();
  }
  std::string write_profile(const std::string& file, const std::string& name) {
    return write(file, profile_to_json(make_profile(name, "", calibrations())).dump(2));
  }
  TempDirectory directory_;
};

TEST_F(ProfileFiles, OneIsRead) {
  EXPECT_EQ(read_profile(write_profile("a.json", "xeon")).name, "xeon");
}

TEST_F(ProfileFiles, OneThatCannotBeReadIsSaid) {
  const std::string absent = (directory_.path() / "absent.json").string();
  const Error error = error_of([&] { read_profile(absent); });
  EXPECT_EQ(error.code(), ErrorCode::io);
  EXPECT_EQ(std::string(error.what()),
            "profile '" + absent + "' cannot be read: No such file or directory");
  const std::string folder = directory_.path().string();
  EXPECT_EQ(std::string(error_of([&] { read_profile(folder); }).what()),
            "profile '" + folder + "' cannot be read: it is a directory");
}

TEST_F(ProfileFiles, OneThatIsCutShortIsSaid) {
  const std::string whole = profile_to_json(sample_profile()).dump();
  for (const std::size_t length :
       {std::size_t{0}, std::size_t{1}, whole.size() / 2, whole.size() - 1}) {
    const std::string path = write("cut.json", whole.substr(0, length));
    EXPECT_THAT(bad_input([&] { read_profile(path); }), HasSubstr("cut.json' is not JSON"));
  }
}

TEST_F(ProfileFiles, ADirectoryIsReadByName) {
  write_profile("1.json", "zeta");
  write_profile("2.json", "alpha");
  write("README.md", "not a profile");
  const std::vector<MachineProfile> profiles = read_profiles(directory_.path());
  ASSERT_EQ(profiles.size(), 2u);
  EXPECT_EQ(profiles[0].name, "alpha");
  EXPECT_EQ(profiles[1].name, "zeta");
}

TEST_F(ProfileFiles, AnAbsentDirectoryHasNone) {
  EXPECT_THAT(read_profiles(directory_.path() / "absent"), IsEmpty());
}

TEST_F(ProfileFiles, ADirectoryThatIsNoneIsSaid) {
  const std::string file = write("file", "");
  EXPECT_EQ(error_of([&] { read_profiles(file); }).code(), ErrorCode::io);
}

TEST_F(ProfileFiles, TwoFilesOfOneNameAreRefused) {
  write_profile("1.json", "xeon");
  write_profile("2.json", "xeon");
  EXPECT_THAT(bad_input([&] { read_profiles(directory_.path()); }),
              HasSubstr("profile 'xeon' stands in two files"));
}

}  // namespace
}  // namespace isojoule
