#include <skein/core/internal/fault.h>
#include <skein/multiprocessing/pickle/exceptions.h>
#include <skein/multiprocessing/remote_error.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "exception_types.h"
#include "traceback.h"

// An exception is written as
//   kind       nothing, a known type or another one
//   name       std::type_info::name(), by which the other side finds the type
//   shown, message, traceback
//   nesting    whether it is one of std::throw_with_nested(), and whether it holds something
//   content    what the type's own codec writes, counted, so that it can be left aside
//   inner      what it holds
namespace skein::inline v0 {

namespace {

using pickle::internal::ExceptionType;

// Exceptions that hold exceptions, deeper than this, are cut off there.
constexpr int kMaxNesting = 100;

enum class Kind : std::uint8_t { kNothing, kKnown, kOther };
enum class Nesting : std::uint8_t { kNone, kEmpty, kHolds };

// How many exceptions this thread is inside of, writing or reading.
constinit thread_local int t_nesting = 0;
class Inside {
 public:
  Inside() noexcept { ++t_nesting; }
  ~Inside() { --t_nesting; }
  Inside(const Inside&) = delete;
  Inside& operator=(const Inside&) = delete;
  [[nodiscard]] static bool outermost() noexcept { return t_nesting == 1; }
  [[nodiscard]] static bool too_deep() noexcept { return t_nesting > kMaxNesting; }
};

// Where the tracebacks of exceptions that travelled are. A slot is free (null), taken (kTaken), or belongs to the
// exception object whose address it holds; only who took it writes its text. No lock, so that a fork at any moment
// leaves at most a slot that stays taken. When all are in use an exception goes without.
struct Slot {
  skein::internal::Atomic<const void*> object{nullptr};
  const std::string* text = nullptr;
};
constinit std::array<Slot, 512> g_slots{};
constinit const char g_taken = 0;

const Slot* find_slot(const void* object) noexcept {
  for (const Slot& slot : g_slots) {
    if (slot.object.load() == object) return &slot;
  }
  return nullptr;
}

struct Description {
  const std::type_info* type = nullptr;
  std::string message;
  bool nested = false;
  std::exception_ptr inner;
};

Description describe(const std::exception_ptr& error) {
  Description about;
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& caught) {
    about.type = abi::__cxa_current_exception_type();
    const char* text = caught.what();
    about.message = text == nullptr ? "" : text;
  } catch (const std::string& caught) {
    about.type = &typeid(std::string);
    about.message = caught;
  } catch (const char* caught) {
    about.type = &typeid(const char*);
    about.message = caught == nullptr ? "" : caught;
  } catch (int caught) {
    about.type = &typeid(int);
    about.message = std::to_string(caught);
  } catch (...) {
    about.type = abi::__cxa_current_exception_type();
  }
  try {
    std::rethrow_exception(error);
  } catch (const std::nested_exception& caught) {
    about.nested = true;
    about.inner = caught.nested_ptr();
  } catch (...) {  // Nothing to look for.
    about.nested = false;
  }
  return about;
}

// What its own codec writes; nothing if that fails.
bool write_content(const ExceptionType& type, const std::exception_ptr& error, std::vector<std::byte>& content) {
  try {
    SKEIN_FAULT("pickle.exception.save");
    pickle::OutputArchive archive(content);
    type.save(archive, error);
    return true;
  } catch (const std::bad_alloc&) {
    throw;
  } catch (...) {  // It travels as RemoteError.
    content.clear();
    return false;
  }
}

std::string last_line(const std::string& type_name, const std::string& message) {
  return message.empty() ? type_name : type_name + ": " + message;
}

}  // namespace

namespace pickle::internal {

Attachment::Attachment(const void* object, std::string traceback) noexcept {
  if (traceback.empty()) return;
  try {
    auto text = std::make_unique<const std::string>(std::move(traceback));
    const std::size_t start = std::hash<const void*>()(object) >> 5;
    for (std::size_t i = 0; i < g_slots.size(); ++i) {
      const std::size_t place = (start + i) % g_slots.size();
      Slot& slot = g_slots[place];
      const void* free = nullptr;
      if (!slot.object.compare_exchange_strong(free, &g_taken)) continue;
      slot.text = text.release();
      slot_ = static_cast<int>(place);
      slot.object.store(object);
      return;
    }
  } catch (const std::bad_alloc&) {  // Then the exception goes without.
    slot_ = -1;
  }
}

Attachment::~Attachment() {
  if (slot_ < 0) return;
  Slot& slot = g_slots[static_cast<std::size_t>(slot_)];
  const std::string* text = std::exchange(slot.text, nullptr);
  slot.object.store(nullptr);
  delete text;
}

void put_exception(OutputArchive& archive, const std::exception_ptr& error) {
  if (!error) {
    put(archive, Kind::kNothing);
    return;
  }
  const Inside inside;
  Description about = describe(error);
  const ExceptionType* type = Inside::too_deep() ? nullptr : find_known_exception(*about.type);
  std::vector<std::byte> content;
  if (type != nullptr && !write_content(*type, error, content)) type = nullptr;
  if (Inside::too_deep()) about.inner = nullptr;

  const std::string shown = demangled((type != nullptr ? type->type : about.type)->name());
  std::string traceback = multiprocessing::remote_traceback(error);
  if (traceback.empty() && Inside::outermost()) {
    traceback = current_traceback() + last_line(shown, about.message) + "\n";
  }
  put(archive, type != nullptr ? Kind::kKnown : Kind::kOther);
  archive(std::string((type != nullptr ? type->type : about.type)->name()), shown, about.message, traceback);
  const Nesting nesting = !about.nested ? Nesting::kNone : about.inner ? Nesting::kHolds : Nesting::kEmpty;
  archive(nesting, content);
  if (about.inner) put_exception(archive, about.inner);
}

std::exception_ptr make_exception(InputArchive& archive) {
  const auto kind = make<Kind>(archive);
  if (kind == Kind::kNothing) return nullptr;
  if (kind > Kind::kOther) throw_impossible("an exception of no kind");
  const Inside inside;
  if (t_nesting > kMaxNesting + 1) throw_impossible("exceptions nested deeper than 100 levels");
  const auto name = make<std::string>(archive);
  auto shown = make<std::string>(archive);
  auto message = make<std::string>(archive);
  auto traceback = make<std::string>(archive);
  const auto nesting = make<Nesting>(archive);
  if (nesting > Nesting::kHolds) throw_impossible("an exception that holds nobody knows what");
  const auto content = make<std::vector<std::byte>>(archive);
  std::exception_ptr inner;
  if (nesting == Nesting::kHolds) {
    inner = make_exception(archive);
    if (!inner) throw_impossible("an exception that holds one that is none");
  }
  const bool nested = nesting != Nesting::kNone;

  const ExceptionType* type = kind == Kind::kKnown ? find_known_exception(name.c_str()) : nullptr;
  if (type != nullptr) {
    try {
      SKEIN_FAULT("pickle.exception.load");
      InputArchive content_archive(content);
      return type->load(content_archive, traceback, nested, inner);
    } catch (const UnpicklingError&) {
      throw;
    } catch (const std::bad_alloc&) {
      throw;
    } catch (...) {  // Its serialiser fails here; what is known of it is told all the same.
      type = nullptr;
    }
  }
  const auto stand_in = [&] {
    try {
      load_and_throw(multiprocessing::RemoteError(std::move(shown), std::move(message), std::move(traceback)), "",
                     nested);
    } catch (...) {
      return std::current_exception();
    }
  };
  if (!inner) return stand_in();
  try {
    std::rethrow_exception(inner);
  } catch (...) {
    return stand_in();
  }
}

}  // namespace pickle::internal

namespace multiprocessing {

RemoteError::RemoteError(std::string type_name, std::string message, std::string traceback)
    : std::runtime_error(last_line(type_name, message)),
      state_(std::make_shared<const State>(std::move(type_name), std::move(message), std::move(traceback))) {}
RemoteError::~RemoteError() = default;

std::string remote_traceback(const std::exception& error) {
  if (const auto* stand_in = dynamic_cast<const RemoteError*>(&error)) return stand_in->traceback();
  const Slot* slot = find_slot(dynamic_cast<const void*>(&error));
  return slot == nullptr ? "" : *slot->text;
}

std::string remote_traceback(const std::exception_ptr& error) {
  if (!error) return "";
  const ExceptionType* type = nullptr;
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& caught) {
    return remote_traceback(caught);
  } catch (...) {
    type = pickle::internal::find_known_exception(*abi::__cxa_current_exception_type());
  }
  const Slot* slot = type == nullptr ? nullptr : find_slot(type->address(error));
  return slot == nullptr ? "" : *slot->text;
}

}  // namespace multiprocessing
}  // namespace skein::inline v0
