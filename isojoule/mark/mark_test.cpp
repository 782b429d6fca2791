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

#include "support/fake_world.hpp"
#include "support/forked.hpp"
#include "support/temp_directory.hpp"

namespace isojoule {
namespace {

/// Keeps the marks that arrive. Read them only after stop().
struct Heard {
  std::vector<Mark> marks;
  MarkSocket socket{real_world()};
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
  sender.pause("steps");
  sender.resume("steps");
  sender.end("steps", {{"steps", "10"}, {"device", "cpu"}});
  const Instant after = real_world().clock->now();
  heard.listener.stop();

  ASSERT_EQ(heard.marks.size(), 4u);
  EXPECT_EQ(heard.marks[0].edge, Mark::Edge::begin);
  EXPECT_EQ(heard.marks[1].edge, Mark::Edge::pause);
  EXPECT_EQ(heard.marks[2].edge, Mark::Edge::resume);
  EXPECT_EQ(heard.marks[3].edge, Mark::Edge::end);
  EXPECT_EQ(heard.marks[3].name, "steps");
  EXPECT_EQ(heard.marks[3].attributes.at("steps"), "10");
  EXPECT_EQ(heard.marks[3].attributes.at("device"), "cpu");
  EXPECT_LE(before, heard.marks[0].time);
  for (std::size_t i = 1; i < 4; ++i) EXPECT_LE(heard.marks[i - 1].time, heard.marks[i].time);
  EXPECT_LE(heard.marks[3].time, after);
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

TEST(Marks, WhatAFullQueueLostIsSaidWithTheNextMark) {
  const MarkSocket socket(real_world());  // nobody listens yet
  MarkSender sender(socket.path());
  MarkSender other(socket.path());
  // As many as the kernel takes: the queue's length is the machine's, ten on many.
  const int limit = std::stoi(read_text("/proc/sys/net/unix/max_dgram_qlen").value_or("10"));
  const int sent = limit + 100;
  for (int i = 0; i < sent; ++i) other.begin("filler");
  sender.end("a");
  sender.begin("a");
  sender.end("b");
  std::vector<Mark> marks;
  {
    MarkListener listener(socket, [&marks](const Mark& mark) { marks.push_back(mark); });
    listener.stop();
  }
  ASSERT_LT(marks.size(), static_cast<std::size_t>(sent)) << "the queue was never full";
  marks.clear();
  MarkListener listener(socket, [&marks](const Mark& mark) { marks.push_back(mark); });
  sender.end("a");
  sender.begin("a");
  listener.stop();
  ASSERT_EQ(marks.size(), 2u);
  EXPECT_EQ(marks[0].unsent, (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(marks[1].unsent.empty()) << "said once";
}

TEST(Marks, AMeterIsKnownToListenWhileItDoes) {
  const TempDirectory directory;
  EXPECT_FALSE(is_listened_to(""));
  EXPECT_FALSE(is_listened_to(directory.path() / "absent"));
  EXPECT_FALSE(is_listened_to(directory.path() / std::string(200, 'x')));
  std::filesystem::path path;
  {
    const MarkSocket socket(real_world());
    path = socket.path();
    EXPECT_TRUE(is_listened_to(path));
  }
  EXPECT_FALSE(is_listened_to(path));
}

TEST(Marks, ASocketThatAKilledMeterLeftIsNotListenedTo) {
  const TempDirectory directory;
  const std::string path = directory.path() / "marks";
  const int left = socket(AF_UNIX, SOCK_DGRAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strcpy(address.sun_path, path.c_str());
  ASSERT_EQ(bind(left, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  EXPECT_TRUE(is_listened_to(path));
  close(left);
  EXPECT_TRUE(std::filesystem::exists(path));
  EXPECT_FALSE(is_listened_to(path));
}

TEST(Marks, WithoutAMeterNothingIsSent) {
  unsetenv(kMarksVariable);
  MarkSender sender = MarkSender::from_environment();
  EXPECT_FALSE(sender.enabled());
  sender.begin("steps");
  EXPECT_THROW(sender.begin("two words"), Error)
      << "a wrong name is a bug with and without a meter";
}

TEST(Marks, TheSocketLiesWhereTemporaryFilesAreWantedIfThatCanBe) {
  const TempDirectory directory;
  FakeWorld fake;
  const auto place = [&fake](const std::string& variable, const std::filesystem::path& value) {
    fake.set_environment(variable, value.string());
    return MarkSocket(fake.world()).path().parent_path().parent_path();
  };
  EXPECT_EQ(place("TMPDIR", directory.path()), directory.path());
  EXPECT_EQ(place("TMPDIR", directory.path() / "not there"), "/tmp");
  const auto deep = directory.path() / std::string(86, 'd');
  std::filesystem::create_directory(deep);
  EXPECT_EQ(place("TMPDIR", deep), "/tmp") << "too long for an address";
  EXPECT_TRUE(std::filesystem::is_empty(deep)) << "nothing is left behind";
  EXPECT_EQ(place("TMPDIR", ""), "/tmp");
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

TEST(Marks, AForkedSenderDoesNotSayWhatItsParentCouldNotSend) {
  const MarkSocket socket(real_world());
  MarkSender sender(socket.path());
  const int limit = std::stoi(read_text("/proc/sys/net/unix/max_dgram_qlen").value_or("10"));
  for (int i = 0; i < limit + 100; ++i) sender.begin("filler");  // nobody listens yet
  std::vector<Mark> marks;
  {
    MarkListener listener(socket, [&marks](const Mark& mark) { marks.push_back(mark); });
    listener.stop();
  }
  marks.clear();
  ASSERT_TRUE(ends_well_in_a_fork([&sender] { sender.begin("child"); }));
  MarkListener listener(socket, [&marks](const Mark& mark) { marks.push_back(mark); });
  sender.begin("parent");
  listener.stop();
  ASSERT_EQ(marks.size(), 2u);
  EXPECT_TRUE(marks[0].unsent.empty());
  EXPECT_EQ(marks[1].unsent, std::vector<std::string>{"filler"});
}

TEST(Marks, AForkedCopyOfTheListenerLeavesTheParentsAlone) {
  std::vector<Mark> marks;
  auto socket = std::make_unique<MarkSocket>(real_world());
  auto listener = std::make_unique<MarkListener>(
      *socket, [&marks](const Mark& mark) { marks.push_back(mark); });
  ASSERT_TRUE(ends_well_in_a_fork([&] {
    listener->stop();
    listener.reset();
    socket.reset();
  }));
  ASSERT_TRUE(std::filesystem::exists(socket->path()));
  MarkSender sender(socket->path());
  sender.begin("steps");
  listener->stop();
  EXPECT_EQ(marks.size(), 1u) << "the thread still listened";
}

}  // namespace
}  // namespace isojoule
