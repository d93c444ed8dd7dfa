#include <skein/core/internal/fault.h>
#include <skein/pickle.h>

#include <sys/mman.h>

#include <algorithm>
#include <cstring>
#include <string>

namespace skein::inline v0::pickle {

PickleError::~PickleError() = default;
PicklingError::~PicklingError() = default;
UnpicklingError::~UnpicklingError() = default;

namespace {

// Before every pickle, with the type's name behind it.
struct Header {
  std::uint32_t magic;
  std::uint32_t name_size;
  std::uint64_t layout;
  std::uint32_t size;
  std::uint32_t version;
};
static_assert(sizeof(Header) == 24);

constexpr std::uint32_t kMagic = 0x4b53'8003;  // No text begins so, nor does a pickle of Python's.
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kLongestName = 200;

// A name out of the input, if it can be shown.
std::string shown(const std::byte* data, std::size_t size) {
  std::string name(size, '?');
  std::memcpy(name.data(), data, size);
  const auto printable = [](char letter) { return letter >= ' ' && letter <= '~'; };
  return std::all_of(name.begin(), name.end(), printable) ? name : "of an unreadable name";
}

}  // namespace

std::pair<std::uint32_t, bool> OutputArchive::share(std::shared_ptr<const void> object, const std::type_info& type) {
  const auto [first, last] = numbers_.equal_range(object.get());
  for (auto known = first; known != last; ++known) {
    if (*shared_[known->second].second == type) return {known->second, false};
  }
  const auto number = static_cast<std::uint32_t>(shared_.size());
  numbers_.emplace(object.get(), number);
  shared_.emplace_back(std::move(object), &type);
  return {number, true};
}

void OutputArchive::enter() {
  if (depth_ >= internal::kMaxDepth) throw PicklingError("cannot pickle what is nested deeper than 1000 levels");
  ++depth_;
}

void InputArchive::align(std::size_t alignment) {
  while (place_ % alignment != 0) {
    if (*take(1) != std::byte{0}) internal::throw_impossible("a gap that is not empty");
  }
}

std::size_t InputArchive::read_size(std::size_t each) {
  std::uint64_t count = 0;
  read(&count, sizeof count);
  if (count > left() / each) cut_off();
  return static_cast<std::size_t>(count);
}

const std::shared_ptr<void>& InputArchive::shared(std::size_t number, const std::type_info& type) const {
  if (number >= shared_.size() || shared_[number].type == nullptr || *shared_[number].type != type) {
    internal::throw_impossible("a shared object that there is not");
  }
  return shared_[number].object;
}

void InputArchive::enter() {
  if (depth_ >= internal::kMaxDepth) throw UnpicklingError("pickle data is nested deeper than 1000 levels");
  ++depth_;
}

void InputArchive::set_polymorphic(std::uint32_t id, std::shared_ptr<void> object, const std::type_info& type) {
  polymorphic_.insert_or_assign(id & ~cereal::detail::msb_32bit, Shared{std::move(object), &type});
}

std::shared_ptr<void> InputArchive::getSharedPointer(std::uint32_t id) const {
  if (id == 0) return nullptr;
  const auto known = polymorphic_.find(id);
  if (known != polymorphic_.end() && expected_ != nullptr && *known->second.type == *expected_) {
    return known->second.object;
  }
  internal::throw_impossible("a shared object that there is not");
}

void InputArchive::cut_off() { throw UnpicklingError("pickle data was truncated"); }

namespace internal {

void begin_pickle(OutputArchive& archive, const TypeMark& mark) {
  SKEIN_FAULT("pickle.dumps");
  const std::string_view name = mark.name.substr(0, kLongestName);
  const Header header{.magic = kMagic,
                      .name_size = static_cast<std::uint32_t>(name.size()),
                      .layout = mark.layout,
                      .size = mark.size,
                      .version = kVersion};
  archive.write(&header, sizeof header);
  archive.write(name.data(), name.size());
}

void begin_pickle(InputArchive& archive, const TypeMark& mark) {
  SKEIN_FAULT("pickle.loads");
  if (archive.left() == 0) throw UnpicklingError("ran out of input: there are no bytes at all");
  Header header;
  archive.read(&header, sizeof header);
  if (header.magic != kMagic) throw UnpicklingError("invalid load key: these bytes are no pickle of skein's");
  if (header.version != kVersion) {
    throw UnpicklingError("unsupported pickle protocol: these bytes were written by another version of skein");
  }
  if (header.name_size > kLongestName) throw_impossible("a name that is too long");
  const std::byte* name = archive.take(header.name_size);
  if (header.layout == mark.layout && header.size == mark.size) return;
  const auto with_size = [](std::string_view type, std::uint32_t size) {
    return std::string(type) + " (" + std::to_string(size) + " bytes)";
  };
  throw UnpicklingError("a pickle of type " + with_size(shown(name, header.name_size), header.size) +
                        " cannot be read as " + with_size(mark.name, mark.size) + ", which differs in name or layout");
}

void end_pickle(const InputArchive& archive) {
  if (archive.left() != 0) {
    throw UnpicklingError("pickle data is followed by " + std::to_string(archive.left()) + " bytes too many");
  }
}

void advise_filling(void* memory, std::size_t size) noexcept {
  constexpr std::uintptr_t kPage = 2 * 1024 * 1024;
  const auto place = reinterpret_cast<std::uintptr_t>(memory);
  const std::uintptr_t begin = (place + kPage - 1) & ~(kPage - 1);
  const std::uintptr_t end = (place + size) & ~(kPage - 1);
  // A wish: if it is not granted, small pages do.
  if (begin < end) ::madvise(static_cast<std::byte*>(memory) + (begin - place), end - begin, MADV_HUGEPAGE);
}

void rethrow_as_pickling_error() {
  try {
    throw;
  } catch (const cereal::Exception& error) {
    throw PicklingError(error.what());
  }
}

void rethrow_as_unpickling_error() {
  try {
    throw;
  } catch (const cereal::Exception&) {  // Its text may hold what was read.
    throw UnpicklingError("pickle data names a type, version or object that is not known here");
  }
}

void throw_impossible(const char* what) { throw UnpicklingError(std::string("pickle data holds ") + what); }

}  // namespace internal
}  // namespace skein::inline v0::pickle
