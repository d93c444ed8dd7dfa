// What cannot travel to another process is refused, each in one sentence that says what to do.
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
using Lambda = std::remove_const_t<decltype(capturing)>;
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
  double* pointer = nullptr;
  std::string text;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(pointer, text);
  }
};
struct Immovable {
  Immovable() = default;
  Immovable(const Immovable&) = delete;
  template <class Archive>
  void serialize(Archive& /*archive*/) {}
};
struct Good {
  std::string text;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(text);
  }
};

#ifdef SKEIN_CONTROL
#define TYPE(type) Good
#else
#define TYPE(type) type
#endif

// Never called.
template <class T>
const T& object();

// In the order of the list in CMakeLists.txt.
void refused(std::span<const std::byte> bytes) {
  static_cast<void>(pickle::dumps(object<TYPE(Pointer)>()));
  static_cast<void>(pickle::loads<TYPE(Pointer)>(bytes));
  static_cast<void>(pickle::dumps(object<TYPE(PointerInside)>()));
  static_cast<void>(pickle::loads<TYPE(PointerInside)>(bytes));
  static_cast<void>(pickle::dumps(object<TYPE(FunctionPointer)>()));
  static_cast<void>(pickle::dumps(object<TYPE(Reference)>()));
  static_cast<void>(pickle::dumps(object<TYPE(View)>()));
  static_cast<void>(pickle::loads<TYPE(Span)>(bytes));
  static_cast<void>(pickle::dumps(object<TYPE(Lambda)>()));
  static_cast<void>(pickle::loads<TYPE(Lambda)>(bytes));
  static_cast<void>(pickle::dumps(object<TYPE(Mutex)>()));
  static_cast<void>(pickle::dumps(object<TYPE(StdThread)>()));
  static_cast<void>(pickle::dumps(object<TYPE(Lock)>()));
  static_cast<void>(pickle::loads<TYPE(Lock)>(bytes));
  static_cast<void>(pickle::dumps(object<TYPE(Thread)>()));
  static_cast<void>(pickle::dumps(object<TYPE(Queue)>()));
  static_cast<void>(pickle::loads<TYPE(Queue)>(bytes));
  static_cast<void>(pickle::dumps(object<TYPE(Function)>()));
  static_cast<void>(pickle::dumps(object<TYPE(ErrorCode)>()));
  static_cast<void>(pickle::dumps(object<TYPE(NoHook)>()));
  static_cast<void>(pickle::loads<TYPE(NoHook)>(bytes));
  static_cast<void>(pickle::dumps(object<TYPE(HoldsReference)>()));
  static_cast<void>(pickle::dumps(object<TYPE(OnlyLoads)>()));
  static_cast<void>(pickle::loads<TYPE(OnlySaves)>(bytes));
  static_cast<void>(pickle::loads<TYPE(NoDefault)>(bytes));
  static_cast<void>(pickle::dumps(object<TYPE(Polymorphic)>()));
  static_cast<void>(pickle::loads<TYPE(Immovable)>(bytes));
  static_cast<void>(pickle::dumps(object<TYPE(HookOfPointer)>()));
}
