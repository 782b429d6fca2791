#include "isojoule/sensor/detail/read_channel.hpp"

#include <utility>

namespace isojoule::detail {
namespace {

class ReadingSensor final : public Sensor {
 public:
  ReadingSensor(std::string backend, std::vector<ReadChannel> channels)
      : Sensor(std::move(backend)) {
    for (ReadChannel& channel : channels) {
      channels_.push_back(std::move(channel.channel));
      reads_.push_back(std::move(channel.read));
    }
  }

 private:
  std::optional<Fault> do_poll(std::span<Sample> samples) override {
    std::optional<Fault> fault;
    for (std::size_t i = 0; i < reads_.size(); ++i) {
      std::string why_not;
      samples[i] = reads_[i](why_not);
      if (!samples[i] && !fault)
        fault = Fault{FaultKind::retry, Instant{}, channels_[i].id, why_not};
    }
    return fault;
  }

  std::vector<std::function<Sample(std::string&)>> reads_;
};

}  // namespace

std::unique_ptr<Sensor> make_sensor(std::string backend, std::vector<ReadChannel> channels) {
  return std::make_unique<ReadingSensor>(std::move(backend), std::move(channels));
}

}  // namespace isojoule::detail
