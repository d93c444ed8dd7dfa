#include "scripted/fiber.h"

#include <cxxabi.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

// x86-64 has a switch of its own, as swapcontext() makes two system calls.
#if !defined(__x86_64__)
#define SKEIN_SCRIPTED_UCONTEXT 1
#endif
#ifdef SKEIN_SCRIPTED_UCONTEXT
#include <ucontext.h>
#endif

#if defined(__SANITIZE_ADDRESS__)
#define SKEIN_SCRIPTED_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SKEIN_SCRIPTED_ASAN 1
#endif
#endif
#ifdef SKEIN_SCRIPTED_ASAN
#include <sanitizer/common_interface_defs.h>
#endif
// Set by CMake: this file itself is compiled without the thread sanitizer.
#ifdef SKEIN_SCRIPTED_TSAN
#include <sanitizer/tsan_interface.h>
extern "C" {
// Fibers count as threads that still run at the end of the program: no use waiting a second for
// them.
const char* __tsan_default_options() { return "atexit_sleep_ms=0"; }
void AnnotateIgnoreReadsBegin(const char* file, int line);
void AnnotateIgnoreReadsEnd(const char* file, int line);
}
#endif

#ifndef SKEIN_SCRIPTED_UCONTEXT
// void skein_scripted_switch(void** save, void* load): pushes what a function must preserve, stores
// the stack pointer at `save`, goes over to `load`, pops, and returns there.
asm(R"(
.text
.p2align 4
.type skein_scripted_switch, @function
skein_scripted_switch:
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  ret
.size skein_scripted_switch, . - skein_scripted_switch
)");
extern "C" void skein_scripted_switch(void** save, void* load);
#endif

namespace skein::scripted {

namespace {

// What the C++ runtime keeps for each thread about exceptions being handled (the ABI's
// __cxa_eh_globals).
struct Handling {
  void* caught = nullptr;
  unsigned int uncaught = 0;
};

}  // namespace

struct Fiber::Impl {
  void (*run)(void*) = nullptr;
  void* argument = nullptr;
  char* mapping = nullptr;  // A guard page, then the stack.
  std::size_t mapped = 0;
  Handling handling;
#ifndef SKEIN_SCRIPTED_UCONTEXT
  void* stack_pointer = nullptr;
#else
  ucontext_t context{};
#endif
#ifdef SKEIN_SCRIPTED_ASAN
  void* fake_stack = nullptr;
  const void* bottom = nullptr;
  std::size_t size = 0;
  Impl* came_from = nullptr;

  void arrived() noexcept {
    const void* their_bottom = nullptr;
    std::size_t their_size = 0;
    __sanitizer_finish_switch_fiber(fake_stack, &their_bottom, &their_size);
    if (came_from->bottom == nullptr) {  // The program's own stack: this is how its place is learnt.
      came_from->bottom = their_bottom;
      came_from->size = their_size;
    }
  }
#endif
#ifdef SKEIN_SCRIPTED_TSAN
  void* tsan = nullptr;
#endif

  // The first frame of a new stack.
  static void start() noexcept;
  static Impl* starting;
};

Fiber::Impl* Fiber::Impl::starting = nullptr;

void Fiber::Impl::start() noexcept {
  Impl* const impl = starting;
#ifdef SKEIN_SCRIPTED_ASAN
  impl->arrived();
#endif
  impl->run(impl->argument);
  std::fputs("scripted: the first function of a fiber returned\n", stderr);
  std::abort();
}

Fiber::Fiber() : impl_(std::make_unique<Impl>()) {
#ifdef SKEIN_SCRIPTED_TSAN
  impl_->tsan = __tsan_get_current_fiber();
#endif
}

Fiber::Fiber(void (*run)(void*), void* argument) : impl_(std::make_unique<Impl>()) {
  Impl& impl = *impl_;
  impl.run = run;
  impl.argument = argument;
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  impl.mapped = kStackSize + page;
  void* const mapping =
      ::mmap(nullptr, impl.mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (mapping == MAP_FAILED || ::mprotect(mapping, page, PROT_NONE) != 0) {
    std::perror("scripted: no memory for a stack");
    std::abort();
  }
  impl.mapping = static_cast<char*>(mapping);
  char* const stack = impl.mapping + page;
#ifndef SKEIN_SCRIPTED_UCONTEXT
  // From the top: nothing to return to, start(), six registers. At the entry of a function the
  // stack pointer is 8 more than a multiple of 16.
  auto* const top = reinterpret_cast<void**>(stack + kStackSize) - 8;
  std::memset(top, 0, 8 * sizeof(void*));
  top[6] = reinterpret_cast<void*>(&Impl::start);
  impl.stack_pointer = top;
#else
  ::getcontext(&impl.context);
  impl.context.uc_stack.ss_sp = stack;
  impl.context.uc_stack.ss_size = kStackSize;
  impl.context.uc_link = nullptr;
  ::makecontext(&impl.context, &Impl::start, 0);
#endif
#ifdef SKEIN_SCRIPTED_ASAN
  impl.bottom = stack;
  impl.size = kStackSize;
#endif
#ifdef SKEIN_SCRIPTED_TSAN
  impl.tsan = __tsan_create_fiber(0);
#endif
}

Fiber::~Fiber() {
  if (impl_ == nullptr || impl_->mapping == nullptr) return;
#ifdef SKEIN_SCRIPTED_TSAN
  __tsan_destroy_fiber(impl_->tsan);
#endif
  ::munmap(impl_->mapping, impl_->mapped);
}

void Fiber::switch_to(Fiber& next) noexcept {
  Impl& mine = *impl_;
  Impl& theirs = *next.impl_;
  void* const handling = abi::__cxa_get_globals();
  std::memcpy(&mine.handling, handling, sizeof(Handling));
  std::memcpy(handling, &theirs.handling, sizeof(Handling));
  Impl::starting = &theirs;
#ifdef SKEIN_SCRIPTED_ASAN
  theirs.came_from = &mine;
  __sanitizer_start_switch_fiber(&mine.fake_stack, theirs.bottom, theirs.size);
#endif
#ifdef SKEIN_SCRIPTED_TSAN
  __tsan_switch_to_fiber(theirs.tsan, __tsan_switch_to_fiber_no_sync);
#endif
#ifndef SKEIN_SCRIPTED_UCONTEXT
  skein_scripted_switch(&mine.stack_pointer, theirs.stack_pointer);
#else
  ::swapcontext(&mine.context, &theirs.context);
#endif
#ifdef SKEIN_SCRIPTED_ASAN
  mine.arrived();
#endif
}

void Fiber::abandon(std::unique_ptr<Fiber> fiber) {
  static auto* const abandoned = new std::vector<std::unique_ptr<Fiber>>;  // Never taken down, see above.
  abandoned->push_back(std::move(fiber));
}

#ifdef SKEIN_SCRIPTED_TSAN
Unwatched::Unwatched() noexcept { AnnotateIgnoreReadsBegin(__FILE__, __LINE__); }
Unwatched::~Unwatched() { AnnotateIgnoreReadsEnd(__FILE__, __LINE__); }
void pass(const void* baton) noexcept { __tsan_release(const_cast<void*>(baton)); }
void receive(const void* baton) noexcept { __tsan_acquire(const_cast<void*>(baton)); }
#else
Unwatched::Unwatched() noexcept = default;
Unwatched::~Unwatched() = default;
void pass(const void*) noexcept {}
void receive(const void*) noexcept {}
#endif

}  // namespace skein::scripted
