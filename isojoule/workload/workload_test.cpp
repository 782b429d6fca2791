#include "isojoule/workload/workload.hpp"

#include <array>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "isojoule/core/error.hpp"

namespace isojoule {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::array<std::string_view, 43> kIds{
    "mlp-1x512",        "mlp-1x1024",       "mlp-4x1024",       "mlp-1x2048",
    "mlp-4x2048",       "mlp-4x4096",       "mlp-6x4096",       "mlp-10x4096",
    "mlp-16x4096",      "mlp-32x4096",      "cnn-1x128",        "cnn-1x256",
    "cnn-1x512",        "cnn-1x1024",       "cnn-2x128",        "cnn-2x256",
    "cnn-2x384",        "cnn-6x384",        "cnn-2x512",        "cnn-2x768",
    "cnn-6x768",        "cnn-2x1024",       "rnn-1x128",        "rnn-1x512",
    "rnn-1x1024",       "rnn-4x1024",       "rnn-6x1024",       "rnn-1x2048",
    "rnn-2x2048",       "rnn-4x2048",       "rnn-6x2048",       "rnn-10x2048",
    "rnn-14x2048",      "crnn-1.1x64.64",   "crnn-2.1x64.64",   "crnn-1.2x64.64",
    "crnn-1.1x256.64",  "crnn-1.1x512.256", "crnn-1.2x512.256", "crnn-1.2x1024.256",
    "crnn-2.1x512.256", "crnn-2.2x728.256", "crnn-2.2x1024.256"};

TEST(ReferenceWorkloads, AreThe43InTheirOrder) {
  std::vector<std::string> ids;
  for (const Workload& workload : reference_workloads()) ids.push_back(workload.id.name());
  EXPECT_THAT(ids, testing::ElementsAreArray(kIds));
}

TEST(ReferenceWorkloads, AreFoundById) {
  for (const Workload& workload : reference_workloads())
    EXPECT_EQ(&find_reference_workload(workload.id.name()), &workload);
  const Workload& cnn = find_reference_workload("cnn-2x128");
  EXPECT_EQ(cnn.architecture, Architecture(Cnn{2, 128}));
  EXPECT_EQ(cnn.cost.rule, "deepspeed");
  EXPECT_EQ(cnn.cost.flops_forward, 628097034.0 * flop);
  EXPECT_EQ(cnn.cost.parameters, 804234U);
}

TEST(ReferenceWorkloads, OthersAreUnknownWithNearNames) {
  for (const char* id : {"cnn-2x12", "cnn-2x127", "crnn-2.1x512", "nothing-like-it", ""}) {
    try {
      find_reference_workload(id);
      ADD_FAILURE() << id;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::unknown_name);
      EXPECT_THAT(error.what(), HasSubstr("'" + std::string(id) + "'"));
    }
  }
  try {
    find_reference_workload("cnn-2x12");
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("cnn-2x128"));
  }
}

TEST(ParseWorkload, ReadsEveryReference) {
  for (const Workload& workload : reference_workloads()) {
    const Workload parsed = parse_workload(workload.id.name());
    EXPECT_EQ(parsed.architecture, workload.architecture);
    EXPECT_EQ(parsed.cost, workload.cost);
    EXPECT_EQ(workload_name(parsed.architecture), workload.id.name());
  }
}

TEST(ParseWorkload, ReadsOthersOfTheGrammar) {
  EXPECT_EQ(parse_workload("mlp-3x7").architecture, Architecture(Mlp{3, 7}));
  EXPECT_EQ(parse_workload("cnn-6x16").architecture, Architecture(Cnn{6, 16}));
  EXPECT_EQ(parse_workload("rnn-9x33").architecture, Architecture(Rnn{9, 33}));
  EXPECT_EQ(parse_workload("crnn-3.2x8.4").architecture, Architecture(Crnn{3, 2, 8, 4}));
  EXPECT_EQ(parse_workload("mlp-3x7").id.name(), "mlp-3x7");
}

/// The message of the Error(code) that parsing `id` throws.
std::string refusal(std::string_view id, ErrorCode code = ErrorCode::bad_input) {
  try {
    parse_workload(id);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), code) << error.what();
    return error.what();
  }
  ADD_FAILURE() << id << " was accepted";
  return {};
}

TEST(ParseWorkload, SaysWhatIsWrong) {
  EXPECT_THAT(refusal("mlp-0x5"), HasSubstr("at least 1"));
  EXPECT_THAT(refusal("mlp-5x0"), HasSubstr("at least 1"));
  EXPECT_THAT(refusal("mlp-1x007"), HasSubstr("leading zeros"));
  EXPECT_THAT(refusal("cnn-8x16"), HasSubstr("at most 6"));
  EXPECT_THAT(refusal("crnn-7.1x16.16"), HasSubstr("at most 6"));
  EXPECT_THAT(refusal("mlp-1x99999999999999999999"), HasSubstr("too large"));
  EXPECT_THAT(refusal("mlp-1x18446744073709551615"), HasSubstr("too large"));
  EXPECT_THAT(refusal("crnn-1x64"), HasSubstr("crnn-2.1x512.256"));
  EXPECT_THAT(refusal("cnn-2.1x128.64"), HasSubstr("cnn-LAYERSxCHANNELS"));
}

TEST(ParseWorkload, RefusesWhatOnlyResemblesTheGrammar) {
  for (const char* id : {"cnn-", "cnn-2", "cnn-2x", "cnn-x128", "cnn-2x128x", "cnn-2x128 ",
                         "cnn- 2x128", "cnn-2X128", "cnn--2x128", "cnn-+2x128", "cnn-2x1e3",
                         "crnn-2.x1.1", "crnn-2.1.1x1.1.1", "crnn-.1x1.1"})
    EXPECT_THAT(refusal(id), HasSubstr("must read")) << id;
}

TEST(ParseWorkload, NamesNearNamesAndTheFormsForAnUnknownArchitecture) {
  EXPECT_THAT(refusal("cnnn-2x128", ErrorCode::unknown_name),
              testing::AllOf(HasSubstr("cnn-2x128"), HasSubstr("mlp-LAYERSxHIDDEN")));
  for (const char* id : {"", "-", "cnn", "CNN-2x128", "resnet-50"})
    EXPECT_THAT(refusal(id, ErrorCode::unknown_name), HasSubstr("forms:")) << id;
}

TEST(RecogniseWorkload, LeavesOtherNamesToTheirUsers) {
  EXPECT_FALSE(recognise_workload("my-training"));
  EXPECT_FALSE(recognise_workload("cnn"));
  EXPECT_EQ(recognise_workload("cnn-1x8")->architecture, Architecture(Cnn{1, 8}));
  EXPECT_THROW(recognise_workload("cnn-8x16"), Error);
}

Training cuda_training() {
  Training training;
  training.trainer = "/opt/bin/isojoule-train";
  training.workload = "cnn-2x128";
  training.steps = 12;
  training.warmup = 3;
  training.device = "cuda:1";
  training.threads = 4;
  training.seed = std::numeric_limits<std::uint64_t>::max();
  return training;
}

TEST(TrainingCommand, NamesEverySetting) {
  EXPECT_THAT(
      training_command(cuda_training()),
      ElementsAre("/opt/bin/isojoule-train", "--workload", "cnn-2x128", "--steps", "12", "--warmup",
                  "3", "--device", "cuda:1", "--threads", "4", "--seed", "18446744073709551615"));
}

TEST(TrainingCommand, NamesWhatDiffersFromTheDefaults) {
  Training training = cuda_training();
  training.mode = "forward";
  training.at_least = 2.5 * second;
  training.data = "/data/desed";
  training.precision = "amp-bfloat16";
  const std::vector<std::string> command = training_command(training);
  EXPECT_THAT(std::vector<std::string>(command.begin() + 13, command.end()),
              ElementsAre("--mode", "forward", "--at-least", "2.500000", "--data", "/data/desed",
                          "--amp", "bfloat16"));
  training.precision = "tf32";
  EXPECT_THAT(training_command(training), testing::Contains("--tf32"));
  training.precision = "half";
  EXPECT_THROW(training_command(training), Error);
}

TEST(TrainingCommand, OfThePapersProtocolHasEpochsInsteadOfSteps) {
  Training training = cuda_training();
  training.protocol = "paper";
  training.data = "/data/desed";
  training.at_least = 1.0 * second;
  EXPECT_THAT(training_command(training),
              ElementsAre("/opt/bin/isojoule-train", "--workload", "cnn-2x128", "--protocol",
                          "paper", "--epochs", "10", "--device", "cuda:1", "--threads", "4",
                          "--seed", "18446744073709551615", "--data", "/data/desed"));
}

TEST(TrainingCommand, LeavesThreadsToTheTrainerWhereNoneAreGiven) {
  Training training;
  training.workload = "mlp-1x512";
  EXPECT_THAT(training_command(training), testing::Not(testing::Contains("--threads")));
}

}  // namespace
}  // namespace isojoule
