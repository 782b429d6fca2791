#include "isojoule/core/ipmi.hpp"

#include <fcntl.h>
#include <linux/ipmi.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <system_error>

namespace isojoule {
namespace {

using std::chrono::steady_clock;

std::string words(int error) { return std::generic_category().message(error); }

class KernelDevice final : public IpmiDevice {
 public:
  explicit KernelDevice(int descriptor) : descriptor_(descriptor) {}
  KernelDevice(const KernelDevice&) = delete;
  KernelDevice& operator=(const KernelDevice&) = delete;
  ~KernelDevice() override { ::close(descriptor_); }

  std::optional<std::vector<std::uint8_t>> ask(std::uint8_t function, std::uint8_t command,
                                               std::span<const std::uint8_t> data,
                                               Duration patience, std::string& why_not) override {
    const auto deadline =
        steady_clock::now() + std::chrono::microseconds(std::llround(patience.in(microsecond)));
    if (!send(function, command, data)) {
      why_not = words(errno);
      return std::nullopt;
    }
    while (wait(deadline)) {
      std::optional<std::vector<std::uint8_t>> answer = receive();
      if (answer) return answer;
    }
    why_not = "the controller did not answer in time";
    return std::nullopt;
  }

 private:
  bool send(std::uint8_t function, std::uint8_t command, std::span<const std::uint8_t> data) {
    ipmi_system_interface_addr address{};
    address.addr_type = IPMI_SYSTEM_INTERFACE_ADDR_TYPE;
    address.channel = IPMI_BMC_CHANNEL;
    std::vector<std::uint8_t> bytes(data.begin(), data.end());
    ipmi_req request{};
    request.addr = reinterpret_cast<unsigned char*>(&address);
    request.addr_len = sizeof address;
    request.msgid = ++last_id_;
    request.msg.netfn = function;
    request.msg.cmd = command;
    request.msg.data = bytes.data();
    request.msg.data_len = static_cast<unsigned short>(bytes.size());
    return ::ioctl(descriptor_, IPMICTL_SEND_COMMAND, &request) == 0;
  }

  /// Until there is something to receive; false if there was not by then.
  bool wait(steady_clock::time_point deadline) const {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - steady_clock::now());
    pollfd event{descriptor_, POLLIN, 0};
    return left.count() > 0 && ::poll(&event, 1, static_cast<int>(left.count())) > 0;
  }

  /// Empty for anything but the answer to the last command: one to an earlier command, for which
  /// nobody waited any more, or an event.
  std::optional<std::vector<std::uint8_t>> receive() {
    std::array<std::uint8_t, IPMI_MAX_MSG_LENGTH> bytes{};
    ipmi_system_interface_addr address{};
    ipmi_recv answer{};
    answer.addr = reinterpret_cast<unsigned char*>(&address);
    answer.addr_len = sizeof address;
    answer.msg.data = bytes.data();
    answer.msg.data_len = bytes.size();
    // It fails with EMSGSIZE where it cut the answer off; what came is then there all the same.
    if (::ioctl(descriptor_, IPMICTL_RECEIVE_MSG_TRUNC, &answer) < 0 && errno != EMSGSIZE)
      return std::nullopt;
    if (answer.recv_type != IPMI_RESPONSE_RECV_TYPE || answer.msgid != last_id_)
      return std::nullopt;
    const std::size_t length = std::min<std::size_t>(answer.msg.data_len, bytes.size());
    return std::vector<std::uint8_t>(bytes.begin(),
                                     bytes.begin() + static_cast<std::ptrdiff_t>(length));
  }

  int descriptor_;
  long last_id_ = 0;
};

class KernelIpmi final : public Ipmi {
 public:
  std::unique_ptr<IpmiDevice> open(const std::filesystem::path& device, int& error) override {
    const int descriptor = ::open(device.c_str(), O_RDWR | O_CLOEXEC);
    if (descriptor >= 0) return std::make_unique<KernelDevice>(descriptor);
    error = errno;
    return nullptr;
  }
};

}  // namespace

Ipmi& kernel_ipmi() {
  static KernelIpmi ipmi;
  return ipmi;
}

}  // namespace isojoule
