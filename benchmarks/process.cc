// benchmarks/process.cc - family 5, its rows of channels between processes.
//
// One operation is a message there and back: the parent (thread 0 of a placement) sends, a forked child (thread 1)
// receives it and sends it back. Whoever blocks, blocks in the way of the contender. The floors use shared memory
// alone.
#include <skein/core/spin.h>
#include <skein/multiprocessing/pipe.h>
#include <skein/multiprocessing/queue.h>
#include <skein/multiprocessing/simple_queue.h>

#include <fcntl.h>
#include <linux/futex.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/interprocess/ipc/message_queue.hpp>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "floors.h"
#include "harness.h"
#include "process_parts.h"

namespace bench {
namespace {

using Bytes = std::vector<std::byte>;
namespace mp = skein::multiprocessing;

struct Gate {
  alignas(kCacheLine) std::atomic<std::uint32_t> ready{0};
};

// `Channel(size)` is made first; then `parent(round)` runs there and `child()` here, `ops` times each.
template <class Channel>
Outcome there_and_back(const Rep& rep, std::size_t size) {
  static_cast<void>(skein::spin_budget());  // Measured by threads of its own, once.
  Channel channel(size);
  const Shared<Gate> gate;
  const pid_t child = ::fork();
  check(child >= 0);
  if (child == 0) {
    pin(rep.placement, 1);
    channel.begin_child();
    Bytes room(size);
    std::memset(room.data(), 1, size);
    gate->ready.store(1);
    for (std::int64_t i = 0; i < rep.ops; ++i) channel.child(room);
    ::_exit(0);
  }
  double ns = 0;
  std::thread parent([&] {
    pin(rep.placement, 0);
    channel.begin_parent();
    Bytes sent(size);
    std::memset(sent.data(), 2, size);
    Bytes room(size);
    std::memset(room.data(), 3, size);
    while (gate->ready.load() == 0) sched_yield();
    const std::int64_t began = now_ns();
    for (std::int64_t i = 0; i < rep.ops; ++i) {
      std::memcpy(sent.data(), &i, sizeof i);
      channel.parent(sent, room);
      std::int64_t back = -1;
      std::memcpy(&back, room.data(), sizeof back);
      check(back == i);
    }
    ns = static_cast<double>(now_ns() - began);
  });
  parent.join();
  int status = 0;
  check(::waitpid(child, &status, 0) == child && status == 0);
  return {ns / static_cast<double>(rep.ops)};
}

template <class Channel, std::size_t kSize>
Outcome round_trip(const Rep& rep) {
  return there_and_back<Channel>(rep, kSize);
}

class Contestant {
 public:
  void begin_child() {}
  void begin_parent() {}
};

// ---- floors ----

// A word for each direction, and the bytes; copied in and out. Spins, with a yield now and then. For eight bytes that
// lie in the word's own line this is the spin floor.
class SpinningCopy : public Contestant {
 public:
  explicit SpinningCopy(std::size_t size) : room_(std::max<std::size_t>(size, 1)), small_(size <= 8) {}
  void parent(const Bytes& sent, Bytes& room) {
    put(*lines_.get(), sent);
    take(lines_.get()[1], room);
  }
  void child(Bytes& room) {
    take(*lines_.get(), room);
    put(lines_.get()[1], room);
  }

 private:
  struct Line {
    alignas(kCacheLine) std::atomic<std::uint64_t> turn{0};
    std::array<std::byte, 8> bytes{};
  };
  void put(Line& line, const Bytes& bytes) {
    std::memcpy(small_ ? line.bytes.data() : room_.get(), bytes.data(), bytes.size());
    line.turn.store(++put_, std::memory_order_release);
  }
  void take(Line& line, Bytes& bytes) {
    ++taken_;
    floors::Spinner spinner;
    while (line.turn.load(std::memory_order_acquire) != taken_) spinner.step();
    std::memcpy(bytes.data(), small_ ? line.bytes.data() : room_.get(), bytes.size());
  }
  Shared<Line> lines_{2};
  Shared<std::byte> room_;
  bool small_;
  std::uint64_t put_ = 0;
  std::uint64_t taken_ = 0;
};

class FutexPark : public Contestant {
 public:
  explicit FutexPark(std::size_t) {}
  void parent(const Bytes& sent, Bytes& room) {
    put(lines_.get()[0], sent);
    take(lines_.get()[1], room);
  }
  void child(Bytes& room) {
    take(lines_.get()[0], room);
    put(lines_.get()[1], room);
  }

 private:
  struct Line {
    alignas(kCacheLine) std::atomic<std::uint32_t> full{0};
    std::array<std::byte, 8> bytes{};
  };
  static void put(Line& line, const Bytes& bytes) {
    std::memcpy(line.bytes.data(), bytes.data(), bytes.size());
    line.full.store(1);
    ::syscall(SYS_futex, &line.full, FUTEX_WAKE, 1, nullptr, nullptr, 0);
  }
  static void take(Line& line, Bytes& bytes) {
    while (line.full.load() == 0) ::syscall(SYS_futex, &line.full, FUTEX_WAIT, 0, nullptr, nullptr, 0);
    line.full.store(0);
    std::memcpy(bytes.data(), line.bytes.data(), bytes.size());
  }
  Shared<Line> lines_{2};
};

// So many copies of the payload, by one thread: what the bytes cost at the least.
template <std::size_t kSize, int kCopies>
Outcome copies(const Rep& rep) {
  double ns = 0;
  std::thread one([&] {
    pin(rep.placement, 0);
    std::array<Bytes, 3> places{Bytes(kSize, std::byte{1}), Bytes(kSize, std::byte{2}), Bytes(kSize, std::byte{3})};
    const std::int64_t began = now_ns();
    for (std::int64_t i = 0; i < rep.ops; ++i) {
      for (std::size_t copy = 0; copy < kCopies; ++copy) {
        std::memcpy(places[(copy + 1) % 3].data(), places[copy % 3].data(), kSize);
        keep(places[(copy + 1) % 3]);
      }
    }
    ns = static_cast<double>(now_ns() - began);
  });
  one.join();
  return {ns / static_cast<double>(rep.ops)};
}

// ---- skein ----

class SkeinPipe : public Contestant {
 public:
  explicit SkeinPipe(std::size_t) : ends_(mp::Pipe()) {}
  void begin_child() { ends_.first.close(); }
  void begin_parent() { ends_.second.close(); }
  void parent(const Bytes& sent, Bytes& room) {
    ends_.first.send_bytes(sent);
    check(ends_.first.recv_bytes_into(room) == room.size());
  }
  void child(Bytes& room) {
    check(ends_.second.recv_bytes_into(room) == room.size());
    ends_.second.send_bytes(room);
  }

 private:
  std::pair<mp::Connection, mp::Connection> ends_;
};

template <template <class> class Q>
class SkeinQueues : public Contestant {
 public:
  explicit SkeinQueues(std::size_t) {}
  void parent(const Bytes& sent, Bytes& room) {
    std::int64_t number = 0;
    std::memcpy(&number, sent.data(), sizeof number);
    there_.put(number);
    number = back_.get();
    std::memcpy(room.data(), &number, sizeof number);
  }
  void child(Bytes&) { back_.put(there_.get()); }

 private:
  Q<std::int64_t> there_;
  Q<std::int64_t> back_;
};

class SkeinByteQueues : public Contestant {
 public:
  explicit SkeinByteQueues(std::size_t) {}
  void parent(const Bytes& sent, Bytes& room) {
    there_.put(sent);
    room = back_.get();
  }
  void child(Bytes&) { back_.put(there_.get()); }

 private:
  mp::Queue<Bytes> there_;
  mp::Queue<Bytes> back_;
};

// ---- peers ----

void write_all(int to, const Bytes& bytes) {
  for (std::size_t done = 0; done < bytes.size();) {
    const ssize_t now = ::write(to, bytes.data() + done, bytes.size() - done);
    check(now > 0);
    done += static_cast<std::size_t>(now);
  }
}
void read_all(int from, Bytes& bytes) {
  for (std::size_t done = 0; done < bytes.size();) {
    const ssize_t now = ::read(from, bytes.data() + done, bytes.size() - done);
    check(now > 0);
    done += static_cast<std::size_t>(now);
  }
}

class PlainPipes : public Contestant {
 public:
  explicit PlainPipes(std::size_t size) {
    for (auto* each : {&there_, &back_}) {
      check(::pipe(each->data()) == 0);
      if (size > 65536) check(::fcntl((*each)[1], F_SETPIPE_SZ, 1 << 20) > 0);
    }
  }
  ~PlainPipes() {
    for (const auto* each : {&there_, &back_}) {
      ::close((*each)[0]);
      ::close((*each)[1]);
    }
  }
  PlainPipes(const PlainPipes&) = delete;
  PlainPipes& operator=(const PlainPipes&) = delete;
  void parent(const Bytes& sent, Bytes& room) {
    write_all(there_[1], sent);
    read_all(back_[0], room);
  }
  void child(Bytes& room) {
    read_all(there_[0], room);
    write_all(back_[1], room);
  }

 private:
  std::array<int, 2> there_{};
  std::array<int, 2> back_{};
};

class UnixSocket : public Contestant {
 public:
  explicit UnixSocket(std::size_t) { check(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends_.data()) == 0); }
  ~UnixSocket() {
    ::close(ends_[0]);
    ::close(ends_[1]);
  }
  UnixSocket(const UnixSocket&) = delete;
  UnixSocket& operator=(const UnixSocket&) = delete;
  void parent(const Bytes& sent, Bytes& room) {
    write_all(ends_[0], sent);
    read_all(ends_[0], room);
  }
  void child(Bytes& room) {
    read_all(ends_[1], room);
    write_all(ends_[1], room);
  }

 private:
  std::array<int, 2> ends_{};
};

// The count is the message.
class EventFds : public Contestant {
 public:
  explicit EventFds(std::size_t) : there_(::eventfd(0, 0)), back_(::eventfd(0, 0)) {}
  ~EventFds() {
    ::close(there_);
    ::close(back_);
  }
  EventFds(const EventFds&) = delete;
  EventFds& operator=(const EventFds&) = delete;
  void parent(const Bytes& sent, Bytes& room) {
    std::int64_t number = 0;
    std::memcpy(&number, sent.data(), sizeof number);
    check(::eventfd_write(there_, static_cast<eventfd_t>(number + 1)) == 0);
    eventfd_t count = 0;
    check(::eventfd_read(back_, &count) == 0);
    number = static_cast<std::int64_t>(count) - 1;
    std::memcpy(room.data(), &number, sizeof number);
  }
  void child(Bytes&) {
    eventfd_t count = 0;
    check(::eventfd_read(there_, &count) == 0);
    check(::eventfd_write(back_, count) == 0);
  }

 private:
  int there_;
  int back_;
};

class BoostQueues : public Contestant {
 public:
  explicit BoostQueues(std::size_t size)
      : names_{"skein_bench_there_" + std::to_string(::getpid()), "skein_bench_back_" + std::to_string(::getpid())} {
    for (std::size_t i = 0; i < 2; ++i) {
      queues_[i] = std::make_unique<Queue>(boost::interprocess::create_only, names_[i].c_str(), 16,
                                           std::max<std::size_t>(size, 8));
    }
  }
  ~BoostQueues() {
    for (const std::string& name : names_) Queue::remove(name.c_str());
  }
  BoostQueues(const BoostQueues&) = delete;
  BoostQueues& operator=(const BoostQueues&) = delete;
  void parent(const Bytes& sent, Bytes& room) {
    queues_[0]->send(sent.data(), sent.size(), 0);
    receive(*queues_[1], room);
  }
  void child(Bytes& room) {
    receive(*queues_[0], room);
    queues_[1]->send(room.data(), room.size(), 0);
  }

 private:
  using Queue = boost::interprocess::message_queue;
  static void receive(Queue& from, Bytes& room) {
    std::size_t size = 0;
    unsigned priority = 0;
    from.receive(room.data(), room.size(), size, priority);
    check(size == room.size());
  }
  std::array<std::string, 2> names_;
  std::array<std::unique_ptr<Queue>, 2> queues_;
};

const std::vector<Placement> kEverywhere = {kOneCore, kTwoCores, kFree};

template <std::size_t kSize>
void add_payload(Suite& suite, const std::string& name, std::int64_t ops) {
  suite.push_back({5, "5c " + name + " there and back", {kTwoCores, kFree}, ops, 1.0});
  suite.back().quick_ops = std::max<std::int64_t>(ops / 10, 3);
  suite.back()
      .add("floor", copies<kSize, 2>)
      .add("floor (memcpy x4)", copies<kSize, 4>)
      .add("floor (shm copy)", round_trip<SpinningCopy, kSize>)
      .add("skein", round_trip<SkeinPipe, kSize>)
      .add("pipe", round_trip<PlainPipes, kSize>)
      .add("unix socket", round_trip<UnixSocket, kSize>)
      .add("boost message_queue", round_trip<BoostQueues, kSize>);
  suite.push_back({5, "5c " + name + " there and back, Queue", {kTwoCores, kFree}, ops, 1.0});
  suite.back().quick_ops = std::max<std::int64_t>(ops / 10, 3);
  suite.back()
      .add("floor", copies<kSize, 2>)
      .add("floor (shm copy)", round_trip<SpinningCopy, kSize>)
      .add("skein", round_trip<SkeinByteQueues, kSize>)
      .add("boost message_queue", round_trip<BoostQueues, kSize>);
}

}  // namespace

void add_process(Suite& suite) {
  suite.push_back({5, "5a round trip, 8 bytes", kEverywhere, 100'000, 1.0});
  suite.back()
      .add("floor", round_trip<SpinningCopy, 8>)
      .add("floor (futex)", round_trip<FutexPark, 8>)
      .add("skein", round_trip<SkeinPipe, 8>)
      .add("pipe", round_trip<PlainPipes, 8>)
      .add("eventfd", round_trip<EventFds, 8>)
      .add("unix socket", round_trip<UnixSocket, 8>)
      .add("boost message_queue", round_trip<BoostQueues, 8>);
  suite.push_back({5, "5a round trip, 8 bytes, SimpleQueue", kEverywhere, 100'000, 1.0});
  suite.back()
      .add("floor", round_trip<SpinningCopy, 8>)
      .add("floor (futex)", round_trip<FutexPark, 8>)
      .add("skein", round_trip<SkeinQueues<mp::SimpleQueue>, 8>)
      .add("boost message_queue", round_trip<BoostQueues, 8>);
  suite.push_back({5, "5a round trip, 8 bytes, Queue", kEverywhere, 100'000, 1.0});
  suite.back()
      .add("floor", round_trip<SpinningCopy, 8>)
      .add("floor (futex)", round_trip<FutexPark, 8>)
      .add("skein", round_trip<SkeinQueues<mp::Queue>, 8>)
      .add("boost message_queue", round_trip<BoostQueues, 8>);
  add_payload<1024>(suite, "1 KiB", 100'000);
  add_payload<std::size_t{1} << 20>(suite, "1 MiB", 1'000);
  add_payload<std::size_t{64} << 20>(suite, "64 MiB", 10);
}

}  // namespace bench
