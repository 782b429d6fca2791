#include "isojoule/sensor/some_channels.hpp"

#include <algorithm>
#include <utility>

namespace isojoule {
namespace {

class SomeChannels final : public Sensor {
 public:
  SomeChannels(std::unique_ptr<Sensor> whole, std::vector<std::size_t> kept)
      : Sensor(whole->backend()),
        whole_(std::move(whole)),
        kept_(std::move(kept)),
        all_(whole_->channels().size()) {
    for (const std::size_t index : kept_) channels_.push_back(whole_->channels()[index]);
    settings_.assign(whole_->settings().begin(), whole_->settings().end());
  }

 private:
  std::optional<Fault> do_poll(std::span<Sample> samples) override {
    std::optional<Fault> fault = whole_->poll(all_);
    std::ranges::transform(kept_, samples.begin(),
                           [this](std::size_t index) { return all_[index]; });
    return fault;
  }

  std::unique_ptr<Sensor> whole_;
  std::vector<std::size_t> kept_;
  std::vector<Sample> all_;
};

}  // namespace

std::unique_ptr<Sensor> some_channels(std::unique_ptr<Sensor> sensor,
                                      std::vector<std::size_t> kept) {
  return std::make_unique<SomeChannels>(std::move(sensor), std::move(kept));
}

std::unique_ptr<Sensor> without_scopes(std::unique_ptr<Sensor> sensor,
                                       std::span<const Scope> scopes) {
  std::vector<std::size_t> kept;
  bool has_energy = false;
  for (std::size_t i = 0; i < sensor->channels().size(); ++i) {
    const Channel& channel = sensor->channels()[i];
    if (std::ranges::find(scopes, channel.scope) != scopes.end()) continue;
    has_energy = has_energy || !channel.is_gauge();
    kept.push_back(i);
  }
  if (kept.size() == sensor->channels().size()) return sensor;
  if (!has_energy) return nullptr;
  return some_channels(std::move(sensor), std::move(kept));
}

}  // namespace isojoule
