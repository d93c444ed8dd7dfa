#include <skein/core/errors.h>
#include <skein/core/internal/platform.h>
#include <skein/multiprocessing/internal/routine.h>
#include <skein/threading/internal/guard.h>
#include <skein/threading/lock.h>

#include <array>
#include <atomic>
#include <bit>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>

namespace skein::inline v0::multiprocessing::internal {

Routine::~Routine() = default;

namespace {

struct Key {
  const Trampoline* trampoline;
  const void* code;
  friend bool operator==(const Key&, const Key&) = default;
};
struct KeyHash {
  std::size_t operator()(const Key& key) const noexcept {
    return std::hash<const void*>()(key.trampoline) * 31 + std::hash<const void*>()(key.code);
  }
};

// Those that this process has numbers for. Leaked: it may be asked while statics die. Only grows, so a definition is
// found without a lock: they lie in lists that double, of which none ever moves.
class Routines {
 public:
  static Routines& instance() {
    static auto& routines = *new Routines;
    return routines;
  }

  std::uint32_t number_of(const Key& key) {
    const skein::internal::Guard guard(lock_);
    if (const auto found = numbers_.find(key); found != numbers_.end()) return found->second;
    std::vector<std::byte> definition;
    PayloadWriter out(definition);
    out.value(key.trampoline->address());
    out.value(key.code != nullptr);
    std::string label = "a routine of a pool";
    if (key.code != nullptr) {
      label = label_of_code(key.code);
      out.value(pack_code(key.code));
    }
    out.text(label);
    const std::uint32_t number = count_;
    const auto [list, place] = place_of(number);
    if (lists_[list].load(std::memory_order_relaxed) == nullptr) {
      lists_[list].store(new std::vector<std::byte>[std::size_t{1} << list], std::memory_order_release);
    }
    lists_[list].load(std::memory_order_relaxed)[place] = std::move(definition);
    numbers_.emplace(key, number);
    ++count_;
    return number;
  }
  [[nodiscard]] std::span<const std::byte> definition(std::uint32_t number) const noexcept {
    const auto [list, place] = place_of(number);
    return lists_[list].load(std::memory_order_acquire)[place];
  }

 private:
  static std::pair<std::size_t, std::size_t> place_of(std::uint32_t number) noexcept {
    const std::uint64_t from_one = std::uint64_t{number} + 1;
    const auto list = static_cast<std::size_t>(std::bit_width(from_one)) - 1;
    return {list, static_cast<std::size_t>(from_one - (std::uint64_t{1} << list))};
  }

  threading::Lock lock_;
  std::unordered_map<Key, std::uint32_t, KeyHash> numbers_ SKEIN_GUARDED_BY(lock_);
  std::uint32_t count_ SKEIN_GUARDED_BY(lock_) = 0;
  std::array<std::atomic<std::vector<std::byte>*>, 33> lists_{};
};

// What the calling thread asked for last: a pool is given the same few functions again and again.
struct LastAsked {
  Key key{nullptr, nullptr};
  std::uint32_t number = 0;
};
constinit thread_local std::array<LastAsked, 4> t_last_asked{};

}  // namespace

std::uint32_t number_of_routine(const Trampoline& trampoline, const void* code) {
  const Key key{&trampoline, code};
  LastAsked& last = t_last_asked[(KeyHash()(key) >> 4) % t_last_asked.size()];
  if (last.key == key) [[likely]]
    return last.number;
  const std::uint32_t number = Routines::instance().number_of(key);
  last = {key, number};
  return number;
}

std::span<const std::byte> definition_of_routine(std::uint32_t number) noexcept {
  return Routines::instance().definition(number);
}

std::shared_ptr<Routine> make_routine(std::span<const std::byte> definition) {
  PayloadReader in(definition);
  const auto address = in.value<CodeAddress>();
  // The label comes last, since the code's place is read by what the trampoline calls.
  PayloadReader ahead = in;
  if (ahead.flag()) static_cast<void>(ahead.value<CodeAddress>());
  const std::string label = ahead.text();
  Unpacked unpacked;
  Trampoline::find(address, label)(in, unpacked);
  if (unpacked.routine == nullptr) throw RuntimeError("cannot find " + label + " in this process: it is no routine");
  return std::move(unpacked.routine);
}

const void* unpack_routine_code(PayloadReader& in) {
  if (!in.flag()) return nullptr;
  const auto address = in.value<CodeAddress>();
  return unpack_code(address, in.text());
}

}  // namespace skein::inline v0::multiprocessing::internal
