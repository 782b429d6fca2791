#include "isojoule/record/record_json.hpp"

#include <cmath>
#include <functional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/core/error.hpp"

#include "support/sample_record.hpp"

namespace isojoule {
namespace {

using detail::sample_record;
using ::testing::HasSubstr;
using ::testing::SizeIs;

Record read_back(const Record& record) {
  return record_from_json(parse_json(record_to_json(record).dump(), "text"), "text");
}

std::string bad_input(const Json& json) {
  try {
    record_from_json(json, "record 'r.json'");
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::bad_input);
    return error.what();
  }
  return "nothing thrown";
}

std::string bad_input(const std::function<void(Json&)>& change) {
  Json json = record_to_json(sample_record());
  change(json);
  return bad_input(json);
}

TEST(RecordJson, IsReadBackExactly) {
  Record record = sample_record();
  record.outcome = {CommandOutcome::State::incomplete, 137, 9};
  record.command = {"sh", "-c", "echo \"$x\"\n", ""};
  record.windows[0].begin = 1.0 / 3.0 * second;
  record.faults = {
      {FaultKind::retry, Instant::from_microseconds(123456789012), "nvml:0", "timeout"},
      {FaultKind::ended, Instant::from_microseconds(0), "replay", "over"},
      {FaultKind::fatal, Instant::from_microseconds(-5), "nvml:1", "lost"}};
  record.trace = "/tmp/some trace.jsonl";
  const Record back = read_back(record);
  EXPECT_EQ(back.id, record.id);
  EXPECT_EQ(back.created, record.created);
  EXPECT_EQ(back.version, record.version);
  EXPECT_EQ(back.workload, record.workload);
  EXPECT_EQ(back.command, record.command);
  EXPECT_EQ(back.outcome.state, record.outcome.state);
  EXPECT_EQ(back.outcome.exit_code, 137);
  EXPECT_EQ(back.outcome.signal, 9);
  EXPECT_EQ(back.host, record.host);
  EXPECT_EQ(back.cost, record.cost);
  EXPECT_EQ(back.whole.elapsed, record.whole.elapsed);
  ASSERT_EQ(back.whole.channels.size(), 1u);
  EXPECT_EQ(back.whole.channels[0].energy, record.whole.channels[0].energy);
  ASSERT_EQ(back.windows.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(back.windows[i].name, record.windows[i].name);
    EXPECT_EQ(back.windows[i].begin, record.windows[i].begin);
    EXPECT_EQ(back.windows[i].attributes, record.windows[i].attributes);
    EXPECT_EQ(back.windows[i].measurement.elapsed, record.windows[i].measurement.elapsed);
  }
  ASSERT_EQ(back.faults.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(back.faults[i].kind, record.faults[i].kind);
    EXPECT_EQ(back.faults[i].time, record.faults[i].time);
    EXPECT_EQ(back.faults[i].source, record.faults[i].source);
    EXPECT_EQ(back.faults[i].message, record.faults[i].message);
  }
  EXPECT_EQ(back.context, record.context);
  EXPECT_EQ(back.trace, record.trace);
  EXPECT_EQ(record_to_json(back).dump(), record_to_json(record).dump());
}

TEST(RecordJson, TellsTheEnergyPerStepItsSpreadAndItsProtocol) {
  const Json json = record_to_json(sample_record())["per_step"];
  EXPECT_EQ(json["steps"], 10);
  EXPECT_EQ(json["energy_per_step_j"], 5.0);
  EXPECT_EQ(json["sd_per_step_j"], std::sqrt(2.0));  // 4 J and 6 J a step in two blocks
  EXPECT_EQ(json["duration_per_step_s"], 0.2);
  EXPECT_EQ(json["basis"]["protocol"], "steps");
  EXPECT_EQ(json["basis"]["scope"], "package");
}

TEST(RecordJson, WithoutAnEnergyPerStepItSaysWhy) {
  Record record = sample_record();
  record.windows.clear();
  Json json = record_to_json(record);
  EXPECT_TRUE(json["per_step"].is_null());
  EXPECT_THAT(json["why_no_per_step"].get<std::string>(), HasSubstr("no window 'steps'"));
}

TEST(RecordJson, TheEnergyPerStepIsComputedNotReadBack) {
  Json json = record_to_json(sample_record());
  json["per_step"]["energy_per_step_j"] = 1.0;
  EXPECT_EQ(record_to_json(record_from_json(json, "it")), record_to_json(sample_record()));
  json.erase("per_step");
  EXPECT_NO_THROW(record_from_json(json, "it"));
}

TEST(RecordJson, ADoubtIsKept) {
  Record record = sample_record();
  EXPECT_FALSE(record_to_json(record)["windows"][0].contains("doubt"));
  record.windows[0].doubt = "it was started twice";
  EXPECT_EQ(read_back(record).windows[0].doubt, "it was started twice");
}

TEST(RecordJson, WhatIsMissingIsNull) {
  Record record;
  record.id = "x";
  const Json json = record_to_json(record);
  EXPECT_EQ(json["schema"], "isojoule.record/2");
  for (const char* key : {"cost", "trace"}) EXPECT_TRUE(json[key].is_null()) << key;
  EXPECT_TRUE(json["outcome"]["signal"].is_null());
  const Record back = read_back(record);
  EXPECT_EQ(back.cost, std::nullopt);
  EXPECT_EQ(back.trace, "");
  EXPECT_EQ(back.outcome.signal, std::nullopt);
  EXPECT_TRUE(back.windows.empty() && back.faults.empty() && back.context.empty());
}

TEST(RecordJson, BytesThatAreNotUtf8AreReplacedNotFatal) {
  Record record = sample_record();
  record.command = {"train", "caf\xE9.py"};
  record.windows[0].attributes["note"] = "\xFF";
  record.host.gpus = {"GPU\x80"};
  const Record back = read_back(record);
  EXPECT_EQ(back.command[1], "caf\uFFFD.py");
  EXPECT_EQ(back.windows[0].attributes.at("note"), "\uFFFD");
  EXPECT_EQ(back.host.gpus[0], "GPU\uFFFD");
}

TEST(RecordJson, UnknownKeysAreLeftAlone) {
  Json json = record_to_json(sample_record());
  json["remark"] = "by hand";
  EXPECT_NO_THROW(record_from_json(json, "it"));
}

TEST(RecordJson, EachMissingKeyIsNamed) {
  const Json whole = record_to_json(sample_record());
  for (const char* key : {"id", "created", "isojoule", "workload", "command", "outcome", "host",
                          "whole", "windows", "faults", "context"}) {
    Json json = whole;
    json.erase(key);
    EXPECT_EQ(bad_input(json), "record 'r.json': key '" + std::string(key) + "' is missing");
    json[key] = 5;
    EXPECT_EQ(bad_input(json),
              "record 'r.json': key '" + std::string(key) + "' has the wrong type");
  }
}

TEST(RecordJson, FaultsInsideAreNamedWithTheirPlace) {
  EXPECT_EQ(bad_input([](Json& json) { json["windows"][1].erase("begin_s"); }),
            "record 'r.json': windows[1]: key 'begin_s' is missing");
  EXPECT_EQ(bad_input([](Json& json) {
              json["windows"][2]["measurement"]["channels"][0]["channel"]["scope"] = "moon";
            }),
            "record 'r.json': windows[2]: measurement: channels[0]: channel: key 'scope': unknown "
            "scope 'moon'; known: gpu, gpu-memory, module, package, dram, node");
  EXPECT_EQ(bad_input([](Json& json) { json["windows"][0]["attributes"]["steps"] = 10; }),
            "record 'r.json': windows[0]: key 'attributes' has the wrong type");
  EXPECT_EQ(bad_input([](Json& json) { json["outcome"]["state"] = "done"; }),
            "record 'r.json': outcome: key 'state' has the unknown value 'done'");
  EXPECT_EQ(bad_input([](Json& json) { json["outcome"]["exit_code"] = 1e10; }),
            "record 'r.json': outcome: key 'exit_code' is not a whole number");
  EXPECT_EQ(bad_input([](Json& json) { json["faults"] = Json::array({5}); }),
            "record 'r.json': faults[0]: key 'kind' is missing");
  EXPECT_THAT(bad_input([](Json& json) { json["workload"] = ""; }),
              HasSubstr("record 'r.json': a workload's name must have"));
  EXPECT_EQ(bad_input([](Json& json) { json["id"] = ""; }), "record 'r.json': key 'id' is empty");
}

TEST(RecordJson, OtherSchemasAreRefused) {
  EXPECT_THAT(bad_input([](Json& json) { json["schema"] = "isojoule.record/3"; }),
              HasSubstr("record 'r.json' is of the newer schema"));
  EXPECT_THAT(bad_input([](Json& json) { json["schema"] = "isojoule.profile/1"; }),
              HasSubstr("not a isojoule.record"));
  EXPECT_THAT(bad_input([](Json& json) { json.erase("schema"); }), HasSubstr("has no \"schema\""));
}

TEST(RecordJson, WhatOnlySomeRecordsHaveIsReadBack) {
  Record record = sample_record();
  record.job = JobPlace{"77", 2, 4, 0, "bbbb"};
  record.samples = 15780;
  record.idle_before = record.whole;
  record.idle_after = record.whole;
  record.steady = {{"package-0", "made:package-0", 1.5 * second}, {"gpu", "made:gpu", {}}};
  record.repeat = Repeat{"first", 2, 5};
  const Record back = record_from_json(record_to_json(record), "it");
  EXPECT_EQ(back.samples, 15780u);
  ASSERT_TRUE(back.idle_before && back.idle_after && back.job && back.repeat);
  EXPECT_EQ(back.idle_after->total(Scope::package)->energy, 80.0 * joule);
  ASSERT_THAT(back.steady, SizeIs(2));
  EXPECT_EQ(back.steady[0].from, 1.5 * second);
  EXPECT_FALSE(back.steady[1].from);
  EXPECT_EQ(back.job->rank, 2);
  EXPECT_EQ(back.job->node, "bbbb");
  EXPECT_EQ(back.repeat->index, 2);
  EXPECT_FALSE(back.node_owner) << "as in records from before it was noted";
}

TEST(RecordJson, TheOwnerOfTheNodeIsReadBack) {
  Record record = sample_record();
  record.job = JobPlace{"", {}, {}, {}, "bbbb"};
  for (const auto who :
       {NodeOwner::Who::this_process, NodeOwner::Who::another, NodeOwner::Who::unknown}) {
    record.node_owner = NodeOwner{who, "for a reason"};
    const Record back = record_from_json(record_to_json(record), "it");
    ASSERT_TRUE(back.node_owner && back.job);
    EXPECT_EQ(back.node_owner->who, who);
    EXPECT_EQ(back.node_owner->text, "for a reason");
    EXPECT_FALSE(back.job->rank || back.job->ranks || back.job->local_rank);
  }
  Json json = record_to_json(record);
  json["node_owner"]["who"] = "nobody";
  EXPECT_THROW(record_from_json(json, "it"), Error);
}

TEST(RecordJson, PiecesAndSumsAreReadBack) {
  Record record = sample_record();
  record.windows[0].pieces = {{1.0 * second, 0.5 * second}, {2.0 * second, 1.0 / 3.0 * second}};
  Window sum = detail::sample_window("epoch", 1.0, 0.75, 9.0 * joule, {});
  sum.pieces = {{1.0 * second, 0.5 * second}, {2.0 * second, 0.25 * second}};
  record.sums = {sum};
  const Record back = read_back(record);
  ASSERT_THAT(back.windows[0].pieces, SizeIs(2));
  EXPECT_EQ(back.windows[0].pieces[1].begin, 2.0 * second);
  EXPECT_EQ(back.windows[0].pieces[1].elapsed, 1.0 / 3.0 * second);
  EXPECT_THAT(back.windows[1].pieces, SizeIs(0));
  ASSERT_THAT(back.sums, SizeIs(1));
  EXPECT_EQ(back.sums[0].name, "epoch");
  EXPECT_THAT(back.sums[0].pieces, SizeIs(2));
  const Json plain = record_to_json(sample_record());
  EXPECT_FALSE(plain.contains("sums"));
  EXPECT_FALSE(plain["windows"][0].contains("pieces"));
}

}  // namespace
}  // namespace isojoule
