#include "isojoule/app/machine_facts.hpp"

#include "isojoule/app/observation_records.hpp"
#include "isojoule/page/quantity_text.hpp"
#include "isojoule/store/open_store.hpp"

namespace isojoule {
namespace {

/// The idle power of a record, in a scope; empty where it was not measured.
std::string idle_text(const Record& record, Scope scope) {
  for (const auto& rest : {record.idle_before, record.idle_after}) {
    if (!rest || !(rest->elapsed > Duration{})) continue;
    if (const auto total = rest->total(scope)) return to_text(total->energy / rest->elapsed);
  }
  return {};
}

/// The channels whose energies were taken.
std::string sensors_text(const Record& record, Scope scope) {
  std::string names;
  for (const Channel& component : first_channels(record.whole.channels)) {
    const ChannelEnergy* best = best_channel(record.whole.channels, component.component);
    if (component.scope == scope && best != nullptr)
      names += (names.empty() ? "" : ", ") + best->channel.id;
  }
  return names;
}

}  // namespace

std::map<std::string, MachineFacts> machine_facts(const std::string& file,
                                                  const std::string& format) {
  std::map<std::string, MachineFacts> facts;
  if (format != "store") return facts;
  for (const Record& record : open_store_to_read(file)->records()) {
    const auto energy = energy_per_step(record, std::nullopt);
    if (!energy) continue;
    const Scope scope = energy->basis.scope;
    MachineFacts& own = facts[hardware_name(record, scope)];
    own.kind = to_string(energy->basis.kind);
    own.sensors = sensors_text(record, scope);
    if (const std::string idle = idle_text(record, scope); !idle.empty()) own.idle = idle;
  }
  return facts;
}

}  // namespace isojoule
