// What cannot travel to another process is refused in one sentence. The type is chosen by -DSKEIN_REFUSED=...
#include <skein/pickle.h>
#include <skein/queue.h>
#include <skein/threading.h>

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <tuple>
#include <vector>

namespace pickle = skein::pickle;

using Pointer = int*;
using PointerInside = std::map<int, std::vector<int*>>;
using FunctionPointer = void (*)(int);
using Reference = std::reference_wrapper<int>;
using View = std::tuple<int, std::string_view>;
using Span = std::span<int>;
const auto capturing = [text = std::string("x")] { return text; };
using Lambda = decltype(capturing);
using Mutex = std::mutex;
using StdThread = std::vector<std::thread>;
using Lock = skein::threading::Lock;
using Thread = skein::threading::Thread;
using Queue = skein::queue::Queue<int>;
using Function = std::function<void()>;
using ErrorCode = std::error_code;
struct NoHook {
  std::string text;
};
struct HoldsReference {
  int& to;
};
struct OnlySaves {
  std::string text;
  template <class Archive>
  void save(Archive& archive) const {
    archive(text);
  }
};
struct OnlyLoads {
  std::string text;
  template <class Archive>
  void load(Archive& archive) {
    archive(text);
  }
};
struct NoDefault {
  explicit NoDefault(std::string given) : text(std::move(given)) {}
  std::string text;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(text);
  }
};
struct Base {
  virtual ~Base() = default;
};
using Polymorphic = std::unique_ptr<Base>;
// Its hook holds what cannot travel, which is seen when it is used.
struct HookOfPointer {
  int* pointer = nullptr;
  std::string text;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(pointer, text);
  }
};
struct Good {
  std::string text;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(text);
  }
};

#ifdef SKEIN_CONTROL
using Type = Good;
#else
using Type = std::remove_const_t<SKEIN_REFUSED>;
#endif

#ifdef SKEIN_LOAD
Type load(std::span<const std::byte> bytes) { return pickle::loads<Type>(bytes); }
#else
std::vector<std::byte> dump(const Type& value) { return pickle::dumps(value); }
#endif
