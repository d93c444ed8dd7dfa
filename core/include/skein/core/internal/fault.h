// skein/core/internal/fault.h - places where a test may let something go wrong. For the house's own sources alone.
//
//   SKEIN_FAULT("lock.taken");                  // may sleep, throw, stop or kill this process
//   n = ::write(fd, p, SKEIN_FAULT_SHORT("frame.body", size));   // may write less than asked
//   if (SKEIN_FAULT_EINTR("frame.read")) ...    // pretends that a signal came
//
// Built in where SKEIN_FAULT_POINTS is defined (the presets debug, asan, tsan and gcc); elsewhere nothing is left of
// them, not even the names. Which of them act is chosen by the environment variable SKEIN_FAULT, read once, or by
// arm_faults(): items with a semicolon between them,
//
//   NAME=ACTION[:ARGUMENT][@COUNT][%PERCENT]
//
// NAME    the point's, or a prefix of it and '*'
// ACTION  kill (SIGKILL to this process), stop (SIGSTOP), exit (_exit with ARGUMENT), throw (a FaultError),
//         sleep (ARGUMENT milliseconds), short (at most ARGUMENT bytes, 1 by default), eintr
// COUNT   acts at the COUNTth time only (from 1), counted in each process from its start; else every time
// PERCENT acts with this chance, drawn from the numbers that SKEIN_FAULT_SEED begins
//
// What cannot be read is a message on stderr and exit status 2: a misspelt fault would be a test that cannot fail.
#ifndef SKEIN_CORE_INTERNAL_FAULT_H_
#define SKEIN_CORE_INTERNAL_FAULT_H_

#include <skein/core/export.h>

#include <cstddef>
#include <stdexcept>
#include <string_view>

namespace skein::inline v0::internal {

// What the action `throw` throws.
class SKEIN_API FaultError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
  ~FaultError() override;
};

// Whether this build of the library has fault points.
SKEIN_API bool has_fault_points() noexcept;
// In place of the environment variable, for this process and what it forks; "" disarms all and counts from 1 again.
// Not while other threads run through a point.
SKEIN_API void arm_faults(std::string_view items);

// Behind the macros.
SKEIN_API void fault(const char* name);
SKEIN_API std::size_t fault_short(const char* name, std::size_t size) noexcept;
SKEIN_API bool fault_eintr(const char* name) noexcept;

}  // namespace skein::inline v0::internal

#ifdef SKEIN_FAULT_POINTS
#define SKEIN_FAULT(name) ::skein::internal::fault(name)
#define SKEIN_FAULT_SHORT(name, size) ::skein::internal::fault_short(name, size)
#define SKEIN_FAULT_EINTR(name) ::skein::internal::fault_eintr(name)
#else
#define SKEIN_FAULT(name) static_cast<void>(0)
#define SKEIN_FAULT_SHORT(name, size) (size)
#define SKEIN_FAULT_EINTR(name) false
#endif

#endif  // SKEIN_CORE_INTERNAL_FAULT_H_
