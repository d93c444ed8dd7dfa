// The behaviour suite of all locks (tests/threading/contract.h), for those of multiprocessing within one process.
#include <skein/multiprocessing/bounded_semaphore.h>
#include <skein/multiprocessing/condition.h>
#include <skein/multiprocessing/errors.h>
#include <skein/multiprocessing/lock.h>
#include <skein/multiprocessing/rlock.h>
#include <skein/multiprocessing/semaphore.h>

#include "threading/contract.h"

namespace skein::testing {
namespace {

// The suite says `blocking`, where multiprocessing says `block`.
template <class L>
class Named : public L {
 public:
  struct Options {
    bool blocking = true;
    Timeout timeout = None;
  };
  using L::acquire;
  bool acquire(Options options) { return L::acquire(options.blocking, options.timeout); }
};

struct OfLock {
  using Lock = Named<multiprocessing::Lock>;
  using Party = testing::Party;
  using OverRelease = ValueError;
  static constexpr bool kReentrant = false;
  static constexpr bool kOwned = false;
  static constexpr bool kRefusesNegative = false;
  static constexpr bool kMinusOneIsForever = false;
  static constexpr bool kRefusesUselessTimeout = false;
  static constexpr bool kCountsUp = false;
};

struct OfRLock : OfLock {
  using Lock = Named<multiprocessing::RLock>;
  using OverRelease = multiprocessing::AssertionError;
  static constexpr bool kReentrant = true;
  static constexpr bool kOwned = true;
};

// A Condition's own lock is an RLock.
struct OfCondition : OfRLock {
  using Lock = Named<multiprocessing::Condition>;
};

struct OfSemaphore : OfLock {
  using Lock = Named<multiprocessing::Semaphore>;
  static constexpr bool kCountsUp = true;
};

struct OfBoundedSemaphore : OfLock {
  using Lock = Named<multiprocessing::BoundedSemaphore>;
};

class Recoverable : public multiprocessing::BoundedSemaphore {
 public:
  Recoverable() : BoundedSemaphore({.recover = true}) {}
};
struct OfRecoverable : OfLock {
  using Lock = Named<Recoverable>;
};

using Flavours = ::testing::Types<OfLock, OfRLock, OfCondition, OfSemaphore, OfBoundedSemaphore, OfRecoverable>;

class Names {
 public:
  template <class Flavour>
  static std::string GetName(int) {
    if (std::is_same_v<Flavour, OfLock>) return "Lock";
    if (std::is_same_v<Flavour, OfRLock>) return "RLock";
    if (std::is_same_v<Flavour, OfCondition>) return "Condition";
    if (std::is_same_v<Flavour, OfSemaphore>) return "Semaphore";
    if (std::is_same_v<Flavour, OfBoundedSemaphore>) return "BoundedSemaphore";
    return "RecoverableSemaphore";
  }
};

INSTANTIATE_TYPED_TEST_SUITE_P(Processes, LockContract, Flavours, Names);

}  // namespace
}  // namespace skein::testing
