#include <skein/core/internal/fault.h>
#include <skein/core/internal/platform.h>

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "nap.h"

namespace skein::inline v0::internal {

FaultError::~FaultError() = default;

#ifdef SKEIN_FAULT_POINTS

namespace {

enum class Action : unsigned char { kKill, kStop, kExit, kThrow, kSleep, kShort, kEintr };

struct Item {
  std::string name;  // Without the '*' of a prefix.
  bool prefix = false;
  Action action = Action::kKill;
  std::uint64_t argument = 0;
  std::uint64_t at = 0;  // 0: every time.
  std::uint32_t percent = 100;
  std::atomic<std::uint64_t> seen{0};

  [[nodiscard]] bool is(std::string_view point) const noexcept {
    return prefix ? point.starts_with(name) : point == name;
  }
};

using Items = std::vector<std::unique_ptr<Item>>;

[[noreturn]] void cannot_read(std::string_view text) {
  std::fprintf(stderr, "skein: cannot read the fault '%.*s'; it is NAME=ACTION[:ARGUMENT][@COUNT][%%PERCENT]\n",
               static_cast<int>(text.size()), text.data());
  std::_Exit(2);
}

std::uint64_t number(std::string_view text, std::string_view item) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) cannot_read(item);
  return value;
}

// What follows the last `mark` in `text`, taken off it; empty if there is none.
std::string_view take_off(std::string_view& text, char mark) {
  const std::size_t at = text.rfind(mark);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = text.substr(at + 1);
  text = text.substr(0, at);
  return rest;
}

std::unique_ptr<Item> read_item(std::string_view item) {
  auto read = std::make_unique<Item>();
  const std::size_t equals = item.find('=');
  if (equals == std::string_view::npos || equals == 0) cannot_read(item);
  read->name = item.substr(0, equals);
  if (read->name.ends_with('*')) {
    read->prefix = true;
    read->name.pop_back();
  }
  std::string_view action = item.substr(equals + 1);
  const auto has = [&action](char mark) { return action.find(mark) != std::string_view::npos; };
  if (has('%')) read->percent = static_cast<std::uint32_t>(number(take_off(action, '%'), item));
  if (has('@')) read->at = number(take_off(action, '@'), item);
  const bool argument = has(':');
  if (argument) read->argument = number(take_off(action, ':'), item);
  if (action == "kill") {
    read->action = Action::kKill;
  } else if (action == "stop") {
    read->action = Action::kStop;
  } else if (action == "exit") {
    read->action = Action::kExit;
  } else if (action == "throw") {
    read->action = Action::kThrow;
  } else if (action == "sleep") {
    read->action = Action::kSleep;
  } else if (action == "short") {
    read->action = Action::kShort;
    if (!argument) read->argument = 1;
  } else if (action == "eintr") {
    read->action = Action::kEintr;
  } else {
    cannot_read(item);
  }
  return read;
}

Items read_items(std::string_view text) {
  Items items;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(';'), text.size());
    if (end != 0) items.push_back(read_item(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return items;
}

std::uint64_t seed() noexcept {
  const char* const text = std::getenv("SKEIN_FAULT_SEED");
  return text != nullptr ? std::strtoull(text, nullptr, 10) : 1;
}

struct Faults {
  Items items;
  std::atomic<std::uint64_t> random{seed()};
};

Faults& faults() {
  // Never destroyed: points are passed while the process ends.
  static Faults* const all = [] {
    auto made = std::make_unique<Faults>();
    const char* const text = std::getenv("SKEIN_FAULT");
    if (text != nullptr) made->items = read_items(text);
    return made.release();
  }();
  return *all;
}

// SplitMix64 (Steele, Lea, Flood 2014).
std::uint32_t draw_percent(std::atomic<std::uint64_t>& state) noexcept {
  std::uint64_t x = state.fetch_add(0x9e37'79b9'7f4a'7c15) + 0x9e37'79b9'7f4a'7c15;
  x = (x ^ (x >> 30)) * 0xbf58'476d'1ce4'e5b9;
  x = (x ^ (x >> 27)) * 0x94d0'49bb'1331'11eb;
  return static_cast<std::uint32_t>((x ^ (x >> 31)) % 100);
}

// The item that acts now at this point, of those for which `wanted(action)`; nullptr if none does.
template <class W>
const Item* acting(const char* name, W wanted) noexcept {
  Faults& all = faults();
  for (const auto& item : all.items) {
    if (!wanted(item->action) || !item->is(name)) continue;
    const std::uint64_t seen = item->seen.fetch_add(1) + 1;
    if (item->at != 0 && item->at != seen) continue;
    if (item->percent < 100 && draw_percent(all.random) >= item->percent) continue;
    return item.get();
  }
  return nullptr;
}

}  // namespace

bool has_fault_points() noexcept { return true; }

void arm_faults(std::string_view items) { faults().items = read_items(items); }

void fault(const char* name) {
  const Item* const item =
      acting(name, [](Action action) { return action != Action::kShort && action != Action::kEintr; });
  if (item == nullptr) return;
  switch (item->action) {
    case Action::kKill:
      ::kill(::getpid(), SIGKILL);
      break;
    case Action::kStop:
      ::kill(::getpid(), SIGSTOP);
      break;
    case Action::kExit:
      ::_exit(static_cast<int>(item->argument));
    case Action::kThrow:
      throw FaultError(std::string("fault at ") + name);
    case Action::kSleep:
      nap_until(monotonic_ns() + static_cast<std::int64_t>(item->argument) * 1'000'000);
      break;
    case Action::kShort:
    case Action::kEintr:
      break;
  }
}

std::size_t fault_short(const char* name, std::size_t size) noexcept {
  const Item* const item = acting(name, [](Action action) { return action == Action::kShort; });
  return item == nullptr ? size : std::min<std::size_t>(size, item->argument);
}

bool fault_eintr(const char* name) noexcept {
  return acting(name, [](Action action) { return action == Action::kEintr; }) != nullptr;
}

#else

bool has_fault_points() noexcept { return false; }
void arm_faults(std::string_view) {}
void fault(const char*) {}
std::size_t fault_short(const char*, std::size_t size) noexcept { return size; }
bool fault_eintr(const char*) noexcept { return false; }

#endif

}  // namespace skein::inline v0::internal
