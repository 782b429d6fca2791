#include "isojoule/core/json.hpp"

#include <charconv>

#include "isojoule/core/error.hpp"
#include "isojoule/core/text.hpp"

namespace isojoule {
namespace {

Json optional_energy(const std::optional<Energy>& energy) {
  return energy ? Json(energy->in(joule)) : Json(nullptr);
}

/// A member whose text `parse` turns into a value of a closed set.
template <class Parse>
auto required_name(const Json& json, const char* key, Parse parse) {
  const auto text = required<std::string>(json, key);
  return read_within("key '" + std::string(key) + "'", [&] { return parse(text); });
}

constexpr const char* kWholeCommand = "whole command";

/// The member `valid_for`, which is left out for a channel that is valid for any window.
Validity validity_from_json(const Json& json) {
  const auto text = maybe<std::string>(json, "valid_for");
  if (!text) return Validity::any_window;
  if (*text != kWholeCommand)
    throw_bad_member("valid_for", "is not '" + std::string(kWholeCommand) + "'");
  return Validity::whole_command;
}

ChannelEnergy channel_energy_from_json(const Json& json) {
  ChannelEnergy channel;
  channel.channel = required_member(json, "channel", channel_from_json);
  if (const auto energy = maybe<double>(json, "energy_j")) channel.energy = *energy * joule;
  channel.reason = maybe<std::string>(json, "reason").value_or("");
  channel.samples = required<std::size_t>(json, "samples");
  channel.failed = required<std::size_t>(json, "failed");
  channel.wraps = required<std::size_t>(json, "wraps");
  channel.resets = required<std::size_t>(json, "resets");
  channel.impossible = required<std::size_t>(json, "impossible");
  channel.longest_gap = required<double>(json, "longest_gap_s") * second;
  return channel;
}

}  // namespace

void throw_bad_member(const char* key, const std::string& what) {
  throw Error(ErrorCode::bad_input, "key '" + std::string(key) + "' " + what);
}

Json parse_json(std::string_view text, const std::string& where) {
  try {
    return Json::parse(text);
  } catch (const nlohmann::json::parse_error& error) {
    throw Error(ErrorCode::bad_input,
                where + " is not JSON: byte " + std::to_string(error.byte) + " cannot be read");
  } catch (const nlohmann::json::out_of_range&) {
    throw Error(ErrorCode::bad_input, where + " holds a number that is too large");
  }
}

std::string schema_text(const std::string& name, int version) {
  return name + "/" + std::to_string(version);
}

void require_schema(const Json& json, const std::string& name, int version,
                    const std::string& where) {
  const auto found = json.is_object() ? json.find("schema") : json.end();
  if (found == json.end() || !found->is_string())
    throw Error(ErrorCode::bad_input,
                where + " has no \"schema\" such as \"" + schema_text(name, version) + "\"");
  const auto schema = found->get<std::string>();
  const std::string prefix = name + "/";
  int found_version = 0;
  const char* end = schema.data() + schema.size();
  if (!schema.starts_with(prefix) ||
      std::from_chars(schema.data() + prefix.size(), end, found_version).ptr != end ||
      found_version < 1)
    throw Error(ErrorCode::bad_input, where + " is a '" + schema + "', not a " + name);
  if (found_version > version)
    throw Error(ErrorCode::bad_input, where + " is of the newer schema '" + schema +
                                          "'; this program reads up to " +
                                          schema_text(name, version) + ", update isojoule");
}

Json with_valid_utf8(const Json& json) {
  if (json.is_string()) return valid_utf8(json.get_ref<const std::string&>());
  if (!json.is_structured()) return json;
  Json result = json.is_array() ? Json::array() : Json::object();
  for (const auto& [key, value] : json.items()) {
    if (json.is_array()) {
      result.push_back(with_valid_utf8(value));
    } else {
      result[valid_utf8(key)] = with_valid_utf8(value);
    }
  }
  return result;
}

Json channel_to_json(const Channel& channel) {
  Json json{{"id", channel.id},
            {"component", channel.component},
            {"label", channel.label},
            {"scope", to_string(channel.scope)},
            {"kind", to_string(channel.kind)}};
  if (channel.is_counter()) {
    json["counts_of_j"] = std::get<Energy>(channel.unit).in(joule);
  } else {
    json["counts_of_w"] = std::get<Power>(channel.unit).in(watt);
  }
  if (channel.validity == Validity::whole_command) json["valid_for"] = kWholeCommand;
  if (channel.range) json["range_counts"] = *channel.range;
  if (channel.max_power) json["max_power_w"] = channel.max_power->in(watt);
  if (!channel.model.empty()) json["model"] = channel.model;
  return json;
}

Channel channel_from_json(const Json& json) {
  Channel channel;
  channel.id = required<std::string>(json, "id");
  channel.component = required<std::string>(json, "component");
  channel.label = required<std::string>(json, "label");
  channel.scope = required_name(json, "scope", scope_from_string);
  channel.kind = required_name(json, "kind", kind_from_string);
  if (const auto energy = maybe<double>(json, "counts_of_j")) {
    channel.unit = *energy * joule;
  } else {
    channel.unit = required<double>(json, "counts_of_w") * watt;
  }
  channel.validity = validity_from_json(json);
  channel.range = maybe<std::uint64_t>(json, "range_counts");
  if (const auto power = maybe<double>(json, "max_power_w")) channel.max_power = *power * watt;
  channel.model = maybe<std::string>(json, "model").value_or("");
  return channel;
}

Json host_to_json(const HostInfo& host) {
  const auto text = [](const std::string& value) {
    return value.empty() ? Json(nullptr) : Json(value);
  };
  return Json{{"cpu_model", text(host.cpu_model)},
              {"hardware_threads", or_null(host.hardware_threads)},
              {"cores", or_null(host.cores)},
              {"memory_bytes", or_null(host.memory_bytes)},
              {"gpus", host.gpus},
              {"kernel", text(host.kernel)},
              {"os", text(host.os)},
              {"hypervisor", text(host.hypervisor)}};
}

HostInfo host_from_json(const Json& json) {
  const auto text = [&json](const char* key) { return maybe<std::string>(json, key).value_or(""); };
  HostInfo host;
  host.cpu_model = text("cpu_model");
  host.hardware_threads = maybe<int>(json, "hardware_threads");
  host.cores = maybe<int>(json, "cores");
  host.memory_bytes = maybe<std::uint64_t>(json, "memory_bytes");
  host.gpus = required<std::vector<std::string>>(json, "gpus");
  host.kernel = text("kernel");
  host.os = text("os");
  host.hypervisor = text("hypervisor");
  return host;
}

Json cost_to_json(const Cost& cost) {
  return Json{{"rule", cost.rule},
              {"flops_forward", cost.flops_forward.in(flop)},
              {"macs_forward", or_null(cost.macs)},
              {"parameters", cost.parameters}};
}

Cost cost_from_json(const Json& json) {
  Cost cost;
  cost.rule = required<std::string>(json, "rule");
  cost.flops_forward = required<double>(json, "flops_forward") * flop;
  cost.macs = maybe<std::uint64_t>(json, "macs_forward");
  cost.parameters = required<std::uint64_t>(json, "parameters");
  return cost;
}

Json basis_to_json(const Basis& basis) {
  return Json{{"scope", to_string(basis.scope)},
              {"kind", to_string(basis.kind)},
              {"boundary", to_string(basis.boundary)},
              {"protocol", basis.protocol},
              {"batch", or_null(basis.batch)},
              {"precision", basis.precision.empty() ? Json(nullptr) : Json(basis.precision)}};
}

Basis basis_from_json(const Json& json) {
  Basis basis;
  basis.scope = required_name(json, "scope", scope_from_string);
  basis.kind = required_name(json, "kind", kind_from_string);
  basis.boundary = required_name(json, "boundary", boundary_from_string);
  basis.protocol = required<std::string>(json, "protocol");
  basis.batch = maybe<int>(json, "batch");
  basis.precision = maybe<std::string>(json, "precision").value_or("");
  return basis;
}

Json measurement_to_json(const Measurement& measurement) {
  Json channels = Json::array();
  for (const ChannelEnergy& channel : measurement.channels) {
    Json entry{{"channel", channel_to_json(channel.channel)},
               {"energy_j", optional_energy(channel.energy)}};
    if (!channel.energy) entry["reason"] = channel.reason;
    entry["samples"] = channel.samples;
    entry["failed"] = channel.failed;
    entry["wraps"] = channel.wraps;
    entry["resets"] = channel.resets;
    entry["impossible"] = channel.impossible;
    entry["longest_gap_s"] = channel.longest_gap.in(second);
    channels.push_back(std::move(entry));
  }
  return Json{{"elapsed_s", measurement.elapsed.in(second)}, {"channels", std::move(channels)}};
}

Measurement measurement_from_json(const Json& json) {
  Measurement measurement;
  measurement.elapsed = required<double>(json, "elapsed_s") * second;
  measurement.channels = required_array(json, "channels", channel_energy_from_json);
  return measurement;
}

}  // namespace isojoule
