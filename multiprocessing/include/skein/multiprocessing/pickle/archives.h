// skein/multiprocessing/pickle/archives.h - what a serialisation hook is called with. Python: Pickler, Unpickler.
#ifndef SKEIN_MULTIPROCESSING_PICKLE_ARCHIVES_H_
#define SKEIN_MULTIPROCESSING_PICKLE_ARCHIVES_H_

#include <skein/core/export.h>
#include <skein/multiprocessing/pickle/errors.h>
#include <skein/multiprocessing/pickle/sink.h>

#include <cereal/cereal.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <typeinfo>
#include <unordered_map>
#include <utility>
#include <vector>

namespace skein::inline v0::pickle {

class OutputArchive;
class InputArchive;

namespace internal {

template <class T>
void put(OutputArchive& archive, const T& value);
template <class T>
void get(InputArchive& archive, T& value);

// What a pickle begins with.
struct TypeMark {
  std::string_view name;
  std::uint64_t layout;
  std::uint32_t size;
};

// Values may hold values, as deep as Python's recursion limit: input must not decide how much stack there is.
inline constexpr int kMaxDepth = 1000;

}  // namespace internal

// Writes into a vector of bytes. A hook is `template <class Archive> void serialize(Archive& archive)` that calls
// `archive(a, b, c)` with what is to travel; or save() and load(); or another one of cereal's.
//
// Threads:  one at a time.
// Lifetime: keeps a reference to the vector or sink, and a share of each shared_ptr that was written.
// Death:    nothing is shared with anybody.
class OutputArchive final : public cereal::OutputArchive<OutputArchive> {
  using Base = cereal::OutputArchive<OutputArchive>;

 public:
  // Appends to `bytes`.
  explicit OutputArchive(std::vector<std::byte>& bytes) : Base(this), bytes_(&bytes), start_(bytes.size()) {}
  // For the queues: writes into `sink`.
  explicit OutputArchive(internal::Sink& sink) : Base(this), sink_(&sink), start_(sink.size()) {}

  // Writes the values, in this order.
  // Errors: PicklingError; what a hook throws. Then the vector holds a part of them.
  template <class... T>
  OutputArchive& operator()(T&&... values) {
    (internal::put(*this, values), ...);
    return *this;
  }
  template <class T>
  OutputArchive& operator&(T&& value) {
    return (*this)(value);
  }
  template <class T>
  OutputArchive& operator<<(T&& value) {
    return (*this)(value);
  }

  // Writes `size` bytes as they are.
  void write(const void* data, std::size_t size) {
    if (sink_ != nullptr) {
      sink_->write(data, size);
      return;
    }
    const auto* begin = static_cast<const std::byte*>(data);
    bytes_->insert(bytes_->end(), begin, begin + size);
  }
  // How many bytes were written.
  [[nodiscard]] std::size_t size() const noexcept {
    return (sink_ != nullptr ? sink_->size() : bytes_->size()) - start_;
  }

  // For the codecs. Writes zeros until size() is a multiple of `alignment`.
  void align(std::size_t alignment) {
    constexpr std::byte kZero{0};
    while (size() % alignment != 0) write(&kZero, 1);
  }
  void write_size(std::size_t count) {
    const std::uint64_t wide = count;
    write(&wide, sizeof wide);
  }
  // The number of that object and type, and whether it is new. Keeps the object until the end.
  SKEIN_API std::pair<std::uint32_t, bool> share(std::shared_ptr<const void> object, const std::type_info& type);
  // Around what a hook writes.
  // Errors: PicklingError if that is deeper than 1000 levels.
  SKEIN_API void enter();
  void leave() noexcept { --depth_; }
  // Hands a value to cereal.
  template <class T>
  void by_hook(T& value) {
    Base::operator()(value);
  }

 private:
  std::vector<std::byte>* bytes_ = nullptr;  // Or the sink.
  internal::Sink* sink_ = nullptr;
  std::size_t start_;
  int depth_ = 0;
  std::vector<std::pair<std::shared_ptr<const void>, const std::type_info*>> shared_;
  std::unordered_multimap<const void*, std::uint32_t> numbers_;
};

// Reads from bytes, which are not trusted: each length is compared with what is left before anything is allocated.
//
// Threads:  one at a time.
// Lifetime: the bytes must stay until the archive has gone.
// Death:    nothing is shared with anybody.
class InputArchive final : public cereal::InputArchive<InputArchive> {
  using Base = cereal::InputArchive<InputArchive>;

 public:
  explicit InputArchive(std::span<const std::byte> bytes) : Base(this), bytes_(bytes) {}

  // Reads into the values, in this order.
  // Errors: UnpicklingError; what a hook throws. Then the values hold anything.
  template <class... T>
  InputArchive& operator()(T&&... values) {
    (internal::get(*this, values), ...);
    return *this;
  }
  template <class T>
  InputArchive& operator&(T&& value) {
    return (*this)(value);
  }
  template <class T>
  InputArchive& operator>>(T&& value) {
    return (*this)(value);
  }

  // Reads `size` bytes as they are.
  // Errors: UnpicklingError if there are not so many.
  void read(void* data, std::size_t size) {
    const std::byte* from = take(size);
    if (size != 0) std::memcpy(data, from, size);
  }
  // How many bytes are left.
  [[nodiscard]] std::size_t left() const noexcept { return bytes_.size() - place_; }

  // For the codecs. The next `size` bytes, in place.
  // Errors: UnpicklingError if there are not so many.
  const std::byte* take(std::size_t size) {
    if (size > left()) [[unlikely]]
      cut_off();
    const std::byte* from = bytes_.data() + place_;
    place_ += size;
    return from;
  }
  // The zeros that OutputArchive::align() wrote.
  SKEIN_API void align(std::size_t alignment);
  // A number of elements that take at least `each` bytes (not 0), of which so many can be left.
  SKEIN_API std::size_t read_size(std::size_t each);
  // An object with a number of its own that comes now, and the object of a number. Keeps it until the end.
  std::size_t reserve_shared() {
    shared_.emplace_back();
    return shared_.size() - 1;
  }
  void set_shared(std::size_t number, std::shared_ptr<void> object, const std::type_info& type) {
    shared_[number] = {std::move(object), &type};
  }
  [[nodiscard]] SKEIN_API const std::shared_ptr<void>& shared(std::size_t number, const std::type_info& type) const;
  // Around what a hook reads.
  // Errors: UnpicklingError if that is deeper than 1000 levels.
  SKEIN_API void enter();
  void leave() noexcept { --depth_; }
  template <class T>
  void by_hook(T& value) {
    Base::operator()(value);
  }

  // What cereal asks for where it reads pointers to polymorphic types. Its own table forgets the objects' types.
  template <class T>
  void registerSharedPointer(std::uint32_t id, const std::shared_ptr<T>& object) {
    set_polymorphic(id, object, typeid(T));
  }
  [[nodiscard]] SKEIN_API std::shared_ptr<void> getSharedPointer(std::uint32_t id) const;
  void expect_shared(const std::type_info& type) noexcept { expected_ = &type; }

 private:
  SKEIN_API void set_polymorphic(std::uint32_t id, std::shared_ptr<void> object, const std::type_info& type);
  [[noreturn]] SKEIN_API static void cut_off();

  struct Shared {
    std::shared_ptr<void> object;
    const std::type_info* type = nullptr;
  };

  std::span<const std::byte> bytes_;
  std::size_t place_ = 0;
  int depth_ = 0;
  std::vector<Shared> shared_;
  std::unordered_map<std::uint32_t, Shared> polymorphic_;
  const std::type_info* expected_ = nullptr;
};

namespace internal {

// The beginning and the end of a whole pickle.
SKEIN_API void begin_pickle(OutputArchive& archive, const TypeMark& mark);
// Errors: UnpicklingError if the bytes are no pickle, or one of another type.
SKEIN_API void begin_pickle(InputArchive& archive, const TypeMark& mark);
// Errors: UnpicklingError if bytes are left.
SKEIN_API void end_pickle(const InputArchive& archive);
// Says to the system that all of this memory is about to be written: it may give it in large pages.
SKEIN_API void advise_filling(void* memory, std::size_t size) noexcept;
// In a handler: what cereal throws as pickle's own error. All else goes on as it is.
[[noreturn]] SKEIN_API void rethrow_as_pickling_error();
[[noreturn]] SKEIN_API void rethrow_as_unpickling_error();
// For the codecs.
// Errors: UnpicklingError, always.
[[noreturn]] SKEIN_API void throw_impossible(const char* what);

template <class Archive>
class Level {
 public:
  explicit Level(Archive& archive) : archive_(archive) { archive.enter(); }
  ~Level() { archive_.leave(); }
  Level(const Level&) = delete;
  Level& operator=(const Level&) = delete;

 private:
  Archive& archive_;
};

}  // namespace internal
}  // namespace skein::inline v0::pickle

CEREAL_REGISTER_ARCHIVE(skein::pickle::OutputArchive)
CEREAL_REGISTER_ARCHIVE(skein::pickle::InputArchive)
CEREAL_SETUP_ARCHIVE_TRAITS(skein::pickle::InputArchive, skein::pickle::OutputArchive)

#endif  // SKEIN_MULTIPROCESSING_PICKLE_ARCHIVES_H_
