// What docs/porting_processes.md and porting_processes_shared.md show that Python has not: what travels and how,
// exceptions, locks whose holder is killed; and the rows of its tables.
#include <gtest/gtest.h>
#include <signal.h>
#include <skein/multiprocessing.h>
#include <skein/pickle.h>

#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "multiprocessing/methods.h"

namespace multiprocessing = skein::multiprocessing;
namespace pickle = skein::pickle;

namespace {

// [raw]
struct Point {  // Trivially copyable: travels as its memory is.
  double x = 0;
  double y = 0;
};
// [/raw]

// [hook]
class Order {
 public:
  Order() = default;
  explicit Order(std::string customer) : customer_(std::move(customer)) {}

  void add(Point where, int count) { lines_.emplace_back(where, count); }
  int count() const {
    int sum = 0;
    for (const auto& [where, count] : lines_) sum += count;
    return sum;
  }
  const std::string& customer() const { return customer_; }

  template <class Archive>
  void serialize(Archive& archive) {  // Both ways.
    archive(customer_, lines_);
  }

 private:
  std::string customer_;
  std::vector<std::pair<Point, int>> lines_;
};
// [/hook]

// [dumps]
Order copy_of(const Order& order) {
  const std::vector<std::byte> bytes = pickle::dumps(order);
  return pickle::loads<Order>(bytes);
}
// [/dumps]

TEST(GuideProcessesRowsTest, AClassTravelsByItsHook) {
  Order order("a");
  order.add({.x = 1, .y = 2}, 3);
  order.add({.x = 4, .y = 5}, 6);
  const Order copy = copy_of(order);
  EXPECT_EQ(copy.customer(), "a");
  EXPECT_EQ(copy.count(), 9);
  EXPECT_THROW(static_cast<void>(pickle::loads<int>(pickle::dumps(order))), pickle::UnpicklingError);
}

// [fields]
class BadLine : public std::runtime_error {
 public:
  BadLine() : BadLine(0, "") {}
  BadLine(int number, const std::string& text)
      : std::runtime_error("line " + std::to_string(number) + ": " + text), number_(number), text_(text) {}
  [[nodiscard]] int number() const noexcept { return number_; }

  template <class Archive>
  void save(Archive& archive) const {
    archive(number_, text_);
  }
  template <class Archive>
  void load(Archive& archive) {
    int number = 0;
    std::string text;
    archive(number, text);
    *this = BadLine(number, text);
  }

 private:
  int number_;
  std::string text_;
};
const bool bad_line_is_known = pickle::register_exception<BadLine>();
// [/fields]
// [register]
class NoSuchCustomer : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};
const bool known = pickle::register_exception<NoSuchCustomer>();
// [/register]

class Unregistered : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class GuideProcessesTest : public skein::testing::MethodTest {};
SKEIN_TEST_ALL_METHODS(GuideProcessesTest);

// [errors]
void fails(const multiprocessing::Connection& end) {
  for (const bool registered : {true, false}) {
    try {
      if (registered) throw NoSuchCustomer("b");
      throw Unregistered("c");
    } catch (...) {
      end.send(std::current_exception());
    }
  }
}
// [/errors]

// [caught]
std::string receive_error(const multiprocessing::Connection& end) {
  try {
    std::rethrow_exception(end.recv<std::exception_ptr>());
  } catch (const NoSuchCustomer& error) {
    return multiprocessing::remote_traceback(error) + "nobody is called " + error.what();
  } catch (const multiprocessing::RemoteError& error) {
    return error.traceback() + "it was a " + error.type_name() + " that said " + error.message();
  }
}
// [/caught]

TEST(GuideProcessesRowsTest, AnExceptionTravelsWithItsFields) {
  const auto bytes = pickle::dumps(std::make_exception_ptr(BadLine(7, "no date")));
  try {
    std::rethrow_exception(pickle::loads<std::exception_ptr>(bytes));
  } catch (const BadLine& error) {
    EXPECT_EQ(error.number(), 7);
    EXPECT_STREQ(error.what(), "line 7: no date");
    return;
  }
  FAIL();
}

TEST_P(GuideProcessesTest, ExceptionsTravel) {
  ASSERT_TRUE(known);
  const auto [ours, theirs] = multiprocessing::Pipe(false);
  auto process = context().Process(fails, theirs);
  process.start();
  theirs.close();
  const std::string as_itself = receive_error(ours);
  EXPECT_TRUE(as_itself.starts_with("Traceback (most recent call last)")) << as_itself;
  EXPECT_TRUE(as_itself.ends_with("nobody is called b")) << as_itself;
  const std::string other = receive_error(ours);
  EXPECT_TRUE(other.starts_with("Traceback (most recent call last)")) << other;
  EXPECT_TRUE(other.ends_with("Unregistered that said c")) << other;
  process.join();
  EXPECT_EQ(process.exitcode(), 0);
}

// [recovered]
void move(const multiprocessing::Lock& lock, const multiprocessing::RawArray<int>& accounts, int amount) {
  const std::scoped_lock guard(lock);
  if (lock.recovered()) accounts[1] = 100 - accounts[0];  // Its holder was killed: mend what it left.
  accounts[0] -= amount;
  accounts[1] += amount;
}
// [/recovered]

void dies_in_the_middle(const multiprocessing::Lock& lock, const multiprocessing::RawArray<int>& accounts) {
  lock.acquire();
  accounts[0] -= 10;
  ::raise(SIGKILL);
}

TEST_P(GuideProcessesTest, ALockOfTheDeadIsRecovered) {
  const multiprocessing::Lock lock;
  const multiprocessing::RawArray<int> accounts{60, 40};
  auto process = context().Process(dies_in_the_middle, lock, accounts);
  process.start();
  process.join();
  EXPECT_EQ(process.exitcode(), -SIGKILL);
  move(lock, accounts, 5);
  EXPECT_EQ(accounts[0], 45);
  EXPECT_EQ(accounts[1], 55);
  EXPECT_FALSE(lock.recovered());
}

// ---- the rows of the tables ----

template <class T>
constexpr bool kTravels = pickle::Picklable<T>;

enum class Colour : std::uint8_t { kRed, kGreen };
struct Base {
  virtual ~Base() = default;
  std::string text;
};
struct Text {
  std::string text;
};
struct WithReference {
  int& number;
};

TEST(GuideProcessesRowsTest, WhatMayTravel) {
  static_assert(kTravels<int> && kTravels<bool> && kTravels<double> && kTravels<Colour> && kTravels<Point>);
  static_assert(kTravels<std::string> && kTravels<std::vector<std::string>> && kTravels<std::map<int, Order>>);
  static_assert(kTravels<std::set<std::string>> && kTravels<std::optional<Order>> && kTravels<std::pair<int, Point>>);
  static_assert(kTravels<std::variant<int, std::string>> && kTravels<std::chrono::milliseconds>);
  static_assert(kTravels<std::unique_ptr<Order>> && kTravels<std::shared_ptr<Order>> && kTravels<std::exception_ptr>);
  static_assert(kTravels<multiprocessing::Lock> && kTravels<multiprocessing::Queue<int>>);
  static_assert(kTravels<multiprocessing::shared_memory::SharedMemory>);

  static_assert(!kTravels<int*> && !kTravels<void (*)()> && !kTravels<std::reference_wrapper<int>>);
  static_assert(!kTravels<std::string_view> && !kTravels<std::span<int>> && !kTravels<std::function<void()>>);
  static_assert(!kTravels<std::mutex> && !kTravels<Text> && !kTravels<WithReference> && !kTravels<Base>);

  const std::vector<int> numbers{1, 2, 3};
  EXPECT_EQ(pickle::loads<std::vector<int>>(pickle::dumps(std::span<const int>(numbers))), numbers);

  const auto factor = static_cast<int>(numbers.size());
  const auto times = [factor](int number) { return factor * number; };
  EXPECT_EQ(pickle::loads<std::remove_const_t<decltype(times)>>(pickle::dumps(times))(4), 12);
  const auto text_too = [text = std::string()] { return text; };
  static_assert(!kTravels<std::remove_const_t<decltype(text_too)>>);

  const auto shared = std::make_shared<std::string>("one");
  const auto both = pickle::loads<std::vector<std::shared_ptr<std::string>>>(
      pickle::dumps(std::vector<std::shared_ptr<std::string>>{shared, shared}));
  EXPECT_EQ(both[0], both[1]);
}

TEST(GuideProcessesRowsTest, HandlesTravelAsArgumentsOnly) {
  const multiprocessing::Lock lock;
  EXPECT_THROW(static_cast<void>(pickle::dumps(lock)), skein::RuntimeError);
  const multiprocessing::Queue<multiprocessing::Lock> queue;
  EXPECT_THROW(queue.put(lock), skein::RuntimeError);
}

void does_nothing() {}
class Made : public multiprocessing::Process {
  void run() override {}
};
class NotMade : public multiprocessing::Process {
  void run() override {}
};

TEST(GuideProcessesRowsTest, NamesAndErrors) {
  multiprocessing::Process named({.name = "n", .daemon = true}, does_nothing);
  EXPECT_EQ(named.name(), "n");
  EXPECT_TRUE(named.daemon());
  EXPECT_EQ(named.exitcode(), std::nullopt);
  EXPECT_THROW(named.join(), multiprocessing::AssertionError);
  EXPECT_EQ(multiprocessing::current_process().name(), "MainProcess");
  EXPECT_EQ(multiprocessing::parent_process(), std::nullopt);
  EXPECT_TRUE(multiprocessing::get_context("spawn").make<Made>()->name().starts_with("Made-"));
  NotMade not_made;
  EXPECT_THROW(not_made.start(), skein::RuntimeError);
  EXPECT_THROW(static_cast<void>(multiprocessing::get_context("thread")), skein::ValueError);
}

TEST_P(GuideProcessesTest, ACallableWithCapturesGoesByForkAlone) {
  const std::string text = "x";
  auto process = context().Process([text] { throw skein::SystemExit(text == "x" ? 3 : 4); });
  if (GetParam() == "fork") {
    process.start();
    process.join();
    EXPECT_EQ(process.exitcode(), 3);
  } else {
    EXPECT_THROW(process.start(), skein::TypeError);
  }
}

struct Counter {
  int value = 0;
  void increase(int by, const multiprocessing::RawValue<int>& total) {
    value += by;
    total.set_value(value);
  }
};

TEST_P(GuideProcessesTest, ABoundMethodWorksOnACopy) {
  const multiprocessing::RawValue<int> total;
  const Counter counter{.value = 1};
  auto process = context().Process(&Counter::increase, counter, 10, total);
  process.start();
  process.join();
  EXPECT_EQ(total.value(), 11);
  EXPECT_EQ(counter.value, 1);
}

TEST_P(GuideProcessesTest, AReferenceGoesByForkAlone) {
  int number = 1;
  auto process = context().Process([](int& there) { throw skein::SystemExit(++there); }, std::ref(number));
  if (GetParam() == "fork") {
    process.start();
    process.join();
    EXPECT_EQ(process.exitcode(), 2);
  } else {
    EXPECT_THROW(process.start(), skein::TypeError);
  }
  EXPECT_EQ(number, 1);
}

TEST_P(GuideProcessesTest, SentinelsAreWaitedFor) {
  auto process = context().Process(does_nothing);
  process.start();
  const auto [ours, theirs] = multiprocessing::Pipe();
  const auto ready = multiprocessing::connection::wait({ours, process.sentinel()}, 20);
  ASSERT_EQ(ready.size(), 1U);
  EXPECT_EQ(ready[0].get<int>(), process.sentinel());
  process.join();
}

TEST_P(GuideProcessesTest, LiteralsFunctionsAndMembersAreArguments) {
  const multiprocessing::SimpleQueue<std::string> queue;
  using Make = std::string (*)(const char*, int);
  auto process = context().Process(
      [](const multiprocessing::SimpleQueue<std::string>& to, Make make, const char* text) { to.put(make(text, 2)); },
      queue, static_cast<Make>([](const char* text, int number) { return text + std::to_string(number); }), "n");
  process.start();
  EXPECT_EQ(queue.get(), "n2");
  process.join();
}

TEST(GuideProcessesRowsTest, ValuesAndSharedMemory) {
  const multiprocessing::Value<int> value(7);
  {
    const std::scoped_lock guard(value);
    value.set_value(value.value() + 1);
  }
  EXPECT_EQ(value.value(), 8);
  const multiprocessing::Array<double> array({1, 2, 3});
  EXPECT_EQ(array.slice(1, skein::None), (std::vector<double>{2, 3}));
  array[-1] = 4;
  EXPECT_EQ(array[2], 4.0);
  const multiprocessing::Value<int, multiprocessing::Lock> other(0, {.lock = multiprocessing::Lock()});
  EXPECT_TRUE(other.get_lock().acquire(false));

  const multiprocessing::shared_memory::SharedMemory made({.create = true, .size = 10});
  const multiprocessing::shared_memory::SharedMemory attached(made.name());
  made.buf()[0] = std::byte{5};
  EXPECT_EQ(attached.buf()[0], std::byte{5});
  made.close();
  made.unlink();
  const multiprocessing::shared_memory::ShareableList list({1, 2.5, "text", true, skein::None});
  list[0] = 2;
  EXPECT_EQ(list[0].get<std::int64_t>(), 2);
  list.shm().close();
  list.shm().unlink();
}

TEST(GuideProcessesRowsTest, QueuesAndPipes) {
  const multiprocessing::JoinableQueue<int> queue({.maxsize = 1});
  queue.put(1);
  EXPECT_THROW(queue.put(2, false), skein::queue::Full);
  EXPECT_EQ(queue.qsize(), 1U);
  EXPECT_EQ(queue.get({.timeout = 5}), 1);
  queue.task_done();
  queue.join();
  EXPECT_THROW(queue.get_nowait(), skein::queue::Empty);

  const auto [receives, sends] = multiprocessing::Pipe(false);
  sends.send_bytes("abc");
  EXPECT_TRUE(receives.poll());
  EXPECT_EQ(receives.recv_bytes().size(), 3U);
  EXPECT_THROW(receives.send(1), multiprocessing::HandleError);
  sends.send(7);
  const auto ready = multiprocessing::connection::wait({receives}, 1);
  ASSERT_EQ(ready.size(), 1U);
  EXPECT_TRUE(ready[0].is<multiprocessing::Connection>());
  EXPECT_EQ(receives.recv<int>(), 7);
  sends.close();
  EXPECT_THROW(static_cast<void>(receives.recv<int>()), multiprocessing::EOFError);
}

}  // namespace
