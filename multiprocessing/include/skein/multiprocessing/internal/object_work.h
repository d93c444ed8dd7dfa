// skein/multiprocessing/internal/object_work.h - how an object of a class derived from Process gets into its process.
#ifndef SKEIN_MULTIPROCESSING_INTERNAL_OBJECT_WORK_H_
#define SKEIN_MULTIPROCESSING_INTERNAL_OBJECT_WORK_H_

#include <skein/core/export.h>
#include <skein/core/internal/describe.h>
#include <skein/multiprocessing/internal/code_address.h>
#include <skein/multiprocessing/internal/portable.h>
#include <skein/multiprocessing/internal/work.h>

#include <memory>
#include <string>
#include <type_traits>
#include <typeinfo>

namespace skein::inline v0::multiprocessing::internal {

// Works on objects whose class is complete; a template's way past Process's privacy.
class ObjectPart {
 public:
  template <class W>
  static void adopt(const std::shared_ptr<W>& made) {
    adopt_as(made, kTrampoline<&ObjectPart::unpack<W>>, &ObjectPart::pack<W>, skein::internal::readable(typeid(W)));
  }

 private:
  // Process, by the time that W is there.
  template <class W>
  using BaseOf = std::conditional_t<std::is_void_v<W>, void, Process>;

  SKEIN_API static void adopt_as(const std::shared_ptr<Process>& made, const Trampoline& trampoline,
                                 void (*pack)(const Process&, PayloadWriter&), const std::string& type);
  // Errors: TypeError, always.
  [[noreturn]] SKEIN_API static void throw_not_portable(const std::string& type);

  template <class W>
  static void pack(const Process& object, PayloadWriter& out) {
    if constexpr (kPortableObject<W, BaseOf<W>>) {
      pack_object(out, static_cast<const W&>(object));
    } else {
      throw_not_portable(skein::internal::readable(typeid(W)));
    }
  }
  template <class W>
  static void unpack(PayloadReader& in, Unpacked& unpacked) {
    if constexpr (kPortableObject<W, BaseOf<W>>) {
      auto made = std::make_shared<W>();
      unpack_object(in, *made);
      unpacked.object = std::move(made);
    } else {
      static_cast<void>(in);
      static_cast<void>(unpacked);
      throw_not_portable(skein::internal::readable(typeid(W)));
    }
  }
};

}  // namespace skein::inline v0::multiprocessing::internal

#endif  // SKEIN_MULTIPROCESSING_INTERNAL_OBJECT_WORK_H_
