#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/core/error.hpp"
#include "isojoule/core/world.hpp"
#include "isojoule/mark/mark_listener.hpp"
#include "isojoule/mark/mark_sender.hpp"

namespace isojoule {
namespace {

/// Keeps the marks that arrive. Read them only after stop().
struct Heard {
  std::vector<Mark> marks;
  MarkSocket socket;
  MarkListener listener{socket, [this](const Mark& mark) { marks.push_back(mark); }};
};

void send_raw(const std::filesystem::path& path, const std::string& text) {
  const int descriptor = socket(AF_UNIX, SOCK_DGRAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strcpy(address.sun_path, path.c_str());
  ASSERT_EQ(sendto(descriptor, text.data(), text.size(), 0,
                   reinterpret_cast<const sockaddr*>(&address), sizeof address),
            static_cast<ssize_t>(text.size()));
  close(descriptor);
}

TEST(Marks, ArriveInOrderWithTheirTimeAndAttributes) {
  Heard heard;
  const Instant before = real_world().clock->now();
  MarkSender sender(heard.socket.path());
  sender.begin("steps");
  sender.end("steps", {{"steps", "10"}, {"device", "cpu"}});
  const Instant after = real_world().clock->now();
  heard.listener.stop();

  ASSERT_EQ(heard.marks.size(), 2u);
  EXPECT_EQ(heard.marks[0].edge, Mark::Edge::begin);
  EXPECT_EQ(heard.marks[1].edge, Mark::Edge::end);
  EXPECT_EQ(heard.marks[1].name, "steps");
  EXPECT_EQ(heard.marks[1].attributes.at("steps"), "10");
  EXPECT_EQ(heard.marks[1].attributes.at("device"), "cpu");
  EXPECT_LE(before, heard.marks[0].time);
  EXPECT_LE(heard.marks[0].time, heard.marks[1].time);
  EXPECT_LE(heard.marks[1].time, after);
}

TEST(Marks, RubbishDoesNotDisturbTheListener) {
  Heard heard;
  for (const std::string& rubbish :
       {std::string(), std::string("hello"), std::string("begin"), std::string("begin \x01\x02"),
        std::string(kMaxMarkBytes + 1, 'x'), std::string("begin a t=notanumber"),
        std::string("begin a t=-5"), std::string("end a novalue")}) {
    send_raw(heard.socket.path(), rubbish);
  }
  send_raw(heard.socket.path(), "begin a t=5000");
  heard.listener.stop();
  ASSERT_EQ(heard.marks.size(), 1u);
  EXPECT_EQ(heard.marks[0].time, Instant::from_microseconds(5));
}

TEST(Marks, SendingToADeadMeterIsHarmless) {
  std::filesystem::path path;
  {
    Heard heard;
    path = heard.socket.path();
  }
  ASSERT_FALSE(std::filesystem::exists(path));
  MarkSender sender(path);
  EXPECT_TRUE(sender.enabled());
  sender.begin("steps");
  sender.end("steps");
}

TEST(Marks, WithoutAMeterNothingIsSent) {
  unsetenv(kMarksVariable);
  MarkSender sender = MarkSender::from_environment();
  EXPECT_FALSE(sender.enabled());
  sender.begin("steps");
  EXPECT_THROW(sender.begin("two words"), Error)
      << "a wrong name is a bug with and without a meter";
}

TEST(Marks, TheDirectoryGoesWithTheListener) {
  std::filesystem::path directory;
  {
    Heard heard;
    directory = heard.socket.path().parent_path();
    EXPECT_EQ(std::filesystem::status(directory).permissions(), std::filesystem::perms::owner_all);
  }
  EXPECT_FALSE(std::filesystem::exists(directory));
}

}  // namespace
}  // namespace isojoule
