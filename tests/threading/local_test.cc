#include <gtest/gtest.h>
#include <skein/threading.h>

#include <atomic>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "testing/party.h"

namespace skein::threading {
namespace {

struct Data {
  Data() = default;
  Data(int first, std::string second) : x(first), name(std::move(second)) {}
  int x = 0;
  std::string name;
};

// Counts the objects that live.
struct Counted {
  explicit Counted(std::atomic<int>* counter) : count(counter) { count->fetch_add(1); }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
  ~Counted() { count->fetch_sub(1); }
  std::atomic<int>* count;
};

TEST(LocalTest, EachThreadSeesItsOwn) {
  local<Data> data;
  data->x = 1;
  int fresh = -1;
  int kept = -1;
  Thread t([&] {
    fresh = data->x;
    data->x = 2;
    kept = (*data).x;
  });
  t.start();
  t.join();
  EXPECT_EQ(fresh, 0);
  EXPECT_EQ(kept, 2);
  EXPECT_EQ(data->x, 1);
}

TEST(LocalTest, ConstructorArgumentsAreUsedInEachThread) {
  local<Data> data(7, "seven");
  data->x = 1;
  int x = 0;
  std::string name;
  Thread t([&] {
    x = data->x;
    name = data->name;
  });
  t.start();
  t.join();
  EXPECT_EQ(x, 7);
  EXPECT_EQ(name, "seven");
}

TEST(LocalTest, TwoObjectsAreApart) {
  local<int> a(1);
  local<int> b(2);
  EXPECT_EQ(*a, 1);
  EXPECT_EQ(*b, 2);
  *a = 5;
  EXPECT_EQ(*b, 2);
}

TEST(LocalTest, AValueDiesWithItsThread) {
  std::atomic<int> alive{0};
  local<Counted> counted(&alive);
  static_cast<void>(*counted);
  Event made;
  Event go;
  Thread t([&] {
    static_cast<void>(*counted);
    made.set();
    go.wait();
  });
  t.start();
  made.wait();
  EXPECT_EQ(alive.load(), 2);
  go.set();
  t.join();
  EXPECT_EQ(alive.load(), 1);
}

TEST(LocalTest, AllValuesDieWithTheObject) {
  std::atomic<int> alive{0};
  Event made;
  Event go;
  auto counted = std::make_unique<local<Counted>>(&alive);
  static_cast<void>(**counted);
  Thread t([&] {
    static_cast<void>(**counted);
    made.set();
    go.wait();
  });
  t.start();
  made.wait();
  EXPECT_EQ(alive.load(), 2);
  counted.reset();
  EXPECT_EQ(alive.load(), 0);
  go.set();
  t.join();
}

TEST(LocalTest, AnObjectInThePlaceOfAnotherStartsAfresh) {
  for (int i = 0; i < 5; ++i) {
    local<Data> data;
    EXPECT_EQ(data->x, 0);
    data->x = i + 1;
  }
}

TEST(LocalTest, AConstructionThatThrowsIsTriedAgain) {
  struct Fussy {
    explicit Fussy(int* attempts) {
      if (++*attempts == 1) throw std::runtime_error("no");
    }
  };
  int attempts = 0;
  local<Fussy> fussy(&attempts);
  EXPECT_THROW(static_cast<void>(*fussy), std::runtime_error);
  static_cast<void>(*fussy);
  EXPECT_EQ(attempts, 2);
}

TEST(LocalTest, ADestructorAtTheThreadsEndMayUseAnother) {
  std::atomic<int> alive{0};
  local<Counted> inner(&alive);
  struct User {
    explicit User(local<Counted>* used) : target(used) {}
    ~User() { static_cast<void>(**target); }
    local<Counted>* target;
  };
  local<User> outer(&inner);
  Thread t([&] { static_cast<void>(*outer); });
  t.start();
  t.join();
  EXPECT_EQ(alive.load(), 0);
}

TEST(LocalTest, ThreadsAndObjectsComeAndGoAtOnce) {
  std::atomic<int> alive{0};
  for (int round = 0; round < 50; ++round) {
    auto counted = std::make_shared<local<Counted>>(&alive);
    testing::Parties users(4, [counted](int) { static_cast<void>(**counted); });
    users.join();
    EXPECT_EQ(alive.load(), 0);
  }
}

}  // namespace
}  // namespace skein::threading
