#include "isojoule/core/json.hpp"

#include <functional>
#include <limits>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace isojoule {
namespace {

using ::testing::HasSubstr;

/// The message of the Error(bad_input) that `action` throws.
std::string bad_input(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::bad_input);
    return error.what();
  }
  return "nothing thrown";
}

Channel full_channel() {
  Channel channel;
  channel.id = "rapl:package-0";
  channel.component = "package-0";
  channel.label = "Intel package 0";
  channel.unit = 0.1 * microjoule;
  channel.validity = Validity::whole_command;
  channel.range = std::numeric_limits<std::uint64_t>::max();
  channel.max_power = 333.3 * watt;
  channel.model = "none";
  return channel;
}

/// As read back from the text of a file.
Json through_text(const Json& json) { return parse_json(json.dump(), "test"); }

TEST(ChannelJson, IsReadBackExactly) {
  const Channel channel = full_channel();
  const Channel back = channel_from_json(through_text(channel_to_json(channel)));
  EXPECT_EQ(back.id, channel.id);
  EXPECT_EQ(back.component, channel.component);
  EXPECT_EQ(back.label, channel.label);
  EXPECT_EQ(back.scope, channel.scope);
  EXPECT_EQ(back.kind, channel.kind);
  EXPECT_EQ(back.unit, channel.unit);
  EXPECT_EQ(back.validity, channel.validity);
  EXPECT_EQ(back.range, channel.range);
  EXPECT_EQ(back.max_power, channel.max_power);
  EXPECT_EQ(back.model, channel.model);
}

TEST(ChannelJson, WritesItsUnitInTheKeyAndLeavesOutWhatIsMissing) {
  Channel channel;
  channel.id = "nvml:0";
  channel.component = "gpu-0";
  channel.label = "GPU";
  channel.scope = Scope::gpu;
  channel.unit = milliwatt;
  EXPECT_EQ(channel_to_json(channel).dump(),
            R"({"id":"nvml:0","component":"gpu-0","label":"GPU","scope":"gpu","kind":"measured",)"
            R"("counts_of_w":0.001})");
  const Channel back = channel_from_json(channel_to_json(channel));
  EXPECT_EQ(back.unit, channel.unit);
  EXPECT_EQ(back.validity, Validity::any_window);
  EXPECT_EQ(back.range, std::nullopt);
}

TEST(ChannelJson, BadMembersAreNamed) {
  const auto with = [](const char* key, Json value) {
    Json json = channel_to_json(full_channel());
    json[key] = std::move(value);
    return bad_input([&json] { channel_from_json(json); });
  };
  EXPECT_EQ(with("scope", "gpuu"), "key 'scope': unknown scope 'gpuu'; did you mean gpu?");
  EXPECT_THAT(with("kind", "guessed"), HasSubstr("key 'kind': unknown kind 'guessed'"));
  EXPECT_EQ(with("id", 5), "key 'id' has the wrong type");
  EXPECT_EQ(with("counts_of_j", "1"), "key 'counts_of_j' has the wrong type");
  EXPECT_EQ(with("counts_of_j", nullptr), "key 'counts_of_w' is missing");
  EXPECT_EQ(with("valid_for", "ever"), "key 'valid_for' is not 'whole command'");
  EXPECT_EQ(with("range_counts", -1), "key 'range_counts' is out of range");
  EXPECT_EQ(with("range_counts", 1.5), "key 'range_counts' is not a whole number");
}

TEST(HostJson, IsReadBackExactly) {
  const HostInfo host{"CPU",
                      8,
                      4,
                      17179869184ull,
                      {"NVIDIA A", "NVIDIA B"},
                      "6.1",
                      "Debian",
                      "KVM",
                      {{"cpu", "governor", "powersave"}}};
  EXPECT_EQ(host_from_json(through_text(host_to_json(host))), host);
}

TEST(HostJson, WhatIsMissingIsNullNeverZero) {
  EXPECT_EQ(host_to_json(HostInfo{}).dump(),
            R"({"cpu_model":null,"hardware_threads":null,"cores":null,"memory_bytes":null,)"
            R"("gpus":[],"kernel":null,"os":null,"hypervisor":null,"settings":[]})");
  EXPECT_EQ(host_from_json(through_text(host_to_json(HostInfo{}))), HostInfo{});
}

TEST(HostJson, CountsThatDoNotFitAreRefused) {
  Json json = host_to_json(HostInfo{});
  json["cores"] = 3'000'000'000;
  EXPECT_EQ(bad_input([&] { host_from_json(json); }), "key 'cores' is out of range");
  json["cores"] = true;
  EXPECT_EQ(bad_input([&] { host_from_json(json); }), "key 'cores' is not a whole number");
}

TEST(CostJson, IsReadBackExactly) {
  const Cost full{"deepspeed", 40.2 * gigaflop, 20'100'000'000, 804'234};
  const Cost without_macs{"user", 1.0 * flop, std::nullopt, 0};
  for (const Cost& cost : {full, without_macs})
    EXPECT_EQ(cost_from_json(through_text(cost_to_json(cost))), cost);
  EXPECT_TRUE(cost_to_json(without_macs)["macs_forward"].is_null());
}

TEST(CostJson, NegativeParametersAreRefused) {
  Json json = cost_to_json({"user", 1.0 * flop, std::nullopt, 0});
  json["parameters"] = -1;
  EXPECT_EQ(bad_input([&] { cost_from_json(json); }), "key 'parameters' is out of range");
}

TEST(BasisJson, IsReadBackExactly) {
  const Basis full{Scope::gpu, Kind::modelled, Boundary::net, kStepsProtocol, 8, "tf32"};
  const Basis unknown{Scope::package,   Kind::measured, Boundary::gross,
                      kCommandProtocol, std::nullopt,   ""};
  for (const Basis& basis : {full, unknown})
    EXPECT_EQ(basis_from_json(through_text(basis_to_json(basis))), basis);
  EXPECT_TRUE(basis_to_json(unknown)["batch"].is_null());
  EXPECT_TRUE(basis_to_json(unknown)["precision"].is_null());
}

TEST(MeasurementJson, IsReadBackExactly) {
  ChannelEnergy known{full_channel(), 1.0 / 3.0 * joule, "", 11, 1, 2, 0, 3, 0.1 * second};
  ChannelEnergy missing{full_channel(), std::nullopt, "reset", 5, 0, 0, 1, 0, 0.2 * second};
  const Measurement measurement{0.1 * second + 0.2 * second, {known, missing}};
  const Json json = through_text(measurement_to_json(measurement));
  const Measurement back = measurement_from_json(json);
  EXPECT_EQ(back.elapsed, measurement.elapsed);
  ASSERT_EQ(back.channels.size(), 2u);
  EXPECT_EQ(back.channels[0].energy, known.energy);
  EXPECT_EQ(back.channels[0].samples, 11u);
  EXPECT_EQ(back.channels[0].failed, 1u);
  EXPECT_EQ(back.channels[0].wraps, 2u);
  EXPECT_EQ(back.channels[0].impossible, 3u);
  EXPECT_EQ(back.channels[0].longest_gap, known.longest_gap);
  EXPECT_EQ(back.channels[1].energy, std::nullopt);
  EXPECT_EQ(back.channels[1].reason, "reset");
  EXPECT_EQ(back.channels[1].resets, 1u);
  EXPECT_TRUE(json["channels"][1]["energy_j"].is_null());
  EXPECT_FALSE(json["channels"][0].contains("reason"));
}

TEST(MeasurementJson, WhatMakesAnEnergyDefensibleIsReadBack) {
  ChannelEnergy energy{full_channel(), 5.0 * joule, "", 11, 0, 0, 0, 0, 0.1 * second};
  energy.refresh = 0.1 * second;
  energy.caution = "too short";
  energy.uncertainty =
      UncertaintyBudget{{{"gain", Evaluation::type_b, 3.0 * joule, std::nullopt, "+-5 %"},
                         {"unseen", Evaluation::type_a, 4.0 * joule, 7.5, "differences"}},
                        1.7,
                        0.9};
  Channel gauge = full_channel();
  gauge.unit = Gauge{"", 1.0, {"idle", "power cap"}};
  Measurement measurement{second, {energy}};
  measurement.states = {{gauge, 4, 0.0, 1.5, 3.0, {0.25, 1.0}}, {gauge, 0, {}, {}, {}, {}}};
  measurement.cross_checks = {{"gpu-0", "energy", "power", 10.0 * joule, 11.0 * joule}};

  const Json json = through_text(measurement_to_json(measurement));
  EXPECT_EQ(json["channels"][0]["uncertainty"]["standard_j"], 5.0);  // 3 and 4
  EXPECT_EQ(json["channels"][0]["uncertainty"]["expanded_j"], 8.5);
  const Measurement back = measurement_from_json(json);
  EXPECT_EQ(back.channels[0].refresh, energy.refresh);
  EXPECT_EQ(back.channels[0].caution, "too short");
  ASSERT_TRUE(back.channels[0].uncertainty);
  EXPECT_EQ(back.channels[0].uncertainty->coverage_factor, 1.7);
  const auto& components = back.channels[0].uncertainty->components;
  ASSERT_EQ(components.size(), 2u);
  EXPECT_EQ(components[1].evaluation, Evaluation::type_a);
  EXPECT_EQ(components[1].degrees_of_freedom, 7.5);
  EXPECT_EQ(components[0].degrees_of_freedom, std::nullopt);
  ASSERT_EQ(back.states.size(), 2u);
  EXPECT_EQ(back.states[0].mean, 1.5);
  EXPECT_EQ(back.states[0].flag_shares, (std::vector{0.25, 1.0}));
  EXPECT_EQ(std::get<Gauge>(back.states[0].channel.unit), std::get<Gauge>(gauge.unit));
  EXPECT_EQ(back.states[1].mean, std::nullopt);
  ASSERT_EQ(back.cross_checks.size(), 1u);
  EXPECT_EQ(back.cross_checks[0].by_power, 11.0 * joule);
}

TEST(ChannelJson, WhatIsKnownOfTheSensorIsReadBack) {
  Channel channel = full_channel();
  channel.refresh = 0.1 * second;
  channel.averaging = 0.025 * second;
  channel.lag = 0.08 * second;
  channel.lag_half_width = 0.04 * second;
  channel.gain = {1.02, 0.004, "wattmeter"};
  channel.family = "nvml/turing-on";
  channel.caveat = "slow";
  const Channel back = channel_from_json(through_text(channel_to_json(channel)));
  EXPECT_EQ(back.refresh, channel.refresh);
  EXPECT_EQ(back.averaging, channel.averaging);
  EXPECT_EQ(back.lag, channel.lag);
  EXPECT_EQ(back.lag_half_width, channel.lag_half_width);
  EXPECT_EQ(back.gain, channel.gain);
  EXPECT_EQ(back.family, "nvml/turing-on");
  EXPECT_EQ(back.caveat, "slow");
  EXPECT_FALSE(channel_to_json(full_channel()).contains("gain"));  // it was not calibrated
}

TEST(MeasurementJson, TheFaultyChannelIsNamed) {
  Json json = measurement_to_json({1.0 * second, {{full_channel(), joule, "", 0, 0, 0, 0, 0, {}}}});
  json["channels"][0]["channel"].erase("label");
  EXPECT_EQ(bad_input([&] { measurement_from_json(json); }),
            "channels[0]: channel: key 'label' is missing");
  json["channels"] = nullptr;
  EXPECT_EQ(bad_input([&] { measurement_from_json(json); }), "key 'channels' has the wrong type");
}

TEST(ParseJson, NamesTheDocumentAndThePlace) {
  EXPECT_EQ(bad_input([] { parse_json("{\"a\": }", "profile 'x'"); }),
            "profile 'x' is not JSON: byte 7 cannot be read");
  for (const char* text : {"", "{", "nan", "{\"a\":\"\xFF\"}", "[1,]"})
    EXPECT_THAT(bad_input([text] { parse_json(text, "it"); }), HasSubstr("it is not JSON"));
  EXPECT_EQ(bad_input([] { parse_json("1e999", "it"); }), "it holds a number that is too large");
}

TEST(RequireSchema, TakesItsNameUpToItsVersion) {
  for (const int version : {1, 2})
    EXPECT_NO_THROW(
        require_schema({{"schema", schema_text("isojoule.x", version)}}, "isojoule.x", 2, "it"));
}

TEST(RequireSchema, RefusesTheRest) {
  const auto refusal = [](const Json& json) {
    return bad_input([&json] { require_schema(json, "isojoule.x", 2, "it"); });
  };
  EXPECT_EQ(refusal({{"schema", "isojoule.x/3"}}),
            "it is of the newer schema 'isojoule.x/3'; this program reads up to isojoule.x/2, "
            "update isojoule");
  const std::string missing = "it has no \"schema\" such as \"isojoule.x/2\"";
  EXPECT_EQ(refusal(Json::object()), missing);
  EXPECT_EQ(refusal(Json::array()), missing);
  EXPECT_EQ(refusal(nullptr), missing);
  EXPECT_EQ(refusal({{"schema", 1}}), missing);
  for (const char* other : {"isojoule.y/1", "isojoule.x", "isojoule.x/", "isojoule.x/0",
                            "isojoule.x/-1", "isojoule.x/1.5", "isojoule.x/1 ", ""})
    EXPECT_EQ(refusal({{"schema", other}}),
              "it is a '" + std::string(other) + "', not a isojoule.x");
}

TEST(Members, RequiredAndMaybeTellMissingFromWrong) {
  const Json json{{"n", 5}, {"none", nullptr}, {"text", "x"}};
  EXPECT_EQ(required<int>(json, "n"), 5);
  EXPECT_EQ(maybe<int>(json, "n"), 5);
  EXPECT_EQ(maybe<int>(json, "none"), std::nullopt);
  EXPECT_EQ(maybe<int>(json, "absent"), std::nullopt);
  EXPECT_EQ(bad_input([&] { required<int>(json, "absent"); }), "key 'absent' is missing");
  EXPECT_EQ(bad_input([&] { required<std::string>(json, "none"); }),
            "key 'none' has the wrong type");
  EXPECT_EQ(bad_input([&] { maybe<double>(json, "text"); }), "key 'text' has the wrong type");
  EXPECT_EQ(bad_input([] { required<int>(Json("not an object"), "n"); }), "key 'n' is missing");
}

TEST(WithValidUtf8, RepairsStringsAndKeysOnly) {
  const Json json{{"caf\xE9", Json::array({"a\xFFz", 5, nullptr, "ok ✓"})}};
  const Json repaired = with_valid_utf8(json);
  EXPECT_EQ(repaired.dump(), "{\"caf\uFFFD\":[\"a\uFFFDz\",5,null,\"ok ✓\"]}");
}

}  // namespace
}  // namespace isojoule
