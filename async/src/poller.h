// poller.h - which descriptors are ready: epoll, each descriptor registered once.
#ifndef SKEIN_ASYNC_SRC_POLLER_H_
#define SKEIN_ASYNC_SRC_POLLER_H_

#if defined(__SANITIZE_THREAD__)
#define SKEIN_THREAD_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define SKEIN_THREAD_SANITIZER 1
#endif
#endif

#include <cstdint>
#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

namespace skein::inline v0::internal {

// Threads:  the loop's own; wake() from any, also from a signal handler.
class Poller {
 public:
  // A registered callback. Dropped ones are not called any more, even if they are queued already.
  struct Watch {
    std::function<void()> callback;
    bool dropped = false;
    void operator()() const {
      if (!dropped) callback();
    }
  };
  using Call = std::shared_ptr<Watch>;

  // Errors: OSError.
  Poller();
  ~Poller();
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;

  // Errors: OSError; then what was registered before is as it was.
  void watch(int fd, bool write, std::function<void()> callback);
  // False if nothing was registered. Never fails: the descriptor may have been closed, or be another one by now.
  bool unwatch(int fd, bool write);
  // Whether any descriptor is registered.
  [[nodiscard]] bool watches() const noexcept { return !entries_.empty(); }
  // The callbacks of those that are ready now, or are at `deadline_ns`, in the order that the system gives.
  void poll(std::int64_t deadline_ns, std::vector<Call>& ready);
  // The poll that runs, or the next one, returns.
  void wake() noexcept;

 private:
  struct Entry {
    Call read;
    Call write;
    std::uint32_t generation = 0;  // Events of an earlier registration of this number are stale.
    std::uint32_t events = 0;      // What the system was told.
  };
  // Tells the system what `entry` wants. Errors: OSError.
  void update(int fd, Entry& entry);

  int epoll_;
  int wake_fd_;
  std::uint32_t next_generation_ = 1;
  std::unordered_map<int, Entry> entries_;
};

}  // namespace skein::inline v0::internal

#endif  // SKEIN_ASYNC_SRC_POLLER_H_
