#include "isojoule/sensor/detail/part_of_sensor.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace isojoule::detail {
namespace {

class PartOfSensor final : public Sensor {
 public:
  PartOfSensor(std::unique_ptr<Sensor> whole, std::vector<std::size_t> places)
      : Sensor(whole->backend()),
        whole_(std::move(whole)),
        places_(std::move(places)),
        readings_(whole_->channels().size()) {
    for (const std::size_t place : places_) channels_.push_back(whole_->channels()[place]);
    settings_.assign(whole_->settings().begin(), whole_->settings().end());
  }

 private:
  std::optional<Fault> do_poll(std::span<Sample> samples) override {
    const std::optional<Fault> fault = whole_->poll(readings_);
    for (std::size_t i = 0; i < places_.size(); ++i) samples[i] = readings_[places_[i]];
    return fault;
  }

  std::unique_ptr<Sensor> whole_;
  std::vector<std::size_t> places_;  ///< of our channels among those of the whole
  std::vector<Sample> readings_;
};

}  // namespace

std::unique_ptr<Sensor> without_scopes(std::unique_ptr<Sensor> sensor,
                                       std::span<const Scope> scopes) {
  std::vector<std::size_t> places;
  bool has_energy = false;
  for (std::size_t i = 0; i < sensor->channels().size(); ++i) {
    const Channel& channel = sensor->channels()[i];
    if (std::ranges::find(scopes, channel.scope) != scopes.end()) continue;
    has_energy = has_energy || !channel.is_gauge();
    places.push_back(i);
  }
  if (places.size() == sensor->channels().size()) return sensor;
  if (!has_energy) return nullptr;
  return std::make_unique<PartOfSensor>(std::move(sensor), std::move(places));
}

}  // namespace isojoule::detail
