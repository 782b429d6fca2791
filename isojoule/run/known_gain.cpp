#include "isojoule/run/known_gain.hpp"

#include "isojoule/core/error.hpp"

namespace isojoule {

void set_gains(TraceHeader& header, const std::vector<KnownGain>& gains, ComponentsHere here) {
  for (const auto& [component, gain] : gains) {
    bool found = false;
    std::vector<std::string> components;
    for (TraceSource& source : header.sources) {
      for (Channel& channel : source.channels) {
        if (channel.is_gauge() || channel.kind == Kind::modelled) continue;
        components.push_back(channel.component);
        if (channel.component != component && channel.component != "gpu-" + component) continue;
        channel.gain = gain;
        found = true;
      }
    }
    if (!found && here == ComponentsHere::all)
      throw unknown_name("component for a gain", component, components);
  }
}

}  // namespace isojoule
