// pool_worker.h - the worker's side of a pool: what its process does.
#ifndef SKEIN_MULTIPROCESSING_SRC_POOL_WORKER_H_
#define SKEIN_MULTIPROCESSING_SRC_POOL_WORKER_H_

#include <skein/multiprocessing/internal/descriptor.h>
#include <skein/multiprocessing/internal/payload.h>
#include <skein/multiprocessing/internal/work.h>

#include <memory>
#include <string>

namespace skein::inline v0::multiprocessing::internal {

// The descriptors of one worker's channel.
struct WorkerSeat {
  int calls = -1;     // The control block, and the parent's area.
  int outcomes = -1;  // The worker's area.
  int bell = -1;      // The parent's eventfd.
};

// The target of a worker's Process.
class PoolWork final : public Work {
 public:
  // In the parent; the seat's descriptors are the parent's, and so is the initializer, which may be nullptr: both must
  // stay until the process is started.
  PoolWork(const WorkerSeat& seat, Work* initializer) noexcept : seat_(seat), initializer_(initializer) {}

  void call() override;
  void pack(PayloadWriter& out) const override;
  [[nodiscard]] const Trampoline& trampoline() const noexcept override;
  [[nodiscard]] std::string label() const override { return "a worker of a pool"; }

 private:
  static void unpack(PayloadReader& in, Unpacked& unpacked);

  WorkerSeat seat_;
  Work* initializer_;
  // In a process that was started anew.
  std::unique_ptr<Work> unpacked_initializer_;
  Descriptor calls_;
  Descriptor outcomes_;
  Descriptor bell_;
};

}  // namespace skein::inline v0::multiprocessing::internal

#endif  // SKEIN_MULTIPROCESSING_SRC_POOL_WORKER_H_
