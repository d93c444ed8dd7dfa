// Pipe and Connection across a fork: what CPython's Lib/test/_test_multiprocessing.py asks of them, and what skein
// promises besides.
#include <gtest/gtest.h>
#include <skein/core/errors.h>
#include <skein/multiprocessing/connection.h>
#include <skein/multiprocessing/pipe.h>

#include "multiprocessing/message_bytes.h"
#include "multiprocessing/processes.h"
#include "testing/party.h"
#include "testing/repeat.h"

namespace skein::multiprocessing {
namespace {

using testing::Child;
using testing::is_pattern;
using testing::Party;
using testing::pattern;
using testing::text;

TEST(ConnectionProcess, AnswersAnotherProcess) {
  SKEIN_FORKS();
  const auto [a, b] = Pipe();
  Child child([&] {
    a.close();
    try {
      for (;;) b.send_bytes(b.recv_bytes());
    } catch (const EOFError&) {
      return 0;
    }
  });
  b.close();
  for (const std::size_t size : {0U, 8U, 100U, 100'000U, 3'000'000U}) {
    // As with Python's, one must not send what does not fit while the other does the same.
    Party sender([&] { a.send_bytes(pattern(size)); });
    EXPECT_TRUE(is_pattern(a.recv_bytes(), size)) << size;
  }
  a.close();
  EXPECT_EQ(child.wait(), 0);
}

TEST(ConnectionProcess, TheEndComesOnlyWhenTheLastCopyIsClosed) {
  SKEIN_FORKS();
  const auto [a, b] = Pipe();
  const auto [gate, opener] = Pipe();
  Child child([&] {
    b.close();
    static_cast<void>(gate.recv_bytes());
    a.send_bytes("from the child");
    return 0;  // Its copy of `a` closes with it.
  });
  a.close();
  EXPECT_FALSE(b.poll(0.05));
  opener.send_bytes("go");
  EXPECT_EQ(text(b.recv_bytes()), "from the child");
  EXPECT_THROW(static_cast<void>(b.recv_bytes()), EOFError);
  EXPECT_EQ(child.wait(), 0);
}

// A thread that was in poll() when another one forked is not in the child.
TEST(ConnectionProcess, TheChildClosesAnEndThatAParentsThreadWasUsing) {
  SKEIN_FORKS();
  const auto [a, b] = Pipe();
  Party waiting([&] { EXPECT_TRUE(b.poll(None)); });
  ASSERT_TRUE(waiting.blocks());
  Child child([&] {
    b.close();
    try {
      a.send_bytes("x");  // The parent has `b`.
    } catch (const BrokenPipeError&) {
      return 1;
    }
    return 0;
  });
  EXPECT_EQ(child.wait(), 0);
  waiting.join();
}

}  // namespace
}  // namespace skein::multiprocessing
