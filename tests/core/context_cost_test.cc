// What a Context costs: allocations, which are counted, and values that are kept no longer than needed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <skein/contextvars.h>

#include <atomic>
#include <cstdlib>
#include <new>
#include <tuple>

#include "core/contextvars_helpers.h"
#include "testing/repeat.h"

namespace contextvars = skein::contextvars;
using contextvars::Context;
using contextvars::ContextVar;
using contextvars::copy_context;
using skein::testing::Counted;
using skein::testing::kSanitized;

namespace {
std::atomic<int> g_allocations{0};
}  // namespace

#ifndef SKEIN_TESTING_SANITIZER  // Sanitizers have an operator new of their own.
// Not inline: GCC would warn that free() does not belong to new.
[[gnu::noinline]] void* operator new(std::size_t size) {
  g_allocations.fetch_add(1, std::memory_order_relaxed);
  if (void* const room = std::malloc(size)) return room;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* room) noexcept { std::free(room); }
[[gnu::noinline]] void operator delete(void* room, std::size_t) noexcept { std::free(room); }
#endif

namespace {

template <class F>
int allocations_of(F&& work) {
  const int before = g_allocations.load();
  work();
  return g_allocations.load() - before;
}

TEST(ContextCostTest, CopyingAllocatesOnceWhateverTheNumberOfVariables) {
  if (kSanitized) GTEST_SKIP() << "counts allocations";
  for (const int variables : {1, 1000}) {
    const Context context;
    context.run([&] {
      for (int i = 0; i < variables; ++i) ContextVar<int>("v").set(i);
      EXPECT_EQ(allocations_of([] { std::ignore = copy_context(); }), 1);
      EXPECT_EQ(allocations_of([&] { std::ignore = context.copy(); }), 1);
    });
  }
}

TEST(ContextCostTest, SettingAllocatesTheValueAndWhatACopySharesBesides) {
  if (kSanitized) GTEST_SKIP() << "counts allocations";
  const ContextVar<int> var("var");
  const Context context;
  context.run([&] {
    for (int i = 0; i < 1000; ++i) ContextVar<int>("v").set(i);
    var.set(0);
    EXPECT_EQ(allocations_of([&] { var.set(1); }), 1);
    EXPECT_EQ(allocations_of([&] { std::ignore = var.get(); }), 0);
    const auto token = var.set(2);
    EXPECT_EQ(allocations_of([&] { var.reset(token); }), 0);
    const Context copy = copy_context();
    EXPECT_THAT(allocations_of([&] { var.set(3); }), testing::AllOf(testing::Ge(2), testing::Le(4)));
    EXPECT_EQ(allocations_of([&] { var.set(4); }), 1) << "the path is this context's own again";
    EXPECT_EQ(copy[var], 1);
  });
}

TEST(ContextCostTest, ReplacedAndCollectedValuesAreDestroyed) {
  {
    const ContextVar<Counted> var("var", Counted(0));
    const Context context;
    context.run([&] {
      for (int i = 0; i < 10; ++i) var.set(Counted(i));
      EXPECT_EQ(Counted::live, 2);  // The default and the last.
      const Context copy = copy_context();
      var.set(Counted(10));
      EXPECT_EQ(Counted::live, 3);
    });
  }
  EXPECT_EQ(Counted::live, 0);
}

}  // namespace
