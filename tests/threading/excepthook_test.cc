#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <skein/threading.h>

#include <exception>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace skein::threading {
namespace {

using ::testing::HasSubstr;
using ::testing::internal::CaptureStderr;
using ::testing::internal::GetCapturedStderr;

// Sets a hook that keeps what it is given, and the default one afterwards.
class ExceptHookTest : public ::testing::Test {
 protected:
  struct Report {
    std::string type;
    std::exception_ptr value;
    ThreadHandle thread;
  };
  void keep_reports() {
    set_excepthook(
        [this](const ExceptHookArgs& args) { reports.push_back({args.exc_type, args.exc_value, args.thread}); });
  }
  ~ExceptHookTest() override { set_excepthook({}); }

  // What a thread writes to stderr that throws what `throws` throws.
  template <class F>
  static std::string reported(F throws) {
    CaptureStderr();
    Thread t({.name = "failing"}, throws);
    t.start();
    t.join();
    return GetCapturedStderr();
  }

  std::vector<Report> reports;
};

TEST_F(ExceptHookTest, TheDefaultPrintsNameTypeAndText) {
  EXPECT_EQ(reported([] { throw ValueError("bad value"); }), "Exception in thread failing:\nValueError: bad value\n");
  EXPECT_EQ(reported([] { throw BrokenBarrierError(); }),
            "Exception in thread failing:\nthreading::BrokenBarrierError\n");
  EXPECT_EQ(reported([] { throw std::runtime_error("plain"); }),
            "Exception in thread failing:\nstd::runtime_error: plain\n");
}

TEST_F(ExceptHookTest, AnythingThatCanBeThrownIsReported) {
  EXPECT_EQ(reported([] { throw 5; }), "Exception in thread failing:\nint\n");
  EXPECT_THAT(reported([] { throw std::string("text"); }), HasSubstr("string"));
}

TEST_F(ExceptHookTest, SystemExitEndsTheThreadSilently) {
  EXPECT_EQ(reported([] { throw SystemExit(3); }), "");
}

TEST_F(ExceptHookTest, AHookGetsTypeValueAndThread) {
  keep_reports();
  Thread t([] { throw ValueError("x"); });
  t.start();
  t.join();
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_EQ(reports[0].type, "ValueError");
  EXPECT_EQ(reports[0].thread, t);
  EXPECT_THROW(std::rethrow_exception(reports[0].value), ValueError);
}

TEST_F(ExceptHookTest, AHookGetsSystemExitToo) {
  keep_reports();
  Thread t([] { throw SystemExit(); });
  t.start();
  t.join();
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_EQ(reports[0].type, "SystemExit");
}

TEST_F(ExceptHookTest, WhatAHookThrowsIsPrintedAndTheProcessLives) {
  set_excepthook([](const ExceptHookArgs&) { throw std::logic_error("hook broke"); });
  EXPECT_EQ(reported([] { throw 1; }), "Exception in threading.excepthook:\nstd::logic_error: hook broke\n");
}

TEST_F(ExceptHookTest, AnEmptyHookRestoresTheDefault) {
  keep_reports();
  set_excepthook({});
  EXPECT_EQ(reported([] { throw ValueError("v"); }), "Exception in thread failing:\nValueError: v\n");
  EXPECT_TRUE(reports.empty());
}

TEST_F(ExceptHookTest, CallingItCallsTheHookThatIsSet) {
  keep_reports();
  excepthook({.exc_type = "T", .exc_value = nullptr, .thread = current_thread()});
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_EQ(reports[0].type, "T");
  CaptureStderr();
  default_excepthook({.exc_type = "T", .exc_value = nullptr, .thread = current_thread()});
  EXPECT_EQ(GetCapturedStderr(), "Exception in thread MainThread:\nT\n");
}

TEST_F(ExceptHookTest, TheRunOfADerivedClassIsReportedAlike) {
  class Failing : public Thread {
   public:
    void run() override { throw RuntimeError("from run"); }
  };
  keep_reports();
  auto t = make<Failing>();
  t->start();
  t->join();
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_EQ(reports[0].type, "RuntimeError");
}

TEST_F(ExceptHookTest, AHookMaySetAnother) {
  set_excepthook([this](const ExceptHookArgs&) { keep_reports(); });
  Thread first([] { throw 1; });
  first.start();
  first.join();
  EXPECT_TRUE(reports.empty());
  Thread second([] { throw 2; });
  second.start();
  second.join();
  EXPECT_EQ(reports.size(), 1U);
}

}  // namespace
}  // namespace skein::threading
