// mp_sharedctypes.cc - mp_sharedctypes.py, line by line.
#include <skein/multiprocessing/lock.h>
#include <skein/multiprocessing/sharedctypes.h>

#include <mutex>

#include "print.h"

namespace sharedctypes = skein::multiprocessing::sharedctypes;
using conformance::in_thread;
using conformance::print;
using skein::multiprocessing::Lock;
using skein::multiprocessing::RawArray;
using skein::multiprocessing::RawValue;
using skein::multiprocessing::Value;

int main() {
  RawValue<int> raw(4);
  auto copy = sharedctypes::copy(raw);
  copy.set_value(5);
  print{"copied:", raw.value(), copy.value()};

  auto value = sharedctypes::synchronized(copy);
  value.set_value(6);
  print{"the same memory:", copy.value(), value.get_obj().value()};
  {
    const std::scoped_lock guard(value);
    print{"a lock of its own:", in_thread([&] { return value.acquire(false); })};
  }

  Lock lock;
  auto first = sharedctypes::synchronized(raw, lock);
  RawArray<int> row({1, 2, 3});
  auto second = sharedctypes::synchronized(row, lock);
  {
    const std::scoped_lock guard(first.get_lock());
    print{"one lock for both:", second.acquire(false)};
  }
  second[0] = 9;
  print{"row:", row.slice(), second.slice(), second.size()};
  auto other = sharedctypes::copy(row);
  other[1] = 8;
  print{"copied:", row.slice(), other.slice()};
  print{"of a Value:", sharedctypes::copy(Value<int>(3).get_obj()).value()};
}
