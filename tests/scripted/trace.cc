// A schedule as text, and what happens in it, step by step.
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <sstream>
#include <string>
#include <string_view>
#include <system_error>

#include "scripted/platform.h"
#include "scripted/scheduler_impl.h"

namespace skein::scripted {

// ---- the schedule ----

std::string Scheduler::schedule() const {
  std::string text(64 + 24 * depth_, '\0');
  text.resize(write_schedule(text.data(), text.size()));
  return text;
}

void Scheduler::say_where() noexcept {
  const Scheduler& scheduler = instance();
  if (!scheduler.active()) return;
  static char text[16'384];
  const int head = std::snprintf(text, sizeof text, "scripted: it was in the schedule ");
  const auto begin = static_cast<std::size_t>(head);
  std::size_t length = begin + scheduler.write_schedule(text + begin, sizeof text - begin - 1);
  text[length++] = '\n';
  static_cast<void>(::write(STDERR_FILENO, text, length));
}

std::size_t Scheduler::write_schedule(char* text, std::size_t size) const noexcept {
  std::size_t length = 0;
  const auto add = [&](const char* format, auto first, auto second) {
    const int more = std::snprintf(text + length, size - length, format, first, second);
    length = std::min(length + static_cast<std::size_t>(more), size - 1);
  };
  add("p%d,s%d", bounds_.preemptions, bounds_.surprises);
  for (std::size_t i = 0; i < std::min(depth_, path_.size()); ++i) {
    if (path_[i].choice != 0) add(",%zu:%d", i, path_[i].choice);
  }
  return length;
}

bool Scheduler::read_schedule(std::string_view text) {
  const char* at = text.data();
  const char* const end = at + text.size();
  const auto number = [&](auto& value) {
    const auto [stop, error] = std::from_chars(at, end, value);
    at = stop;
    return error == std::errc();
  };
  const auto literal = [&](std::string_view word) {
    if (!std::string_view(at, static_cast<std::size_t>(end - at)).starts_with(word)) return false;
    at += word.size();
    return true;
  };
  if (!literal("p") || !number(bounds_.preemptions) || !literal(",s") || !number(bounds_.surprises)) return false;
  while (at != end) {
    std::size_t position = 0;
    int choice = 0;
    if (!literal(",") || !number(position) || !literal(":") || !number(choice) || choice < 0) return false;
    forced_[position] = choice;
  }
  return true;
}

// ---- the trace ----

void Scheduler::did(const void* word, const char* what, std::uint64_t old_value, std::uint64_t new_value) {
  std::string text = std::string(what) + " " + name_of(word) + ": " + hex(old_value);
  if (new_value != old_value || std::strcmp(what, "load") != 0) text += " -> " + hex(new_value);
  say(text);
}

std::string Scheduler::hex(std::uint64_t value) {
  std::ostringstream text;
  text << "0x" << std::hex << value;
  return text.str();
}

std::string Scheduler::name_of(const void* word) {
  if (!g_tracing) return "a word";
  return "word " + std::to_string(names_.try_emplace(word, names_.size() + 1).first->second);
}

void Scheduler::note(const std::string& line) {
  // Of an execution without end the beginning will do.
  if (trace_.size() < 40'000) trace_ += line;
}

}  // namespace skein::scripted
