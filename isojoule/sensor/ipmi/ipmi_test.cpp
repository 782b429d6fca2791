#include "isojoule/sensor/ipmi/ipmi.hpp"

#include <cerrno>

#include <gmock/gmock.h>

#include "support/fake_world.hpp"

namespace isojoule {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

using Bytes = std::vector<std::uint8_t>;

/// Get Power Reading's answer: 0x0132 = 306 W now; then least, most, mean, time, period and state.
Bytes answer_of(std::uint8_t low, std::uint8_t high, std::uint8_t state = 0x40) {
  return {0x00, 0xDC, low,  high, 0x64, 0x00, 0x90, 0x01, 0x2C, 0x01,
          0x10, 0x20, 0x30, 0x40, 0xE8, 0x03, 0x00, 0x00, state};
}

class IpmiTest : public testing::Test {
 protected:
  IpmiTest() {
    fake_.write("/dev/ipmi0", "");
    fake_.ipmi().answer = answer_of(0x32, 0x01);
  }
  std::unique_ptr<Sensor> open() { return open_ipmi(fake_.world(), Subject{}, probe_); }
  std::vector<Sample> poll(Sensor& sensor) {
    std::vector<Sample> samples(sensor.channels().size());
    fault_ = sensor.poll(samples);
    return samples;
  }
  std::size_t asked() { return fake_.ipmi().requests.size(); }

  FakeWorld fake_;
  Probe probe_;  ///< of the last opening
  std::optional<Fault> fault_;
};

TEST_F(IpmiTest, TellsThePowerOfTheWholeMachineInWatts) {
  const auto sensor = open();
  ASSERT_EQ(sensor->channels().size(), 1u);
  const Channel& channel = sensor->channels()[0];
  EXPECT_EQ(channel.id, "ipmi:node");
  EXPECT_EQ(channel.component, "node");
  EXPECT_EQ(channel.scope, Scope::node);
  EXPECT_EQ(channel.kind, Kind::measured);
  EXPECT_EQ(std::get<Power>(channel.unit), watt);
  EXPECT_EQ(channel.refresh, 1.0 * second);
  EXPECT_THAT(channel.caveat, HasSubstr("averages is not known"));
  EXPECT_LT(channel.max_power.value(), 65535.0 * watt);
  EXPECT_THAT(poll(*sensor), ElementsAre(306u));
  EXPECT_EQ(probe_.reason, "power of the whole machine by /dev/ipmi0, 306 W now");
}

TEST_F(IpmiTest, SendsDcmisGetPowerReadingAndWaitsShortlyWhileOpening) {
  open();
  ASSERT_EQ(asked(), 1u);
  const FakeIpmi::Request& request = fake_.ipmi().requests[0];
  EXPECT_EQ(request.function, 0x2C);
  EXPECT_EQ(request.command, 0x02);
  EXPECT_THAT(request.data, ElementsAre(0xDC, 0x01, 0x00, 0x00));
  EXPECT_EQ(request.patience, 200.0 * millisecond);
}

TEST_F(IpmiTest, AsksOnceASecondAndLetsTheLastAnswerStandInBetween) {
  const auto sensor = open();
  fake_.ipmi().answer = answer_of(0xF4, 0x01);  // 500 W
  fake_.clock().advance(999.0 * millisecond, 0);
  EXPECT_THAT(poll(*sensor), ElementsAre(306u));
  EXPECT_EQ(asked(), 1u);
  fake_.clock().advance(1.0 * millisecond, 0);
  EXPECT_THAT(poll(*sensor), ElementsAre(500u));
  EXPECT_THAT(poll(*sensor), ElementsAre(500u));
  EXPECT_EQ(asked(), 2u);
}

TEST_F(IpmiTest, LeavesAGapWhereTheControllerDoesNotAnswer) {
  const auto sensor = open();
  fake_.ipmi().answer.reset();
  fake_.clock().advance(1.0 * second, 0);
  EXPECT_THAT(poll(*sensor), ElementsAre(std::nullopt));
  ASSERT_TRUE(fault_);
  EXPECT_EQ(fault_->kind, FaultKind::retry);
  EXPECT_EQ(fault_->source, "ipmi:node");
  EXPECT_EQ(fault_->message, "the controller did not answer in time");

  fake_.ipmi().answer = answer_of(0x32, 0x01);
  EXPECT_THAT(poll(*sensor), ElementsAre(std::nullopt));  // is not asked again so soon
  ASSERT_TRUE(fault_);
  EXPECT_EQ(fault_->message, "the controller did not answer in time");
  fake_.clock().advance(1.0 * second, 0);
  EXPECT_THAT(poll(*sensor), ElementsAre(306u));
  EXPECT_FALSE(fault_);
}

TEST_F(IpmiTest, IsOfNoUseWithAnAnswerThatHasNoPower) {
  struct Case {
    Bytes answer;
    const char* reason;
  };
  Bytes other_group = answer_of(0x32, 0x01);
  other_group[1] = 0x52;
  Bytes cut = answer_of(0x32, 0x01);
  cut.pop_back();
  for (const Case& bad :
       {Case{{}, "is empty"}, Case{{0xC1}, "refuses Get Power Reading of DCMI with 0xC1"},
        Case{{0x00}, "cannot be understood"}, Case{cut, "cannot be understood"},
        Case{other_group, "cannot be understood"},
        Case{answer_of(0x32, 0x01, 0x00), "does not measure power now"},
        Case{answer_of(0, 0), "reports 0 W"}}) {
    fake_.ipmi().answer = bad.answer;
    EXPECT_EQ(open(), nullptr);
    EXPECT_FALSE(probe_.usable);
    EXPECT_THAT(probe_.reason, HasSubstr(bad.reason));
  }
  fake_.ipmi().answer.reset();
  EXPECT_EQ(open(), nullptr);
  EXPECT_THAT(probe_.reason, HasSubstr("did not answer in time"));
}

TEST_F(IpmiTest, NeitherOpensNorAsksWhereThereIsNoDevice) {
  fake_.remove("/dev/ipmi0");
  EXPECT_EQ(open(), nullptr);
  EXPECT_EQ(fake_.ipmi().opened, 0);
  EXPECT_EQ(probe_.reason, "there is no /dev/ipmi0");
  EXPECT_THAT(probe_.remedy, HasSubstr("sudo modprobe -a ipmi_si ipmi_devintf"));
}

TEST_F(IpmiTest, FindsTheDeviceUnderItsOtherNames) {
  fake_.remove("/dev/ipmi0");
  fake_.write("/dev/ipmidev/0", "");
  EXPECT_NE(open(), nullptr);
}

TEST_F(IpmiTest, TellsDeniedFromAbsent) {
  fake_.ipmi().open_error = EACCES;
  EXPECT_EQ(open(), nullptr);
  EXPECT_EQ(probe_.reason, "permission denied: /dev/ipmi0 may be used by root only");
  EXPECT_THAT(probe_.remedy, HasSubstr("sudo setfacl -m u:$USER:rw /dev/ipmi0"));
  fake_.ipmi().open_error = ENODEV;
  EXPECT_EQ(open(), nullptr);
  EXPECT_EQ(probe_.reason, "/dev/ipmi0 cannot be opened: No such device");
}

}  // namespace
}  // namespace isojoule
