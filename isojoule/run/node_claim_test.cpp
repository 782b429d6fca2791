#include "isojoule/run/node_claim.hpp"

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/core/error.hpp"
#include "isojoule/core/mark.hpp"
#include "isojoule/mark/mark_listener.hpp"

#include "support/fake_world.hpp"
#include "support/temp_directory.hpp"
#include "support/without_privileges.hpp"

namespace isojoule {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using Who = NodeOwner::Who;

/// A process that claims the node and holds the claim until it is let go. Its answers are letters:
/// t(his process), a(nother), u(nknown).
class Claimant {
 public:
  explicit Claimant(const std::function<std::unique_ptr<NodeClaim>()>& claim) {
    if (pipe(to_.data()) != 0 || pipe(from_.data()) != 0) std::abort();
    pid_ = fork();
    if (pid_ == 0) live(claim);
    close(to_[0]);
    close(from_[1]);
  }
  Claimant(const Claimant&) = delete;
  Claimant& operator=(const Claimant&) = delete;
  ~Claimant() {
    if (!killed_) send('q');  // those that were forked later keep the pipe open
    close(to_[1]);
    close(from_[0]);
    waitpid(pid_, nullptr, 0);
  }

  void start() { send('s'); }
  char answer() {
    char letter = 0;
    return read(from_[0], &letter, 1) == 1 ? letter : '?';
  }
  char ask_again() {
    send('?');
    return answer();
  }
  void kill_it() {
    kill(pid_, SIGKILL);
    killed_ = true;
    siginfo_t info{};
    waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOWAIT);
  }

 private:
  void send(char letter) { EXPECT_EQ(write(to_[1], &letter, 1), 1); }

  [[noreturn]] void live(const std::function<std::unique_ptr<NodeClaim>()>& claim) {
    close(to_[1]);
    char letter = 0;
    if (read(to_[0], &letter, 1) != 1) _exit(1);
    {
      const std::unique_ptr<NodeClaim> held = claim();
      do {
        letter = "tau"[static_cast<int>(held->owner()->who)];
        if (write(from_[1], &letter, 1) != 1) _exit(1);
      } while (read(to_[0], &letter, 1) == 1 && letter == '?');
    }
    _exit(0);
  }

  pid_t pid_ = -1;
  bool killed_ = false;
  std::array<int, 2> to_{};
  std::array<int, 2> from_{};
};

class NodeClaimTest : public testing::Test {
 protected:
  NodeClaimTest() { be_rank(0, 8); }

  /// As MPICH without a local rank.
  void be_rank(int rank, int ranks) {
    fake.set_environment("PMI_RANK", std::to_string(rank));
    fake.set_environment("PMI_SIZE", std::to_string(ranks));
    fake.set_environment("PMI_JOBID", "77/0");
  }
  /// As on a machine where all processes have one /tmp.
  void see_the_nodes_own_files() {
    fake.write("/proc/self/mountinfo", kMounts);
    fake.write("/proc/1/mountinfo", kMounts);
    be_in("pid:[4026531836]");
  }
  void be_in(const std::string& pid_namespace) {
    const auto link = fake.root() / "proc/self/ns/pid";
    std::filesystem::create_directories(link.parent_path());
    std::filesystem::remove(link);
    std::filesystem::create_symlink(pid_namespace, link);
  }
  std::unique_ptr<NodeClaim> claim() {
    return std::make_unique<NodeClaim>(fake.world(), shared.path());
  }
  std::unique_ptr<Claimant> claimant(int rank, int ranks) {
    return std::make_unique<Claimant>([this, rank, ranks] {
      be_rank(rank, ranks);
      return claim();
    });
  }
  std::vector<std::filesystem::path> locks() {
    std::error_code error;
    return real_files().list(shared.path(), error);
  }

  static constexpr const char* kMounts =
      "22 1 254:0 / / rw,relatime - ext4 /dev/vda rw\n"
      "30 22 0:31 / /tmp rw,nosuid - tmpfs tmpfs rw\n";
  FakeWorld fake;
  TempDirectory shared;
};

TEST_F(NodeClaimTest, AProcessByItselfHasItsNode) {
  const FakeWorld alone;
  const NodeClaim claim(alone.world(), shared.path());
  EXPECT_FALSE(claim.job());
  EXPECT_FALSE(claim.owner());
  EXPECT_TRUE(claim.measures_node());
  EXPECT_TRUE(locks().empty());
}

TEST_F(NodeClaimTest, WhereTheLocalRankIsKnownNothingIsLocked) {
  fake.set_environment("MPI_LOCALRANKID", "0");
  EXPECT_EQ(claim()->owner()->who, Who::this_process);
  be_rank(1, 8);
  fake.set_environment("MPI_LOCALRANKID", "1");
  const auto other = claim();
  EXPECT_EQ(other->owner()->who, Who::another);
  EXPECT_EQ(other->owner()->text, "rank 0");
  EXPECT_FALSE(other->measures_node());
  EXPECT_TRUE(locks().empty());
}

TEST_F(NodeClaimTest, OfEightAtOnceOneIsElected) {
  for (int round = 0; round < 10; ++round) {
    std::vector<std::unique_ptr<Claimant>> ranks;
    for (int rank = 0; rank < 8; ++rank) ranks.push_back(claimant(rank, 8));
    for (const auto& rank : ranks) rank->start();
    std::string answers;
    for (const auto& rank : ranks) answers += rank->answer();
    // Whoever came first cannot know yet that others will see its lock.
    EXPECT_EQ(std::ranges::count(answers, 'a'), 7) << answers;
    std::string settled;
    for (const auto& rank : ranks) settled += rank->ask_again();
    EXPECT_EQ(std::ranges::count(settled, 't'), 1) << settled;
    EXPECT_EQ(std::ranges::count(settled, 'a'), 7) << settled;
  }
  EXPECT_TRUE(locks().empty()) << locks().front();
}

TEST_F(NodeClaimTest, AfterAnOwnerThatWasKilledAnotherIsElected) {
  see_the_nodes_own_files();
  const auto first = claimant(0, 2);
  first->start();
  EXPECT_EQ(first->answer(), 't');
  const auto second = claimant(1, 2);
  second->start();
  EXPECT_EQ(second->answer(), 'a');
  first->kill_it();
  EXPECT_EQ(locks().size(), 1u);
  const auto third = claimant(1, 2);
  third->start();
  EXPECT_EQ(third->answer(), 't');
}

TEST_F(NodeClaimTest, TheOthersKnowWhichRankItIs) {
  const auto owner = claim();
  be_rank(3, 8);
  EXPECT_EQ(claim()->owner()->text, "rank 0");
}

TEST_F(NodeClaimTest, AnotherJobOrNodeHasALockOfItsOwn) {
  see_the_nodes_own_files();
  const auto owner = claim();
  EXPECT_EQ(claim()->owner()->who, Who::another);
  fake.set_environment("PMI_JOBID", "77/1");
  const auto second = claim();
  EXPECT_EQ(second->owner()->who, Who::this_process);
  fake.write("/proc/sys/kernel/random/boot_id", "11111111-2222\n");
  EXPECT_EQ(claim()->owner()->who, Who::this_process);
  EXPECT_EQ(locks().size(), 2u);
}

TEST_F(NodeClaimTest, ALockIsNoProofWhereItMayBeSeenByUsAlone) {
  EXPECT_THAT(claim()->owner()->text, HasSubstr("cannot be read"));
  see_the_nodes_own_files();
  EXPECT_EQ(claim()->owner()->who, Who::this_process);

  be_in("pid:[4026532199]");
  EXPECT_EQ(claim()->owner()->who, Who::unknown);
  EXPECT_THAT(claim()->owner()->text,
              AllOf(HasSubstr("the launcher gives no local rank"), HasSubstr("in a container")));
  EXPECT_TRUE(claim()->measures_node());

  be_in("pid:[4026531836]");
  // As /tmp of a job of its own: another device, or another directory of the same.
  for (const char* mount : {"0:77 /", "254:0 /private/77"}) {
    fake.write("/proc/self/mountinfo", kMounts + std::string("31 30 ") + mount + " " +
                                           shared.path().string() + " rw - tmpfs tmpfs rw\n");
    EXPECT_EQ(claim()->owner()->who, Who::unknown) << mount;
    EXPECT_THAT(claim()->owner()->text, HasSubstr("than for process 1"));
  }
}

TEST_F(NodeClaimTest, AnotherRankThatComesIsTheProof) {
  const auto owner = claim();
  EXPECT_EQ(owner->owner()->who, Who::unknown);
  be_rank(1, 8);
  EXPECT_EQ(claim()->owner()->who, Who::another);
  EXPECT_EQ(owner->owner()->who, Who::this_process);
}

TEST_F(NodeClaimTest, RanksThatDoNotSeeEachOthersFilesAreBothUnknown) {
  const TempDirectory other;
  const auto first = claim();
  be_rank(1, 8);
  const NodeClaim second(fake.world(), other.path());
  EXPECT_EQ(first->owner()->who, Who::unknown);
  EXPECT_EQ(second.owner()->who, Who::unknown);
}

TEST_F(NodeClaimTest, ContradictingLaunchersAreSettledByTheLock) {
  see_the_nodes_own_files();
  fake.set_environment("MPI_LOCALRANKID", "0");
  fake.set_environment("PMI_LOCAL_RANK", "1");
  const auto owner = claim();
  EXPECT_EQ(owner->owner()->who, Who::this_process);
  EXPECT_EQ(claim()->owner()->who, Who::another);
}

TEST_F(NodeClaimTest, WithoutALockTheOwnerIsUnknown) {
  fake.files().fails = [](const FakeFiles::Call& call) {
    return call.what == "open_private" ? std::make_error_code(std::errc::read_only_file_system)
                                       : std::error_code();
  };
  EXPECT_EQ(claim()->owner()->who, Who::unknown);
  EXPECT_THAT(claim()->owner()->text, HasSubstr("Read-only file system"));
}

TEST_F(NodeClaimTest, WithoutADirectoryTheOwnerIsUnknown) {
  const NodeClaim claim(fake.world(), shared.path() / "absent");
  EXPECT_EQ(claim.owner()->who, Who::unknown);
  EXPECT_THAT(claim.owner()->text, HasSubstr("No such file or directory"));
}

TEST_F(NodeClaimTest, WhatSomebodyPutInPlaceOfTheLockIsNotTouched) {
  see_the_nodes_own_files();
  std::filesystem::path name;
  {
    const auto owner = claim();
    ASSERT_EQ(locks().size(), 1u);
    name = locks().front();
    EXPECT_THAT(
        name.filename().string(),
        testing::MatchesRegex("isojoule-" + std::to_string(geteuid()) + "-77_0-[0-9a-f]+\\.lock"));
    std::error_code error;
    EXPECT_EQ(real_files().status(name, error).mode, mode_t{0600});
  }
  const std::filesystem::path precious = shared.path() / "precious";
  replace_file(real_files(), precious, "as it was");
  std::filesystem::create_symlink(precious, name);
  EXPECT_EQ(claim()->owner()->who, Who::unknown);
  EXPECT_EQ(read_text(precious), "as it was");
  EXPECT_TRUE(std::filesystem::is_symlink(name));
}

TEST_F(NodeClaimTest, AChildOfAMeasuredCommandLeavesTheNodeToIt) {
  const MarkSocket socket(real_world());
  FakeWorld alone;
  alone.set_environment(kMarksVariable, socket.path().string());
  const NodeClaim inner(alone.world(), shared.path());
  EXPECT_EQ(inner.owner()->who, Who::another);
  EXPECT_EQ(inner.owner()->text, "the isojoule that runs this one");
  EXPECT_FALSE(inner.job());

  fake.set_environment(kMarksVariable, socket.path().string());
  fake.set_environment("MPI_LOCALRANKID", "0");
  EXPECT_EQ(claim()->owner()->text, "the isojoule that runs this one");
}

TEST_F(NodeClaimTest, AMeterThatHasEndedLeavesItsChildrenTheNode) {
  FakeWorld left;
  {
    const MarkSocket socket(real_world());
    left.set_environment(kMarksVariable, socket.path().string());
  }
  EXPECT_FALSE(NodeClaim(left.world(), shared.path()).owner());
}

TEST_F(NodeClaimTest, AWholeNodeIsClaimedByItsOwnerOnly) {
  const FakeWorld alone;
  EXPECT_TRUE(claim_whole_node(alone.world(), "calibrate"));
  fake.set_environment("MPI_LOCALRANKID", "0");
  EXPECT_TRUE(claim_whole_node(fake.world(), "calibrate"));
  be_rank(1, 2);
  fake.set_environment("MPI_LOCALRANKID", "1");
  try {
    claim_whole_node(fake.world(), "calibrate");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::usage);
    EXPECT_STREQ(error.what(),
                 "calibrate is for one process of a node (rank 1 of 2; rank 0 measures this node's "
                 "packages and memory); start one on each, as srun --ntasks-per-node=1 does");
  }
}

}  // namespace
}  // namespace isojoule
