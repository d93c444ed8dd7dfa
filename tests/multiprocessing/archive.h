// What pickle gives to save() and load() of what can only be inherited: trivially copyable values, as bytes.
#ifndef SKEIN_TESTS_MULTIPROCESSING_ARCHIVE_H_
#define SKEIN_TESTS_MULTIPROCESSING_ARCHIVE_H_

#include <skein/multiprocessing/internal/parcel.h>

#include <cstddef>
#include <cstring>
#include <stdexcept>
#include <type_traits>

namespace skein::testing {

class Writer {
 public:
  explicit Writer(multiprocessing::internal::Parcel& parcel) : parcel_(parcel) {}
  template <class... T>
  void operator()(const T&... values) {
    (write(values), ...);
  }

 private:
  template <class T>
  void write(const T& value) {
    static_assert(std::is_trivially_copyable_v<T>);
    const auto* const bytes = reinterpret_cast<const std::byte*>(&value);
    parcel_.bytes.insert(parcel_.bytes.end(), bytes, bytes + sizeof(T));
  }
  multiprocessing::internal::Parcel& parcel_;
};

class Reader {
 public:
  explicit Reader(const multiprocessing::internal::Parcel& parcel) : parcel_(parcel) {}
  template <class... T>
  void operator()(T&... values) {
    (read(values), ...);
  }

 private:
  template <class T>
  void read(T& value) {
    static_assert(std::is_trivially_copyable_v<T>);
    if (parcel_.bytes.size() - at_ < sizeof(T)) throw std::runtime_error("the parcel is too short");
    std::memcpy(&value, parcel_.bytes.data() + at_, sizeof(T));
    at_ += sizeof(T);
  }
  const multiprocessing::internal::Parcel& parcel_;
  std::size_t at_ = 0;
};

// What a process that is started is given.
template <class H>
multiprocessing::internal::Parcel packed(const H& handle) {
  multiprocessing::internal::Parcel parcel;
  const multiprocessing::internal::Packing packing(parcel);
  Writer writer(parcel);
  handle.save(writer);
  return parcel;
}
template <class H>
H unpacked(const multiprocessing::internal::Parcel& parcel) {
  const multiprocessing::internal::Unpacking unpacking(parcel);
  Reader reader(parcel);
  H handle(multiprocessing::internal::Unpickled{});
  handle.load(reader);
  return handle;
}

}  // namespace skein::testing

#endif  // SKEIN_TESTS_MULTIPROCESSING_ARCHIVE_H_
