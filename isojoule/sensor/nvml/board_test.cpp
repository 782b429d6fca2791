#include "isojoule/sensor/nvml/board.hpp"

#include <gmock/gmock.h>

#include "support/nvml_fixture.hpp"

namespace isojoule {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class BoardTest : public NvmlTest {};

TEST_F(BoardTest, DividedByMigIsRefused) {
  script("board\nuuid GPU-d\nenergy_mj 1\npower_mw 2\nmig 1\n");
  EXPECT_EQ(open(), nullptr);
  EXPECT_THAT(probe_.reason, HasSubstr("GPU-d: divided by MIG"));
  EXPECT_THAT(probe_.remedy, HasSubstr("nvidia-smi -i GPU-d -mig 0"));
}

TEST_F(BoardTest, DividedByMigDoesNotHideAWholeOne) {
  script("board\nuuid GPU-d\nenergy_mj 1\nmig 1\nboard\nuuid GPU-w\nenergy_mj 3\nmig 0\n");
  EXPECT_THAT(ids(*open()), ElementsAre("nvml:GPU-w:energy"));
  EXPECT_THAT(probe_.reason, HasSubstr("GPU-d: divided by MIG"));
  EXPECT_EQ(probe_.remedy, "");
}

TEST_F(BoardTest, ThatIsVirtualIsRefused) {
  script("board\nuuid GPU-v\nname GRID A100-10C\nenergy_mj 1\npower_mw 2\nvirtualization 2\n");
  EXPECT_EQ(open(), nullptr);
  EXPECT_THAT(probe_.reason, HasSubstr("GRID A100-10C GPU-v: a virtual GPU"));
  EXPECT_THAT(probe_.remedy, HasSubstr("on the host"));
}

TEST_F(BoardTest, ThatIsPassedThroughOrBareIsTaken) {
  for (const char* mode : {"0", "1"}) {
    script(std::string("board\nuuid GPU-p\nenergy_mj 1\nvirtualization ") + mode + "\n");
    EXPECT_THAT(ids(*open()), ElementsAre("nvml:GPU-p:energy")) << mode;
  }
}

}  // namespace
}  // namespace isojoule
