// skein/multiprocessing/internal/routine.h - what the workers of a pool call again and again: a callable without its
// arguments. It travels to a worker once; each call then names it by a number.
#ifndef SKEIN_MULTIPROCESSING_INTERNAL_ROUTINE_H_
#define SKEIN_MULTIPROCESSING_INTERNAL_ROUTINE_H_

#include <skein/core/export.h>
#include <skein/multiprocessing/internal/code_address.h>
#include <skein/multiprocessing/internal/payload.h>
#include <skein/multiprocessing/internal/portable.h>
#include <skein/multiprocessing/internal/work.h>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <span>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace skein::inline v0::multiprocessing::internal {

// In a worker.
class SKEIN_API Routine {
 public:
  Routine() = default;
  Routine(const Routine&) = delete;
  Routine& operator=(const Routine&) = delete;
  virtual ~Routine();
  // Calls it with what `arguments` holds, and writes what it returns. Lets out what it throws.
  virtual void run(PayloadReader& arguments, PayloadWriter& result) = 0;
};

// The number by which this process knows the routine that `trampoline` makes of `code` (a function's address; nullptr
// if the type says it all). The same for the same two, for ever; counted from 0.
// Errors: ValueError if `code` lies in no module; std::bad_alloc.
[[nodiscard]] SKEIN_API std::uint32_t number_of_routine(const Trampoline& trampoline, const void* code);
// What make_routine() makes it of, in a process that may have this one's modules elsewhere. Stays where it is.
[[nodiscard]] SKEIN_API std::span<const std::byte> definition_of_routine(std::uint32_t number) noexcept;
// Errors: RuntimeError, naming the function and both builds, if it is not in this process.
[[nodiscard]] SKEIN_API std::shared_ptr<Routine> make_routine(std::span<const std::byte> definition);

// A callable as routines hold it: a function by its address, which travels with the definition; what only its type
// tells, not at all; else with the arguments of each call.
template <class F>
const void* code_of(const F& function) noexcept {
  if constexpr (kIsFunctionPointer<F>) {
    return reinterpret_cast<const void*>(function);
  } else {
    static_cast<void>(function);
    return nullptr;
  }
}
template <class F>
void pack_function(PayloadWriter& out, const F& function) {
  if constexpr (!kIsFunctionPointer<F>) pack_part(out, function);
}

// What a worker returns of what a callable returned: itself, not a reference to it.
template <class F, class... Args>
using RoutineResult = std::decay_t<std::invoke_result_t<F, Args...>>;

template <class F, class... Args>
class RoutineOf : public Routine {
 public:
  explicit RoutineOf(const void* code) noexcept : code_(code) {}

 protected:
  F function(PayloadReader& in) const {
    if constexpr (kIsFunctionPointer<F>) {
      static_cast<void>(in);
      return reinterpret_cast<F>(const_cast<void*>(code_));
    } else {
      return unpack_part<F>(in);
    }
  }
  template <class Call>
  static void write_result(PayloadWriter& result, Call&& call) {
    if constexpr (std::is_void_v<std::invoke_result_t<Call>>) {
      std::forward<Call>(call)();
    } else {
      pack_part(result, static_cast<const RoutineResult<F, Args...>&>(std::forward<Call>(call)()));
    }
  }

 private:
  const void* const code_;
};

// One call.
template <class F, class... Args>
class CallRoutine final : public RoutineOf<F, Args...> {
 public:
  using RoutineOf<F, Args...>::RoutineOf;

  [[nodiscard]] static std::uint32_t number(const F& function) {
    return number_of_routine(kTrampoline<&CallRoutine::unpack>, code_of(function));
  }
  static void pack(PayloadWriter& out, const F& function, const Args&... args) {
    pack_function(out, function);
    (pack_part(out, args), ...);
  }
  void run(PayloadReader& arguments, PayloadWriter& result) override {
    F callable = this->function(arguments);
    std::tuple<Args...> args{unpack_part<Args>(arguments)...};
    this->write_result(result, [&]() -> decltype(auto) {
      return std::apply([&](Args&... parts) -> decltype(auto) { return std::invoke(callable, std::move(parts)...); },
                        args);
    });
  }

 private:
  static void unpack(PayloadReader& in, Unpacked& unpacked);
};

// The plain things of a chunk, one after another.
template <class T>
void put_plain(std::byte*& to, const T& value) noexcept {
  std::memcpy(to, std::addressof(value), sizeof(T));
  to += sizeof(T);
}
template <class T>
T get_plain(const std::byte*& from) noexcept {
  T value;
  std::memcpy(std::addressof(value), from, sizeof(T));
  from += sizeof(T);
  return value;
}

// What a worker has written of the results of a chunk; `put(result)` for each.
template <class R, class Put>
void read_results(PayloadReader& in, std::size_t count, Put put) {
  if constexpr (kPlain<R>) {
    const std::byte* at = in.items(count, sizeof(R)).data();
    for (std::size_t i = 0; i < count; ++i) put(get_plain<R>(at));
  } else {
    for (std::size_t i = 0; i < count; ++i) put(unpack_part<R>(in));
  }
}
// The same, behind what `results` holds.
template <class R>
void append_results(PayloadReader& in, std::size_t count, std::vector<R>& results) {
  if constexpr (kPlain<R>) {
    const std::span<const std::byte> bytes = in.items(count, sizeof(R));
    const std::size_t before = results.size();
    results.resize(before + count);
    if (count != 0) std::memcpy(results.data() + before, bytes.data(), bytes.size());
  } else {
    results.reserve(results.size() + count);
    read_results<R>(in, count, [&results](R&& each) { results.push_back(std::move(each)); });
  }
}

// A chunk of map(): one call for each element, whose parts are the arguments. The first that throws ends it: nothing
// of the chunk is returned then, as in CPython.
template <class F, class... Parts>
class ChunkRoutine final : public RoutineOf<F, Parts...> {
 public:
  using RoutineOf<F, Parts...>::RoutineOf;

  [[nodiscard]] static std::uint32_t number(const F& function) {
    return number_of_routine(kTrampoline<&ChunkRoutine::unpack>, code_of(function));
  }
  static void pack(PayloadWriter& out, const F& function, std::span<const std::tuple<Parts...>> elements) {
    out.value(static_cast<std::uint64_t>(elements.size()));
    pack_function(out, function);
    if constexpr (kPlainParts) {
      std::byte* to = out.room(elements.size() * kPartsSize).data();
      for (const auto& element : elements) {
        std::apply([&to](const Parts&... parts) { (put_plain(to, parts), ...); }, element);
      }
    } else {
      for (const auto& element : elements) {
        std::apply([&out](const Parts&... parts) { (pack_part(out, parts), ...); }, element);
      }
    }
  }
  // The same of elements that lie as they travel.
  template <class Part>
    requires(kPlain<Part> && std::same_as<std::tuple<Part>, std::tuple<Parts...>>)
  static void pack(PayloadWriter& out, const F& function, std::span<const Part> elements) {
    out.value(static_cast<std::uint64_t>(elements.size()));
    pack_function(out, function);
    std::ranges::copy(std::as_bytes(elements), out.room(elements.size_bytes()).begin());
  }
  void run(PayloadReader& arguments, PayloadWriter& result) override {
    const auto count = arguments.value<std::uint64_t>();
    F callable = this->function(arguments);
    if constexpr (kPlainParts) {
      const std::byte* from = arguments.items(count, kPartsSize).data();
      call_each(count, callable, result, [&from] { return std::tuple<Parts...>{get_plain<Parts>(from)...}; });
    } else {
      call_each(count, callable, result, [&] { return std::tuple<Parts...>{unpack_part<Parts>(arguments)...}; });
    }
  }

 private:
  static constexpr bool kPlainParts = sizeof...(Parts) != 0 && (kPlain<Parts> && ...);
  static constexpr std::size_t kPartsSize = (std::size_t{0} + ... + sizeof(Parts));

  template <class Next>
  void call_each(std::uint64_t count, F& callable, PayloadWriter& result, Next next) {
    using R = RoutineResult<F, Parts...>;
    std::byte* to = nullptr;
    if constexpr (kPlain<R>) to = result.room(count * sizeof(R)).data();
    for (std::uint64_t i = 0; i < count; ++i) {
      std::tuple<Parts...> element = next();
      const auto call = [&]() -> decltype(auto) {
        return std::apply([&](Parts&... parts) -> decltype(auto) { return std::invoke(callable, std::move(parts)...); },
                          element);
      };
      if constexpr (kPlain<R>) {
        put_plain<R>(to, call());
      } else {
        this->write_result(result, call);
      }
    }
  }
  static void unpack(PayloadReader& in, Unpacked& unpacked);
};

// What definitions hold after the trampoline: whether there is code, and where.
[[nodiscard]] SKEIN_API const void* unpack_routine_code(PayloadReader& in);

template <class F, class... Args>
void CallRoutine<F, Args...>::unpack(PayloadReader& in, Unpacked& unpacked) {
  unpacked.routine = std::make_shared<CallRoutine>(unpack_routine_code(in));
}
template <class F, class... Parts>
void ChunkRoutine<F, Parts...>::unpack(PayloadReader& in, Unpacked& unpacked) {
  unpacked.routine = std::make_shared<ChunkRoutine>(unpack_routine_code(in));
}

// What a call in a pool of processes may return.
template <class R>
inline constexpr bool kPortableResult = std::is_void_v<R> || kPortable<R>;

// The sentences for calls that cannot be given to one.
template <class F, class... Args>
consteval void check_portable_call() {
  static_assert(kPortableCallable<F>,
                "skein: this callable cannot be given to a pool of processes: pass a function or a captureless lambda, "
                "and what it needs as arguments");
  static_assert((kPortable<Args> && ...),
                "skein: an argument cannot travel to another process: pickle has no way for its type (see "
                "skein/pickle.h)");
  if constexpr (std::invocable<F&, Args...>) {
    static_assert(kPortableResult<std::decay_t<std::invoke_result_t<F&, Args...>>>,
                  "skein: the result cannot travel to another process: pickle has no way for its type (see "
                  "skein/pickle.h)");
  } else {
    static_assert(std::invocable<F&, Args...>,
                  "skein: the callable cannot be called with these arguments; they travel to another process and are "
                  "passed as rvalues, so a parameter cannot be a reference to a non-const object");
  }
}

}  // namespace skein::inline v0::multiprocessing::internal

#endif  // SKEIN_MULTIPROCESSING_INTERNAL_ROUTINE_H_
