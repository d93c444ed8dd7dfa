#include "pool_worker.h"

#include <skein/core/errors.h>
#include <skein/core/internal/describe.h>
#include <skein/core/internal/fault.h>
#include <skein/core/park.h>
#include <skein/core/spin.h>
#include <skein/multiprocessing/internal/parcel.h>
#include <skein/multiprocessing/internal/routine.h>
#include <skein/pickle.h>

#include <cxxabi.h>
#include <sys/eventfd.h>
#include <sys/mman.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <deque>
#include <exception>
#include <utility>
#include <vector>

#include "shared_area.h"
#include "worker_channel.h"

namespace skein::inline v0::multiprocessing::internal {

namespace {

// What an outcome is written into first is kept up to this size.
constexpr std::size_t kKeptBuffer = std::size_t{1} << 20;

class PoolWorker {
 public:
  explicit PoolWorker(const WorkerSeat& seat)
      : bell_(seat.bell), calls_(seat.calls, kControlSize), outcomes_(seat.outcomes, 0), places_(outcomes_) {
    void* const control = ::mmap(nullptr, kControlSize, PROT_READ | PROT_WRITE, MAP_SHARED, seat.calls, 0);
    if (control == MAP_FAILED) throw OSError(std::error_code(errno, std::generic_category()), "cannot map a pool");
    static_cast<void>(::madvise(control, kControlSize, MADV_DONTFORK));
    control_ = static_cast<WorkerControl*>(control);
    if (control_->magic != WorkerControl::kMagic) {
      throw RuntimeError("the pool that this worker was started for has another layout: another version of skein");
    }
    places_.give_back(places_.take(1));  // Room to say that there is no room.
  }
  ~PoolWorker() { ::munmap(control_, kControlSize); }
  PoolWorker(const PoolWorker&) = delete;
  PoolWorker& operator=(const PoolWorker&) = delete;

  void run(Work* initializer) {
    SKEIN_FAULT("engine.worker.starts");
    if (initializer != nullptr && !initialize(*initializer)) throw SystemExit(1);
    SKEIN_FAULT("engine.worker.initialized");
    control_->phase.store(WorkerControl::kInitialized);
    ring();  // So that a parent that counts failed starts begins anew.
    for (std::uint64_t number = 0;; ++number) {
      CallSlot& slot = control_->slots[number % kCallSlots];
      if (!await(slot)) return;
      SKEIN_FAULT("engine.worker.taken");
      serve(slot, number);
    }
  }

 private:
  bool initialize(Work& initializer) {
    try {
      initializer.call();
      return true;
    } catch (abi::__forced_unwind&) {
      throw;
    } catch (...) {
      const std::exception_ptr error = std::current_exception();
      skein::internal::write_to_stderr("Exception in initializer:\n" + skein::internal::describe(error) + "\n");
      bytes_ = pickle::dumps(error);
      const std::uint64_t where = places_.take(bytes_.size());
      std::ranges::copy(bytes_, outcomes_.at(where, bytes_.size()).begin());
      control_->failure_where = where;
      control_->failure_length = bytes_.size();
      control_->phase.store(WorkerControl::kFailedToStart);
      return false;
    }
  }

  // Takes the call. False if none will come.
  bool await(CallSlot& slot) {
    for (;;) {
      skein::internal::Spin spin(history_, Deadline());
      do {
        std::uint32_t state = CallSlot::kReady;
        if (slot.state.load() == state && slot.state.compare_exchange_strong(state, CallSlot::kTaken)) {
          spin.paid_off();
          return true;
        }
        if (control_->orders.load() == WorkerControl::kFinish) return false;
      } while (spin.step());
      control_->worker_sleeps.store(1);
      SKEIN_FAULT("engine.worker.sleeps");
      if (slot.state.load() != CallSlot::kReady && control_->orders.load() != WorkerControl::kFinish) {
        static_cast<void>(
            skein::internal::park(&control_->worker_sleeps, 1, Deadline(), skein::internal::Scope::kShared));
      }
      control_->worker_sleeps.store(0);
    }
  }

  void serve(CallSlot& slot, std::uint64_t number) {
    bytes_.clear();
    Outcome outcome = kReturned;
    try {
      const auto payload = slot.length <= CallSlot::kInline
                               ? std::span<const std::byte>(slot.bytes).first(slot.length)
                               : std::span<const std::byte>(calls_.at(slot.where, slot.length));
      PayloadReader in(payload);
      PayloadWriter out(bytes_);
      routine(slot.what, in).run(in, out);
    } catch (abi::__forced_unwind&) {  // pthread_exit(): this process ends with the call in hand.
      throw;
    } catch (...) {
      outcome = pack_exception();
    }
    SKEIN_FAULT("engine.worker.called");
    std::uint64_t where = 0;
    if (bytes_.size() > CallSlot::kInline) {
      try {
        where = write();
      } catch (...) {
        outcome = pack_exception();
        if (bytes_.size() > CallSlot::kInline) {
          try {
            where = write();
          } catch (...) {
            outcome = kCannotSay;
            bytes_.clear();
          }
        }
      }
    }
    SKEIN_FAULT("engine.worker.written");
    if (bytes_.size() <= CallSlot::kInline) {
      std::ranges::copy(bytes_, slot.bytes.begin());
    } else {
      written_.push_back({number, where});
    }
    slot.where = where;
    slot.length = bytes_.size();
    slot.what = outcome;
    slot.state.store(CallSlot::kDone);
    SKEIN_FAULT("engine.worker.done");
    ring();
    if (bytes_.capacity() > kKeptBuffer) std::vector<std::byte>().swap(bytes_);
  }

  void ring() noexcept {
    if (control_->parent_sleeps.load() == 0 || control_->parent_sleeps.exchange(0) == 0) return;
    SKEIN_FAULT("engine.worker.rings");
    while (::eventfd_write(bell_, 1) != 0 && errno == EINTR) {
    }
  }

  Routine& routine(std::uint32_t what, PayloadReader& in) {
    const std::uint32_t number = what & ~kDefines;
    if (number >= routines_.size()) routines_.resize(std::size_t{number} + 1);
    std::shared_ptr<Routine>& known = routines_[number];
    if ((what & kDefines) != 0) {
      const auto definition = in.blob();
      if (known == nullptr) known = make_routine(definition);
    }
    if (known == nullptr) throw RuntimeError("the call names a function that this worker was not told of");
    return *known;
  }

  Outcome pack_exception() noexcept {
    try {
      bytes_ = pickle::dumps(std::current_exception());
      return kThrew;
    } catch (...) {
      bytes_.clear();
      return kCannotSay;
    }
  }

  std::uint64_t write() {
    for (const std::uint64_t consumed = control_->consumed.load();
         !written_.empty() && written_.front().number < consumed; written_.pop_front()) {
      places_.give_back(written_.front().where);
    }
    const std::uint64_t where = places_.take(bytes_.size());
    const std::span<std::byte> place = outcomes_.at(where, bytes_.size());
    SKEIN_FAULT("engine.worker.writes");
    std::memcpy(place.data(), bytes_.data(), bytes_.size());
    return where;
  }

  struct Written {
    std::uint64_t number;
    std::uint64_t where;
  };

  const int bell_;
  WorkerControl* control_;
  SharedArea calls_;
  SharedArea outcomes_;
  PayloadPlaces places_;
  std::deque<Written> written_;
  std::vector<std::byte> bytes_;
  std::vector<std::shared_ptr<Routine>> routines_;
  skein::internal::SpinHistory history_;
};

}  // namespace

void PoolWork::call() {
  // Ctrl-C goes to the whole group: the parent decides what becomes of it.
  ::signal(SIGINT, SIG_IGN);  // NOLINT(cert-err33-c)
  PoolWorker worker(seat_);
  worker.run(initializer_);
}

void PoolWork::pack(PayloadWriter& out) const {
  out.value(pack_descriptor(seat_.calls));
  out.value(pack_descriptor(seat_.outcomes));
  out.value(pack_descriptor(seat_.bell));
  out.value(initializer_ != nullptr);
  if (initializer_ != nullptr) pack_work(*initializer_, out);
}

void PoolWork::unpack(PayloadReader& in, Unpacked& unpacked) {
  auto work = std::make_unique<PoolWork>(WorkerSeat(), nullptr);
  const auto next = [&in] { return Descriptor::duplicate(unpack_descriptor(in.value<std::uint32_t>())); };
  work->calls_ = next();
  work->outcomes_ = next();
  work->bell_ = next();
  work->seat_ = {work->calls_.number(), work->outcomes_.number(), work->bell_.number()};
  if (in.flag()) work->unpacked_initializer_ = unpack_work(in);
  work->initializer_ = work->unpacked_initializer_.get();
  unpacked.work = std::move(work);
}

const Trampoline& PoolWork::trampoline() const noexcept { return kTrampoline<&PoolWork::unpack>; }

}  // namespace skein::inline v0::multiprocessing::internal
