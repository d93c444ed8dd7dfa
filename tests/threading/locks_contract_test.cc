#include <skein/threading.h>

#include "threading/contract.h"

namespace skein::testing {
namespace {

struct OfLock {
  using Lock = threading::Lock;
  using Party = testing::Party;
  using OverRelease = RuntimeError;
  static constexpr bool kReentrant = false;
  static constexpr bool kOwned = false;
  static constexpr bool kRefusesNegative = true;
  static constexpr bool kMinusOneIsForever = true;
  static constexpr bool kRefusesUselessTimeout = true;
  static constexpr bool kCountsUp = false;
};

struct OfRLock : OfLock {
  using Lock = threading::RLock;
  static constexpr bool kReentrant = true;
  static constexpr bool kOwned = true;
};

// A Condition's own lock is an RLock.
struct OfCondition : OfRLock {
  using Lock = threading::Condition;
};

struct OfSemaphore : OfLock {
  using Lock = threading::Semaphore;
  static constexpr bool kRefusesNegative = false;
  static constexpr bool kMinusOneIsForever = false;
  static constexpr bool kCountsUp = true;
};

struct OfBoundedSemaphore : OfSemaphore {
  using Lock = threading::BoundedSemaphore;
  using OverRelease = ValueError;
  static constexpr bool kCountsUp = false;
};

using Flavours = ::testing::Types<OfLock, OfRLock, OfCondition, OfSemaphore, OfBoundedSemaphore>;

class Names {
 public:
  template <class Flavour>
  static std::string GetName(int) {
    if (std::is_same_v<Flavour, OfLock>) return "Lock";
    if (std::is_same_v<Flavour, OfRLock>) return "RLock";
    if (std::is_same_v<Flavour, OfCondition>) return "Condition";
    if (std::is_same_v<Flavour, OfSemaphore>) return "Semaphore";
    return "BoundedSemaphore";
  }
};

INSTANTIATE_TYPED_TEST_SUITE_P(Threads, LockContract, Flavours, Names);

}  // namespace
}  // namespace skein::testing
