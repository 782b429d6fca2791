#include "isojoule/run/detail/own_channels.hpp"

#include <utility>

#include "isojoule/record/job.hpp"
#include "isojoule/sensor/some_channels.hpp"

namespace isojoule::detail {

void leave_out_node(std::vector<std::unique_ptr<Sensor>>& sensors) {
  std::vector<std::unique_ptr<Sensor>> own;
  for (std::unique_ptr<Sensor>& sensor : sensors) {
    const std::span<const Channel> channels = sensor->channels();
    std::vector<std::size_t> kept;
    for (std::size_t i = 0; i < channels.size(); ++i)
      if (!belongs_to_node(channels[i])) kept.push_back(i);
    if (kept.size() == channels.size()) {
      own.push_back(std::move(sensor));
    } else if (!kept.empty()) {
      own.push_back(some_channels(std::move(sensor), std::move(kept)));
    }
  }
  sensors = std::move(own);
}

}  // namespace isojoule::detail
