// engine.h - the inside of WorkerEngine: the parent's side of a pool of processes. docs/worker_engine.md has the whole
// picture.
//
//   submit() --> queue_ --(dispatch, by whoever has the lock)--> a worker's slots --> the engine's thread --> the job
//
// The engine's thread is the only arbiter: it alone reads outcomes, learns of deaths, decides what becomes of a dead
// worker's calls, and replaces workers. It waits for no worker, whatever state that is in.
//
// Locks: start_lock_ before lock_. Jobs are told of their ends, and observers of workers, without either.
#ifndef SKEIN_MULTIPROCESSING_SRC_ENGINE_H_
#define SKEIN_MULTIPROCESSING_SRC_ENGINE_H_

#include <skein/core/internal/platform.h>
#include <skein/core/spin.h>
#include <skein/core/thread_safety.h>
#include <skein/multiprocessing/internal/worker_engine.h>
#include <skein/multiprocessing/process.h>
#include <skein/threading/event.h>
#include <skein/threading/lock.h>
#include <skein/threading/thread.h>

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "parent_only.h"
#include "pool_worker.h"
#include "shared_area.h"
#include "worker_channel.h"

namespace skein::inline v0::multiprocessing::internal {

// Jobs, linked through themselves.
class JobQueue {
 public:
  [[nodiscard]] bool empty() const noexcept { return first_ == nullptr; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] Job* front() const noexcept { return first_; }
  void push_back(Job& job) noexcept;
  void push_front(Job& job) noexcept;
  // nullptr if there is none.
  Job* pop_front() noexcept;
  void remove(Job& job) noexcept;
  // What the other one has goes behind what is here.
  void take(JobQueue& other) noexcept;

 private:
  Job* first_ = nullptr;
  Job* last_ = nullptr;
  std::size_t size_ = 0;
};

// One worker as the parent sees it. Guarded by the engine's lock, but for what its comment says.
class PoolMember {
 public:
  // Makes the channel. Errors: OSError.
  explicit PoolMember(int bell);
  ~PoolMember();
  PoolMember(const PoolMember&) = delete;
  PoolMember& operator=(const PoolMember&) = delete;

  [[nodiscard]] WorkerSeat seat() const noexcept { return {calls_file_.number(), outcomes_file_.number(), bell_}; }
  // Starts the process. Errors: as Process::start().
  void start(Process process);

  // ---- calls ----
  [[nodiscard]] std::size_t in_flight() const noexcept { return static_cast<std::size_t>(tail_ - head_); }
  // Gives it a call: there is a free slot. Errors: OSError, if there is no memory for the arguments.
  void publish(Job& job, std::int64_t now);
  // After the last of some publish(): wakes it if it sleeps.
  void wake() noexcept;
  // Takes the call that was given last back, if it has not begun; nullptr else.
  Job* take_back() noexcept;
  [[nodiscard]] Job& job(std::size_t ahead) noexcept { return *jobs_[(head_ + ahead) % kCallSlots]; }
  // The engine's thread alone, without the lock: the outcome of the `ahead`th call, in place.
  std::pair<Outcome, std::span<const std::byte>> outcome(std::size_t ahead);
  // Forgets the first `count` calls, whose outcomes have been read.
  void consume(std::size_t count, std::int64_t now) noexcept;
  // Of one that is dead: the call that it had in hand, forgotten here; nullptr if there was none.
  Job* victim() noexcept;
  // Whether it has that call, and has it in hand.
  [[nodiscard]] bool has(const Job& job) const noexcept;
  [[nodiscard]] bool runs(const Job& job) noexcept;

  // How many calls it may have at a time: more the shorter they are.
  [[nodiscard]] std::size_t depth(std::int64_t now) const noexcept;
  // Whether it pays to give what waits behind its call to one who is idle.
  [[nodiscard]] bool is_slow(std::int64_t now) const noexcept;

  void order_to_finish() noexcept;
  // ---- its life ----
  [[nodiscard]] bool initialized() const noexcept { return control_->phase.load() == WorkerControl::kInitialized; }
  // What its initializer threw; empty if that is not why it ended.
  [[nodiscard]] std::string start_failure();
  void set_parent_sleeps(bool sleeps) noexcept { control_->parent_sleeps.store(sleeps ? 1 : 0); }
  // The engine's thread alone, without the lock: how many outcomes are there, up to `most`.
  [[nodiscard]] std::size_t done(std::size_t most) noexcept {
    std::size_t count = 0;
    while (count < most && slot(head_ + count).state.load() == CallSlot::kDone) ++count;
    return count;
  }
  [[nodiscard]] const Process& process() const noexcept { return *process_; }
  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] int pid() const noexcept { return pid_; }
  [[nodiscard]] std::int64_t started_ns() const noexcept { return started_ns_; }
  void signal(int number) noexcept;

  [[nodiscard]] std::uint64_t served() const noexcept { return head_; }

  std::uint64_t given = 0;  // Calls, in all.
  bool finishing = false;   // It gets no more calls: it was told to end, or is being killed.
  bool counted = false;     // Its start is known to have worked. The engine's thread alone.

 private:
  CallSlot& slot(std::uint64_t number) noexcept { return control_->slots[number % kCallSlots]; }
  void forget_arguments(std::uint64_t number) noexcept;
  void learn(std::uint32_t routine) noexcept;

  static constexpr std::uint64_t kNowhere = ~std::uint64_t{0};
  // About this much of work is given in advance.
  static constexpr std::int64_t kAheadNs = 100'000;
  static constexpr std::int64_t kSlowNs = 1'000'000;

  const int bell_;
  ParentOnly calls_file_;
  ParentOnly outcomes_file_;
  WorkerControl* control_ = nullptr;
  std::unique_ptr<SharedArea> calls_;
  std::unique_ptr<SharedArea> outcomes_;
  std::unique_ptr<PayloadPlaces> places_;
  std::array<Job*, kCallSlots> jobs_{};
  std::array<std::uint64_t, kCallSlots> arguments_{};  // Their places, or kNowhere.
  std::vector<bool> knows_;                            // Routines, by number.
  std::uint64_t head_ = 0;
  std::uint64_t tail_ = 0;
  std::int64_t call_ns_ = 0;   // How long a call takes, by the last ones; 0: nobody knows.
  std::int64_t since_ns_ = 0;  // When it last had nothing to do, or ended a call.
  std::size_t depth_ = 2;
  std::optional<Process> process_;
  std::string name_;
  int pid_ = 0;
  std::int64_t started_ns_ = 0;
};

class Engine : public std::enable_shared_from_this<Engine> {
 public:
  explicit Engine(EngineOptions options);
  ~Engine();
  // Those that are to be started at once, and the thread. Errors: as submit().
  void begin();

  void submit(Job& job, const char* closed);
  bool stop(Job& job, std::exception_ptr why);
  void close();
  void cancel_queued();
  void terminate(int signal, const std::string& cause);
  bool join(Deadline deadline);
  [[nodiscard]] bool in_engine_thread() const noexcept;
  [[nodiscard]] bool left_behind() const noexcept { return forks_ != skein::internal::fork_count(); }
  EngineStats stats();
  std::vector<int> pids();

  static void end_all() noexcept;

 private:
  using Member = std::shared_ptr<PoolMember>;
  using Ends = JobQueue;  // Those that are to be told that they failed, or without an error_ that they were refused.

  // ---- engine.cc ----
  class Starting;
  void start_worker() SKEIN_REQUIRES(start_lock_);
  void start_workers_for_submit();
  void start_thread() SKEIN_REQUIRES(start_lock_);
  [[nodiscard]] std::size_t places_left() const SKEIN_REQUIRES(lock_);
  [[nodiscard]] bool needs_worker() const SKEIN_REQUIRES(lock_);
  void check_submit(const char* closed) SKEIN_REQUIRES(lock_);
  void ring() noexcept;
  void settle(Ends& ends) noexcept;
  void forget_deadline(Job& job) noexcept SKEIN_REQUIRES(lock_);
  // It is nobody's now, and will be told by settle(). `error`: nullptr if it was refused.
  void end(Job& job, std::exception_ptr error, Ends& ends) noexcept SKEIN_REQUIRES(lock_);
  // What jobs fail with when the engine is broken.
  [[nodiscard]] std::exception_ptr broken_error() noexcept SKEIN_REQUIRES(lock_);
  // Fails all that is queued.
  void fail_all(Ends& ends) noexcept SKEIN_REQUIRES(lock_);
  void give_up(std::string cause, int signal, Ends& ends) noexcept SKEIN_REQUIRES(lock_);

  // ---- engine_dispatch.cc ----
  void dispatch(Ends& ends) SKEIN_REQUIRES(lock_);
  [[nodiscard]] PoolMember* free_member(std::int64_t now) SKEIN_REQUIRES(lock_);
  void give(PoolMember& member, Job& job, std::int64_t now, Ends& ends) SKEIN_REQUIRES(lock_);
  // What waits behind a long call goes to those who are idle.
  void rebalance(std::int64_t now, Ends& ends) SKEIN_REQUIRES(lock_);
  void take_all_back(PoolMember& member) SKEIN_REQUIRES(lock_);
  bool stop_locked(Job& job, std::exception_ptr why, Ends& ends) SKEIN_REQUIRES(lock_);

  // ---- engine_thread.cc ----
  void run();
  // False: it is over. Errors: those of having no memory; then it is called again.
  bool turn();
  // These say whether there was anything to do.
  bool collect();
  bool collect_from(const Member& member);
  bool dispatch_observed();
  bool check_times();
  bool bury_the_dead();
  void bury(const Member& member);
  bool replace();
  // What becomes of a call in the middle of which its worker has ended.
  void lose(Job& job, const PoolMember& member, int exit_code, Ends& ends) noexcept SKEIN_REQUIRES(lock_);
  // True: this is the end.
  bool try_to_end();
  void look_at_members();
  void sleep(std::uint32_t rings);
  [[nodiscard]] Deadline next_time() SKEIN_REQUIRES(lock_);

  EngineOptions options_;
  const bool observed_;
  const std::uint32_t forks_ = skein::internal::fork_count();
  const ParentOnly bell_;

  // Held while a worker is started.
  threading::Lock start_lock_;
  skein::internal::Atomic<bool> thread_started_{false};  // Written under start_lock_.
  std::optional<threading::ThreadHandle> thread_ SKEIN_GUARDED_BY(start_lock_);

  threading::Lock lock_;
  JobQueue queue_ SKEIN_GUARDED_BY(lock_);
  std::vector<Member> members_ SKEIN_GUARDED_BY(lock_);
  std::set<std::pair<std::int64_t, Job*>> deadlines_ SKEIN_GUARDED_BY(lock_);
  bool closed_ SKEIN_GUARDED_BY(lock_) = false;
  bool broken_ SKEIN_GUARDED_BY(lock_) = false;
  std::string cause_ SKEIN_GUARDED_BY(lock_);
  std::exception_ptr broken_error_ SKEIN_GUARDED_BY(lock_);      // The same for all calls, once one was given it.
  std::optional<std::int64_t> kill_at_ SKEIN_GUARDED_BY(lock_);  // Who lives then is killed.
  std::uint32_t failed_starts_ SKEIN_GUARDED_BY(lock_) = 0;      // In a row.
  std::int64_t failed_start_at_ SKEIN_GUARDED_BY(lock_) = 0;     // When the last of them was counted.
  std::int64_t start_again_at_ SKEIN_GUARDED_BY(lock_) = 0;
  std::uint64_t done_ SKEIN_GUARDED_BY(lock_) = 0;
  bool ended_ SKEIN_GUARDED_BY(lock_) = false;
  bool starting_ SKEIN_GUARDED_BY(lock_) = false;  // A worker, under start_lock_.

  skein::internal::Atomic<bool> asleep_{false};      // The engine's thread is in poll(), or about to be.
  skein::internal::Atomic<std::uint32_t> rings_{0};  // How often something was changed that it has to look at.
  threading::Event over_;

  // The engine's thread alone.
  std::vector<Member> seen_;  // As members_ was when it looked.
  bool deaths_ = false;       // poll() said so.
  std::uint32_t rounds_ = 0;
  skein::internal::SpinHistory history_;
};

}  // namespace skein::inline v0::multiprocessing::internal

#endif  // SKEIN_MULTIPROCESSING_SRC_ENGINE_H_
