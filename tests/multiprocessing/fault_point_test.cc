// Fault points: by what name, when and how they act.
#include <gtest/gtest.h>
#include <skein/core/internal/fault.h>

#include <csignal>
#include <string>

#include "multiprocessing/processes.h"
#include "testing/child.h"
#include "testing/repeat.h"

namespace skein {
namespace {

using testing::Child;

class FaultPointTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!internal::has_fault_points()) GTEST_SKIP() << "this build has none";
  }
  void TearDown() override { internal::arm_faults(""); }
};

TEST_F(FaultPointTest, ActAtTheNameAndTheTimeThatWereChosen) {
  internal::arm_faults("test.here=throw@2;other.*=throw");
  EXPECT_NO_THROW(internal::fault("test.here"));
  EXPECT_THROW(internal::fault("test.here"), internal::FaultError);
  EXPECT_NO_THROW(internal::fault("test.here"));
  EXPECT_NO_THROW(internal::fault("test.there"));
  EXPECT_THROW(internal::fault("other.one"), internal::FaultError);
  EXPECT_THROW(internal::fault("other.two"), internal::FaultError);
  internal::arm_faults("");
  EXPECT_NO_THROW(internal::fault("other.two"));
}

TEST_F(FaultPointTest, ShortAndInterruptedCalls) {
  internal::arm_faults("test.body=short:3@1;test.read=eintr@2");
  EXPECT_EQ(internal::fault_short("test.body", 10), 3U);
  EXPECT_EQ(internal::fault_short("test.body", 10), 10U);
  EXPECT_FALSE(internal::fault_eintr("test.read"));
  EXPECT_TRUE(internal::fault_eintr("test.read"));
  EXPECT_FALSE(internal::fault_eintr("test.read"));
  EXPECT_NO_THROW(internal::fault("test.body"));  // Of another kind.
}

TEST_F(FaultPointTest, AChanceIsDrawnFromTheSeed) {
  const auto drawn = [] {
    internal::arm_faults("test.chance=throw%30");
    int thrown = 0;
    for (int i = 0; i < 1000; ++i) {
      try {
        internal::fault("test.chance");
      } catch (const internal::FaultError&) {
        ++thrown;
      }
    }
    return thrown;
  };
  const int thrown = drawn();
  EXPECT_GT(thrown, 200);
  EXPECT_LT(thrown, 400);
}

TEST_F(FaultPointTest, KillStopExitAndSleep) {
  SKEIN_FORKS();
  const auto status_with = [](const char* items) {
    Child child([&] {
      internal::arm_faults(items);
      internal::fault("test.point");
      return 5;
    });
    return child.wait(10);
  };
  EXPECT_EQ(status_with("test.point=kill"), -SIGKILL);
  EXPECT_EQ(status_with("test.point=exit:7"), 7);
  EXPECT_EQ(status_with("test.point=sleep:20"), 5);
  EXPECT_EQ(status_with("test.other=kill"), 5);
  Child stopped([] {
    internal::arm_faults("test.point=stop");
    internal::fault("test.point");
    return 5;
  });
  int status = 0;
  ASSERT_EQ(::waitpid(stopped.pid(), &status, WUNTRACED), stopped.pid());
  EXPECT_TRUE(WIFSTOPPED(status));
  stopped.signal(SIGCONT);
  EXPECT_EQ(stopped.wait(10), 5);
}

SKEIN_SCENARIO(passes_a_point) {
  internal::fault("test.point");
  return 0;
}

TEST_F(FaultPointTest, TheEnvironmentArmsThemAndWhatItMisspellsEndsTheProcess) {
  const auto run = [](const std::string& value) {
    return testing::run_scenario("passes_a_point", {.environment = {"SKEIN_FAULT=" + value}});
  };
  EXPECT_EQ(run("test.point=exit:9").status, 9);
  EXPECT_EQ(run("test.*=kill").status, -SIGKILL);
  EXPECT_EQ(run("test.point=exit:9@2").status, 0);
  for (const char* wrong : {"test.point", "test.point=kil", "=kill", "test.point=sleep:x", "a=kill;b=kill@"}) {
    const testing::Outcome outcome = run(wrong);
    EXPECT_EQ(outcome.status, 2) << wrong;
    EXPECT_NE(outcome.err.find("cannot read the fault"), std::string::npos) << outcome;
  }
}

}  // namespace
}  // namespace skein
