// worker_channel.h - what the parent of a pool and one worker share, and nobody else.
//
// A ring of slots, each a line: a call goes to the worker in it and its outcome comes back in the same one.
//
//        parent                          worker
//   kEmpty --(writes the call)--> kReady --(takes it: exchange)--> kTaken --(writes the outcome)--> kDone --> kEmpty
//                                   |
//                                   +--(takes it back: exchange)--> kEmpty
//
// Every step is one store or one exchange of `state`, after everything that it announces. So whenever the worker dies,
// the parent finds each call either not begun (kReady: another worker gets it), or in hand (kTaken: one at most), or
// done with its outcome whole (kDone). No lock, nothing to repair: the channel goes with its worker.
//
// Up to kInline bytes of a payload lie in the line, others in an area beside it, one for each direction, in which only
// one side makes places (shared_area.h). The reader reads them where they are.
//
// Who has nothing to do sleeps: the worker on `worker_sleeps`, in the kernel's queue of that word; the parent's thread
// in poll(), with `parent_sleeps` set and an eventfd that all its workers ring. Each says so first and looks once more;
// each publishes first and looks for sleepers then.
#ifndef SKEIN_MULTIPROCESSING_SRC_WORKER_CHANNEL_H_
#define SKEIN_MULTIPROCESSING_SRC_WORKER_CHANNEL_H_

#include <skein/core/internal/platform.h>

#include <array>
#include <cstddef>
#include <cstdint>

namespace skein::inline v0::multiprocessing::internal {

inline constexpr std::size_t kCallSlots = 256;

struct alignas(64) CallSlot {
  enum State : std::uint32_t { kEmpty, kReady, kTaken, kDone };
  static constexpr std::size_t kInline = 40;

  skein::internal::Atomic<std::uint32_t> state;
  std::uint32_t what;    // Of a call: its routine's number, with kDefines. Of an outcome: an Outcome.
  std::uint64_t where;   // In the area; of no meaning if the payload lies here.
  std::uint64_t length;  // Of the payload.
  std::array<std::byte, kInline> bytes;
};
static_assert(sizeof(CallSlot) == 64);

// The payload begins with the routine's definition: this worker may not know it.
inline constexpr std::uint32_t kDefines = std::uint32_t{1} << 31;

enum Outcome : std::uint32_t {
  kReturned,
  kThrew,      // The payload is an exception.
  kCannotSay,  // Not even that could be written.
};

struct WorkerControl {
  enum Orders : std::uint32_t { kWork, kFinish };
  enum Phase : std::uint32_t { kStarting, kInitialized, kFailedToStart };
  static constexpr std::uint64_t kMagic = 0x736b'6569'6e70'6f31;  // "skeinpo1": the layout is in it.

  std::uint64_t magic;
  // Written by the parent.
  alignas(64) skein::internal::Atomic<std::uint32_t> orders;
  skein::internal::Atomic<std::uint64_t> consumed;  // Outcomes that the parent has read, since the start.
  skein::internal::Atomic<std::uint32_t> parent_sleeps;
  // Written by the worker.
  alignas(64) skein::internal::Atomic<std::uint32_t> worker_sleeps;
  skein::internal::Atomic<std::uint32_t> phase;
  std::uint64_t failure_where;  // What it failed to start with, as an outcome's payload.
  std::uint64_t failure_length;

  std::array<CallSlot, kCallSlots> slots;
};

inline constexpr std::size_t kControlSize = (sizeof(WorkerControl) + 4095) / 4096 * 4096;

}  // namespace skein::inline v0::multiprocessing::internal

#endif  // SKEIN_MULTIPROCESSING_SRC_WORKER_CHANNEL_H_
