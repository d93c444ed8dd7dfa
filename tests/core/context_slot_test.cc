// ContextSlot: the context of a task or a callback is one and the same, whenever somebody first asks for it.
#include <gtest/gtest.h>
#include <skein/contextvars.h>
#include <skein/core/errors.h>
#include <skein/core/internal/context_slot.h>

#include <optional>

namespace skein {
namespace {

using contextvars::Context;
using contextvars::ContextVar;
using contextvars::copy_context;
using internal::ContextSlot;
using internal::ContextSlotEntry;

TEST(ContextSlotTest, TheContextIsMadeBySettingOrByAsking) {
  const ContextVar<int> var("var");
  ContextSlot set_first;
  {
    const ContextSlotEntry entry(set_first);
    var.set(1);
    EXPECT_EQ(set_first.context().get(var), 1);
  }
  EXPECT_EQ(set_first.context().get(var), 1);
  ContextSlot asked_first;
  {
    const ContextSlotEntry entry(asked_first);
    const Context context = asked_first.context();
    var.set(2);
    EXPECT_EQ(context.get(var), 2);
    EXPECT_THROW(context.run([] {}), RuntimeError);
  }
  EXPECT_EQ(asked_first.context().run([&] { return var.get(); }), 2);
}

// CPython: current_task().get_context() in the run() of another context.
TEST(ContextSlotTest, ItIsTheSameIfFirstAskedForInTheRunOfAnother) {
  const ContextVar<int> var("var");
  ContextSlot slot;
  const ContextSlotEntry entry(slot);
  std::optional<Context> context;
  copy_context().run([&] {
    context = slot.context();
    EXPECT_THROW(context->run([] {}), RuntimeError);
    var.set(4);
  });
  EXPECT_EQ(context->get(var), std::nullopt);
  EXPECT_THROW(context->run([] {}), RuntimeError);
  var.set(5);
  EXPECT_EQ(context->get(var), 5);
  EXPECT_EQ(slot.context().get(var), 5);
}

// CPython: the get_context() of a task, called by a task that it starts eagerly.
TEST(ContextSlotTest, ItIsTheSameIfFirstAskedForFromWithinAnotherSlot) {
  const ContextVar<int> var("var");
  ContextSlot outer;
  const ContextSlotEntry entry(outer);
  std::optional<Context> context;
  {
    ContextSlot inner = ContextSlot::copy_current();
    const ContextSlotEntry inside(inner);
    context = outer.context();
    EXPECT_THROW(context->run([] {}), RuntimeError);
    var.set(4);
  }
  EXPECT_EQ(context->get(var), std::nullopt);
  EXPECT_THROW(context->run([] {}), RuntimeError);
  var.set(5);
  EXPECT_EQ(context->get(var), 5);
  EXPECT_EQ(outer.context().get(var), 5);
}

}  // namespace
}  // namespace skein
