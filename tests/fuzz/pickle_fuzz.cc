// Any bytes to pickle::loads(): errors are UnpicklingErrors, and memory stays as small as the input says. For libFuzzer
// (clang); tests/fuzz/CMakeLists.txt says how to run it.
#include <skein/pickle.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <exception>
#include <span>
#include <vector>

#include "multiprocessing/pickled.h"

namespace {

using skein::testing::Everything;
using skein::testing::Job;
using skein::testing::Tree;
namespace pickle = skein::pickle;

template <class T>
void load(std::span<const std::byte> body) {
  // A good header, so that what comes behind it is reached.
  std::vector<std::byte> bytes;
  pickle::OutputArchive archive(bytes);
  pickle::internal::begin_pickle(archive, pickle::internal::type_mark<T>());
  bytes.insert(bytes.end(), body.begin(), body.end());
  try {
    const T value = pickle::loads<T>(bytes);
    if constexpr (!std::is_same_v<T, std::exception_ptr>) static_cast<void>(pickle::dumps(value));
  } catch (const pickle::UnpicklingError&) {  // The only one that there may be.
    return;
  }
}

}  // namespace

// libFuzzer's name.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto body = std::as_bytes(std::span(data, size)).subspan(1);
  switch (data[0] % 5) {
    case 0:
      load<Everything>(body);
      break;
    case 1:
      load<Tree>(body);
      break;
    case 2:
      load<std::vector<Job>>(body);
      break;
    case 3:
      load<std::exception_ptr>(body);
      break;
    default:
      try {  // The header, too.
        static_cast<void>(pickle::loads<Everything>(body));
      } catch (const pickle::UnpicklingError&) {
        return 0;
      }
  }
  return 0;
}
