// Queue: no item and no wake-up is lost, and a shutdown or the end of the queue frees everyone.
#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <stop_token>

#include <skein/queue/queue.h>
#include <skein/queue/simple_queue.h>

#include "scripted/testing.h"

namespace skein::scripted {
namespace {

using queue::Empty;
using queue::Full;
using queue::Queue;
using queue::ShutDown;
using queue::SimpleQueue;

TEST(ScriptedQueueTest, Q7_OneProducerOneConsumer) {
  for (const int maxsize : {0, 1}) {
    expect_holds({}, [=](Execution& run) {
      auto& q = run.make<Queue<int>>(maxsize);
      run.thread([&] {
        for (int i = 1; i <= 3; ++i) q.put(i);
      });
      run.thread([&] {
        for (int i = 1; i <= 3; ++i) check(q.get() == i, "not in order");
      });
      run.at_end([&] { check(q.empty(), "an item is left"); });
    });
  }
}

TEST(ScriptedQueueTest, Q7_OneProducerOneConsumerDespiteSurprises) {
  expect_holds({.preemptions = 3, .surprises = 1}, [](Execution& run) {
    auto& q = run.make<Queue<int>>(1);
    run.thread([&] {
      for (int i = 1; i <= 3; ++i) q.put(i);
    });
    run.thread([&] {
      for (int i = 1; i <= 3; ++i) check(q.get() == i, "not in order");
    });
  });
}

TEST(ScriptedQueueTest, Q7_TwoConsumers) {
  for (const int maxsize : {0, 1}) {
    expect_holds({.preemptions = 3}, [=](Execution& run) {
      struct State {
        explicit State(int maxsize) : q(maxsize) {}
        Queue<int> q;
        Tally sum;
      };
      auto& state = run.make<State>(maxsize);
      for (int i = 0; i < 2; ++i) {
        run.thread([&] { state.sum += state.q.get(); });
      }
      run.thread([&] {
        state.q.put(1);
        state.q.put(2);
      });
      run.at_end([&] { check(state.sum == 3 && state.q.empty(), "an item is lost"); });
    });
  }
}

TEST(ScriptedQueueTest, Q11_TwoProducersAndABoundOfOne) {
  expect_holds({.preemptions = 3}, [](Execution& run) {
    struct State {
      Queue<int> q{1};
      int sum = 0;
    };
    auto& state = run.make<State>();
    for (int i = 1; i <= 2; ++i) {
      run.thread([&state, i] {
        state.q.put(i);
        check(state.q.qsize() <= 1, "more than the bound");
      });
    }
    run.thread([&] {
      state.sum += state.q.get();
      state.sum += state.q.get();
    });
    run.at_end([&] { check(state.sum == 3 && state.q.empty(), "an item is lost"); });
  });
}

TEST(ScriptedQueueTest, TimedGetLosesNoItem) {
  expect_holds({.preemptions = 4, .surprises = 1}, [](Execution& run) {
    struct State {
      Queue<int> q;
      int got = 0;
    };
    auto& state = run.make<State>();
    run.thread([&] {
      try {
        state.got = state.q.get(true, 1);
      } catch (const Empty&) {
      }
    });
    run.thread([&] { state.q.put(1); });
    run.at_end([&] { check(state.got + static_cast<int>(state.q.qsize()) == 1, "the item is lost"); });
  });
}

// The getter without limit gets the item if the timed one does not.
TEST(ScriptedQueueTest, TimedGetPassesTheWakeUpOn) {
  expect_holds({.preemptions = 3}, [](Execution& run) {
    auto& q = run.make<Queue<int>>();
    run.thread([&] {
      try {
        q.put(q.get(true, 1));
      } catch (const Empty&) {
      }
    });
    run.thread([&] { check(q.get() == 1, "not the item"); });
    run.thread([&] { q.put(1); });
    run.at_end([&] { check(q.empty(), "an item too many"); });
  });
}

TEST(ScriptedQueueTest, TimedPutPassesTheWakeUpOn) {
  expect_holds({.preemptions = 3}, [](Execution& run) {
    struct State {
      Queue<int> q{1};
      Tally inside;
    };
    auto& state = run.make<State>();
    state.q.put(0);
    ++state.inside;
    run.thread([&] {
      try {
        state.q.put(1, true, 1);
        ++state.inside;
      } catch (const Full&) {
        return;
      }
      state.q.get();
      --state.inside;
    });
    run.thread([&] {
      state.q.put(2);
      ++state.inside;
    });
    run.thread([&] {
      state.q.get();
      --state.inside;
    });
    run.at_end([&] { check(state.inside == static_cast<int>(state.q.qsize()), "an item is lost"); });
  });
}

// Row Q10: whoever put an item and is the only one to take any finds it.
TEST(ScriptedQueueTest, Q10_AnItemThatWasPutIsThere) {
  expect_holds({}, [](Execution& run) {
    auto& q = run.make<Queue<int>>();
    for (int i = 0; i < 2; ++i) {
      run.thread([&] {
        q.put(1);
        check(!q.empty(), "empty after one's own put");
        static_cast<void>(q.get_nowait());  // Throws Empty, which is a failure, if none is there.
      });
    }
    run.at_end([&] { check(q.empty(), "an item is left"); });
  });
}

// Row Q6.
TEST(ScriptedQueueTest, Q6_ShutdownFreesGetters) {
  for (const bool immediate : {false, true}) {
    expect_holds({.preemptions = 3}, [=](Execution& run) {
      auto& q = run.make<Queue<int>>();
      for (int i = 0; i < 2; ++i) {
        run.thread([&] {
          bool over = false;
          try {
            q.get();
          } catch (const ShutDown&) {
            over = true;
          }
          check(over, "an item out of nothing");
        });
      }
      run.thread([&q, immediate] { q.shutdown(immediate); });
    });
  }
}

TEST(ScriptedQueueTest, Q6_ShutdownFreesPutters) {
  for (const bool immediate : {false, true}) {
    expect_holds({.preemptions = 3}, [=](Execution& run) {
      auto& q = run.make<Queue<int>>(1);
      q.put(0);
      for (int i = 0; i < 2; ++i) {
        run.thread([&] {
          bool over = false;
          try {
            q.put(1);
          } catch (const ShutDown&) {
            over = true;
          }
          check(over, "put after the shutdown, or over the bound");
        });
      }
      run.thread([&q, immediate] { q.shutdown(immediate); });
    });
  }
}

// What was put before a gentle shutdown is still given out.
TEST(ScriptedQueueTest, Q6_GentleShutdownLosesNoItem) {
  expect_holds({.preemptions = 3}, [](Execution& run) {
    struct State {
      Queue<int> q{1};
      int put = 0;
      int got = 0;
    };
    auto& state = run.make<State>();
    run.thread([&] {
      try {
        for (;;) {
          state.q.put(1);
          if (++state.put == 2) return;
        }
      } catch (const ShutDown&) {
      }
    });
    run.thread([&] {
      try {
        for (;;) {
          state.q.get();
          ++state.got;
        }
      } catch (const ShutDown&) {
      }
    });
    run.thread([&] { state.q.shutdown(); });
    run.at_end([&] { check(state.put == state.got && state.q.empty(), "an item is lost"); });
  });
}

TEST(ScriptedQueueTest, Q3_JoinReturnsWhenAllIsDone) {
  expect_holds({.preemptions = 3}, [](Execution& run) {
    struct State {
      Queue<int> q;
      std::array<bool, 2> done{};
    };
    auto& state = run.make<State>();
    state.q.put(1);
    state.q.put(2);
    for (std::size_t i = 0; i < 2; ++i) {
      run.thread([&state, i] {
        state.q.get();
        state.done.at(i) = true;
        state.q.task_done();
      });
    }
    run.thread([&] {
      state.q.join();
      check(state.done[0] && state.done[1], "returned too early");
    });
  });
}

// Row Q8: destroyed while threads wait in it, it frees them and waits until they have left.
TEST(ScriptedQueueTest, Q8_DestroyedWithAWaiter) {
  expect_holds({}, [](Execution& run) {
    auto& q = run.make<Mortal<Queue<int>>>();
    run.thread([&] {
      bool over = false;
      try {
        (*q).get();
      } catch (const ShutDown&) {
        over = true;
      }
      check(over, "an item out of nothing");
    });
    run.thread([&] {
      while (sleepers() == 0) internal::yield_cpu();
      q.destroy();
    });
  });
}

TEST(ScriptedQueueTest, Q8_DestroyedWithTwoWaitersOneOfThemTimed) {
  expect_holds({.preemptions = 2}, [](Execution& run) {
    struct State {
      Mortal<Queue<int>> q;
      Tally left;
    };
    auto& state = run.make<State>();
    for (int i = 0; i < 2; ++i) {
      run.thread([&state, i] {
        try {
          (*state.q).get(true, i == 0 ? Timeout(1) : Timeout(None));
          check(false, "an item out of nothing");
        } catch (const ShutDown&) {
        } catch (const Empty&) {
          check(i == 0, "out of time without a limit");
        }
        if (i == 0) ++state.left;
      });
    }
    run.thread([&] {
      // Both are asleep in it, or the timed one has left already. Or will leave in the middle of
      // the destruction.
      while (sleepers() != 2 && !(state.left == 1 && sleepers() == 1)) internal::yield_cpu();
      state.q.destroy();
    });
  });
}

TEST(ScriptedQueueTest, StopWakesTheGetter) {
  expect_holds({.preemptions = 3}, [](Execution& run) {
    struct State {
      SimpleQueue<int> q;
      std::stop_source stop;
      int got = 0;
    };
    auto& state = run.make<State>();
    run.thread([&] {
      if (state.q.try_get(state.stop.get_token())) ++state.got;
    });
    run.thread([&] { state.stop.request_stop(); });
    run.at_end([&] { check(state.got == 0, "an item out of nothing"); });
  });
}

// An item that was put before the stop is taken.
TEST(ScriptedQueueTest, StopAfterThePutFindsTheItem) {
  expect_holds({}, [](Execution& run) {
    struct State {
      SimpleQueue<int> q;
      std::stop_source stop;
    };
    auto& state = run.make<State>();
    run.thread([&] { check(state.q.try_get(state.stop.get_token()).has_value(), "none although there is an item"); });
    run.thread([&] {
      state.q.put(1);
      state.stop.request_stop();
    });
  });
}

TEST(ScriptedQueueTest, StopLosesNoItem) {
  expect_holds({.preemptions = 3}, [](Execution& run) {
    struct State {
      SimpleQueue<int> q;
      std::stop_source stop;
      int got = 0;
    };
    auto& state = run.make<State>();
    run.thread([&] {
      if (state.q.try_get(state.stop.get_token())) ++state.got;
    });
    run.thread([&] {
      state.q.put(1);
      state.stop.request_stop();
    });
    run.at_end([&] { check(state.got + static_cast<int>(state.q.qsize()) == 1, "the item is lost"); });
  });
}

}  // namespace
}  // namespace skein::scripted
