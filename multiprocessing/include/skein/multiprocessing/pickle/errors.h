// skein/multiprocessing/pickle/errors.h - what pickle throws. Python: pickle.PickleError, PicklingError,
// UnpicklingError.
#ifndef SKEIN_MULTIPROCESSING_PICKLE_ERRORS_H_
#define SKEIN_MULTIPROCESSING_PICKLE_ERRORS_H_

#include <skein/core/export.h>

#include <stdexcept>

namespace skein::inline v0::pickle {

// Python: pickle.PickleError, the base of both.
class SKEIN_API PickleError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
  ~PickleError() override;
};

// Python: pickle.PicklingError. A value that cannot be written, though its type can.
class SKEIN_API PicklingError : public PickleError {
 public:
  using PickleError::PickleError;
  ~PicklingError() override;
};

// Python: pickle.UnpicklingError. Bytes that are no pickle, or not of this type, or cut off, or too long. The text
// never holds bytes of the input, but for the printable name of a type.
class SKEIN_API UnpicklingError : public PickleError {
 public:
  using PickleError::PickleError;
  ~UnpicklingError() override;
};

}  // namespace skein::inline v0::pickle

#endif  // SKEIN_MULTIPROCESSING_PICKLE_ERRORS_H_
