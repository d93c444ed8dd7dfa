#include <skein/core/errors.h>
#include <skein/core/internal/platform.h>
#include <skein/multiprocessing/context.h>
#include <skein/threading/internal/guard.h>

#include <array>
#include <string>
#include <utility>

#include "fork_server.h"
#include "process_state.h"
#include "start_method.h"

namespace skein::inline v0::multiprocessing {

namespace internal {

namespace {

constexpr std::array kMethods{Method::kFork, Method::kSpawn, Method::kForkserver};
constexpr int kUndecided = -1;
constinit skein::internal::Atomic<int> g_default{kUndecided};

Method undecided_default() noexcept { return freeze_support_was_called() ? Method::kForkserver : Method::kFork; }

}  // namespace

std::string_view name_of(Method method) noexcept {
  switch (method) {
    case Method::kFork:
      return "fork";
    case Method::kSpawn:
      return "spawn";
    case Method::kForkserver:
      return "forkserver";
  }
  return {};
}

Method method_called(std::string_view name) {
  for (const Method method : kMethods) {
    if (name == name_of(method)) return method;
  }
  throw ValueError("cannot find context for '" + std::string(name) + "'");
}

Method default_method() {
  int known = kUndecided;
  const auto mine = static_cast<int>(undecided_default());
  return g_default.compare_exchange_strong(known, mine) ? static_cast<Method>(mine) : static_cast<Method>(known);
}

void force_default_method(Method method) noexcept { g_default.store(static_cast<int>(method)); }

}  // namespace internal

using internal::Method;

void set_start_method(std::string_view method, SetStartMethodOptions options) {
  // In this order, as Python.
  if (internal::g_default.load() != internal::kUndecided && !options.force) {
    throw RuntimeError("context has already been set");
  }
  const auto wanted = static_cast<int>(internal::method_called(method));
  int known = internal::kUndecided;
  if (options.force) {
    internal::g_default.store(wanted);
  } else if (!internal::g_default.compare_exchange_strong(known, wanted)) {
    throw RuntimeError("context has already been set");
  }
}

void set_start_method(NoneType /*method*/, SetStartMethodOptions options) {
  if (internal::g_default.load() != internal::kUndecided && !options.force) {
    throw RuntimeError("context has already been set");
  }
  if (options.force) {
    internal::g_default.store(internal::kUndecided);
  } else {
    static_cast<void>(internal::default_method());
  }
}

std::string get_start_method() { return std::string(internal::name_of(internal::default_method())); }

std::optional<std::string> get_start_method(GetStartMethodOptions options) {
  if (options.allow_none && internal::g_default.load() == internal::kUndecided) return std::nullopt;
  return get_start_method();
}

std::vector<std::string> get_all_start_methods() {
  // Python's default is that of the platform, whatever was set since.
  const Method first = internal::undecided_default();
  std::vector<std::string> names{std::string(internal::name_of(first))};
  for (const Method method : internal::kMethods) {
    if (method != first) names.emplace_back(internal::name_of(method));
  }
  return names;
}

void set_forkserver_preload(const std::vector<void (*)()>& functions) {
  std::vector<internal::CodeAddress> addresses;
  addresses.reserve(functions.size());
  for (void (*const function)() : functions) {
    addresses.push_back(internal::pack_code(reinterpret_cast<const void*>(function)));
  }
  internal::set_fork_server_preload(std::move(addresses));
}

Context get_context(std::string_view method) { return Context(internal::method_called(method)); }
Context get_context(NoneType /*method*/) { return Context(internal::default_method()); }

Context Context::get_context(std::string_view method) const { return multiprocessing::get_context(method); }
std::string Context::get_start_method() const { return std::string(internal::name_of(method_)); }
void Context::set_start_method(std::string_view /*method*/, SetStartMethodOptions /*options*/) const {
  throw ValueError("cannot set start method of concrete context");
}

multiprocessing::Process Context::bound(ProcessOptions options, std::unique_ptr<internal::Work> target) const {
  multiprocessing::Process made(multiprocessing::Process::Bound{}, std::move(options), std::move(target));
  internal::ProcessState& state = *made.state_;
  const skein::internal::Guard guard(internal::ProcessRegistry::instance().lock);
  if (!state.named) {
    static constexpr std::array kPrefixes{"ForkProcess-", "SpawnProcess-", "ForkServerProcess-"};
    state.name = kPrefixes[static_cast<std::size_t>(method_)] + state.number();
  }
  state.method = method_;
  return made;
}

void Context::set_method(multiprocessing::Process& process) const { process.state_->method = method_; }

}  // namespace skein::inline v0::multiprocessing
