#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <skein/core/internal/fault.h>
#include <skein/multiprocessing/errors.h>
#include <skein/multiprocessing/lock.h>
#include <skein/multiprocessing/sharedctypes.h>

#include <sys/resource.h>

#include <array>
#include <cstdio>
#include <functional>
#include <limits>
#include <mutex>
#include <new>
#include <string>
#include <vector>

#include "multiprocessing/archive.h"
#include "multiprocessing/processes.h"
#include "testing/party.h"
#include "testing/repeat.h"

namespace skein::multiprocessing {
namespace {

using skein::testing::Child;
using skein::testing::Common;
using skein::testing::Counter;
using skein::testing::packed;
using skein::testing::raised;
using skein::testing::unpacked;
using ::testing::ElementsAre;

struct Point {
  int x = 0;
  double y = 0;
};
struct Wide {  // More than a machine writes at once.
  std::array<std::int64_t, 8> parts{};
};

TEST(Value, HoldsWhatItIsGiven) {
  const Value<int> v(7);
  EXPECT_EQ(v.value(), 7);
  v.set_value(-2);
  EXPECT_EQ(v.value(), -2);
  EXPECT_EQ(v.get_obj().value(), -2);
  EXPECT_EQ(Value<double>().value(), 0.0);
  EXPECT_EQ(Value(true).value(), true);
  EXPECT_EQ(Value<char>('x').value(), 'x');
  EXPECT_EQ(RawValue(2.5).value(), 2.5);
  const Value<Point> point(Point{1, 2.5});
  point->x = 3;
  EXPECT_EQ(point.value().x, 3);
  EXPECT_EQ(point.get_obj()->y, 2.5);
}

TEST(Value, CopiesAreOneValue) {
  const Value<int> v(1);
  const Value<int> copy = v;  // NOLINT(performance-unnecessary-copy-initialization)
  copy.set_value(5);
  EXPECT_EQ(v.value(), 5);
  EXPECT_TRUE(copy == v);
  EXPECT_FALSE(v == Value<int>(5));
  Value<int> moved_from(8);
  const Value<int> moved = std::move(moved_from);
  EXPECT_EQ(moved_from.value(), 8);  // NOLINT(bugprone-use-after-move): moves share.
}

TEST(Value, TheLockIsANewOneOneThatIsThereOrNone) {
  const Value<int> v(1);
  EXPECT_FALSE(v.get_lock().locked());
  {
    const std::scoped_lock guard(v);
    EXPECT_TRUE(v.get_lock().locked());
    v.set_value(v.value() + 1);  // An RLock: its holder comes in.
  }
  EXPECT_FALSE(v.get_lock().locked());
  EXPECT_TRUE(v.acquire(true, 0.5));
  v.release();
  EXPECT_THROW(v.release(), AssertionError);

  const Lock lock;
  const Value<int, Lock> shared(3, {.lock = lock});
  EXPECT_TRUE(shared.get_lock() == lock);
  lock.acquire();
  EXPECT_FALSE(shared.acquire(false));
  lock.release();

  const Value<int> none(1, {.lock = false});
  EXPECT_EQ(none.value(), 1);
  EXPECT_THROW(static_cast<void>(none.get_lock()), TypeError);
  EXPECT_THROW(none.lock(), TypeError);
}

TEST(Value, EachAccessHoldsTheLock) {
  const Value<int> v(1);
  const Array<int> a(3);
  for (const auto& call : std::vector<std::function<void()>>{
           [&] { static_cast<void>(v.value()); }, [&] { v.set_value(2); }, [&] { static_cast<void>(int{a[0]}); },
           [&] { a[0] = 1; }, [&] { a[0] += 1; }, [&] { static_cast<void>(a.slice()); },
           [&] { a.set_slice(0, 1, {4}); }, [&] { static_cast<void>(*a.begin()); }}) {
    v.lock();
    a.lock();
    skein::testing::Party other(call);
    EXPECT_TRUE(other.blocks());
    a.unlock();
    v.unlock();
    other.join();
  }
}

TEST(Value, ProcessesAddUp) {
  SKEIN_FORKS();
  const auto rounds = static_cast<int>(skein::testing::repeat(5'000));
  const Value<std::int64_t> sum(0);
  const Array<int> sums(4);
  std::vector<Child> children;
  for (int i = 0; i < 4; ++i) {
    children.emplace_back([&, i] {
      for (int k = 0; k < rounds; ++k) {
        {
          const std::scoped_lock guard(sum);
          sum.set_value(sum.value() + 1);
        }
        sums[i] += 1;
        sums[0] += 1;
      }
    });
  }
  for (auto& child : children) EXPECT_EQ(child.wait(), 0);
  EXPECT_EQ(sum.value(), 4 * rounds);
  EXPECT_THAT(sums.slice(), ElementsAre(5 * rounds, rounds, rounds, rounds));
}

TEST(Value, TravelsWithItsLock) {
  const Value<int> v(7);
  const auto other = unpacked<Value<int>>(packed(v));
  other.set_value(8);
  EXPECT_EQ(v.value(), 8);
  v.lock();
  EXPECT_TRUE(other.get_lock().locked());
  v.unlock();
  const Value<int> none(7, {.lock = false});
  const auto other_none = unpacked<Value<int>>(packed(none));
  other_none.set_value(9);
  EXPECT_EQ(none.value(), 9);
  EXPECT_THROW(static_cast<void>(other_none.get_lock()), TypeError);
  const Array<double> a({1, 2});
  const auto other_a = unpacked<Array<double>>(packed(a));
  other_a[1] = 5;
  EXPECT_THAT(a.slice(), ElementsAre(1, 5));
  const RawArray<char> text("abc");
  EXPECT_EQ((unpacked<RawArray<char>>(packed(text)).value()), "abc");
  // Only to a process that is being started.
  internal::Parcel parcel;
  skein::testing::Writer writer(parcel);
  EXPECT_THROW(v.save(writer), RuntimeError);
}

TEST(Value, SharedctypesCopyAndSynchronize) {
  const RawValue<int> raw(4);
  const auto copy = sharedctypes::copy(raw);
  copy.set_value(5);
  EXPECT_EQ(raw.value(), 4);
  const auto value = sharedctypes::synchronized(copy);
  value.set_value(6);
  EXPECT_EQ(copy.value(), 6);
  const Lock lock;
  EXPECT_TRUE(sharedctypes::synchronized(raw, lock).get_lock() == lock);
  const RawArray<int> row({1, 2, 3});
  const auto row_copy = sharedctypes::copy(row);
  row_copy[0] = 9;
  EXPECT_THAT(row.slice(), ElementsAre(1, 2, 3));
  EXPECT_THAT(sharedctypes::synchronized(row_copy).slice(), ElementsAre(9, 2, 3));
  EXPECT_TRUE(sharedctypes::synchronized(row_copy, lock).get_lock() == lock);
}

TEST(Array, IndexesAsPythonDoes) {
  const Array<int> a({1, 2, 3, 4, 5});
  EXPECT_EQ(a.size(), 5U);
  EXPECT_EQ(a[0], 1);
  EXPECT_EQ(a[-1], 5);
  EXPECT_EQ(a[-5], 1);
  for (const std::int64_t i :
       {5L, -6L, 100L, std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::min()}) {
    EXPECT_THROW(static_cast<void>(a[i]), IndexError) << i;
    EXPECT_THROW(static_cast<void>(a.get_obj()[i]), IndexError) << i;
  }
  a[-1] = 9;
  a[0] = a[1];
  a[2] -= 1;
  a[3] *= 10;
  EXPECT_THAT(a.slice(), ElementsAre(2, 2, 2, 40, 9));
  EXPECT_THAT(std::vector<int>(a.begin(), a.end()), ElementsAre(2, 2, 2, 40, 9));
  int sum = 0;
  for (const int x : a.get_obj()) sum += x;
  EXPECT_EQ(sum, 55);
}

TEST(Array, SlicesAsPythonDoes) {
  const Array<int> a({0, 1, 2, 3, 4});
  EXPECT_THAT(a.slice(1, 3), ElementsAre(1, 2));
  EXPECT_THAT(a.slice(-2), ElementsAre(3, 4));
  EXPECT_THAT(a.slice(None, None, 2), ElementsAre(0, 2, 4));
  EXPECT_THAT(a.slice(None, None, -1), ElementsAre(4, 3, 2, 1, 0));
  EXPECT_THAT(a.slice(3, 0, -2), ElementsAre(3, 1));
  EXPECT_THAT(a.slice(10), ElementsAre());
  EXPECT_THAT(a.slice(3, 1), ElementsAre());
  EXPECT_THAT(a.slice(-100, 2), ElementsAre(0, 1));
  EXPECT_THAT(a.slice(100, -100, -3), ElementsAre(4, 1));
  constexpr auto kLeast = std::numeric_limits<std::int64_t>::min();
  constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
  EXPECT_THAT(a.slice(kLeast, kMost, 1), ElementsAre(0, 1, 2, 3, 4));
  EXPECT_THAT(a.slice(None, None, kLeast), ElementsAre(4));
  EXPECT_THAT(a.slice(None, None, kMost), ElementsAre(0));
  EXPECT_THROW(static_cast<void>(a.slice(0, 1, 0)), ValueError);
  EXPECT_THAT(Array<int>(0).slice(None, None, -1), ElementsAre());
  a.set_slice(0, 2, {7, 8});
  EXPECT_THROW(a.set_slice(0, 2, {7}), ValueError);
  a.set_slice(None, None, 2, {5, 6, 7});
  EXPECT_THAT(a.slice(), ElementsAre(5, 8, 6, 3, 7));
}

TEST(Array, IsMadeFromASizeOrElements) {
  EXPECT_THAT(Array<int>(3).slice(), ElementsAre(0, 0, 0));
  EXPECT_THAT(Array<double>(std::vector<int>{1, 2}).slice(), ElementsAre(1.0, 2.0));
  EXPECT_EQ(Array<int>(0).size(), 0U);
  EXPECT_EQ(Array<int>().size(), 0U);
  const Array<Point> points({{1, 2}, {3, 4}});
  EXPECT_EQ(points.get_obj()[1].y, 4);
  EXPECT_THROW(Array<int>(-1), ValueError);
  EXPECT_THROW(RawArray<Point>(std::int64_t{1} << 62), OverflowError);
  constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
  EXPECT_THROW(static_cast<void>(RawArray<char>(kMost)), OverflowError);
}

TEST(Array, OfCharactersIsText) {
  const Array<char> s("hello");
  EXPECT_EQ(s.size(), 5U);
  EXPECT_EQ(s.value(), "hello");
  s.set_value("hi");
  EXPECT_EQ(s.value(), "hi");
  EXPECT_EQ(s.raw(), std::string("hi\0lo", 5));
  EXPECT_THROW(s.set_value("toolong"), ValueError);
  s.set_raw("abcde");
  EXPECT_THROW(s.set_raw("abcdef"), ValueError);
  EXPECT_EQ(s.get_obj().value(), "abcde");
}

// Rows of the table of faults.

// Python, and what reserves without asking: killed by the system.
TEST(ValueFaults, P13_MoreMemoryThanThereIsIsBadAlloc) {
  EXPECT_THROW(RawArray<char>(std::int64_t{1} << 44), std::bad_alloc);
  EXPECT_THROW(Array<int>(std::int64_t{1} << 44), std::bad_alloc);
  EXPECT_EQ(RawArray<char>(3 << 20).size(), 3U << 20);
}

TEST(ValueFaults, WithoutDescriptorsItIsAnErrorAndNothingIsLeft) {
  SKEIN_FORKS();
  Child child([] {
    // The first look at an error's category takes UBSan a descriptor.
    if (std::string(OSError(std::make_error_code(std::errc::io_error), "").what()).empty()) return 3;
    const auto before = skein::testing::descriptor_count();
    // 0 to `before` - 1 are taken; each value of its own segment takes one.
    const rlimit limit{static_cast<rlim_t>(before + 3), static_cast<rlim_t>(before + 3)};
    ::setrlimit(RLIMIT_NOFILE, &limit);
    int made = 0;
    try {
      std::vector<RawArray<char>> all;
      for (;; ++made) all.emplace_back(8192);
    } catch (const OSError& error) {
      if (error.code().value() != EMFILE) return 1;
    }
    return made > 0 && skein::testing::descriptor_count() == before ? 0 : 2;
  });
  EXPECT_EQ(child.wait(), 0);
}

TEST(ValueFaults, P33_AHalfWrittenValueIsTold) {
  SKEIN_FORKS();
  const Value<Wide> value;
  const Common<Counter> half;
  Child child([&] {
    value.lock();
    value->parts[0] = 1;
    half->store(1);
    skein::testing::stay();
  });
  ASSERT_TRUE(raised(*half));
  child.kill();
  child.wait();
  const double start = skein::testing::now();
  const std::scoped_lock guard(value);
  EXPECT_LT(skein::testing::now() - start, 0.1);
  EXPECT_TRUE(value.get_lock().recovered());
  EXPECT_EQ(value.value().parts[0], 1);
}

TEST(ValueFaults, P3_KilledAnywhereInSetValueHoldsNobodyUp) {
  SKEIN_FORKS();
  const Value<Wide> value;
  const Common<Counter> rounds;
  for (std::int64_t i = 0; i < skein::testing::repeat(100, 1'000); ++i) {
    const auto before = rounds->load();
    Child child([&] {
      for (std::int64_t k = 0;; ++k) {
        Wide next;
        next.parts.fill(k);
        value.set_value(next);
        rounds->fetch_add(1);
      }
    });
    ASSERT_TRUE(raised(*rounds, before + 3 + i % 7));
    child.kill();
    child.wait();
    const double start = skein::testing::now();
    value.lock();
    EXPECT_LT(skein::testing::now() - start, 0.5);
    const Wide seen = value.get_obj().value();
    // Mixed only if that was told.
    if (!value.get_lock().recovered()) {
      for (const auto part : seen.parts) ASSERT_EQ(part, seen.parts[0]);
    }
    value.unlock();
  }
}

TEST(ValueFaults, P35_AnotherTypeIsRefused) {
  const Value<int> value(1);
  EXPECT_THROW(unpacked<Value<float>>(packed(value)), RuntimeError);
  EXPECT_THROW(unpacked<RawValue<std::int64_t>>(packed(value.get_obj())), RuntimeError);
  const RawArray<Point> points(3);
  EXPECT_THROW(unpacked<RawArray<double>>(packed(points)), RuntimeError);
  EXPECT_THROW(unpacked<RawArray<Point>>(packed(RawValue<int>(1))), RuntimeError);
}

TEST(ValueFaults, S6_TheCountIsCheckedAndCopied) {
  const RawArray<int> row({1, 2, 3, 4});
  const auto parcel = packed(row);
  auto* const count = reinterpret_cast<std::uint64_t*>(reinterpret_cast<std::byte*>(row.data()) - 8);
  ASSERT_EQ(*count, 4U);
  for (const std::uint64_t bad : {std::uint64_t{5}, std::uint64_t{1} << 62, ~std::uint64_t{0}}) {
    *count = bad;
    EXPECT_THROW(unpacked<RawArray<int>>(parcel), RuntimeError) << bad;
    EXPECT_THROW(static_cast<void>(row[4]), IndexError);
  }
  *count = 4;
  EXPECT_EQ(unpacked<RawArray<int>>(parcel).size(), 4U);
}

TEST(ValueFaults, P17_KilledAtEachStepOfMaking) {
  SKEIN_FORKS();
  if (!skein::internal::has_fault_points()) GTEST_SKIP() << "a build without fault points";
  const Value<int> there(1);
  const auto parcel = packed(there);
  const auto descriptors = skein::testing::descriptor_count();
  std::printf("%-18s %-40s %s\n", "killed at", "what others see", "slowest, s");
  for (const char* const point : {"segment.made", "segment.sized", "segment.taken", "value.made", "value.mapped"}) {
    double slowest = 0;
    for (std::int64_t i = 0; i < skein::testing::repeat(20, 1'000); ++i) {
      Child child([&] {
        skein::internal::arm_faults(std::string(point) + "=kill");
        const RawArray<char> large(100'000);
        unpacked<Value<int>>(parcel).set_value(2);
      });
      EXPECT_EQ(child.wait(5), -SIGKILL) << point;
      const double start = skein::testing::now();
      EXPECT_EQ(there.value(), 1);
      EXPECT_EQ(Value<int>(3).value(), 3);
      slowest = std::max(slowest, skein::testing::now() - start);
    }
    EXPECT_LT(slowest, 5);
    std::printf("%-18s %-40s %.4f\n", point, "nothing; values as they were", slowest);
  }
  // One more, if the small values have filled a segment and begun another one.
  EXPECT_LE(skein::testing::descriptor_count(), descriptors + 1);
}

}  // namespace
}  // namespace skein::multiprocessing
