#include <skein/core/errors.h>
#include <skein/core/internal/fault.h>
#include <skein/multiprocessing/errors.h>
#include <skein/multiprocessing/shareable_list.h>

#include <array>
#include <bit>
#include <charconv>
#include <cstring>
#include <string_view>
#include <utility>

// The block, as CPython has it (N: the number of items; all numbers of 64 bits, in the machine's order):
//
//   N | N + 1 offsets from the first item, the last one being the end | the items, each from a multiple of 8 |
//   N formats of 8 bytes, in the notation of Python's struct | N codes of a byte
namespace skein::inline v0::multiprocessing::shared_memory {

static_assert(std::endian::native == std::endian::little || std::endian::native == std::endian::big);

namespace {

constexpr std::size_t kAligned = 8;
constexpr std::size_t kFormat = 8;  // Bytes for each.
constexpr std::string_view kWhole = "q";
constexpr std::string_view kReal = "d";
constexpr std::string_view kBool = "xxxxxxx?";
constexpr std::string_view kNone = "xxxxxx?x";

enum class Code : std::uint8_t { kNumber = 0, kText = 1, kBytes = 2, kNothing = 3 };

std::string_view bytes_of(const ShareableItem& item) noexcept {
  if (const auto* const text = std::get_if<std::string>(&item)) return *text;
  if (const auto* const bytes = std::get_if<Bytes>(&item)) {
    return {reinterpret_cast<const char*>(bytes->data()), bytes->size()};
  }
  return {};
}
bool has_bytes(const ShareableItem& item) noexcept {
  return std::holds_alternative<std::string>(item) || std::holds_alternative<Bytes>(item);
}

Code code_of(const ShareableItem& item) noexcept {
  if (std::holds_alternative<std::string>(item)) return Code::kText;
  if (std::holds_alternative<Bytes>(item)) return Code::kBytes;
  return std::holds_alternative<NoneType>(item) ? Code::kNothing : Code::kNumber;
}

// Room for so many bytes.
std::size_t room_for(const ShareableItem& item) noexcept {
  return has_bytes(item) ? kAligned * (bytes_of(item).size() / kAligned + 1) : kAligned;
}

std::string format_of_bytes(std::size_t room) { return std::to_string(room) + "s"; }

std::string format_for(const ShareableItem& item, std::size_t room) {
  if (has_bytes(item)) return format_of_bytes(room);
  if (std::holds_alternative<std::int64_t>(item)) return std::string(kWhole);
  if (std::holds_alternative<double>(item)) return std::string(kReal);
  return std::string(std::holds_alternative<bool>(item) ? kBool : kNone);
}

// What struct.pack() writes.
void pack(std::byte* to, const ShareableItem& item, std::size_t room) noexcept {
  if (has_bytes(item)) {
    const std::string_view bytes = bytes_of(item);
    if (!bytes.empty()) std::memcpy(to, bytes.data(), bytes.size());
    std::memset(to + bytes.size(), 0, room - bytes.size());
    return;
  }
  std::uint64_t word = 0;
  if (const auto* const whole = std::get_if<std::int64_t>(&item)) word = std::bit_cast<std::uint64_t>(*whole);
  if (const auto* const real = std::get_if<double>(&item)) word = std::bit_cast<std::uint64_t>(*real);
  std::memcpy(to, &word, sizeof(word));
  if (const auto* const flag = std::get_if<bool>(&item)) to[7] = static_cast<std::byte>(*flag ? 1 : 0);
}

template <class T>
T copied(const std::byte* from) noexcept {
  T value;
  std::memcpy(&value, from, sizeof(value));
  return value;
}

std::string_view without_zeros(std::string_view bytes) noexcept {
  const std::size_t last = bytes.find_last_not_of('\0');
  return last == std::string_view::npos ? std::string_view() : bytes.substr(0, last + 1);
}

[[noreturn]] void no_list(const SharedMemory& shm) {
  throw RuntimeError("the shared memory '/" + shm.name() + "' holds no ShareableList");
}

}  // namespace

ShareableList::ShareableList(const std::vector<Item>& sequence, const Options& options) {
  auto layout = std::make_shared<Layout>();
  layout->offsets.reserve(sequence.size() + 1);
  layout->offsets.push_back(0);
  for (const Item& item : sequence) {
    const std::size_t room = room_for(item);
    if (has_bytes(item) && format_of_bytes(room).size() > kFormat) throw AssertionError();
    layout->offsets.push_back(layout->offsets.back() + room);
  }
  layout_ = std::move(layout);
  const auto n = static_cast<std::uint64_t>(sequence.size());
  const std::size_t size = kAligned * (n + 2) + layout_->offsets.back() + kFormat * n + n;
  // Filled before it gets its name: nobody attaches to half a list.
  shm_ = SharedMemory({.name = options.name, .create = true, .size = static_cast<std::int64_t>(size)},
                      [&](std::byte* base) {
                        std::memcpy(base, &n, sizeof(n));
                        std::memcpy(base + kAligned, layout_->offsets.data(), kAligned * (n + 1));
                        for (std::size_t i = 0; i < n; ++i) write(base, i, sequence[i]);
                        SKEIN_FAULT("list.filled");
                      });
}

ShareableList::ShareableList(const Options& options)
    : ShareableList(options.name ? SharedMemory(*options.name)
                                 : SharedMemory({.create = true, .size = static_cast<std::int64_t>(2 * kAligned)})) {}

ShareableList::ShareableList(SharedMemory shm) : shm_(std::move(shm)) { attach(); }

// Copies what says where things are, and checks it: nothing of that is read again.
void ShareableList::attach() {
  const std::byte* const base = memory();
  const std::size_t size = shm_.size();
  if (size < 2 * kAligned) no_list(shm_);
  const auto n = copied<std::uint64_t>(base);
  if (n > (size - 2 * kAligned) / kAligned) no_list(shm_);
  auto layout = std::make_shared<Layout>();
  layout->offsets.resize(n + 1);
  std::memcpy(layout->offsets.data(), base + kAligned, kAligned * (n + 1));
  std::uint64_t before = 0;
  for (std::size_t i = 0; i <= n; ++i) {
    const std::uint64_t offset = layout->offsets[i];
    // Each item has its 8 bytes at least.
    if (i == 0 ? offset != 0 : offset > size || offset % kAligned != 0 || offset < before + kAligned) no_list(shm_);
    before = offset;
  }
  const std::size_t rest = size - kAligned * (n + 2);
  if (rest < before || (rest - before) / (kFormat + 1) < n) no_list(shm_);
  layout_ = std::move(layout);
}

std::byte* ShareableList::memory() const {
  std::byte* const base = shm_.buf().data();
  if (base == nullptr) throw TypeError("the ShareableList's shared memory is closed");
  return base;
}

std::optional<std::size_t> ShareableList::place(std::int64_t position) const noexcept {
  const auto n = static_cast<std::int64_t>(size());
  if (position < 0) position += n;
  if (position < 0 || position >= n) return std::nullopt;
  return static_cast<std::size_t>(position);
}

std::size_t ShareableList::item_at(std::size_t i) const noexcept {
  return kAligned * (size() + 2) + layout_->offsets[i];
}
std::size_t ShareableList::format_at(std::size_t i) const noexcept { return item_at(size()) + kFormat * i; }
std::size_t ShareableList::code_at(std::size_t i) const noexcept { return format_at(size()) + i; }

std::string ShareableList::format_of(std::size_t i) const {
  const auto text = copied<std::array<char, kFormat>>(memory() + format_at(i));
  return std::string(without_zeros({text.data(), text.size()}));
}

ShareableList::Item ShareableList::read(std::size_t i) const {
  const std::string format = format_of(i);
  const auto code = static_cast<Code>(copied<std::uint8_t>(memory() + code_at(i)));
  const std::byte* const from = memory() + item_at(i);
  if (code == Code::kNothing) return None;
  if (code == Code::kNumber) {
    if (format == kWhole) return copied<std::int64_t>(from);
    if (format == kReal) return copied<double>(from);
    if (format == kBool || format == kNone) return copied<std::uint8_t>(from + (format == kBool ? 7 : 6)) != 0;
  }
  if ((code == Code::kText || code == Code::kBytes) && format.ends_with('s')) {
    std::size_t length = 0;
    const char* const end = format.data() + format.size() - 1;
    const auto [stopped, error] = std::from_chars(format.data(), end, length);
    if (error == std::errc() && stopped == end && length <= layout_->offsets[i + 1] - layout_->offsets[i]) {
      std::string bytes(reinterpret_cast<const char*>(from), length);
      bytes.resize(without_zeros(bytes).size());
      if (code == Code::kText) return bytes;
      const auto* const first = reinterpret_cast<const std::byte*>(bytes.data());
      return Bytes(first, first + bytes.size());
    }
  }
  throw RuntimeError("an item of the ShareableList in '/" + shm_.name() + "' is damaged, or is being written");
}

void ShareableList::write(std::byte* base, std::size_t i, const Item& value) const {
  const std::size_t room = layout_->offsets[i + 1] - layout_->offsets[i];
  if (has_bytes(value) && bytes_of(value).size() > room) throw ValueError("bytes/str item exceeds available storage");
  std::array<char, kFormat> format{};
  format_for(value, room).copy(format.data(), format.size());
  std::memcpy(base + format_at(i), format.data(), format.size());
  SKEIN_FAULT("list.formatted");
  base[code_at(i)] = static_cast<std::byte>(code_of(value));
  SKEIN_FAULT("list.coded");
  pack(base + item_at(i), value, room);
}

const ShareableList::Reference& ShareableList::Reference::operator=(const Item& value) const {
  const auto place = list_.place(position_);
  if (!place) throw IndexError("assignment index out of range");
  list_.write(list_.memory(), *place, value);
  return *this;
}

ShareableList::Reference::operator Item() const {
  const auto place = list_.place(position_);
  if (!place) throw IndexError("index out of range");
  return list_.read(*place);
}

std::string ShareableList::format() const {
  std::string all;
  for (std::size_t i = 0; i < size(); ++i) all += format_of(i);
  return all;
}

std::size_t ShareableList::count(const Item& value) const {
  std::size_t found = 0;
  for (std::size_t i = 0; i < size(); ++i) {
    if (read(i) == value) ++found;
  }
  return found;
}

std::size_t ShareableList::index(const Item& value) const {
  for (std::size_t i = 0; i < size(); ++i) {
    if (read(i) == value) return i;
  }
  throw ValueError(value.repr() + " not in this container");
}

std::string ShareableList::repr() const {
  std::string items;
  for (std::size_t i = 0; i < size(); ++i) items += (i == 0 ? "" : ", ") + read(i).repr();
  return "ShareableList([" + items + "], name='" + shm_.name() + "')";
}

}  // namespace skein::inline v0::multiprocessing::shared_memory
