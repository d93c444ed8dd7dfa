// Calls every name of Python's multiprocessing.sharedctypes with Python's signature.
#include <skein/multiprocessing.h>

#include "probe.h"

namespace multiprocessing = skein::multiprocessing;
namespace sharedctypes = skein::multiprocessing::sharedctypes;

// probe: multiprocessing.sharedctypes.Array
void array() {
  sharedctypes::Array<int> sized(5);
  sharedctypes::Array<double> filled({1.5, 2.5});
  sharedctypes::Array<int> without({1, 2}, {.lock = false});
  sharedctypes::Array<int, multiprocessing::Lock> with(5, {.lock = multiprocessing::Lock()});
}

// probe: multiprocessing.sharedctypes.RawArray
void raw_array() {
  sharedctypes::RawArray<int> sized(5);
  sharedctypes::RawArray<double> filled({1.5, 2.5});
}

// probe: multiprocessing.sharedctypes.RawValue
void raw_value() {
  sharedctypes::RawValue<int> zero;
  sharedctypes::RawValue<double> given(1.5);
}

// probe: multiprocessing.sharedctypes.Value
void value() {
  sharedctypes::Value<int> zero;
  sharedctypes::Value<double> given(1.5);
  sharedctypes::Value<int> without(7, {.lock = false});
  sharedctypes::Value<int, multiprocessing::Lock> with(7, {.lock = multiprocessing::Lock()});
}

// probe: multiprocessing.sharedctypes.copy
void copies(const multiprocessing::RawValue<int>& value, const multiprocessing::RawArray<int>& array) {
  returns<multiprocessing::RawValue<int>>(sharedctypes::copy(value));
  returns<multiprocessing::RawArray<int>>(sharedctypes::copy(array));
}

// probe: multiprocessing.sharedctypes.synchronized
void synchronize(const multiprocessing::RawValue<int>& value, const multiprocessing::RawArray<int>& array) {
  returns<multiprocessing::Value<int>>(sharedctypes::synchronized(value));
  returns<multiprocessing::Array<int>>(sharedctypes::synchronized(array));
  returns<multiprocessing::Value<int, multiprocessing::Lock>>(
      sharedctypes::synchronized(value, multiprocessing::Lock()));
  returns<multiprocessing::Array<int, multiprocessing::RLock>>(
      sharedctypes::synchronized(array, multiprocessing::RLock()));
}
