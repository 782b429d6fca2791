// Made records for the tests of this room.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "isojoule/record/record.hpp"

namespace isojoule::detail {

inline ChannelEnergy sample_channel(std::string component, Scope scope, Kind kind,
                                    std::optional<Energy> energy) {
  ChannelEnergy channel;
  channel.channel.id = "made:" + component;
  channel.channel.component = std::move(component);
  channel.channel.label = "Made";
  channel.channel.scope = scope;
  channel.channel.kind = kind;
  channel.channel.unit = microjoule;
  if (kind == Kind::modelled) channel.channel.model = "CPU time x 3.50 W per hardware thread";
  channel.energy = energy;
  if (!energy) channel.reason = "it was reset";
  channel.samples = 12;
  return channel;
}

inline Measurement sample_measurement(Duration elapsed, std::optional<Energy> package) {
  return {elapsed, {sample_channel("package-0", Scope::package, Kind::measured, package)}};
}

inline Window sample_window(std::string name, double begin_s, double elapsed_s,
                            std::optional<Energy> package,
                            std::map<std::string, std::string> attributes) {
  return {std::move(name), begin_s * second, sample_measurement(elapsed_s * second, package),
          std::move(attributes)};
}

/// 10 steps of 8 in 2 s for 50 J, in two blocks of 5 steps with 4 J and 6 J a step.
inline Record sample_record(std::string id = "01JABCDEFGHJKMNPQRSTVWXYZ0",
                            std::string workload = "cnn-1x8") {
  Record record;
  record.id = std::move(id);
  record.created = "2026-01-31T12:34:56Z";
  record.version = "0.1.0";
  record.workload = WorkloadId(std::move(workload));
  record.command = {"isojoule-train", "--steps", "10"};
  record.host.cpu_model = "Made CPU";
  record.host.hardware_threads = 4;
  record.cost = Cost{"deepspeed", 628e6 * flop, 314'000'000, 804'234};
  record.whole = sample_measurement(3.5 * second, 80.0 * joule);
  record.windows = {
      sample_window("steps", 1.0, 2.0, 50.0 * joule,
                    {{"steps", "10"}, {"batch", "8"}, {"precision", "float32"}, {"device", "cpu"}}),
      sample_window("block", 1.0, 1.0, 20.0 * joule, {{"steps", "5"}}),
      sample_window("block", 2.0, 1.0, 30.0 * joule, {{"steps", "5"}})};
  record.context = {{"threads", "2"}, {"torch", "2.5.1"}};
  return record;
}

}  // namespace isojoule::detail
