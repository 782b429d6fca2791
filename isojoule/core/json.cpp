#include "isojoule/core/json.hpp"

#include <charconv>

#include "isojoule/core/error.hpp"
#include "isojoule/core/text.hpp"

namespace isojoule {

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

namespace {

Json setting_to_json(const MachineSetting& setting) {
  return Json{{"part", setting.part}, {"setting", setting.name}, {"value", setting.value}};
}

MachineSetting setting_from_json(const Json& json) {
  return {required<std::string>(json, "part"), required<std::string>(json, "setting"),
          required<std::string>(json, "value")};
}

}  // namespace

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
              {"hypervisor", text(host.hypervisor)},
              {"settings", json_array(host.settings, setting_to_json)}};
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
  if (json.contains("settings"))
    host.settings = required_array(json, "settings", setting_from_json);
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
              {"precision", basis.precision.empty() ? Json(nullptr) : Json(basis.precision)},
              {"mode", basis.mode}};
}

Basis basis_from_json(const Json& json) {
  Basis basis;
  basis.scope = required_parsed(json, "scope", scope_from_string);
  basis.kind = required_parsed(json, "kind", kind_from_string);
  basis.boundary = required_parsed(json, "boundary", boundary_from_string);
  basis.protocol = required<std::string>(json, "protocol");
  basis.batch = maybe<int>(json, "batch");
  basis.precision = maybe<std::string>(json, "precision").value_or("");
  basis.mode = maybe<std::string>(json, "mode").value_or(kTrainMode);
  return basis;
}

}  // namespace isojoule
