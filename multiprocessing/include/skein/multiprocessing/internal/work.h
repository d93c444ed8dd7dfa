// skein/multiprocessing/internal/work.h - what a new process is to do: a callable with its arguments bound, that may be
// packed and unpacked.
#ifndef SKEIN_MULTIPROCESSING_INTERNAL_WORK_H_
#define SKEIN_MULTIPROCESSING_INTERNAL_WORK_H_

#include <skein/core/callable.h>
#include <skein/core/export.h>
#include <skein/multiprocessing/internal/code_address.h>
#include <skein/multiprocessing/internal/payload.h>
#include <skein/multiprocessing/internal/portable.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

namespace skein::inline v0::multiprocessing {
class Process;
}  // namespace skein::inline v0::multiprocessing

namespace skein::inline v0::multiprocessing::internal {

class SKEIN_API Work {
 public:
  Work() = default;
  Work(const Work&) = delete;
  Work& operator=(const Work&) = delete;
  virtual ~Work();

  // Once: the arguments are moved out.
  virtual void call() = 0;
  // Writes what unpack() of the trampoline reads.
  // Errors: TypeError, saying what cannot be given to another process and what to do instead; those of pickling.
  virtual void pack(PayloadWriter& out) const = 0;
  [[nodiscard]] virtual const Trampoline& trampoline() const noexcept = 0;
  // For people: what it calls.
  [[nodiscard]] virtual std::string label() const = 0;
};

class Routine;

// What a trampoline makes of a payload: one of them.
struct Unpacked {
  std::unique_ptr<Work> work;
  std::shared_ptr<Process> object;
  std::shared_ptr<Routine> routine;
};

// In the payload: the trampoline's address, the label, and what pack() writes.
SKEIN_API void pack_work(const Work& work, PayloadWriter& out);
// Errors: RuntimeError, naming the function and both builds, if it is not in this process; those of unpickling.
[[nodiscard]] SKEIN_API std::unique_ptr<Work> unpack_work(PayloadReader& in);

template <class F, class... Args>
class BoundWork final : public Work {
 public:
  explicit BoundWork(std::tuple<F, Args...> bound) : bound_(std::move(bound)) {}

  void call() override {
    std::apply([](auto&&... parts) { static_cast<void>(std::invoke(std::forward<decltype(parts)>(parts)...)); },
               std::move(bound_));
  }
  void pack(PayloadWriter& out) const override {
    std::apply(
        [&out](const F& function, const Args&... arguments) {
          pack_callable(out, function);
          (pack_part(out, arguments), ...);
        },
        bound_);
  }
  [[nodiscard]] const Trampoline& trampoline() const noexcept override { return kTrampoline<&BoundWork::unpack>; }
  [[nodiscard]] std::string label() const override { return label_of(std::get<0>(bound_)); }

 private:
  static void unpack(PayloadReader& in, Unpacked& unpacked) {
    if constexpr (kPortableCallable<F> && (kPortable<Args> && ...)) {
      // In braces, so that the parts are read in their order.
      unpacked.work = std::unique_ptr<Work>(
          new BoundWork(std::tuple<F, Args...>{unpack_callable<F>(in), unpack_part<Args>(in)...}));
    } else {
      static_cast<void>(in);
      throw_not_portable("what this process was told to do");  // Nobody could pack it.
    }
  }

  std::tuple<F, Args...> bound_;
};

// Copies or moves them in.
template <class F, class... Args>
std::unique_ptr<Work> bind_work(F&& function, Args&&... args) {
  static_assert(
      skein::internal::CallableLater<F, Args...>,
      "skein: the target cannot be called with these arguments; they are copied into the process and passed "
      "as rvalues, so a parameter cannot be a reference to a non-const object (see multiprocessing::Process)");
  using Bound = BoundWork<std::decay_t<F>, std::decay_t<Args>...>;
  return std::make_unique<Bound>(
      std::tuple<std::decay_t<F>, std::decay_t<Args>...>(std::forward<F>(function), std::forward<Args>(args)...));
}

}  // namespace skein::inline v0::multiprocessing::internal

#endif  // SKEIN_MULTIPROCESSING_INTERNAL_WORK_H_
